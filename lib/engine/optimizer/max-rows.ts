import type { LogicalPlan } from "../logical/plan.ts";
import { rangeLength } from "../logical/range-length.ts";

/** A number of rows that the plan surely does not pass; Infinity where none is known. */
export function maxRows(plan: LogicalPlan): number {
  switch (plan.kind) {
    case "localRelation":
      return plan.rows;
    case "range":
      return Number(rangeLength(plan));
    case "limit":
    case "tail":
      return Math.min(plan.count, maxRows(plan.child));
    case "offset":
      return Math.max(0, maxRows(plan.child) - plan.count);
    case "aggregate":
      return plan.grouping.length === 0 ? 1 : maxRows(plan.child);
    case "project":
    case "filter":
    case "sort":
    case "window":
    case "repartition":
    case "deduplicate":
    case "subqueryAlias":
      return maxRows(plan.child);
    case "union":
      return plan.children.reduce((total, child) => total + maxRows(child), 0);
    case "setOperation":
      return maxRows(plan.left);
    case "join":
      return maxJoinRows(plan);
    default:
      return Number.POSITIVE_INFINITY;
  }
}

function maxJoinRows({ type, left, right }: Extract<LogicalPlan, { kind: "join" }>): number {
  if (type === "leftSemi" || type === "leftAnti" || type === "existence") return maxRows(left);
  const [a, b] = [maxRows(left), maxRows(right)];
  if (type === "inner" || type === "cross") return a === 0 || b === 0 ? 0 : a * b;
  return type === "left" ? a * Math.max(1, b) : type === "right" ? Math.max(1, a) * b : Math.max(a, 1) * Math.max(b, 1) + a + b;
}
