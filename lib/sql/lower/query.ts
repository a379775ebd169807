import { refuseGenerator } from "../../engine/analyzer/check-generator.ts";
import { evaluateConstant } from "../../engine/analyzer/constant.ts";
import { refuseSqlCalls } from "../../engine/analyzer/sql-function.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { sortOrder } from "../../engine/expressions/build.ts";
import type { SortOrder } from "../../engine/expressions/expression.ts";
import { typeOf } from "../../engine/expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { isIntegral } from "../../engine/types/data-type.ts";
import type * as e from "../syntax/expression.ts";
import type * as s from "../syntax/query.ts";
import type { Span } from "../syntax/span.ts";
import { flag, type Lowering, type LoweringContext, lowering } from "./context.ts";
import { lowerWith, withoutLimits } from "./cte.ts";
import { lowerExpression, lowerSortItem } from "./expression.ts";
import { partsOf } from "./name.ts";
import { lowerPipe } from "./pipe.ts";
import { behind, expressionAt, planAt, within } from "./place.ts";
import { inlineTable, tableNamed } from "./relation.ts";
import { lowerSelect } from "./select.ts";
import { windowsOf } from "./window.ts";

/** The unresolved plan of a query. Throws AnalysisError for what Spark's parser and CTESubstitution refuse. */
export function lowerQuery(query: s.Query, context: LoweringContext | Lowering): LogicalPlan {
  const scope = lowering(context);
  return planAt(query, scope, () =>
    query.with ? lowerWith(query.with, scope, (inner) => lowerWithoutCtes(query, inner)) : lowerWithoutCtes(query, scope),
  );
}

function lowerWithoutCtes(query: s.Query, scope: Lowering): LogicalPlan {
  const { start: _, end: __, body: written, ...rest } = query;
  // A query in parentheses is the same query.
  if (written.kind === "nested" && Object.keys(rest).length === 0) return lowerQuery(written.query, scope);
  const inner = { ...windowsOf(query.windows, scope), inQuery: true };
  const body = lowerBody(written, inner);
  const clauses = query.pipes ? { start: written.end, end: query.pipes[0]!.start } : query;
  const ordered = planAt(behind(written, clauses, scope), scope, () => lowerClauses(query, body, inner));
  return (query.pipes ?? []).reduce((plan, pipe) => planAt(query, scope, () => lowerPipe(pipe, plan, scope)), ordered);
}

/** What stands between WITH and ORDER BY. Sides of a set operation are chains: no recursion along their left. */
export function lowerBody(body: s.QueryBody, scope: Lowering): LogicalPlan {
  const operations: s.SetOperation[] = [];
  let first = body;
  while (first.kind === "setOperation") {
    operations.push(first);
    first = first.left;
  }
  const start = lowerLeaf(first, scope);
  return operations
    .reverse()
    .reduce((left, operation) => planAt(operation, scope, () => setOperation(operation, left, lowerBody(operation.right, scope))), start);
}

function lowerLeaf(body: Exclude<s.QueryBody, s.SetOperation>, scope: Lowering): LogicalPlan {
  switch (body.kind) {
    case "select":
      return lowerSelect(body, scope);
    case "values":
      return inlineTable(body, scope);
    case "table":
      return tableNamed(partsOf(body.name, scope), scope, {}, body.name);
    case "nested":
      return lowerQuery(body.query, scope);
  }
}

/** UNION, INTERSECT, EXCEPT (MINUS); by position, or by name. */
export function setOperation(
  operation: Pick<s.SetOperation, "operator" | "quantifier" | "byName">,
  left: LogicalPlan,
  right: LogicalPlan,
): LogicalPlan {
  const all = operation.quantifier === "all";
  if (operation.operator !== "union") return { kind: "setOperation", operation: operation.operator, all, left, right };
  const union: LogicalPlan = { kind: "union", children: [left, right], ...(operation.byName ? { byName: true } : {}) };
  return all ? union : { kind: "deduplicate", child: union };
}

type Clauses = Omit<s.Query, "with" | "body" | "pipes">;

/** ORDER BY, SORT BY, CLUSTER BY, DISTRIBUTE BY, LIMIT and OFFSET above a plan. Source: Spark's AstBuilder.withQueryResultClauses. */
export function lowerClauses(clauses: Clauses, plan: LogicalPlan, scope: Lowering): LogicalPlan {
  const { orderBy, sortBy, clusterBy, distributeBy, limit, offset } = clauses;
  const used = [orderBy, sortBy ?? distributeBy, clusterBy].filter((clause) => clause !== undefined);
  if (used.length > 1) throw new AnalysisError("UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES", {});
  let ordered = plan;
  const distribution = distributeBy ?? clusterBy;
  if (distribution) {
    ordered = { kind: "repartition", scheme: "hash", expressions: distribution.map((key) => lowerExpression(key, scope)), child: ordered };
  }
  const keys =
    orderBy ?? sortBy ?? clusterBy?.map((expression): e.SortItem => ({ expression, start: expression.start, end: expression.end }));
  if (keys) ordered = sorted(keys, orderBy !== undefined, clusterBy !== undefined, ordered, scope);
  if (offset) ordered = limited("offset", offset, ordered, scope);
  if (limit === "all") return withoutLimits(ordered);
  return limit ? limited("limit", limit, ordered, scope) : ordered;
}

function sorted(keys: readonly e.SortItem[] | "all", global: boolean, plain: boolean, child: LogicalPlan, scope: Lowering): LogicalPlan {
  if (keys === "all") return sortedByAll(sortOrder({ kind: "literal", value: null, type: { kind: "void" } }), global, child);
  const [only] = keys;
  const byAll = keys.length === 1 && only!.expression.kind === "column" && isAll(only!.expression);
  const order = keys.map((item): SortOrder => {
    const key = lowerSortItem(item, scope);
    return plain ? key : { ...key, child: ordinalOr(key.child, "spark.sql.orderByOrdinal", scope, item.expression) };
  });
  return byAll ? sortedByAll(order[0]!, global, child) : { kind: "sort", order, global, child };
}

const sortedByAll = (order: SortOrder, global: boolean, child: LogicalPlan): LogicalPlan => ({
  kind: "sort",
  order: [order],
  all: true,
  global,
  child,
});

/** ALL, which may also be a column's name: the analyzer looks. */
export const isAll = (column: e.Column): boolean =>
  column.name.kind === "name" && column.name.parts.length === 1 && column.name.parts[0]!.name.toLowerCase() === "all";

/** A whole number alone in ORDER BY or GROUP BY is a position. */
export function ordinalOr(expression: SortOrder["child"], setting: string, scope: Lowering, written: Span): SortOrder["child"] {
  const isPosition = expression.kind === "literal" && expression.type.kind === "integer" && typeof expression.value === "number";
  if (!isPosition || !flag(scope, setting, true)) return expression;
  return expressionAt({ kind: "unresolvedOrdinal", position: expression.value as number }, written, scope);
}

/** LIMIT and OFFSET count with a constant. Source: Spark's CheckAnalysis.checkLimitLikeClause. */
export function limited(kind: "limit" | "offset", count: e.Expression, child: LogicalPlan, scope: Lowering): LogicalPlan {
  return { kind, count: wholeNumber(count, scope, kind), child };
}

/** The value of a constant that counts rows or levels. */
export const wholeNumber = (expression: e.Expression, scope: Lowering, name = "limit"): number =>
  within(expression, scope, () => numberOf(expression, scope, name));

function numberOf(expression: e.Expression, scope: Lowering, name: string): number {
  const lowered = lowerExpression(expression, scope);
  if (name === "limit" || name === "offset") refuseSqlCalls(lowered, name === "limit" ? "GlobalLimit" : "Offset");
  if (name === "limit" || name === "offset") refuseGenerator(lowered, (text) => `${name === "limit" ? "LocalLimit" : "Offset"} ${text}`);
  const constant = evaluateConstant(lowered, scope.session);
  const shown = { name, expr: sqlExpr(constant ?? lowered) };
  if (!constant) throw new AnalysisError("INVALID_LIMIT_LIKE_EXPRESSION.IS_UNFOLDABLE", { name, expr: sqlExpr(lowered) });
  const type = typeOf(constant);
  if (type.kind !== "integer" && !(isIntegral(type) && type.kind !== "long")) {
    throw new AnalysisError("INVALID_LIMIT_LIKE_EXPRESSION.DATA_TYPE", { ...shown, dataType: sqlTypeOf(type) });
  }
  if (constant.value === null) throw new AnalysisError("INVALID_LIMIT_LIKE_EXPRESSION.IS_NULL", { ...shown, expr: sqlExpr(lowered) });
  const value = Number(constant.value);
  if (value < 0)
    throw new AnalysisError("INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE", { ...shown, expr: sqlExpr(lowered), v: String(value) });
  return value;
}
