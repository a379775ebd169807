import type { Cursor } from "../lexer/cursor.ts";
import type { Expression, SortItem, TableArgument } from "../syntax/expression.ts";
import type { Query } from "../syntax/query.ts";
import { startsClause } from "./alias.ts";
import { parseExpr } from "./expression.ts";
import { parseArgument } from "./function-call.ts";
import { parseName } from "./name.ts";
import { parseQuery, startsQuery } from "./query.ts";
import { refuse, sqlId } from "./refuse.ts";
import { parseSortItem } from "./window.ts";

/** An argument of a table function: a value, `name => value`, or a table: `TABLE(t) PARTITION BY a ORDER BY b`. */
export function parseTableArgument(c: Cursor): Expression {
  if (atTable(c, 0)) return parseTable(c);
  if (!c.isIdentifier() || c.peek(1).word !== "=>" || !atTable(c, 2)) return parseArgument(c);
  const start = c.peek().start;
  const name = c.identifier();
  c.expect("=>");
  return { kind: "namedArgument", name, value: parseTable(c), ...c.spanFrom(start) };
}

function atTable(c: Cursor, offset: number): boolean {
  return c.peek(offset).word === "TABLE" && (c.peek(offset + 1).word === "(" || c.isIdentifier(offset + 1));
}

function parseTable(c: Cursor): TableArgument {
  const start = c.expect("TABLE").start;
  if (!c.at("(")) {
    const { start: from, end } = parseName(c);
    const name = c.text.slice(from, end);
    const condition = "INVALID_SQL_SYNTAX.INVALID_TABLE_FUNCTION_IDENTIFIER_ARGUMENT_MISSING_PARENTHESES";
    return refuse(c, condition, { argumentName: sqlId(name) }, { start });
  }
  c.expect("(");
  const query = startsQuery(c) || c.at("(") ? parseQuery(c) : namedTable(c);
  c.expect(")");
  const singlePartition = c.accept("WITH", "SINGLE", "PARTITION");
  const partitionBy =
    !singlePartition && (c.accept("PARTITION", "BY") || c.accept("DISTRIBUTE", "BY"))
      ? parseGroup(c, parseExpr, "PARTITION BY")
      : undefined;
  const orders = (singlePartition || partitionBy) && (c.accept("ORDER", "BY") || c.accept("SORT", "BY"));
  const orderBy = orders ? parseGroup<SortItem>(c, parseSortItem, "ORDER BY") : undefined;
  return {
    kind: "tableArgument",
    query,
    ...(partitionBy ? { partitionBy } : {}),
    ...(singlePartition ? { singlePartition } : {}),
    ...(orderBy ? { orderBy } : {}),
    ...c.spanFrom(start),
  };
}

function namedTable(c: Cursor): Query {
  const start = c.peek().start;
  const name = parseName(c);
  const span = c.spanFrom(start);
  return { body: { kind: "table", name, ...span }, ...span };
}

/** One item, or several in parentheses. */
function parseGroup<T>(c: Cursor, parse: (c: Cursor) => T, clause: string): T[] {
  const mark = c.mark();
  if (c.accept("(")) {
    const items = c.list(() => parse(c));
    if (c.accept(")") && (items.length > 1 || [",", ")", "ORDER", "SORT"].includes(c.peek().word))) return items;
    c.reset(mark);
  }
  const start = c.peek();
  const items = [parse(c)];
  // A comma may begin the next argument, too, unless no argument can begin with what follows.
  if (!c.at(",") || atTable(c, 1) || c.peek(2).word === "=>" || startsClause(c)) return items;
  const message = `The table function call includes a table argument with an invalid partitioning/ordering specification: the ${clause} clause included multiple expressions without parentheses surrounding them; please add parentheses around these expressions and then retry the query again`;
  return invalid(c, message, start);
}

function invalid(c: Cursor, msg: string, at: { readonly start: number }): never {
  return refuse(c, "_LEGACY_ERROR_TEMP_0064", { msg }, at);
}
