import { resolveExpression } from "../../engine/analyzer/resolve-expression.ts";
import { emptyScope } from "../../engine/analyzer/scope.ts";
import { AnalysisError, ExecutionError } from "../../engine/errors.ts";
import { cast, literal, parseAttributeName } from "../../engine/expressions/build.ts";
import type { Expression, Literal } from "../../engine/expressions/expression.ts";
import { hasSubquery } from "../../engine/expressions/properties.ts";
import { sqlExpr, sqlId } from "../../engine/expressions/quoting.ts";
import { childrenOf } from "../../engine/expressions/traverse.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { readSettings } from "../../engine/settings.ts";
import { withoutLengths } from "../../engine/types/char-type.ts";
import { sameTypeIgnoringNullability, stringType, structField } from "../../engine/types/data-type.ts";
import { parserOptions } from "../parser/options.ts";
import { parseExpression } from "../parser/parse.ts";
import { variableNameOf } from "../session/names.ts";
import { nothing } from "../session/outcome.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { unresolved } from "../session/variables.ts";
import type * as syntax from "../syntax/expression.ts";
import { type Name, unplaced } from "../syntax/span.ts";
import type { Command, Of } from "./commands.ts";
import { defaultsInQuery, holdsDefault, isDefault } from "./insert-defaults.ts";
import { withLength } from "./store-assignment.ts";

/** DECLARE [OR REPLACE] VARIABLE. Source: Spark's CreateVariableExec. */
export const declareVariable: Command<"declareVariable"> = async (statement, context) => {
  const { names, replace, defaultText = "null" } = statement;
  const value = await initialValue(statement, context);
  const parts = names.map((name) => context.parts(name));
  context.session.variables.declare(parts, { value, defaultText }, replace);
  return nothing();
};

/** The value that a declaration gives a variable. */
export async function initialValue(statement: Of<"declareVariable">, context: StatementContext): Promise<Literal> {
  const { type, default: expression } = statement;
  if (!expression) return literal(null, type ?? stringType);
  const lowered = await context.lowerExpression(expression);
  refuseNoValue(lowered, statement, context);
  const found = await context.evaluated(lowered);
  return type ? castValue(found, found.type.kind === "void" ? literal(null, type).type : type, context) : found;
}

/** A declaration's value is one expression's: no query, no aggregate, no generator. */
function refuseNoValue(lowered: Expression, { names, defaultText = "" }: Of<"declareVariable">, context: StatementContext): void {
  if (hasSubquery(lowered))
    throw new AnalysisError("INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION", {
      statement: "DECLARE VARIABLE",
      colName: sqlId(["system", "session", context.parts(names[0]!).at(-1)!]),
      defaultValue: defaultText,
    });
  const resolved = resolveExpression(lowered, emptyScope, readSettings(context.conf).session);
  const invalid: Expression[] = [];
  const generators: Expression[] = [];
  eachExpression(resolved, (e) => {
    if (e.kind === "window" || e.kind === "aggregate") invalid.push(e);
    if (e.kind === "generator") generators.push(e);
  });
  if (generators.length > 0) throw new AnalysisError("UNSUPPORTED_GENERATOR.OUTSIDE_SELECT", { plan: `'CreateVariable ${defaultText}` });
  if (invalid.length > 0) throw new AnalysisError("UNSUPPORTED_EXPR_FOR_OPERATOR", { invalidExprSqls: invalid.map(sqlExpr).join(", ") });
}

function eachExpression(expression: Expression, visit: (e: Expression) => void): void {
  visit(expression);
  for (const child of childrenOf(expression)) eachExpression(child, visit);
}

/** The value in a type, as a store assignment casts it. */
export async function castValue(value: Literal, type: Literal["type"], context: StatementContext): Promise<Literal> {
  const plain = withoutLengths(type);
  if (value.value === null || (plain === type && sameTypeIgnoringNullability(value.type, type))) return literal(value.value, type);
  const stored = withLength({ ...cast(value, plain), mode: "ansi" }, type);
  return literal((await context.evaluated(stored)).value, type);
}

/** DROP TEMPORARY VARIABLE: not in scripts. */
export const dropVariable: Command<"dropVariable"> = async ({ name, ifExists }, context) => {
  if (context.scopes) throw new AnalysisError("UNSUPPORTED_FEATURE.SQL_SCRIPTING_DROP_TEMPORARY_VARIABLE", {});
  context.session.variables.drop(context.parts(name), ifExists);
  return nothing();
};

/** SET VARIABLE a = 1, b = DEFAULT. */
export const setVariable: Command<"setVariable"> = async ({ names, values }, context) => {
  const targets = targetsOf(names, context);
  if (targets.length !== values.length) throw arity(targets.length, values.length);
  const found: Literal[] = [];
  for (const [i, value] of values.entries()) {
    if (!isDefault(value) && holdsDefault(value)) throw new AnalysisError("DEFAULT_PLACEMENT_INVALID", {});
    found.push(await context.evaluate(isDefault(value) ? defaultOf(targets[i]!, context) : value));
  }
  for (const [i, parts] of targets.entries()) await assign(parts, found[i]!, context);
  return nothing();
};

/** SET VARIABLE (a, b) = (SELECT ...). */
export const setVariableQuery: Command<"setVariableQuery"> = async ({ names, query }, context) => {
  const targets = targetsOf(names, context);
  const columns = targets.map((_, i) => structField(String(i), { kind: "void" }));
  const complete = defaultsInQuery(query, columns, ({ name }) => defaultOf(targets[Number(name)]!, context));
  await assignRow(targets, await context.lower(complete), context);
  return nothing();
};

/** Gives variables the values of a query's one row, or NULL where it has none. Throws ROW_SUBQUERY_TOO_MANY_ROWS. */
export async function assignRow(targets: readonly (readonly string[])[], plan: LogicalPlan, context: StatementContext): Promise<void> {
  const { schema, rows } = await context.rows({ kind: "limit", count: 2, child: plan }, 2);
  if (schema.fields.length !== targets.length) throw arity(targets.length, schema.fields.length);
  if (rows.length > 1) throw new ExecutionError("ROW_SUBQUERY_TOO_MANY_ROWS", {});
  for (const [i, parts] of targets.entries()) {
    const value = rows[0]?.[i] ?? null;
    await assign(parts, literal(value, schema.fields[i]!.dataType), context);
  }
}

const arity = (targets: number, values: number): AnalysisError =>
  new AnalysisError("ASSIGNMENT_ARITY_MISMATCH", { numTarget: String(targets), numExpr: String(values) });

/** The variables that are assigned to. Throws UNRESOLVED_VARIABLE and DUPLICATE_ASSIGNMENTS. */
export function targetsOf(names: readonly Name[], context: StatementContext): readonly (readonly string[])[] {
  const targets = names.map((name) => context.parts(name));
  for (const parts of targets) if (!currentValue(parts, context)) unresolved(parts);
  const keys = targets.map((parts) => (parts.length === 1 ? parts[0]!.toLowerCase() : (variableNameOf(parts) ?? parts.join("."))));
  const twice = keys.filter((key, i) => keys.indexOf(key) < i);
  if (twice.length > 0)
    throw new AnalysisError("DUPLICATE_ASSIGNMENTS", { nameList: [...new Set(twice)].map((key) => sqlId([key])).join(", ") });
  return targets;
}

/**
 * What was looked at without variables (`withoutVariables`) and lacks a name that is a variable's.
 * Throws INVALID_TEMP_OBJ_REFERENCE in the place of UNRESOLVED_COLUMN.
 */
export const refusedVariable =
  (permanent: { readonly obj: "VIEW" | "FUNCTION"; readonly objName: string }, context: StatementContext) =>
  (thrown: unknown): never => {
    if (!(thrown instanceof AnalysisError) || !thrown.condition.startsWith("UNRESOLVED_COLUMN.")) throw thrown;
    const tempObjName = thrown.messageParameters.objectName ?? "";
    const parts = parseAttributeName(tempObjName);
    const isVariable = parts.some((_, i) => currentValue(parts.slice(0, i + 1), context) !== undefined);
    if (!isVariable) throw thrown;
    throw new AnalysisError("INVALID_TEMP_OBJ_REFERENCE", { ...permanent, tempObj: "VARIABLE", tempObjName });
  };

/** The value that a variable of the script around, else of the session, has now. */
export const currentValue = (parts: readonly string[], context: StatementContext): Literal | undefined => context.variable(parts)?.value;

async function assign(parts: readonly string[], value: Literal, context: StatementContext): Promise<void> {
  const cast = await castValue(value, currentValue(parts, context)!.type, context);
  if (!context.scopes?.assign(parts, cast)) context.session.variables.set(parts, cast);
}

/** The expression that DEFAULT means for a variable. */
function defaultOf(parts: readonly string[], context: StatementContext): syntax.Expression {
  const text = context.scopes?.defaultText(parts) ?? context.session.variables.find(parts)?.defaultText ?? "null";
  return unplaced(parseExpression(text, parserOptions(context.session.conf.getAll())));
}
