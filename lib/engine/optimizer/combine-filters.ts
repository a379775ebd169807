import { conjunction, splitConjuncts } from "../expressions/build.ts";
import { fingerprint, isDeterministic } from "../expressions/properties.ts";
import type { LogicalPlan } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";

/** A filter over a filter is one filter, the lower one's conjuncts first: they still decide before the others are evaluated. */
export const combineFilters: Rule = { name: "CombineFilters", apply: (plan) => transformUp(plan, combine) };

function combine(node: LogicalPlan): LogicalPlan {
  if (node.kind !== "filter" || node.child.kind !== "filter") return node;
  if (!isDeterministic(node.condition) || !isDeterministic(node.child.condition)) return node;
  const lower = splitConjuncts(node.child.condition);
  const known = new Set(lower.map(fingerprint));
  const upper = splitConjuncts(node.condition).filter((c) => !known.has(fingerprint(c)));
  return { kind: "filter", condition: conjunction([...lower, ...upper]), child: node.child.child };
}
