import { booleanLiteral, call, conjunction, freshId, namedAs } from "../../expressions/build.ts";
import type { AggregateCall, Attribute, Expression } from "../../expressions/expression.ts";
import { transformUp } from "../../expressions/traverse.ts";
import { bindOuter } from "../../logical/outer-references.ts";
import { outputOf, toAttribute } from "../../logical/output.ts";
import type { Aggregate, LogicalPlan, Window } from "../../logical/plan.ts";
import { expressionsOf } from "../../logical/traverse.ts";
import { booleanType } from "../../types/data-type.ts";
import { carried, type Decorrelated, decorrelate, type Place, parametersIn, valuesOf } from "./decorrelate.ts";
import { asGiven, domainOf, type Parameters, together } from "./surroundings.ts";

/** Groups of each outer row's own: what the rows are matched by is grouped by, too. */
export function decorrelateAggregate(plan: Aggregate, needed: Parameters, place: Place): Decorrelated {
  if (plan.grouping.length === 0 && place.emptyGroups) return withEmptyGroups(plan, needed, place);
  const wanted = together(needed, parametersIn([...plan.grouping, ...plan.aggregates]));
  const below = decorrelate(plan.child, wanted, { ...place, grouped: true, emptyGroups: true });
  const bind = (e: Expression) => bindOuter(e, valuesOf(below.columns));
  const keys = carried(below);
  const aggregates = plan.aggregates.map(bind);
  const kept = ids(aggregates);
  return {
    ...below,
    plan: {
      ...plan,
      grouping: [...plan.grouping.map(bind), ...keys],
      aggregates: [...aggregates, ...keys.filter((key) => !kept.has(key.id))],
      child: below.plan,
    },
  };
}

const ids = (expressions: readonly Expression[]): ReadonlySet<number> =>
  new Set(expressions.flatMap((e) => (e.kind === "attribute" ? [e.id] : [])));

/**
 * An aggregate without GROUP BY has a row for no rows as well (COUNT is 0), and so for each of the values around the query: the
 * domain is joined to the rows, and what the join pads is filtered out of each aggregate.
 */
function withEmptyGroups(plan: Aggregate, needed: Parameters, place: Place): Decorrelated {
  const below = decorrelate(plan.child, new Map(), { ...place, grouped: false, inSet: false, emptyGroups: true });
  const parameters = together(needed, parametersIn([...plan.aggregates, ...below.conditions]));
  const domain = domainOf(parameters, place.surroundings);
  const bind = (e: Expression) => bindOuter(e, valuesOf(domain.columns));
  const matched = namedAs(booleanLiteral(true), freshId(), "matched");
  const rows: LogicalPlan = { kind: "project", expressions: [...outputOf(below.plan), matched], child: below.plan };
  const condition = below.conditions.length > 0 ? conjunction(below.conditions.map(bind)) : undefined;
  const child: LogicalPlan = { kind: "join", type: "left", left: domain.plan, right: rows, ...(condition ? { condition } : {}) };
  const isRow = call("isnotnull", [{ ...toAttribute(matched), nullable: true }], booleanType, false);
  const keys = [...domain.columns.values()];
  const aggregates = plan.aggregates.map((e) => transformUp(bind(e), (x) => (x.kind === "aggregate" ? onlyOf(isRow, x) : x)));
  return {
    plan: { ...plan, grouping: keys, aggregates: [...aggregates, ...keys], child },
    conditions: [...parameters].map(([id, parameter]) => asGiven(domain.columns.get(id) as Attribute, parameter)),
    columns: domain.columns,
  };
}

const onlyOf = (isRow: Expression, aggregate: AggregateCall): AggregateCall => ({
  ...aggregate,
  filter: aggregate.filter ? conjunction([isRow, aggregate.filter]) : isRow,
});

export function decorrelateWindow(plan: Window, needed: Parameters, place: Place): Decorrelated {
  const below = decorrelate(plan.child, together(needed, parametersIn(expressionsOf(plan))), { ...place, grouped: true });
  const bind = (e: Expression) => bindOuter(e, valuesOf(below.columns));
  const keys = carried(below);
  const expressions = plan.expressions.map((e) =>
    transformUp(bind(e), (x) => (x.kind === "window" ? { ...x, partitionBy: [...x.partitionBy, ...keys] } : x)),
  );
  const orderBy = plan.orderBy.map((o) => ({ ...o, child: bind(o.child) }));
  return { ...below, plan: { ...plan, expressions, partitionBy: [...plan.partitionBy.map(bind), ...keys], orderBy, child: below.plan } };
}
