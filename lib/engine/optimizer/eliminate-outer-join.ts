import type { Join, JoinType, LogicalPlan } from "../logical/plan.ts";
import { transformDown } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";
import { outputIds } from "./substitute.ts";
import { provesNotNull } from "./traits.ts";

/** A filter that no NULL-padded row passes makes an outer join a narrower one. */
export const eliminateOuterJoin: Rule = {
  name: "EliminateOuterJoin",
  apply: (plan) =>
    transformDown(plan, (node) => {
      if (node.kind !== "filter" || node.child.kind !== "join") return node;
      const type = narrower(node.child, provesNotNull(node.condition));
      return type === node.child.type ? node : { ...node, child: { ...node.child, type } };
    }),
};

function narrower(join: Join, notNull: ReadonlySet<number>): JoinType {
  const touches = (side: LogicalPlan) => [...outputIds(side)].some((id) => notNull.has(id));
  const [left, right] = [touches(join.left), touches(join.right)];
  if (join.type === "left") return right ? "inner" : "left";
  if (join.type === "right") return left ? "inner" : "right";
  if (join.type !== "full") return join.type;
  if (left && right) return "inner";
  return left ? "left" : right ? "right" : "full";
}
