import type { Expression } from "../expressions/expression.ts";
import { someExpression, transformUp } from "../expressions/traverse.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { mapChildren, mapExpressions } from "../logical/traverse.ts";
import { refuseInputs } from "./sql-function.ts";

/** Nodes of which all that is below is stripped. */
const stripped = new WeakSet<LogicalPlan>();

/** Once columns have their names, what was called something else is what it means. */
export function stripReplaced(plan: LogicalPlan): LogicalPlan {
  if (stripped.has(plan)) return plan;
  const result = mapExpressions(mapChildren(plan, stripReplaced), strip);
  stripped.add(result);
  return result;
}

/** The expression with what it means in the place of what is called something else. */
export function strip(expression: Expression): Expression {
  if (!someExpression(expression, (e) => e.kind === "replaced")) return expression;
  refuseInputs(expression);
  return transformUp(expression, (e) => (e.kind === "replaced" ? e.child : e));
}
