import { transformUp } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";

/** The smaller of two limits. */
export const combineLimits: Rule = {
  name: "CombineLimits",
  apply: (plan) =>
    transformUp(plan, (node) =>
      node.kind === "limit" && node.child.kind === "limit" ? { ...node.child, count: Math.min(node.count, node.child.count) } : node,
    ),
};
