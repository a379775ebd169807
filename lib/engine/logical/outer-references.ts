import type { Expression, OuterReference } from "../expressions/expression.ts";
import { childrenOf as childrenOfExpression, someExpression, transformUp } from "../expressions/traverse.ts";
import type { LogicalPlan } from "./plan.ts";
import { childrenOf, expressionsOf, transformExpressions } from "./traverse.ts";

/** The outer references of an expression, each time that one stands there. */
export function outerReferencesIn(expression: Expression): OuterReference[] {
  return expression.kind === "outerReference" ? [expression] : childrenOfExpression(expression).flatMap(outerReferencesIn);
}

/** The outer references of a plan, a node's before its children's. Those inside its subqueries, and lateral sides, are their own. */
export function outerReferencesOf(plan: LogicalPlan): OuterReference[] {
  return [...expressionsOf(plan).flatMap(outerReferencesIn), ...ownChildren(plan).flatMap(outerReferencesOf)];
}

/** The children whose outer references are of what is around the plan: a lateral side refers to the other side. */
export const ownChildren = (plan: LogicalPlan): readonly LogicalPlan[] =>
  plan.kind === "join" && plan.lateral ? [plan.left] : childrenOf(plan);

export const readsOuter = (expression: Expression): boolean => someExpression(expression, (e) => e.kind === "outerReference");
export const isCorrelated = (plan: LogicalPlan): boolean => expressionsOf(plan).some(readsOuter) || ownChildren(plan).some(isCorrelated);

/** With a value for each parameter. */
export const bindOuter = (expression: Expression, values: ReadonlyMap<number, Expression>): Expression =>
  transformUp(expression, (e) => (e.kind === "outerReference" ? (values.get(e.attribute.id) ?? e) : e));
export const bindOuterOf = (plan: LogicalPlan, values: ReadonlyMap<number, Expression>): LogicalPlan =>
  transformExpressions(plan, (e) => (e.kind === "outerReference" ? (values.get(e.attribute.id) ?? e) : e));
