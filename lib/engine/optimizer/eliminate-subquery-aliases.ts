import { transformUp } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";

/** A subquery's name has served once its columns are resolved. */
export const eliminateSubqueryAliases: Rule = {
  name: "EliminateSubqueryAliases",
  apply: (plan) => transformUp(plan, (node) => (node.kind === "subqueryAlias" ? node.child : node)),
};
