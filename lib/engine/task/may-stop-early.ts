import type { PhysicalPlan } from "../planner/plan.ts";
import { childrenOf } from "../planner/traverse.ts";

/** Operators that read all their input before they give the first row. */
const readsAll: ReadonlySet<PhysicalPlan["kind"]> = new Set<PhysicalPlan["kind"]>([
  "aggregate",
  "sort",
  "topK",
  "tail",
  "window",
  "sortKeySample",
  "exchange",
]);

/**
 * Whether a limit may end the statement before a scan is read to its end. DuckDB reports a bad line of a later part of a file
 * only once it has read what comes before, so a reader that is right or fails is right only where it is read to its end.
 */
export function mayStopEarly(plan: PhysicalPlan, limited = false): boolean {
  if (plan.kind === "scan") return limited;
  return childrenOf(plan).some((child) => mayStopEarly(child, plan.kind === "limit" || (limited && !readsAll.has(plan.kind))));
}
