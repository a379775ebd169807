import { booleanLiteral, call, conjunction, freshId, integerLiteral, longLiteral, namedAs, nullLiteral } from "../../expressions/build.ts";
import type { AggregateCall, Attribute, Expression, ScalarSubquery } from "../../expressions/expression.ts";
import { fold } from "../../expressions/fold.ts";
import { isNullable, originOf, typeOf } from "../../expressions/properties.ts";
import { someExpression, transformUp } from "../../expressions/traverse.ts";
import { bindOuter, isCorrelated } from "../../logical/outer-references.ts";
import { outputOf, toAttribute } from "../../logical/output.ts";
import type { Aggregate, LogicalPlan } from "../../logical/plan.ts";
import { arrayType, booleanType, longType } from "../../types/data-type.ts";
import { maxRows } from "../max-rows.ts";
import { propagate } from "../null-propagation.ts";
import { aliasesOf, substitute } from "../substitute.ts";
import { carried, type Decorrelated, decorrelate } from "./decorrelate.ts";
import { overOneRow } from "./one-row.ts";
import { noParameters, type Surroundings, surroundings } from "./surroundings.ts";

/** A plan that has one more column than before, and what the subquery is in its terms. */
export interface Attached {
  readonly plan: LogicalPlan;
  readonly value: Expression;
}

/** Joins the value of a scalar subquery to each row. The query has no subqueries inside. */
export function attachScalar(subquery: ScalarSubquery, child: LogicalPlan): Attached {
  const around = surroundings(child, subquery);
  const [inlined] = overOneRow(subquery.plan) ?? [];
  if (inlined?.kind === "alias") return { plan: child, value: bindOuter(inlined.child, around.values) };
  const value = outputOf(subquery.plan)[0]!;
  return isCorrelated(subquery.plan) ? attachCorrelated(subquery, value, around) : attachSingle(subquery, value, child);
}

/** A query that is the same for all rows: a side of one row. */
function attachSingle(subquery: ScalarSubquery, value: Attribute, child: LogicalPlan): Attached {
  const { plan } = subquery;
  if (hasOneRow(plan)) return { plan: { kind: "join", type: "cross", left: child, right: only(plan, value) }, value };
  const limited: LogicalPlan = maxRows(plan) <= 1 ? plan : { kind: "limit", count: 2, child: plan };
  const single = checkedSingle(only(limited, value), value, [], subquery);
  return { plan: { kind: "join", type: "cross", left: child, right: single.plan }, value: single.value };
}

const only = (plan: LogicalPlan, value: Attribute): LogicalPlan => ({ kind: "project", expressions: [value], child: plan });

function hasOneRow(plan: LogicalPlan): boolean {
  if (plan.kind === "project" || plan.kind === "subqueryAlias") return hasOneRow(plan.child);
  return plan.kind === "aggregate" && plan.grouping.length === 0;
}

/** One row for each value of the keys, or in all; raises where there were more. */
function checkedSingle(
  plan: LogicalPlan,
  value: Attribute,
  keys: readonly Attribute[],
  subquery: ScalarSubquery,
): { plan: LogicalPlan; value: Attribute } {
  const first = namedAs(aggregate("first", value, value.type, true), freshId(), value.name);
  const count = namedAs(aggregate("count", integerLiteral(1), longType, false), freshId(), "rows");
  const checked = { ...call("scalar_subquery", [toAttribute(first), toAttribute(count)], value.type, true), ...originOf(subquery) };
  const result = namedAs(checked, freshId(), value.name);
  const grouped: Aggregate = { kind: "aggregate", grouping: keys, aggregates: [first, count, ...keys], child: plan };
  return { plan: { kind: "project", expressions: [result, ...keys], child: grouped }, value: toAttribute(result) };
}

const aggregate = (name: string, argument: Expression, type: AggregateCall["type"], nullable: boolean): AggregateCall => ({
  kind: "aggregate",
  name,
  args: [argument],
  distinct: false,
  type,
  nullable,
});

function attachCorrelated(subquery: ScalarSubquery, value: Attribute, around: Surroundings): Attached {
  const { plan } = subquery;
  const ofNothing = valueOfNothing(plan).get(value.id);
  if (ofNothing) {
    const otherwise = transformUp(ofNothing, (e) => fold(e.kind === "call" ? propagate(e) : e));
    const query = decorrelate(plan, noParameters, { surroundings: around, grouped: false, inSet: false, emptyGroups: false });
    return joined(query, value, around, bindOuter(otherwise, around.values));
  }
  const query = decorrelate(plan, noParameters, { surroundings: around, grouped: true, inSet: false, emptyGroups: true });
  const keys = carried(query);
  const single = maxRows(plan) <= 1 ? { plan: query.plan, value } : checkedSingle(query.plan, value, keys, subquery);
  return joined({ ...query, plan: single.plan }, single.value, around, nullLiteral(value.type));
}

/** A left join; `otherwise` is the value of outer rows that match nothing. */
function joined({ plan, conditions }: Decorrelated, value: Attribute, around: Surroundings, otherwise: Expression): Attached {
  const condition = conditions.length > 0 ? conjunction(conditions.map((c) => bindOuter(c, around.values))) : undefined;
  const matched = namedAs(booleanLiteral(true), freshId(), "alwaysTrue");
  const isNull = otherwise.kind === "literal" && otherwise.value === null;
  const kept = carried({ plan, conditions, columns: new Map() }).filter((a) => a.id !== value.id);
  const right: LogicalPlan = { kind: "project", expressions: [value, ...kept, ...(isNull ? [] : [matched])], child: plan };
  const join: LogicalPlan = { kind: "join", type: "left", left: around.plan, right, ...(condition ? { condition } : {}) };
  const given = { ...value, nullable: true };
  if (isNull) return { plan: join, value: given };
  const missing = call("isnull", [{ ...toAttribute(matched), nullable: true }], booleanType, false);
  return { plan: join, value: call("if", [missing, otherwise, given], value.type, isNullable(otherwise) || value.nullable) };
}

/**
 * What the columns of projections of an aggregate without GROUP BY are where it has no rows: COUNT is 0 and most are NULL.
 * Empty for other plans, and where an aggregate's value of nothing is not known here.
 */
function valueOfNothing(plan: LogicalPlan): ReadonlyMap<number, Expression> {
  if (plan.kind === "subqueryAlias") return valueOfNothing(plan.child);
  if (plan.kind === "aggregate" && plan.grouping.length === 0) {
    const known = !plan.aggregates.some((e) => someExpression(e, (x) => x.kind === "aggregate" && ofNothing(x) === undefined));
    return known ? aliasesOf(plan.aggregates.map((e) => transformUp(e, (x) => (x.kind === "aggregate" ? ofNothing(x)! : x)))) : new Map();
  }
  if (plan.kind !== "project") return new Map();
  const below = valueOfNothing(plan.child);
  if (below.size === 0) return below;
  return new Map(
    plan.expressions.flatMap((e) => {
      if (e.kind === "alias") return [[e.id, substitute(e.child, below)] as const];
      const value = e.kind === "attribute" ? below.get(e.id) : undefined;
      return value && e.kind === "attribute" ? [[e.id, value] as const] : [];
    }),
  );
}

function ofNothing(call: AggregateCall): Expression | undefined {
  if (call.name === "count" || call.name === "count_if" || call.name === "regr_count" || call.name === "approx_count_distinct")
    return longLiteral(0);
  if (call.name === "collect_list" || call.name === "collect_set") {
    const type = typeOf(call);
    return type.kind === "array" ? { kind: "literal", value: [], type: arrayType(type.elementType, type.containsNull) } : undefined;
  }
  return call.nullable ? nullLiteral(call.type) : undefined;
}
