import { DEFAULT_SCHEMA } from "../catalog/external-catalog.ts";
import { stringLiteral } from "../engine/expressions/build.ts";
import type { Expression, UnresolvedFunction } from "../engine/expressions/expression.ts";
import { transformUp } from "../engine/expressions/traverse.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import { transformAllUp } from "../engine/logical/subqueries.ts";
import { mapExpressions } from "../engine/logical/traverse.ts";

/** What a session knows and an engine does not. */
export interface SessionNames {
  readonly schema: string;
  /** Who runs the engine; absent where nobody knows. */
  readonly user?: string | undefined;
}

/** The plan with calls of `current_database()`, `current_user()` and their other names put in that mean what the session knows. */
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

/** Source: Spark's ReplaceCurrentLike, and the names under which its registry shows the functions. */
function meaning({ name, args }: UnresolvedFunction, { schema, user }: SessionNames): Expression | undefined {
  const called = name.toLowerCase();
  if (args.length > 0) return undefined;
  if (called === "current_database" || called === "current_schema") return replaced("current_schema", schema);
  return user !== undefined && /^(?:current_|session_)?user$/.test(called) ? replaced(called, user) : undefined;
}

const replaced = (name: string, value: string): Expression => ({
  kind: "replaced",
  form: "call",
  name,
  args: [],
  child: stringLiteral(value),
});
