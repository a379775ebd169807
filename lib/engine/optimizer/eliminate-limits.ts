import { outputOf } from "../logical/output.ts";
import { transformDown } from "../logical/traverse.ts";
import { emptyRelation } from "./empty-relation.ts";
import { maxRows } from "./max-rows.ts";
import type { Rule } from "./rule.ts";

/** LIMIT 0 has no rows; a limit that its child cannot pass is none. */
export const eliminateLimits: Rule = {
  name: "EliminateLimits",
  apply: (plan) =>
    transformDown(plan, (node) => {
      if (node.kind === "limit" && node.count === 0) return emptyRelation(outputOf(node));
      return node.kind === "limit" && maxRows(node.child) <= node.count ? node.child : node;
    }),
};
