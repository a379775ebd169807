import { AnalysisError, ExecutionError } from "../../engine/errors.ts";
import { cast, literal } from "../../engine/expressions/build.ts";
import type { Expression, Literal } from "../../engine/expressions/expression.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { sameTypeIgnoringNullability, stringType } from "../../engine/types/data-type.ts";
import { parserOptions } from "../parser/options.ts";
import { parseExpression } from "../parser/parse.ts";
import { variableNameOf } from "../session/names.ts";
import { nothing } from "../session/outcome.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { unresolved } from "../session/variables.ts";
import type * as syntax from "../syntax/expression.ts";
import type { Name } from "../syntax/span.ts";
import type { Command, Of } from "./commands.ts";

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
  const found = await context.evaluate(expression);
  return type ? castValue(found, found.type.kind === "void" ? literal(null, type).type : type, context) : found;
}

/** The value in a type, as a store assignment casts it. */
export async function castValue(value: Literal, type: Literal["type"], context: StatementContext): Promise<Literal> {
  if (sameTypeIgnoringNullability(value.type, type)) return literal(value.value, type);
  if (value.value === null) return literal(null, type);
  return literal((await context.evaluated({ ...cast(value, type), mode: "ansi" })).value, type);
}

/** DROP TEMPORARY VARIABLE. */
export const dropVariable: Command<"dropVariable"> = async ({ name, ifExists }, context) => {
  context.session.variables.drop(context.parts(name), ifExists);
  return nothing();
};

/** SET VARIABLE a = 1, b = DEFAULT. */
export const setVariable: Command<"setVariable"> = async ({ names, values }, context) => {
  const targets = targetsOf(names, context);
  if (targets.length !== values.length) throw arity(targets.length, values.length);
  const expressions = await Promise.all(
    values.map(async (value, i) => (isDefault(value) ? defaultOf(targets[i]!, context) : context.lowerExpression(value))),
  );
  const found = await Promise.all(expressions.map((e) => context.evaluated(e)));
  for (const [i, parts] of targets.entries()) await assign(parts, found[i]!, context);
  return nothing();
};

/** SET VARIABLE (a, b) = (SELECT ...). */
export const setVariableQuery: Command<"setVariableQuery"> = async ({ names, query }, context) => {
  const targets = targetsOf(names, context);
  await assignRow(targets, await context.lower(query), context);
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

const currentValue = (parts: readonly string[], { scopes, session }: StatementContext): Literal | undefined =>
  scopes?.variable(parts) ?? session.variables.find(parts)?.value;

async function assign(parts: readonly string[], value: Literal, context: StatementContext): Promise<void> {
  const cast = await castValue(value, currentValue(parts, context)!.type, context);
  if (!context.scopes?.assign(parts, cast)) context.session.variables.set(parts, cast);
}

const isDefault = (value: syntax.Expression): boolean =>
  value.kind === "column" &&
  value.name.kind === "name" &&
  value.name.parts.length === 1 &&
  value.name.parts[0]!.name.toUpperCase() === "DEFAULT";

async function defaultOf(parts: readonly string[], context: StatementContext): Promise<Expression> {
  const text = context.scopes?.defaultText(parts) ?? context.session.variables.find(parts)?.defaultText ?? "null";
  return context.lowerExpression(parseExpression(text, parserOptions(context.session.conf.getAll())));
}
