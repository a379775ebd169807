import type { Expression } from "../expressions/expression.ts";
import { isDeterministic, isFoldable, typeOf } from "../expressions/properties.ts";
import { childrenOf } from "../expressions/traverse.ts";
import type { LogicalPlan, Sort } from "../logical/plan.ts";
import { mapChildren, transformDown } from "../logical/traverse.ts";
import { isFractional } from "../types/data-type.ts";
import { maxRows } from "./max-rows.ts";
import type { Rule } from "./rule.ts";

/** Sorts that nobody sees: of one row, by constants, below another sort, a join, a repartition or an aggregate without order. */
export const eliminateSorts: Rule = { name: "EliminateSorts", apply: (plan) => transformDown(plan, eliminate) };

function eliminate(node: LogicalPlan): LogicalPlan {
  switch (node.kind) {
    case "sort":
      return eliminateSort(node);
    case "join":
      return mapChildren(node, unsorted);
    case "repartition":
      return node.scheme === "coalesce" ? node : mapChildren(node, unsorted);
    case "aggregate":
      return node.aggregates.every(ignoresOrder) && node.grouping.every(isDeterministic) ? mapChildren(node, unsorted) : node;
    default:
      return node;
  }
}

function eliminateSort(sort: Sort): LogicalPlan {
  const order = sort.order.filter((o) => !isFoldable(o.child));
  if (order.length === 0 || maxRows(sort) <= 1) return sort.child;
  const child = sort.global ? unsorted(sort.child) : sort.child;
  return order.length === sort.order.length && child === sort.child ? sort : { ...sort, order, child };
}

/** The plan without the sorts that its parent undoes; a projection or filter between does not mind. */
function unsorted(plan: LogicalPlan): LogicalPlan {
  if (plan.kind === "sort") return unsorted(plan.child);
  if (plan.kind === "project" && plan.expressions.every(isDeterministic)) return mapChildren(plan, unsorted);
  if (plan.kind === "filter" && isDeterministic(plan.condition)) return mapChildren(plan, unsorted);
  return plan;
}

const ORDERLESS = new Set([
  "min",
  "max",
  "count",
  "count_if",
  "bit_and",
  "bit_or",
  "bit_xor",
  "bool_and",
  "bool_or",
  "every",
  "some",
  "any",
]);

/** Whether the result is the same for any order of the rows; sums of doubles are not. */
function ignoresOrder(e: Expression): boolean {
  if (e.kind === "aggregate") {
    const exact = e.args.every((arg) => !isFractional(typeOf(arg)));
    return ORDERLESS.has(e.name) || ((e.name === "sum" || e.name === "avg") && exact);
  }
  return e.kind !== "userFunction" && isDeterministic(e) && childrenOf(e).every(ignoresOrder);
}
