import type { Expression } from "../expressions/expression.ts";
import { isSubquery } from "../expressions/properties.ts";
import { childrenOf as childrenOfExpression, transformUp as transformExpressionUp } from "../expressions/traverse.ts";
import type { LogicalPlan } from "./plan.ts";
import { childrenOf, expressionsOf, mapChildren, mapExpressions } from "./traverse.ts";

/** The same node with the plans of the subqueries in its own expressions mapped. */
export const mapSubqueryPlans = (plan: LogicalPlan, map: (plan: LogicalPlan) => LogicalPlan): LogicalPlan =>
  mapExpressions(plan, (expression) =>
    transformExpressionUp(expression, (e) => {
      if (!isSubquery(e)) return e;
      const mapped = map(e.plan);
      return mapped === e.plan ? e : { ...e, plan: mapped };
    }),
  );

/** The plans of the subqueries in a node's own expressions. */
export function subqueryPlansOf(plan: LogicalPlan): LogicalPlan[] {
  const inside = (e: Expression): LogicalPlan[] => [...(isSubquery(e) ? [e.plan] : []), ...childrenOfExpression(e).flatMap(inside)];
  return expressionsOf(plan).flatMap(inside);
}

/** Children and the plans of subqueries. */
export const allPlansBelow = (plan: LogicalPlan): LogicalPlan[] => [...childrenOf(plan), ...subqueryPlansOf(plan)];
export const mapAllPlansBelow = (plan: LogicalPlan, map: (plan: LogicalPlan) => LogicalPlan): LogicalPlan =>
  mapSubqueryPlans(mapChildren(plan, map), map);
/** Rewrites every plan, those of subqueries too, from the leaves up. */
export const transformAllUp = (plan: LogicalPlan, rewrite: (plan: LogicalPlan) => LogicalPlan): LogicalPlan =>
  rewrite(mapAllPlansBelow(plan, (below) => transformAllUp(below, rewrite)));
