import { Cursor } from "../lexer/cursor.ts";
import { splitStatements } from "../lexer/split-statements.ts";
import { displayed } from "../lexer/syntax-error.ts";
import type { Alias, Expression } from "../syntax/expression.ts";
import type { Query } from "../syntax/query.ts";
import type { Name } from "../syntax/span.ts";
import type { Statement } from "../syntax/statement.ts";
import { parseNamedExpression } from "./alias.ts";
import { parseName } from "./name.ts";
import type { ParserOptions } from "./options.ts";
import { parseQuery as parseQueryAt } from "./query.ts";
import { parseScriptBlock } from "./script.ts";

import { parseSetOrStatement } from "./statement.ts";

/**
 * One statement, with any number of `;` behind it, or a script (`BEGIN ... END`). A `Cursor`'s errors are Spark's: PARSE_SYNTAX_ERROR and PARSE_EMPTY_STATEMENT with
 * the place in `origin`, or the condition by which Spark refuses what it understands.
 */
export function parseStatement(text: string, options: ParserOptions): Statement {
  return whole(text, options, (c) => {
    if (c.at("BEGIN")) {
      const script = parseScriptBlock(c);
      c.accept(";");
      return script;
    }
    const statement = parseSetOrStatement(c);
    acceptEnd(c);
    return statement;
  });
}

/** Statements with `;` between. Places are counted from the beginning of each one's own text (`splitStatements`). */
export function parseScript(text: string, options: ParserOptions): Statement[] {
  const { statements, rest } = splitStatements(text);
  return [...statements, ...(rest === "" ? [] : [rest])].map((statement) => parseStatement(statement, options));
}

/** A query alone: what `CREATE VIEW` stores, and what spark.sql() takes for a data frame. */
export function parseQuery(text: string, options: ParserOptions): Query {
  return whole(text, options, parseQueryAt);
}

/** An expression, which may have a name: `a + 1`, `a AS b`. */
export function parseExpression(text: string, options: ParserOptions): Expression | Alias {
  return whole(text, options, parseNamedExpression);
}

/** Several of them, as a SELECT has: `a, b AS c, *`. */
export function parseSelectItems(text: string, options: ParserOptions): (Expression | Alias)[] {
  return whole(text, options, (c) => c.list(() => parseNamedExpression(c)));
}

/** `catalog.schema.table`. */
export function parseTableName(text: string, options: ParserOptions): Name {
  return whole(text, options, parseName);
}

/** Any number of `;`, behind which a second statement is one too many. */
function acceptEnd(c: Cursor): void {
  if (!c.accept(";")) return;
  while (c.accept(";"));
  if (c.peek().kind !== "end") c.fail(c.peek(), `: extra input ${displayed(c.peek())}`);
}

function whole<T>(text: string, options: ParserOptions, parse: (c: Cursor) => T): T {
  const c = new Cursor(text, options);
  const result = parse(c);
  c.finish();
  return result;
}
