import type { Cursor } from "../lexer/cursor.ts";
import { startsQuery } from "./query.ts";

/** What may stand behind a query in parentheses that is the first part of a longer one. */
const GO_ON = new Set([
  "UNION",
  "EXCEPT",
  "MINUS",
  "INTERSECT",
  "ORDER",
  "SORT",
  "CLUSTER",
  "DISTRIBUTE",
  "WINDOW",
  "LIMIT",
  "OFFSET",
  "|>",
]);
/** What can follow a name and begin nothing: SELECT and the like are names there, as no keyword is reserved. */
const AFTER_NAME = new Set([
  ")",
  ",",
  ".",
  "]",
  ";",
  "=",
  "<=>",
  "<>",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "/",
  "%",
  "&",
  "^",
  "|",
  "||",
  "::",
  "->",
  "=>",
  "[",
]);

/** Whether the text from a token on, inside parentheses, is a query rather than an expression. It is found without trying to parse. */
export function queryAhead(c: Cursor, offset = 0): boolean {
  let at = offset;
  while (c.peek(at).word === "(") {
    const closing = c.closing(at);
    if (closing === undefined) return startsAt(c, at + 1);
    const behind = c.peek(closing + 1).word;
    if (behind !== ")") return GO_ON.has(behind) && innermost(c, at);
    at++;
  }
  return startsAt(c, at);
}

/** Whether what stands in all the parentheses that open at an offset is a query. */
function innermost(c: Cursor, offset: number): boolean {
  let at = offset;
  while (c.peek(at).word === "(") at++;
  return startsAt(c, at);
}

/**
 * Whether a SELECT of nothing but constants, the first of them a string, is no query: SELECT is a name then, which types the string as DATE
 * does, and Spark prefers a list of values (`1 IN (SELECT 'a')`, `(SELECT 'a', 'b')`) to a query. It goes on to refuse the type.
 */
export function typesString(c: Cursor, offset: number, inList: boolean): boolean {
  if (c.peek(offset).word !== "SELECT" || !c.isString(offset + 1)) return false;
  let at = offset + 1;
  let several = inList;
  for (; c.isString(at) || c.peek(at).kind === "integer" || c.peek(at).word === ","; at++) several ||= c.peek(at).word === ",";
  return several && c.peek(at).word === ")";
}

function startsAt(c: Cursor, offset: number): boolean {
  return startsQuery(c, offset) && c.peek(offset + 1).kind !== "end" && !AFTER_NAME.has(c.peek(offset + 1).word);
}
