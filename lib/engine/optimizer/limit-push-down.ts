import type { Join, LogicalPlan } from "../logical/plan.ts";
import { transformDown } from "../logical/traverse.ts";
import { maxRows } from "./max-rows.ts";
import type { Rule } from "./rule.ts";

/**
 * The side of an outer join whose rows all show needs no more rows than the limit. (Below a union nothing is won: the
 * limit of each partition already stops its part of the union.)
 */
export const limitPushDown: Rule = {
  name: "LimitPushDown",
  apply: (plan) =>
    transformDown(plan, (node) => {
      if (node.kind !== "limit" || node.child.kind !== "join") return node;
      const child = limited(node.child, node.count);
      return child === node.child ? node : { ...node, child };
    }),
};

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
