/** A text of SQL that expressions come from, and what it is the text of where that is no statement of its own: a view. */
export interface SqlSource {
  readonly text: string;
  /** Where the text begins in what places are counted in; absent: at 0. */
  readonly offset?: number;
  /** Where offsets stand in the text, if they are counted in what was made of it: where parameters are written in. */
  readonly original?: (offset: number) => number;
  /** `VIEW`, `EXECUTE IMMEDIATE`. */
  readonly objectType?: string;
  readonly objectName?: string;
}

/** Where an expression or a relation stands in SQL text: UTF-16 units, [start, end). The text is shared by all places in it. */
export class SqlPlace {
  readonly source: SqlSource;
  readonly start: number;
  readonly end: number;

  constructor(source: SqlSource, start: number, end: number) {
    this.source = source;
    this.start = start;
    this.end = end;
  }
}

/** Where an expression comes from: a place in SQL text, or words that say it: `file:line:column`, a call of a client's. */
export type Origin = string | SqlPlace;

/** What an error says of the SQL text that it is about: Spark's SQLQueryContext. Travels as JSON. */
export interface QueryContext {
  readonly objectType: string;
  readonly objectName: string;
  /** From 0, the last character's included. */
  readonly startIndex: number;
  readonly stopIndex: number;
  readonly fragment: string;
  /** Where it begins: from 1, and from 0 in code points. */
  readonly line: number;
  readonly position: number;
  /** The lines around, with the place marked; ends with a line break. */
  readonly summary: string;
}

/** Errors that Spark finds in rows and says without a context, and that are found before there are rows here. */
const WITHOUT_CONTEXT: ReadonlySet<string> = new Set(["INCONSISTENT_BEHAVIOR_CROSS_VERSION", "INVALID_DATETIME_PATTERN"]);
export const plansTellContext = (condition: string): boolean => !WITHOUT_CONTEXT.has(condition.split(".", 1)[0]!);

/** Errors of rows that say where their expression stands. Source: Spark's QueryExecutionErrors, which has no context for others. */
const WITH_CONTEXT: ReadonlySet<string> = new Set([
  "ARITHMETIC_OVERFLOW",
  "CAST_INVALID_INPUT",
  "DIVIDE_BY_ZERO",
  "INTERVAL_ARITHMETIC_OVERFLOW",
  "INTERVAL_DIVIDED_BY_ZERO",
  "INVALID_ARRAY_INDEX",
  "INVALID_ARRAY_INDEX_IN_ELEMENT_AT",
  "INVALID_INDEX_OF_ZERO",
  "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
  "REMAINDER_BY_ZERO",
  "SCALAR_SUBQUERY_TOO_MANY_ROWS",
]);

/** Whether clients are told where an error of a row comes from. */
export const rowsTellContext = (condition: string): boolean => WITH_CONTEXT.has(condition) || WITH_CONTEXT.has(condition.split(".", 1)[0]!);

/** The place of what `source` has between two offsets; undefined where there is no such text. */
export function sqlPlace(source: SqlSource | undefined, start: number, end: number): SqlPlace | undefined {
  if (!source) return undefined;
  const { text, offset = 0, original = (at) => at } = source;
  const [from, to] = [original(start) - offset, original(end) - offset];
  return from >= 0 && from < to && to <= text.length ? new SqlPlace(source, from, to) : undefined;
}

/** Where an offset stands, as Spark counts: lines from 1, positions in code points from 0. */
export function lineOf(text: string, offset: number): { readonly line: number; readonly position: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) {
    line++;
    lineStart = at + 1;
  }
  let position = 0;
  for (let at = lineStart; at < offset; position++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return { line, position };
}

export function queryContext({ source, start, end }: SqlPlace): QueryContext {
  const { text, objectType = "", objectName = "" } = source;
  const { line, position } = lineOf(text, start);
  const object = objectType && objectName ? ` of ${objectType} ${objectName}` : "";
  const summary = `== SQL${object} (line ${line}, position ${position + 1}) ==\n${markedLines(text, start, end)}`;
  return { objectType, objectName, startIndex: start, stopIndex: end - 1, fragment: text.slice(start, end), line, position, summary };
}

/** Characters of a line that are shown before and behind the place. */
const MOST_AROUND = 32;
const CUT = "...";

/** The lines of a place, each with a line of carets below. Source: Spark's SQLQueryContext.summary. */
function markedLines(text: string, start: number, end: number): string {
  const lineStart = start === 0 ? 0 : text.lastIndexOf("\n", start - 1) + 1;
  const nextBreak = text.indexOf("\n", end - 1);
  const lineEnd = nextBreak < 0 ? text.length : nextBreak;
  const isCutBefore = start - lineStart >= MOST_AROUND;
  const isCutBehind = lineEnd - end >= MOST_AROUND;
  const from = isCutBefore ? start - MOST_AROUND : lineStart;
  const to = isCutBehind ? end + MOST_AROUND : lineEnd;
  const shown = `${isCutBefore ? CUT : ""}${text.slice(from, to)}${isCutBehind ? CUT : ""}`;
  let at = from - (isCutBefore ? CUT.length : 0);
  const marked = shown.replace(/\n+$/, "").split("\n");
  return marked
    .map((lineText) => {
      const before = Math.max(0, Math.min(start - at, lineText.length));
      const under = Math.max(0, Math.min(end - at, lineText.length) - before);
      at += lineText.length + 1;
      return `${lineText}\n${" ".repeat(before)}${"^".repeat(under)}\n`;
    })
    .join("");
}
