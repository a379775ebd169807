import type { Cursor } from "../lexer/cursor.ts";
import type { Statement } from "../syntax/statement.ts";
import { parseQuery } from "./query.ts";

/** A statement of any family, by its first words. */
export function parseStatement(c: Cursor): Statement {
  const start = c.peek().start;
  return { kind: "query", query: parseQuery(c), ...c.spanFrom(start) };
}
