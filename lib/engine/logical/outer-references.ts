import type { Expression, OuterReference } from "../expressions/expression.ts";
import { childrenOf as childrenOfExpression, someExpression, transformUp } from "../expressions/traverse.ts";
import type { LogicalPlan } from "./plan.ts";
import { childrenOf, expressionsOf, transformExpressions } from "./traverse.ts";

/** The outer references of an expression, each time that one stands there. */
export function outerReferencesIn(expression: Expression): OuterReference[] {
  return expression.kind === "outerReference" ? [expression] : childrenOfExpression(expression).flatMap(outerReferencesIn);
}

/** The outer references of a plan, a node's before its children's. Those inside its subqueries are the subqueries' own. */
export function outerReferencesOf(plan: LogicalPlan): OuterReference[] {
  return [...expressionsOf(plan).flatMap(outerReferencesIn), ...childrenOf(plan).flatMap(outerReferencesOf)];
}

export const readsOuter = (expression: Expression): boolean => someExpression(expression, (e) => e.kind === "outerReference");
export const isCorrelated = (plan: LogicalPlan): boolean => expressionsOf(plan).some(readsOuter) || childrenOf(plan).some(isCorrelated);

/** With a value for each parameter. */
export const bindOuter = (expression: Expression, values: ReadonlyMap<number, Expression>): Expression =>
  transformUp(expression, (e) => (e.kind === "outerReference" ? (values.get(e.attribute.id) ?? e) : e));
export const bindOuterOf = (plan: LogicalPlan, values: ReadonlyMap<number, Expression>): LogicalPlan =>
  transformExpressions(plan, (e) => (e.kind === "outerReference" ? (values.get(e.attribute.id) ?? e) : e));
