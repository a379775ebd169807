import type { Expression } from "../../engine/expressions/expression.ts";
import { quoteIfNeeded } from "../../engine/expressions/print-type.ts";
import { lowering } from "../lower/context.ts";
import { callSqlFunction } from "../lower/sql-function.ts";
import { parserOptions } from "../parser/options.ts";
import { parseExpression } from "../parser/parse.ts";
import { loadFunctions } from "./loaded-functions.ts";
import type { SqlSession } from "./session.ts";
import { StatementContext } from "./statement-context.ts";

/** The call of a function written in SQL, of the session's or the catalog's; undefined where there is none of that name. */
export async function callByName(
  parts: readonly string[],
  args: readonly Expression[],
  session: SqlSession,
): Promise<Expression | undefined> {
  const text = `${parts.map(quoteIfNeeded).join(".")}()`;
  await loadFunctions(parseExpression(text, parserOptions(session.conf.getAll())), session);
  const context = new StatementContext(session, text).lowering();
  const found = context.function(parts);
  return found && callSqlFunction(found, args, lowering(context));
}
