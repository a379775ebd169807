import { someExpression } from "../expressions/traverse.ts";
import type { Aggregate, LogicalPlan } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";
import { idsOf } from "./substitute.ts";

/** DISTINCT of what is grouped already has nothing to do, where every grouping column is still among the columns. */
export const removeRedundantAggregates: Rule = {
  name: "RemoveRedundantAggregates",
  apply: (plan) => transformUp(plan, (node) => (node.kind === "aggregate" && isRedundant(node) ? toProject(node) : node)),
};

const toProject = (node: Aggregate): LogicalPlan => ({ kind: "project", expressions: node.aggregates, child: node.child });

function isRedundant({ grouping, aggregates, child }: Aggregate): boolean {
  if (child.kind !== "aggregate" || child.grouping.length === 0) return false;
  if (aggregates.some((e) => someExpression(e, (inner) => inner.kind === "aggregate" || inner.kind === "userFunction"))) return false;
  const keys = idsOf(grouping.filter((g) => g.kind === "attribute"));
  const shown = idsOf(child.aggregates.filter((e) => e.kind === "attribute"));
  // Each row of the child is a group of its own: its grouping columns are among the keys.
  return child.grouping.every((g) => g.kind === "attribute" && shown.has(g.id) && keys.has(g.id));
}
