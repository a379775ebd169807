import type { Join, LogicalPlan } from "../logical/plan.ts";
import { mapChildren, transformDown } from "../logical/traverse.ts";
import { maxRows } from "./max-rows.ts";
import type { Rule } from "./rule.ts";

/**
 * A recursive query stops where it has as many rows as are asked for.
 * The side of an outer join whose rows all show needs no more rows than the limit. (Below a union nothing is won: the
 * limit of each partition already stops its part of the union.)
 */
export const limitPushDown: Rule = {
  name: "LimitPushDown",
  apply: (plan) =>
    transformDown(plan, (node) => {
      if (node.kind !== "limit") return node;
      if (holdsLoop(node.child)) return { ...node, child: limitLoop(node.child, node.count) };
      if (node.child.kind !== "join") return node;
      const child = limited(node.child, node.count);
      return child === node.child ? node : { ...node, child };
    }),
};

/** Whether the rows are those of loops, a part of them each: what a limit makes an end of. */
const holdsLoop = (plan: LogicalPlan): boolean =>
  plan.kind === "unionLoop" ||
  ((plan.kind === "project" || plan.kind === "subqueryAlias") && holdsLoop(plan.child)) ||
  (plan.kind === "union" && plan.children.some(holdsLoop));

function limitLoop(plan: LogicalPlan, count: number): LogicalPlan {
  if (plan.kind === "unionLoop") return { ...plan, limit: Math.min(count, plan.limit ?? count) };
  return holdsLoop(plan) ? mapChildren(plan, (child) => limitLoop(child, count)) : plan;
}

function limited(join: Join, count: number): Join {
  const limit = (side: LogicalPlan): LogicalPlan => (maxRows(side) <= count ? side : { kind: "limit", count, child: side });
  if (join.type === "left" || (join.type === "cross" && !join.condition)) {
    const left = limit(join.left);
    const right = join.type === "cross" ? limit(join.right) : join.right;
    return left === join.left && right === join.right ? join : { ...join, left, right };
  }
  if (join.type !== "right") return join;
  const right = limit(join.right);
  return right === join.right ? join : { ...join, right };
}
