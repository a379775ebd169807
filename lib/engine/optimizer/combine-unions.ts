import { outputOf } from "../logical/output.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";

/** A union of unions is one union: columns match by position. */
export const combineUnions: Rule = {
  name: "CombineUnions",
  apply: (plan) =>
    transformUp(plan, (node) => {
      if (node.kind !== "union" || !node.children.some((child) => child.kind === "union")) return node;
      const flat = node.children.flatMap((child): readonly LogicalPlan[] => (child.kind === "union" ? child.children : [child]));
      return { ...node, children: flat, output: outputOf(node) };
    }),
};
