import { AnalysisError } from "../errors.ts";
import { fn, freshId, namedAs } from "../expressions/build.ts";
import type { AggregateCall, Alias, Attribute, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeOf } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import { toAttribute } from "../logical/output.ts";
import type { LogicalPlan, Pivot } from "../logical/plan.ts";
import { implicitCast } from "./implicit-cast.ts";
import { expandProjection, named } from "./projection.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";

/**
 * First an aggregate by the groups and the pivot column, then one by the groups that picks each value's row: a combination
 * that does not occur gives NULL, for counts too. Source: Spark's PivotTransformer (two-phase form).
 */
export function resolvePivot(plan: Pivot, session: SessionSettings): LogicalPlan {
  const scope = scopeOf([plan.child], session);
  const resolve = (e: Expression) => resolveExpression(e, scope, session);
  const groups = expandProjection(plan.grouping, plan.child, session) as (Alias | Attribute)[];
  const pivot = namedAs(resolve(plan.column), freshId(), "__pivot");
  const aggregates = plan.aggregates.map((e) => named(resolve(e)) as Alias);
  for (const aggregate of aggregates) {
    if (aggregate.kind !== "alias") throw new AnalysisError("UNSUPPORTED_EXPR_FOR_PIVOT", { sqlExpr: `"${prettyName(aggregate)}"` });
  }
  const first: LogicalPlan = {
    kind: "aggregate",
    grouping: [...groups.map(unnamed), pivot.child],
    aggregates: [...groups, pivot, ...aggregates],
    child: plan.child,
  };
  const picked = plan.values.flatMap((value) =>
    aggregates.map((aggregate) => pick(toAttribute(aggregate), aggregate, value, toAttribute(pivot), plan, first, session)),
  );
  const groupColumns = groups.map(toAttribute);
  return { kind: "aggregate", grouping: groupColumns, aggregates: [...groupColumns, ...picked], child: first };
}

const unnamed = (expression: Alias | Attribute): Expression => (expression.kind === "alias" ? expression.child : expression);

function pick(
  column: Attribute,
  aggregate: Alias,
  value: Expression,
  pivot: Attribute,
  plan: Pivot,
  below: LogicalPlan,
  session: SessionSettings,
): Alias {
  const inner = value.kind === "unresolvedAlias" ? value.child : value;
  const label = value.kind === "unresolvedAlias" ? value.names[0]! : valueLabel(inner);
  const literal = resolveExpression(inner, scopeOf([below], session), session);
  const comparable = implicitCast(literal, typeOf(pivot), session);
  if (!comparable) {
    throw new AnalysisError("PIVOT_VALUE_DATA_TYPE_MISMATCH", {
      value: label,
      valueType: typeOf(literal).kind,
      pivotType: typeOf(pivot).kind,
    });
  }
  const filter = resolveExpression(fn("<=>", pivot, comparable), scopeOf([below], session), session);
  const call = resolveExpression(fn("first", column), scopeOf([below], session), session) as AggregateCall;
  const name = plan.aggregates.length === 1 ? label : `${label}_${aggregate.name}`;
  return namedAs({ ...call, filter, nullable: true }, freshId(), name);
}

const valueLabel = (value: Expression): string =>
  value.kind === "literal" && value.value === null ? "null" : value.kind === "literal" ? String(value.value) : prettyName(value);
