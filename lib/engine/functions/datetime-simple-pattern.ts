import { AnalysisError } from "../errors.ts";

/** Patterns as java.text.SimpleDateFormat takes them. */
export interface SimpleField {
  readonly letter: string;
  readonly count: number;
}
export type SimpleItem = SimpleField | string;
const LETTERS = "GyYMLwWDdFEuaHkKhmsSzZX";
/** Whether SimpleDateFormat takes a pattern. */
export const isSimplePattern = (pattern: string): boolean => itemsOf(pattern) !== undefined;

function itemsOf(pattern: string): readonly SimpleItem[] | undefined {
  const items: SimpleItem[] = [];
  const token = /''|'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/gy;
  let end = 0;
  for (let match = token.exec(pattern); match; match = token.exec(pattern)) {
    end = token.lastIndex;
    const [text, quoted, letter] = match;
    if (letter === undefined) items.push(text === "''" ? "'" : (quoted?.replaceAll("''", "'") ?? text));
    else if (LETTERS.includes(letter) && !(letter === "X" && text.length > 3)) items.push({ letter, count: text.length });
    else return undefined;
  }
  return end === pattern.length ? items : undefined;
}

/** Throws INVALID_DATETIME_PATTERN. */
export function simpleItems(pattern: string): readonly SimpleItem[] {
  const items = itemsOf(pattern);
  if (items) return items;
  throw new AnalysisError("INVALID_DATETIME_PATTERN.WITH_SUGGESTION", {
    pattern: `'${pattern}'`,
    docroot: "https://spark.apache.org/docs/latest",
  });
}

/** Throws INVALID_DATETIME_PATTERN. */
export const checkSimplePattern = (pattern: string): void => void simpleItems(pattern);
