import type { Cursor } from "../lexer/cursor.ts";
import type { Alias, Expression } from "../syntax/expression.ts";
import type { Pivot, Unpivot } from "../syntax/query.ts";
import type { PlainName } from "../syntax/span.ts";
import { parseIdentifiers, parseNamedExpression, startsClause } from "./alias.ts";
import { parseExpr } from "./expression.ts";
import { listInParentheses } from "./list.ts";
import { parsePlainName } from "./plain-name.ts";

/** `PIVOT (sum(x) AS s FOR (a, b) IN ((1, 2) AS c, ...))`. */
export function parsePivot(c: Cursor): Omit<Pivot, "child"> {
  const start = c.expect("PIVOT").start;
  c.expect("(");
  const aggregates = c.list(() => parseNamedExpression(c));
  c.expect("FOR");
  const columns = c.at("(") ? parseIdentifiers(c) : [c.declaredIdentifier()];
  c.expect("IN");
  const values = listInParentheses(c, parseValue);
  c.expect(")");
  return { kind: "pivot", aggregates, columns, values, ...c.spanFrom(start) };
}

function parseValue(c: Cursor): Expression | Alias {
  const start = c.peek().start;
  const child = parseExpr(c);
  if (!c.accept("AS") && !c.isIdentifier()) return child;
  return { kind: "alias", child, names: [c.declaredIdentifier()], ...c.spanFrom(start) };
}

/** `UNPIVOT INCLUDE NULLS (v FOR n IN (a, b AS c))`, `UNPIVOT ((v, w) FOR n IN ((a, b) AS c))`. */
export function parseUnpivot(c: Cursor): Omit<Unpivot, "child"> {
  const start = c.expect("UNPIVOT").start;
  const include = c.accept("INCLUDE", "NULLS");
  if (!include) c.accept("EXCLUDE", "NULLS");
  c.expect("(");
  const several = c.at("(");
  const values = several ? listInParentheses(c, (inner) => inner.identifier()) : [c.identifier()];
  c.expect("FOR");
  const name = c.identifier();
  c.expect("IN");
  const columns = listInParentheses(c, (inner) => parseColumns(inner, several));
  c.expect(")");
  const aliased = c.accept("AS") || (c.isStrictIdentifier() && !startsClause(c));
  const alias = aliased ? parseAlias(c) : undefined;
  return {
    kind: "unpivot",
    nulls: include ? "include" : "exclude",
    values,
    name,
    columns,
    ...(alias ? { alias } : {}),
    ...c.spanFrom(start),
  };
}

function parseAlias(c: Cursor) {
  const name = c.declaredIdentifier();
  return { name, start: name.start, end: name.end };
}

function parseColumns(c: Cursor, several: boolean): Unpivot["columns"][number] {
  const columns: PlainName[] = several ? listInParentheses(c, parsePlainName) : [parsePlainName(c)];
  if (!c.accept("AS") && !c.isIdentifier()) return { columns };
  return { columns, alias: c.declaredIdentifier() };
}
