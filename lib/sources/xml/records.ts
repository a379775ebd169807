/** Markup that is passed over as a whole: what begins it, and what ends it. */
const PASSED: readonly (readonly [string, string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
];

const NAME = /[^\s/>]+/y;

export interface XmlRecords {
  /** The text of each row's element, in order. */
  readonly records: readonly string[];
  /** Whether the document is not well-formed at the end of them, inside a row or not: nothing behind that is read. */
  readonly broken: boolean;
}

/**
 * Cuts a document into the elements that are rows, at any depth, though not inside each other. A document that ends between rows is whole.
 * Source: Spark's StaxXMLRecordReader.
 */
export function xmlRecords(text: string, isRow: (name: string) => boolean): XmlRecords {
  const records: string[] = [];
  const open: string[] = [];
  let record: { readonly start: number; readonly depth: number } | undefined;
  let hasRoot = false;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    const end = endOfMarkup(text, at);
    if (end < 0) return { records, broken: record !== undefined };
    const passes = text[at + 1] === "!" || text[at + 1] === "?";
    if (!passes && text[at + 1] === "/") {
      if (open.pop() !== text.slice(at + 2, end - 1).trim()) return { records, broken: true };
      if (record && open.length === record.depth) {
        records.push(text.slice(record.start, end));
        record = undefined;
      }
    } else if (!passes) {
      NAME.lastIndex = at + 1;
      const name = NAME.exec(text)?.[0];
      if (name === undefined || (open.length === 0 && hasRoot)) return { records, broken: true };
      hasRoot = true;
      const isEmpty = text[end - 2] === "/";
      if (!record && isRow(name)) {
        if (isEmpty) records.push(text.slice(at, end));
        else record = { start: at, depth: open.length };
      }
      if (!isEmpty) open.push(name);
    }
    at = end;
  }
  return { records, broken: record !== undefined };
}

/** Where the markup that begins at `at` is over; -1 where it is not. */
function endOfMarkup(text: string, at: number): number {
  for (const [begin, close] of PASSED) {
    if (!text.startsWith(begin, at)) continue;
    const end = text.indexOf(close, at + begin.length);
    return end < 0 ? -1 : end + close.length;
  }
  // Attributes' values, and a document type's declarations, may hold what ends a tag.
  let quote = "";
  let brackets = 0;
  for (let i = at + 1; i < text.length; i++) {
    const c = text[i]!;
    if (quote) quote = c === quote ? "" : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (c === "[" && text[at + 1] === "!") brackets++;
    else if (c === "]") brackets--;
    else if (c === ">" && brackets <= 0) return i + 1;
  }
  return -1;
}
