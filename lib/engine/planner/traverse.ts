import type { PhysicalPlan } from "./plan.ts";

export function childrenOf(plan: PhysicalPlan): readonly PhysicalPlan[] {
  if ("child" in plan) return [plan.child];
  if ("left" in plan) return [plan.left, plan.right];
  if (plan.kind === "unionLoop") return [plan.anchor, plan.step];
  return plan.kind === "union" || plan.kind === "python" ? plan.children : [];
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
  if (plan.kind === "unionLoop") {
    const [anchor, step] = [map(plan.anchor), map(plan.step)];
    return anchor === plan.anchor && step === plan.step ? plan : { ...plan, anchor, step };
  }
  return plan.kind === "union" || plan.kind === "python" ? { ...plan, children: plan.children.map(map) } : plan;
}

export const leavesOf = (plan: PhysicalPlan): readonly PhysicalPlan[] => {
  const children = childrenOf(plan);
  // What a loop reads of itself comes from no other stage.
  if (plan.kind === "loopRead") return [];
  return children.length === 0 ? [plan] : children.flatMap(leavesOf);
};
