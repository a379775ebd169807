import { call, conjunction, newAttribute } from "../../expressions/build.ts";
import type { ExistsSubquery, Expression, InSubquery } from "../../expressions/expression.ts";
import { isNullable } from "../../expressions/properties.ts";
import { bindOuter, isCorrelated } from "../../logical/outer-references.ts";
import { outputOf } from "../../logical/output.ts";
import type { Join, LogicalPlan } from "../../logical/plan.ts";
import { booleanType } from "../../types/data-type.ts";
import { type Decorrelated, decorrelate } from "./decorrelate.ts";
import type { Attached } from "./scalar.ts";
import { noParameters, surroundings } from "./surroundings.ts";

/** EXISTS, IN, and NOT of each. */
export interface SubqueryPredicate {
  readonly subquery: ExistsSubquery | InSubquery;
  readonly negated: boolean;
}

export function subqueryPredicate(e: Expression): SubqueryPredicate | undefined {
  if (e.kind === "exists" || e.kind === "inSubquery") return { subquery: e, negated: false };
  const [child] = e.kind === "call" && e.name === "not" ? e.args : [];
  return child?.kind === "exists" || child?.kind === "inSubquery" ? { subquery: child, negated: true } : undefined;
}

/** The rows for which the predicate is true: a semi join, or an anti join, which for NOT IN also matches what is NULL. */
export function filterByPredicate(predicate: SubqueryPredicate, child: LogicalPlan): LogicalPlan {
  return { kind: "join", type: predicate.negated ? "leftAnti" : "leftSemi", ...sides(predicate, child) };
}

/** The predicate as a value of each row, never NULL, as Spark has it. */
export function attachPredicate(predicate: SubqueryPredicate, child: LogicalPlan): Attached {
  const exists = newAttribute("exists", booleanType, false);
  const plan: Join = { kind: "join", type: "existence", exists, ...sides(predicate, child) };
  return { plan, value: predicate.negated ? call("not", [exists], booleanType, false) : exists };
}

function sides({ subquery, negated }: SubqueryPredicate, child: LogicalPlan): Pick<Join, "left" | "right" | "condition"> {
  const around = surroundings(child, subquery);
  const query = subquery.kind === "exists" ? anyRow(subquery.plan) : subquery.plan;
  const { plan, conditions }: Decorrelated = decorrelate(query, noParameters, {
    surroundings: around,
    grouped: false,
    inSet: false,
    emptyGroups: true,
  });
  const equal = subquery.kind === "exists" ? [] : comparisons(subquery, negated);
  const all = [...equal, ...conditions.map((c) => bindOuter(c, around.values))];
  return { left: child, right: plan, ...(all.length > 0 ? { condition: conjunction(all) } : {}) };
}

/** A NULL on either side of NOT IN counts as a match, since the row is then not surely outside. */
function comparisons({ values, plan }: InSubquery, negated: boolean): Expression[] {
  const output = outputOf(plan);
  return values.map((value, i) => {
    const column = output[i]!;
    const nullable = isNullable(value) || column.nullable;
    const equal = call("=", [value, column], booleanType, nullable);
    return negated && nullable ? call("or", [equal, call("isnull", [equal], booleanType, false)], booleanType, nullable) : equal;
  });
}

/** The same query as far as EXISTS can see: order and a limit of at least one row change nothing; without correlation one row will do. */
function anyRow(plan: LogicalPlan): LogicalPlan {
  if (!isCorrelated(plan)) return plan.kind === "limit" ? plan : { kind: "limit", count: 1, child: plan };
  if (plan.kind === "sort" || plan.kind === "subqueryAlias" || (plan.kind === "limit" && plan.count > 0 && plan.child.kind !== "offset"))
    return anyRow(plan.child);
  return plan;
}
