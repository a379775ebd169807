import { AnalysisError } from "../errors.ts";
import { splitConjuncts } from "../expressions/build.ts";
import type { Expression, ScalarSubquery } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { fingerprint, referencesOf } from "../expressions/properties.ts";
import { someExpression } from "../expressions/traverse.ts";
import type { Aggregate, Join, LogicalPlan } from "../logical/plan.ts";
import { maxRows } from "../optimizer/max-rows.ts";

const unsupported = (condition: string, parameters: Readonly<Record<string, string>>): AnalysisError =>
  new AnalysisError(`UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.${condition}`, parameters);

/**
 * Throws for a correlated scalar subquery that could have more than one row, of which Spark asks at once where
 * `spark.sql.optimizer.scalarSubqueryUseSingleJoin` is false, and else when it runs. Source: Spark's ValidateSubqueryExpression.
 */
export function checkAggregatedScalar({ plan }: ScalarSubquery): void {
  const query = withoutNames(plan);
  const aggregate = query.kind === "filter" ? query.child : query;
  if (aggregate.kind === "aggregate") checkGroups(plan, aggregate);
  else if (maxRows(query) > 1) throw unsupported("MUST_AGGREGATE_CORRELATED_SCALAR_SUBQUERY", {});
}

const withoutNames = (plan: LogicalPlan): LogicalPlan =>
  plan.kind === "subqueryAlias" || plan.kind === "project" || plan.kind === "hint" ? withoutNames(plan.child) : plan;

function checkGroups(plan: LogicalPlan, { grouping, aggregates }: Aggregate): void {
  const isAggregate = (e: Expression) => someExpression(e, ({ kind }) => kind === "aggregate");
  if (!aggregates.some(isAggregate)) throw unsupported("MUST_AGGREGATE_CORRELATED_SCALAR_SUBQUERY", {});
  const single = new Set(singleValued(plan).map(fingerprint));
  const others = grouping.filter((e) => referencesOf(e).length > 0 && !single.has(fingerprint(e)));
  if (others.length > 0) throw unsupported("NON_CORRELATED_COLUMNS_IN_GROUP_BY", { value: others.map((e) => prettyName(e)).join(",") });
}

/** Expressions that an equality gives one value for each row around the query. Source: Spark's getCorrelatedEquivalentInnerExpressions. */
function singleValued(plan: LogicalPlan): readonly Expression[] {
  switch (plan.kind) {
    case "filter":
      return [...splitConjuncts(plan.condition).flatMap(equated), ...singleValued(plan.child)];
    case "join":
      return sidesWithAllRows(plan).flatMap(singleValued);
    case "setOperation":
      return plan.operation === "except" ? singleValued(plan.left) : [plan.left, plan.right].flatMap(singleValued);
    case "aggregate":
    case "deduplicate":
    case "limit":
    case "offset":
    case "tail":
    case "project":
    case "repartition":
    case "sample":
    case "sort":
    case "window":
    case "subqueryAlias":
      return singleValued(plan.child);
    default:
      return [];
  }
}

/** What equals a constant, or what is given from around the query. */
function equated(e: Expression): readonly Expression[] {
  if (e.kind !== "call" || (e.name !== "=" && e.name !== "==")) return [];
  const [left, right] = e.args as [Expression, Expression];
  const isGiven = (side: Expression) => referencesOf(side).length === 0;
  if (isGiven(right)) return [left];
  return isGiven(left) ? [right] : [];
}

/** The sides whose rows a join neither pads nor only asks for. */
function sidesWithAllRows({ type, left, right }: Join): readonly LogicalPlan[] {
  switch (type) {
    case "inner":
    case "cross":
      return [left, right];
    case "left":
    case "leftSemi":
    case "leftAnti":
      return [left];
    case "right":
      return [right];
    default:
      return [];
  }
}
