import { hideLineEnds } from "../lines/marks.ts";
import type { CsvOptions } from "./options.ts";

/** The records of a file whose quoted fields may hold line ends, or whose records end in another way. */
export function* recordsOf(text: string, options: CsvOptions): Generator<string> {
  const { quote, escapeWith, multiLine, lineEnd } = options;
  let start = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (multiLine && quote !== "" && quoted && c === escapeWith && escapeWith !== quote && i + 1 < text.length) i++;
    else if (multiLine && c === quote && quote !== "")
      quoted = quoted ? false : atFieldStart(text, i, start, options) || doubledQuote(text, i, options);
    else if (!quoted) {
      const length = lineEnd === undefined ? lineEndAt(text, i) : text.startsWith(lineEnd, i) ? lineEnd.length : 0;
      if (length === 0) continue;
      yield text.slice(start, i);
      i += length - 1;
      start = i + 1;
    }
  }
  if (start < text.length) yield text.slice(start);
}

const lineEndAt = (text: string, i: number): number => (text[i] === "\n" ? 1 : text[i] === "\r" ? (text[i + 1] === "\n" ? 2 : 1) : 0);

/** A quote opens a field only where one begins; anywhere else it is text. */
function atFieldStart(text: string, at: number, recordStart: number, { delimiter, trimLeft }: CsvOptions): boolean {
  let i = at;
  if (trimLeft) while (i > recordStart && text[i - 1]! <= " " && !text.endsWith(delimiter, i)) i--;
  return i === recordStart || text.slice(recordStart, i).endsWith(delimiter);
}

/** The second of two quotes, where quotes are escaped by doubling: the field goes on. */
const doubledQuote = (text: string, at: number, { quote, escapeWith }: CsvOptions): boolean =>
  escapeWith === quote && text[at - 1] === quote;

/** A file with one record a line, its own line ends hidden; \r\n inside quotes is \n, as univocity has it. */
export function rewriteCsv(content: Uint8Array, options: CsvOptions): string {
  const text = new TextDecoder(options.encoding).decode(content);
  const lines: string[] = [];
  for (const record of recordsOf(text, options)) lines.push(`${hideLineEnds(record.replaceAll("\r\n", "\n"))}\n`);
  return lines.join("");
}

/** Whether files must be rewritten before lines are records. */
export const needsRewrite = ({ multiLine, lineEnd, encoding }: CsvOptions): boolean =>
  multiLine || lineEnd !== undefined || encoding !== "utf-8";
