import type { StructField } from "./data-type.ts";
import { valueText } from "./value-text.ts";
import type { Value } from "./values.ts";

export interface ShowOptions {
  /** Longest cell in characters; longer ones are cut, names never. 0: cells are whole and stand on the left. */
  readonly truncate: number;
  /** A line a cell instead of a line a row. */
  readonly vertical: boolean;
  /** There are more rows than these. */
  readonly hasMore: boolean;
  readonly timeZone: string;
}

const LEAST_WIDTH = 3;

/** Rows, columns by position, as Spark's Dataset.showString draws them. Ends with a line break. */
export function showString(columns: readonly StructField[], rows: readonly (readonly Value[])[], options: ShowOptions): string {
  const { header, cells } = texts(columns, rows, options);
  const table = options.vertical ? records(header, cells) : box(header, cells, options.truncate > 0);
  return `${table}${footer(rows.length, options)}`;
}

/** The same as a table of HTML: Dataset.htmlString. */
export function htmlString(
  columns: readonly StructField[],
  rows: readonly (readonly Value[])[],
  options: Omit<ShowOptions, "vertical">,
): string {
  const { header, cells } = texts(columns, rows, options);
  const line = (row: readonly string[], tag: string) => `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>\n`;
  const body = cells.map((row) => line(row, "td")).join("");
  return `<table border='1'>\n${line(header, "th")}${body}</table>\n${options.hasMore ? `${moreThan(rows.length)}\n` : ""}`;
}

const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => HTML[character]!);

function texts(
  columns: readonly StructField[],
  rows: readonly (readonly Value[])[],
  { truncate, timeZone }: Pick<ShowOptions, "truncate" | "timeZone">,
): { readonly header: readonly string[]; readonly cells: readonly (readonly string[])[] } {
  const cellsOf = (row: readonly Value[]) =>
    columns.map((column, i) => cut(escaped(valueText(row[i]!, column.dataType, timeZone)), truncate));
  return { header: columns.map((column) => escaped(column.name)), cells: rows.map(cellsOf) };
}

function footer(rows: number, { vertical, hasMore }: ShowOptions): string {
  if (vertical && rows === 0) return "(0 rows)";
  return hasMore ? moreThan(rows) : "";
}
const moreThan = (rows: number): string => `only showing top ${rows} ${rows === 1 ? "row" : "rows"}`;

const META_CHARACTERS: readonly (readonly [character: string, shown: string])[] = [
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\f", "\\f"],
  ["\b", "\\b"],
  ["\v", "\\v"],
  ["\u0007", "\\a"],
];
const escaped = (text: string): string => META_CHARACTERS.reduce((result, [character, shown]) => result.replaceAll(character, shown), text);

/** Below four characters there is no room for dots. */
function cut(text: string, most: number): string {
  if (most <= 0 || text.length <= most) return text;
  return most < 4 ? text.slice(0, most) : `${text.slice(0, most - 3)}...`;
}

/** East Asian characters that take two cells of a terminal. Source: Spark's Utils.stringHalfWidth. */
const FULL_WIDTH = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/g;
const widthOf = (text: string): number => text.length + (text.match(FULL_WIDTH)?.length ?? 0);
const widest = (texts: readonly string[]): number => texts.reduce((width, text) => Math.max(width, widthOf(text)), LEAST_WIDTH);
const padding = (text: string, width: number): string => " ".repeat(Math.max(0, width - widthOf(text)));

function box(header: readonly string[], rows: readonly (readonly string[])[], right: boolean): string {
  const widths = header.map((name, i) => widest([name, ...rows.map((row) => row[i]!)]));
  const rule = `+${widths.map((width) => "-".repeat(width)).join("+")}+\n`;
  const padded = (text: string, width: number) => (right ? padding(text, width) + text : text + padding(text, width));
  const line = (cells: readonly string[]) => `|${cells.map((cell, i) => padded(cell, widths[i]!)).join("|")}|\n`;
  return `${rule}${line(header)}${rule}${rows.map(line).join("")}${rule}`;
}

function records(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const nameWidth = widest(header);
  const cellWidth = widest(rows.flat());
  const left = (text: string, width: number) => text + padding(text, width);
  return rows
    .map((row, i) => {
      const lines = row.map((cell, j) => ` ${left(header[j]!, nameWidth)} | ${left(cell, cellWidth)} \n`);
      return `${`-RECORD ${i}`.padEnd(nameWidth + cellWidth + 5, "-")}\n${lines.join("")}`;
    })
    .join("");
}
