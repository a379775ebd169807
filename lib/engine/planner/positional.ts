import { AnalysisError } from "../errors.ts";
import { freshId, namedAs } from "../expressions/build.ts";
import type { Alias, Expression } from "../expressions/expression.ts";
import { fingerprint } from "../expressions/properties.ts";
import { childrenOf, mapChildren, someExpression } from "../expressions/traverse.ts";
import { entryOf } from "../functions/registry.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { expressionsOf, mapExpressions, transformUp } from "../logical/traverse.ts";
import { splitAbove } from "../optimizer/subquery/rewrite-aggregate.ts";

/**
 * Functions that number rows (rand with a seed, monotonically_increasing_id) move into a projection below filters, sorts,
 * aggregates and the like, so that each row has its number before anything happens to it.
 */
export const placePositional = (plan: LogicalPlan): LogicalPlan => transformUp(plan, place);

const isPositional = (e: Expression): boolean => {
  if (e.kind !== "call") return false;
  const entry = entryOf(e.name);
  return entry.kind === "scalar" && entry.positional?.(e.args) === true;
};

function place(plan: LogicalPlan): LogicalPlan {
  if (plan.kind === "project" || !expressionsOf(plan).some((e) => someExpression(e, isPositional))) return plan;
  if (plan.kind === "aggregate" && plan.aggregates.some((e) => numbersGroups(e, plan.grouping))) {
    const split = splitAbove(plan);
    return { ...split, child: place(split.child) };
  }
  if (!("child" in plan)) {
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `A function that numbers rows in a ${plan.kind}`,
      advice: "Compute it with withColumn first.",
    });
  }
  const calls = new Map<string, Alias>();
  const replaced = mapExpressions(plan, (e) => replace(e, calls));
  const below: LogicalPlan = { kind: "project", expressions: [...outputOf(plan.child), ...calls.values()], child: plan.child };
  const placed = { ...replaced, child: below } as LogicalPlan;
  const output = outputOf(plan);
  return outputOf(placed).length === output.length ? placed : { kind: "project", expressions: output, child: placed };
}

/** Whether it is the groups that are numbered, not the rows in them. */
function numbersGroups(e: Expression, grouping: readonly Expression[]): boolean {
  if (e.kind === "aggregate" || grouping.some((key) => fingerprint(key) === fingerprint(e))) return false;
  return isPositional(e) || childrenOf(e).some((child) => numbersGroups(child, grouping));
}

function replace(expression: Expression, calls: Map<string, Alias>): Expression {
  if (!isPositional(expression)) return mapChildren(expression, (child) => replace(child, calls));
  const key = fingerprint(expression);
  const alias = calls.get(key) ?? namedAs(expression, freshId(), "_position");
  calls.set(key, alias);
  return toAttribute(alias);
}
