import { conjunction, splitConjuncts } from "../expressions/build.ts";
import { fingerprint } from "../expressions/properties.ts";
import { outputOf } from "../logical/output.ts";
import type { Filter, LogicalPlan } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import { constraintsOf } from "./constraints.ts";
import { emptyRelation } from "./empty-relation.ts";
import type { Rule } from "./rule.ts";

/** Filters that always or never hold, and conjuncts that hold already. */
export const pruneFilters: Rule = {
  name: "PruneFilters",
  apply: (plan) => transformUp(plan, (node) => (node.kind === "filter" ? prune(node) : node)),
};

function prune(filter: Filter): LogicalPlan {
  const { condition, child } = filter;
  if (condition.kind === "literal") return condition.value === true ? child : emptyRelation(outputOf(filter));
  const conjuncts = splitConjuncts(condition);
  const holds = constraintsOf(child);
  const kept = conjuncts.filter((c) => !holds.has(fingerprint(c)));
  if (kept.length === conjuncts.length) return filter;
  return kept.length === 0 ? child : { ...filter, condition: conjunction(kept) };
}
