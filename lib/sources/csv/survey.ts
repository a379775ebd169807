import type { ReadPart } from "../lines/line-ends.ts";
import type { Survey } from "../lines/open.ts";
import { asPattern } from "./fields-sql.ts";
import type { CsvOptions } from "./options.ts";

const NEWLINE = 10;
/** Bytes looked at at once. */
const BLOCK = 4 << 20;

/**
 * Whether DuckDB's reader takes the file's fields as Spark does, so far as bytes tell: what it would read otherwise without
 * an error is looked for here. That is any \r (it loses rows of files whose last field is empty before \r\n), and in files
 * with quotes an escape character (it takes it off whatever follows), a blank before a quote (it takes the field for quoted),
 * or an irregular header (it skips more than the line).
 */
export async function surveyCsv(size: number, read: ReadPart, options: CsvOptions): Promise<Survey | undefined> {
  const { quote, escapeWith } = options;
  const escapes = escapeWith !== "" && escapeWith !== quote;
  let [quoted, doubtful] = [false, quote === "" || escapeWith === ""];
  for (let start = 0; start < size; start += BLOCK) {
    // One byte more tells what stands across blocks.
    const bytes = await read({ start, end: Math.min(size, start + BLOCK + 1) });
    const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    quoted ||= block.includes(quote || '"');
    doubtful ||= (escapes && block.includes(escapeWith)) || (quoted && block.includes(` ${quote}`));
    doubtful ||= start === 0 && quoted && options.header && !isRegular(firstLine(block), options);
    if ((quoted && doubtful) || block.includes("\r")) return undefined;
  }
  return { quoted };
}

const firstLine = (block: Buffer): string => block.toString("utf8", 0, (block.indexOf(NEWLINE) + 1 || block.length + 1) - 1);

/** Quotes are around whole fields only. */
function isRegular(line: string, { quote, delimiter }: CsvOptions): boolean {
  const [q, d] = [asPattern(quote), asPattern(delimiter)];
  const field = `(?:${q}[^${q}]*${q}|[^${q}${d}]*)`;
  return new RegExp(`^${field}(?:${d}${field})*$`).test(line);
}
