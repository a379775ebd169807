import type { CsvOptions } from "./options.ts";

/** A field of a line; `quoted` tells `""` from nothing. */
export interface CsvField {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * The fields of one line, as univocity's parser reads it with Spark's settings (STOP_AT_DELIMITER): the same as fieldsSql,
 * for the few lines that the driver looks at.
 */
export function parseLine(line: string, options: CsvOptions): CsvField[] {
  if (options.quote === "" || !line.includes(options.quote))
    return line.split(options.delimiter).map((text) => ({ text: trimmed(text, options), quoted: false }));
  const fields: CsvField[] = [];
  let at = 0;
  for (;;) {
    const { field, end } = parseField(line, at, options);
    fields.push(field);
    if (end >= line.length) return fields;
    at = end + options.delimiter.length;
  }
}

const isBlank = (c: string | undefined): boolean => c !== undefined && c <= " ";

/** The field that begins at `at`, and where its delimiter (or the line's end) is. */
function parseField(line: string, at: number, options: CsvOptions): { readonly field: CsvField; readonly end: number } {
  const { delimiter, quote, trimLeft } = options;
  let start = at;
  if (trimLeft) while (isBlank(line[start]) && !line.startsWith(delimiter, start)) start++;
  if (quote === "" || line[start] !== quote) {
    const end = delimiterAfter(line, at, delimiter);
    return { field: { text: trimmed(line.slice(at, end), options), quoted: false }, end };
  }
  const { text, next, closed } = quotedText(line, start + 1, options);
  if (!closed) return { field: { text, quoted: true }, end: line.length };
  let end = next;
  while (isBlank(line[end]) && !line.startsWith(delimiter, end)) end++;
  if (end >= line.length || line.startsWith(delimiter, end)) return { field: { text, quoted: true }, end };
  const stop = delimiterAfter(line, next, delimiter);
  return { field: { text: `${quote}${text}${quote}${line.slice(next, stop)}`, quoted: true }, end: stop };
}

function quotedText(line: string, from: number, { quote, escapeWith }: CsvOptions): { text: string; next: number; closed: boolean } {
  let text = "";
  for (let i = from; i < line.length; i++) {
    const c = line[i]!;
    const escaped = line[i + 1];
    if (c === escapeWith && escaped !== undefined && (escaped === quote || (escaped === escapeWith && escapeWith !== quote))) {
      text += escaped;
      i++;
    } else if (c === quote) return { text, next: i + 1, closed: true };
    else text += c;
  }
  return { text, next: line.length, closed: false };
}

const delimiterAfter = (line: string, from: number, delimiter: string): number => {
  const end = line.indexOf(delimiter, from);
  return end < 0 ? line.length : end;
};

function trimmed(text: string, { trimLeft, trimRight }: CsvOptions): string {
  let [start, end] = [0, text.length];
  if (trimLeft) while (start < end && isBlank(text[start])) start++;
  if (trimRight) while (end > start && isBlank(text[end - 1])) end--;
  return text.slice(start, end);
}
