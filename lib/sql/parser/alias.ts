import { isStrict } from "../../engine/keywords.ts";
import type { Cursor } from "../lexer/cursor.ts";
import type { Alias, Expression } from "../syntax/expression.ts";
import type { TableAlias } from "../syntax/query.ts";
import type { Identifier } from "../syntax/span.ts";
import { parseExpr } from "./expression.ts";
import { listInParentheses } from "./list.ts";

/** `expression`, `expression [AS] name`, `expression [AS] (a, b)`. */
export function parseNamedExpression(c: Cursor): Expression | Alias {
  const start = c.peek().start;
  const child = parseExpr(c);
  const names = parseAliasNames(c);
  return names ? { kind: "alias", child, names, ...c.spanFrom(start) } : child;
}

function parseAliasNames(c: Cursor): Identifier[] | undefined {
  // A lone AS is a name itself.
  if ((c.isIdentifier(1) || c.peek(1).word === "(" || c.options.reservedKeywords) && c.accept("AS"))
    return c.at("(") ? parseIdentifiers(c) : [c.declaredIdentifier()];
  if (c.at("(")) return parseIdentifiers(c);
  return c.isIdentifier() && !startsClause(c) ? [c.declaredIdentifier()] : undefined;
}

/** `(a, b)`. */
export function parseIdentifiers(c: Cursor): Identifier[] {
  return listInParentheses(c, (inner) => inner.declaredIdentifier());
}

/** `[AS] name [(columns)]`, or nothing. */
export function parseTableAlias(c: Cursor): TableAlias | undefined {
  const start = c.peek().start;
  // As no keyword is reserved, `AS (a)` is a relation called "as".
  if (!(c.at("AS", "(") && c.isIdentifier()) && c.accept("AS")) {
    if (isStrict(c.peek().word)) c.fail();
  } else if (!c.isIdentifier() || isStrict(c.peek().word) || startsClause(c)) return undefined;
  const name = c.identifier();
  return { name, ...(c.at("(") ? { columns: parseIdentifiers(c) } : {}), ...c.spanFrom(start) };
}

const before =
  (...words: string[]) =>
  (c: Cursor) =>
    words.includes(c.peek(1).word);
const ENDINGS = new Set([")", ",", ";", "]", "|>"]);
const NEXT_CLAUSES = new Set(["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "JOIN", "UNION"]);

/** Whether something follows that the clause could be about: neither the text's end nor another clause. */
function unlessLast(c: Cursor): boolean {
  const next = c.peek(1);
  if (next.kind === "end" || ENDINGS.has(next.word)) return false;
  const behind = c.peek(2);
  return !NEXT_CLAUSES.has(next.word) || behind.kind === "end" || (behind.kind === "symbol" && behind.word !== "(");
}

/**
 * Words that a query may go on with, and what must follow for them to do so: none is reserved, so that each could be an alias
 * as well (`SELECT 1 limit`). Spark's parser looks ahead as far as it takes; a token or two tell the same for all but contrived texts.
 */
const CLAUSES: ReadonlyMap<string, (c: Cursor) => boolean> = new Map([
  ...["WHERE", "HAVING", "LIMIT", "OFFSET", "SELECT", "FROM", "FOR", "DO", "SET", "MAP", "REDUCE"].map(
    (word) => [word, unlessLast] as const,
  ),
  ["GROUP", (c) => c.peek(1).word === "BY" && c.peek(2).kind !== "end"],
  ...["ORDER", "SORT", "CLUSTER", "DISTRIBUTE", "PARTITION"].map((word) => [word, before("BY")] as const),
  ...["UNION", "EXCEPT", "MINUS", "INTERSECT"].map(
    (word) => [word, before("ALL", "DISTINCT", "SELECT", "(", "VALUES", "TABLE", "FROM")] as const,
  ),
  ...["VERSION", "TIMESTAMP", "SYSTEM_VERSION", "SYSTEM_TIME"].map((word) => [word, (c: Cursor) => c.at(word, "AS", "OF")] as const),
  ["WINDOW", (c) => c.isIdentifier(1) && c.peek(2).word === "AS"],
  ["TABLESAMPLE", before("(")],
  ["PIVOT", before("(")],
  ["UNPIVOT", before("(", "INCLUDE", "EXCLUDE")],
  ["LATERAL", before("VIEW")],
  ["WITH", before("(", "ROLLUP", "CUBE", "SINGLE")],
  ["GROUPING", before("SETS")],
  ["WATERMARK", (c) => c.isIdentifier(1)],
  ["DELAY", before("OF")],
  ["INSERT", before("INTO", "OVERWRITE")],
  ["QUALIFY", (c) => unlessLast(c) && !isStrict(c.peek(1).word) && !CLAUSES.has(c.peek(1).word)],
]);

/** Whether the word here goes on with the query rather than being a name. */
export function startsClause(c: Cursor): boolean {
  return CLAUSES.get(c.peek().word)?.(c) ?? false;
}
