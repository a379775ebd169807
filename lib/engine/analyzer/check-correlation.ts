import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isDeterministic, isSubquery, originOf, referencesOf, sameExpression } from "../expressions/properties.ts";
import { someExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { isCorrelated, readsOuter } from "../logical/outer-references.ts";
import type { Aggregate, Join, LogicalPlan } from "../logical/plan.ts";
import { subqueryPlansOf } from "../logical/subqueries.ts";
import { childrenOf, expressionsOf } from "../logical/traverse.ts";
import { treeString } from "../logical/tree-string.ts";
import { maxRows } from "../optimizer/max-rows.ts";
import { checkAggregatedScalar } from "./aggregated-scalar.ts";

/** Where Spark lets a query around this one be referred to. Source: Spark's ValidateSubqueryExpression. */

const unsupported = (condition: string, parameters: Readonly<Record<string, string>>, about?: Expression | LogicalPlan): AnalysisError =>
  new AnalysisError(`UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.${condition}`, parameters, about ? originOf(about) : {});

/** Operators whose own expressions may hold outer references. */
const HOSTS: ReadonlySet<LogicalPlan["kind"]> = new Set(["filter", "project", "join"]);
/** Operators that may stand between an outer reference and the top of its query. */
const PASSING: ReadonlySet<LogicalPlan["kind"]> = new Set([
  "project",
  "filter",
  "aggregate",
  "window",
  "sort",
  "limit",
  "offset",
  "deduplicate",
  "subqueryAlias",
  "hint",
  "repartition",
  "union",
  "setOperation",
  "generate",
  "with",
  "expand",
]);

/** Throws for a subquery whose outer references stand where Spark has none. */
export function checkCorrelations(plan: LogicalPlan): void {
  if (isCorrelated(plan)) check(plan, true);
}

function check(plan: LogicalPlan, mayRefer: boolean): void {
  const outer = expressionsOf(plan).filter(readsOuter);
  if (outer.length > 0 && !mayRefer) throw unsupported("ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED", { treeNode: treeString(plan) }, plan);
  for (const expression of outer) checkAggregates(expression);
  const overOneRow = (plan.kind === "generate" && maxRows(plan.child) <= 1) || isCallOfOneRow(plan);
  if (outer.length > 0 && !HOSTS.has(plan.kind) && !overOneRow) {
    throw unsupported("CORRELATED_REFERENCE", { sqlExprs: outer.map((e) => `"${prettyName(e)}"`).join(",") }, plan);
  }
  if (plan.kind === "join") {
    const [left, right] = joinSides(plan);
    check(plan.left, mayRefer && left);
    if (!plan.lateral) check(plan.right, mayRefer && right);
    return;
  }
  for (const child of childrenOf(plan)) check(child, mayRefer && PASSING.has(plan.kind));
}

/** A table function in Python that takes no table. */
const isCallOfOneRow = (plan: LogicalPlan): boolean => plan.kind === "python" && plan.form === "table" && maxRows(plan.children[0]!) <= 1;

function joinSides({ type }: Join): readonly [left: boolean, right: boolean] {
  if (type === "inner" || type === "cross") return [true, true];
  return [type !== "full" && type !== "right", type === "right"];
}

function checkAggregates(expression: Expression): void {
  someExpression(expression, (e) => {
    if (e.kind === "aggregate" && readsOuter(e) && referencesOf(e).length > 0)
      throw unsupported("AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES", { function: prettyName(e) });
    return false;
  });
}

/** Throws for subqueries in operators that Spark has none in; to be asked of a whole resolved plan. */
export function checkSubqueryHosts(plan: LogicalPlan, session: SessionSettings): void {
  for (const expression of expressionsOf(plan)) {
    someExpression(expression, (e) => {
      if (isSubquery(e)) checkHost(plan, e, session);
      return false;
    });
  }
  if (plan.kind === "join" && plan.lateral) checkLateral(plan);
  for (const child of childrenOf(plan)) checkSubqueryHosts(child, session);
}

const PREDICATE_HOSTS: ReadonlySet<LogicalPlan["kind"]> = new Set(["filter", "join", "project", "aggregate", "window", "write"]);

function checkHost(plan: LogicalPlan, e: Expression, { aggregatedScalars }: SessionSettings): void {
  if (e.kind !== "scalarSubquery") {
    if (!PREDICATE_HOSTS.has(plan.kind)) throw unsupported("UNSUPPORTED_IN_EXISTS_SUBQUERY", { treeNode: treeString(plan) }, e);
    return;
  }
  if ((e.outer ?? []).length === 0) return;
  if (aggregatedScalars) checkAggregatedScalar(e);
  if (plan.kind === "filter" || plan.kind === "project" || plan.kind === "write") return;
  if (plan.kind !== "aggregate") throw unsupported("UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY", { treeNode: treeString(plan) }, plan);
  if (holds(plan.grouping, e) && !holds(plan.aggregates, e)) throw unsupported("MUST_AGGREGATE_CORRELATED_SCALAR_SUBQUERY", {}, e);
}

const holds = (expressions: Aggregate["grouping"], subquery: Expression): boolean =>
  expressions.some((e) => someExpression(e, (x) => x.kind === subquery.kind && sameExpression(x, subquery)));

function checkLateral(join: Join): void {
  if (join.lateral !== "nearest" && !isDeterministicPlan(join.right) && maxRows(join.left) > 1)
    throw unsupported("NON_DETERMINISTIC_LATERAL_SUBQUERIES", { treeNode: treeString(join) }, join);
  if (join.condition && !isDeterministic(join.condition))
    throw unsupported("LATERAL_JOIN_CONDITION_NON_DETERMINISTIC", { condition: prettyName(join.condition) }, join.condition);
}

const isDeterministicPlan = (plan: LogicalPlan): boolean =>
  expressionsOf(plan).every(isDeterministic) &&
  plan.kind !== "sample" &&
  [...childrenOf(plan), ...subqueryPlansOf(plan)].every(isDeterministicPlan);
