import { AnalysisError } from "../../engine/errors.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { sqlTypeOf } from "../../engine/expressions/quoting.ts";
import { parserOptions } from "../parser/options.ts";
import { parseStatement } from "../parser/parse.ts";
import { nothing } from "../session/outcome.ts";
import { StatementContext } from "../session/statement-context.ts";
import type { Command, Of } from "./commands.ts";
import { runCommand } from "./commands.ts";
import { assignRow, targetsOf } from "./variable.ts";

/** EXECUTE IMMEDIATE text [INTO variables] [USING values]. Source: Spark's ResolveExecuteImmediate. */
export const executeImmediate: Command<"executeImmediate"> = async (statement, context) => {
  const text = await statementText(statement, context);
  const inner = parseStatement(text, parserOptions(context.session.conf.getAll()));
  if (inner.kind === "executeImmediate") throw new AnalysisError("NESTED_EXECUTE_IMMEDIATE", { sqlString: text.toUpperCase() });
  if (inner.kind === "compound") throw new AnalysisError("SQL_SCRIPT_IN_EXECUTE_IMMEDIATE", { sqlString: text });
  const parameters = await usingValues(statement, context);
  const own = new StatementContext(context.session, text, { parameters }, context.scopes);
  if (!statement.into) return runCommand(inner, own);
  if (inner.kind !== "query") throw new AnalysisError("INVALID_STATEMENT_FOR_EXECUTE_INTO", { sqlString: text.toUpperCase() });
  await assignRow(targetsOf(statement.into, context), await own.lower(inner.query), context);
  return nothing();
};

async function statementText({ statement }: Of<"executeImmediate">, context: StatementContext): Promise<string> {
  const { value, type } = await context.evaluate(statement);
  if (type.kind !== "string") throw new AnalysisError("INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE", { exprType: sqlTypeOf(type) });
  if (value === null) {
    const variableName = context.text.slice(statement.start, statement.end);
    throw new AnalysisError("NULL_QUERY_STRING_EXECUTE_IMMEDIATE", { varName: `\`${variableName}\`` });
  }
  return String(value);
}

/** Named where they have a name, else by their place; names are those of aliases, or of the variables themselves. */
async function usingValues({ using = [] }: Of<"executeImmediate">, context: StatementContext): Promise<Map<string | number, Expression>> {
  const found = new Map<string | number, Expression>();
  for (const [i, expression] of using.entries()) {
    const [inner, name] = expression.kind === "alias" ? [expression.child, expression.names[0]!.name] : [expression, undefined];
    const value = await context.evaluate(inner);
    if (name !== undefined) {
      if (found.has(name)) throw new AnalysisError("EXEC_IMM_DUPLICATE_ARGUMENT_ALIASES", { aliases: `\`${name}\`` });
      found.set(name, value);
    } else {
      found.set(i, value);
      const column = inner.kind === "column" && inner.name.kind === "name" ? inner.name.parts.at(-1)!.name : undefined;
      if (column !== undefined && !found.has(column)) found.set(column, value);
    }
  }
  return found;
}
