import { isDeterministic } from "../expressions/properties.ts";
import type { LogicalPlan } from "../logical/plan.ts";

/**
 * Whether rows can reach the user as they are read: nothing above the scan waits for all of them, and none depends on how they are parted.
 * Tasks of few rows each then cost nothing but themselves, and the first ones' rows travel while the others run. Only where a file is
 * split by what is written in it anyway.
 */
export function flows(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case "scan":
      return plan.format === "parquet";
    case "project":
      return plan.expressions.every(isDeterministic) && flows(plan.child);
    case "filter":
      return isDeterministic(plan.condition) && flows(plan.child);
    default:
      return false;
  }
}
