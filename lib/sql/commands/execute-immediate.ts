import { SqlPlace, type SqlSource } from "../../engine/errors/query-context.ts";
import { AnalysisError, ParseError } from "../../engine/errors.ts";
import type { Literal } from "../../engine/expressions/expression.ts";
import { literalSqlText } from "../../engine/expressions/print-literal.ts";
import { sqlExpr, sqlId, sqlTypeOf } from "../../engine/expressions/quoting.ts";
import { readSettings } from "../../engine/settings.ts";
import { type MarkerKey, parameterMarkers, type ReplacedText, replaceMarkers } from "../lexer/parameter-markers.ts";
import { parserOptions } from "../parser/options.ts";
import { parseStatement } from "../parser/parse.ts";
import { nothing } from "../session/outcome.ts";
import { StatementContext } from "../session/statement-context.ts";
import type { Statement } from "../syntax/statement.ts";
import type { Command, Of } from "./commands.ts";
import { runCommand } from "./commands.ts";
import { assignRow, currentValue, targetsOf } from "./variable.ts";

/**
 * EXECUTE IMMEDIATE text [INTO variables] [USING values]. The text sees the session's variables, and no script's.
 * Source: Spark's ResolveExecuteImmediate.
 */
export const executeImmediate: Command<"executeImmediate"> = async (statement, context) => {
  const { session } = context;
  const written = await statementText(statement, context);
  const { text, original } = boundText(written, await usingValues(statement, context), context);
  const source: SqlSource = { text: written, original, objectType: "EXECUTE IMMEDIATE" };
  const inner = parsed(text, source, context);
  if (inner.kind === "compound") throw new AnalysisError("SQL_SCRIPT_IN_EXECUTE_IMMEDIATE", { sqlString: text });
  const own = new StatementContext(session, text, {}, undefined, true, source);
  if (!statement.into) return runCommand(inner, own);
  if (inner.kind !== "query") throw new AnalysisError("INVALID_STATEMENT_FOR_EXECUTE_INTO", { sqlString: text.toUpperCase() });
  for (const parts of statement.into.map((name) => context.parts(name)))
    if (!currentValue(parts, context)) throw new AnalysisError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", { objectName: sqlId(parts) });
  await assignRow(targetsOf(statement.into, context), await own.lower(inner.query), context);
  return nothing();
};

/** As in Spark, what does not parse is about all of the text. */
function parsed(text: string, source: SqlSource, { session }: StatementContext): Statement {
  try {
    return parseStatement(text, parserOptions(session.conf.getAll()));
  } catch (thrown) {
    if (!(thrown instanceof ParseError) || thrown.context) throw thrown;
    const origin = new SqlPlace(source, 0, source.text.length);
    throw source.text === "" ? thrown : new ParseError(thrown.condition, thrown.messageParameters, { origin });
  }
}

async function statementText({ statement }: Of<"executeImmediate">, context: StatementContext): Promise<string> {
  const { value, type } = await context.evaluate(statement);
  if (type.kind !== "string") throw new AnalysisError("INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE", { exprType: sqlTypeOf(type) });
  if (value === null) {
    const variableName = context.text.slice(statement.start, statement.end);
    throw new AnalysisError("NULL_QUERY_STRING_EXECUTE_IMMEDIATE", { varName: `\`${variableName}\`` });
  }
  return String(value);
}

interface Argument {
  /** Of an alias, or of the variable itself. */
  readonly name: string | undefined;
  readonly value: Literal;
}

/** Throws UNSUPPORTED_EXPR_FOR_PARAMETER for what is no constant. */
async function usingValues({ using = [] }: Of<"executeImmediate">, context: StatementContext): Promise<readonly Argument[]> {
  const found: Argument[] = [];
  for (const expression of using) {
    const [inner, alias] = expression.kind === "alias" ? [expression.child, expression.names[0]!.name] : [expression, undefined];
    const column = inner.kind === "column" && inner.name.kind === "name" ? inner.name.parts.at(-1)!.name : undefined;
    found.push({ name: alias ?? column, value: await context.constant(inner) });
  }
  return found;
}

/** The text with its markers replaced by values, as statements write them. */
function boundText(text: string, args: readonly Argument[], context: StatementContext): ReplacedText {
  if (args.length === 0) return { text, original: (offset) => offset };
  const { timeZone } = readSettings(context.conf).session;
  const texts = new Map<MarkerKey, string>();
  for (const [i, { name, value }] of args.entries()) {
    texts.set(i, literalSqlText(value, timeZone));
    if (name !== undefined) texts.set(name, literalSqlText(value, timeZone));
  }
  const markers = parameterMarkers(text, new Set(texts.keys()));
  const named = markers.filter(({ key }) => typeof key === "string");
  if (named.length > 0 && named.length < markers.length) throw new AnalysisError("INVALID_QUERY_MIXED_QUERY_PARAMETERS", {});
  const nameless = args.filter(({ name }) => name === undefined);
  if (named.length > 0 && nameless.length > 0)
    throw new AnalysisError("ALL_PARAMETERS_MUST_BE_NAMED", { exprs: nameless.map(({ value }) => sqlExpr(value)).join(", ") });
  const unbound = markers.find(({ key }) => !texts.has(key));
  if (unbound)
    throw new AnalysisError("UNBOUND_SQL_PARAMETER", { name: typeof unbound.key === "string" ? unbound.key : `_${unbound.start}` });
  return replaceMarkers(text, markers, texts);
}
