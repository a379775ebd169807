import type { SortItem } from "../syntax/expression.ts";
import type { FrameBound, WindowSpec } from "../syntax/query.ts";
import type { Identifier } from "../syntax/span.ts";
import { printExpression, printExpressions } from "./expression.ts";
import { printIdentifier } from "./name.ts";

/** `a DESC NULLS LAST`. */
export function printSortItem({ expression, direction, nulls }: SortItem): string {
  return `${printExpression(expression)}${direction ? ` ${direction.toUpperCase()}` : ""}${nulls ? ` NULLS ${nulls.toUpperCase()}` : ""}`;
}

export const printSortItems = (items: readonly SortItem[]): string => items.map(printSortItem).join(", ");

/** What stands behind OVER and in the WINDOW clause: `(w)`, `(PARTITION BY a ORDER BY b ROWS BETWEEN ...)`. */
export function printWindow(window: WindowSpec | Identifier): string {
  if (!("kind" in window)) return `(${printIdentifier(window)})`;
  const { partitionBy, orderBy, frame } = window;
  const clauses = [
    ...(partitionBy.length > 0 ? [`PARTITION BY ${printExpressions(partitionBy)}`] : []),
    ...(orderBy.length > 0 ? [`ORDER BY ${printSortItems(orderBy)}`] : []),
    ...(frame ? [`${frame.unit.toUpperCase()} BETWEEN ${printBound(frame.lower)} AND ${printBound(frame.upper)}`] : []),
  ];
  return `(${clauses.join(" ")})`;
}

function printBound({ kind, offset }: FrameBound): string {
  switch (kind) {
    case "unboundedPreceding":
      return "UNBOUNDED PRECEDING";
    case "unboundedFollowing":
      return "UNBOUNDED FOLLOWING";
    case "currentRow":
      return "CURRENT ROW";
    default:
      return `${printExpression(offset!)} ${kind.toUpperCase()}`;
  }
}
