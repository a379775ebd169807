import type { Expression } from "../../expressions/expression.ts";
import type { LogicalPlan } from "../../logical/plan.ts";
import { rangeLength } from "../../logical/range-length.ts";
import { aliasesOf, substitute } from "../substitute.ts";

/** One row without columns: what a SELECT without FROM reads. */
export const isOneRow = (plan: LogicalPlan): boolean =>
  plan.kind === "project" && plan.expressions.length === 0 && plan.child.kind === "range" && rangeLength(plan.child) === 1n;

/** The columns of projections of the one row, as expressions over nothing but what is outside; undefined for any other plan. */
export function overOneRow(plan: LogicalPlan): readonly Expression[] | undefined {
  if (plan.kind === "subqueryAlias") return overOneRow(plan.child);
  if (plan.kind !== "project") return undefined;
  if (isOneRow(plan)) return [];
  const below = overOneRow(plan.child);
  if (!below) return undefined;
  const made = aliasesOf(below);
  return plan.expressions.map((e) => {
    if (e.kind !== "attribute") return substitute(e, made);
    return below.find((b) => b.kind === "alias" && b.id === e.id) ?? e;
  });
}
