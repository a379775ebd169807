import type { PhysicalPlan } from "./plan.ts";

export function childrenOf(plan: PhysicalPlan): readonly PhysicalPlan[] {
  if ("child" in plan) return [plan.child];
  if ("left" in plan) return [plan.left, plan.right];
  return plan.kind === "union" ? plan.children : [];
}

/** The same node with each child mapped; the same object where no child changed. */
export function mapChildren(plan: PhysicalPlan, map: (child: PhysicalPlan) => PhysicalPlan): PhysicalPlan {
  if ("child" in plan) {
    const child = map(plan.child);
    return child === plan.child ? plan : { ...plan, child };
  }
  if ("left" in plan) {
    const [left, right] = [map(plan.left), map(plan.right)];
    return left === plan.left && right === plan.right ? plan : { ...plan, left, right };
  }
  return plan.kind === "union" ? { ...plan, children: plan.children.map(map) } : plan;
}

export const leavesOf = (plan: PhysicalPlan): readonly PhysicalPlan[] => {
  const children = childrenOf(plan);
  return children.length === 0 ? [plan] : children.flatMap(leavesOf);
};
