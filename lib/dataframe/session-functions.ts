import { DEFAULT_SCHEMA } from "../catalog/external-catalog.ts";
import type { Expression, UnresolvedFunction } from "../engine/expressions/expression.ts";
import { transformUp } from "../engine/expressions/traverse.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import { transformAllUp } from "../engine/logical/subqueries.ts";
import { mapExpressions } from "../engine/logical/traverse.ts";
import { currentSchemaCall, replacedCall } from "../sql/lower/current-schema.ts";

/** What a session knows and an engine does not. */
export interface SessionNames {
  readonly schema: string;
  /** Who runs the engine; absent where nobody knows. */
  readonly user?: string | undefined;
}

/**
 * The plan with calls of `current_database()`, `current_user()` and their other names put in that mean what the session knows. Those of SQL
 * texts have the schema of their text already: a view's own.
 */
export function settleSessionFunctions(plan: LogicalPlan, names: SessionNames): LogicalPlan {
  if (names.schema === DEFAULT_SCHEMA && names.user === undefined) return plan;
  return transformAllUp(plan, (node) => mapExpressions(node, (expression) => transformUp(expression, (e) => settled(e, names))));
}

function settled(e: Expression, names: SessionNames): Expression {
  if (e.kind === "unresolvedFunction") return meaning(e, names) ?? e;
  if (e.kind !== "unresolvedAttribute" || e.variable?.kind !== "unresolvedFunction") return e;
  // A name without parentheses, where no column has it.
  const variable = meaning(e.variable, names);
  return variable ? { ...e, variable } : e;
}

function meaning({ name, args }: UnresolvedFunction, { schema, user }: SessionNames): Expression | undefined {
  if (args.length > 0) return undefined;
  const called = name.toLowerCase();
  if (user !== undefined && /^(?:current_|session_)?user$/.test(called)) return replacedCall(called, user);
  return currentSchemaCall(called, args, schema);
}
