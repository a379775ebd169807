import { outputOf } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";

/** A projection of just its child's columns, a window of nothing. */
export const removeNoopOperators: Rule = { name: "RemoveNoopOperators", apply: (plan) => transformUp(plan, remove) };

function remove(node: LogicalPlan): LogicalPlan {
  if (node.kind === "window" && node.expressions.length === 0) return node.child;
  if (node.kind !== "project") return node;
  const output = outputOf(node.child);
  const same =
    node.expressions.length === output.length &&
    node.expressions.every((e, i) => e.kind === "attribute" && e.id === output[i]!.id && e.name === output[i]!.name);
  return same ? node.child : node;
}
