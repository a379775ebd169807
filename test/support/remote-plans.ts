import { fn, integerLiteral } from "../../lib/engine/expressions/build.ts";
import type { LogicalPlan } from "../../lib/engine/logical/plan.ts";

/** Counts the numbers below `end`, one by one: `id` is looked at, so that no rule answers it beforehand. */
export const range = (end: number): LogicalPlan => ({
  kind: "aggregate",
  grouping: [],
  aggregates: [fn("sum", fn("%", { kind: "unresolvedAttribute", nameParts: ["id"] }, integerLiteral(7)))],
  child: { kind: "range", start: 0n, end: BigInt(end), step: 1n },
});
