import type { LogicalPlan, Repartition } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import type { Rule } from "./rule.ts";

/** Of two repartitions only the upper one shows, but a coalesce keeps the lower one's shuffle where it has fewer partitions. */
export const collapseRepartition: Rule = {
  name: "CollapseRepartition",
  apply: (plan) => transformUp(plan, (node) => (node.kind === "repartition" ? collapse(node) : node)),
};

function collapse(upper: Repartition): LogicalPlan {
  const lower = upper.child;
  if (lower.kind !== "repartition") return upper;
  if (upper.scheme !== "coalesce" || lower.scheme === "coalesce") {
    const partitions = upper.scheme === "coalesce" ? Math.min(upper.partitions ?? 1, lower.partitions ?? 1) : upper.partitions;
    return { ...upper, child: lower.child, ...(partitions === undefined ? {} : { partitions }) };
  }
  return lower.partitions !== undefined && (upper.partitions ?? 1) >= lower.partitions ? lower : upper;
}
