import { evaluateConstant } from "../../engine/analyzer/constant.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { freshId, sortOrder } from "../../engine/expressions/build.ts";
import type { SortOrder } from "../../engine/expressions/expression.ts";
import { typeOf } from "../../engine/expressions/properties.ts";
import { sqlExpr, sqlId, sqlTypeOf } from "../../engine/expressions/quoting.ts";
import type { CteDefinition, LogicalPlan } from "../../engine/logical/plan.ts";
import { isIntegral } from "../../engine/types/data-type.ts";
import type * as e from "../syntax/expression.ts";
import type * as s from "../syntax/query.ts";
import { type Cte, flag, type Lowering, type LoweringContext, lowering } from "./context.ts";
import { lowerExpression, lowerSortItem } from "./expression.ts";
import { partsOf } from "./name.ts";
import { lowerPipe } from "./pipe.ts";
import { ctePolicy, inlineTable, tableNamed } from "./relation.ts";
import { lowerSelect } from "./select.ts";
import { windowsOf } from "./window.ts";

/** The unresolved plan of a query. Throws AnalysisError for what Spark's parser and CTESubstitution refuse. */
export function lowerQuery(query: s.Query, context: LoweringContext | Lowering): LogicalPlan {
  const scope = lowering(context);
  if (!query.with) return lowerWithoutCtes(query, scope);
  const { definitions, inner } = lowerCtes(query.with, scope);
  return { kind: "with", definitions, child: lowerWithoutCtes(query, inner) };
}

function lowerWithoutCtes(query: s.Query, scope: Lowering): LogicalPlan {
  const inner = windowsOf(query.windows, scope);
  const body = lowerBody(query.body, inner);
  return (query.pipes ?? []).reduce((plan, pipe) => lowerPipe(pipe, plan, scope), lowerClauses(query, body, inner));
}

function lowerCtes(clause: s.With, scope: Lowering): { readonly definitions: CteDefinition[]; readonly inner: Lowering } {
  checkNames(clause);
  const definitions: CteDefinition[] = [];
  let ctes: readonly Cte[] = scope.ctes;
  for (const { name, columns, maxRecursion, query } of clause.definitions) {
    checkPrecedence(name.name, scope);
    const cte: Cte = { name: name.name, id: freshId(), level: scope.level ?? 0 };
    const recursive = clause.recursive;
    const visible = recursive ? [cte, ...ctes] : ctes;
    const plan = lowerQuery(query, { ...withoutWindows(scope), ctes: visible, level: (scope.level ?? 0) + 1 });
    const maxLevel = maxRecursion && wholeNumber(maxRecursion, scope);
    definitions.push({
      id: cte.id,
      name: cte.name,
      plan,
      ...(columns ? { columns: columns.map((column) => column.name) } : {}),
      ...(recursive && refersTo(plan, cte.id) ? { recursive: true } : {}),
      ...(maxLevel === undefined ? {} : { maxLevel }),
    });
    ctes = [cte, ...ctes];
  }
  return { definitions, inner: { ...scope, ctes } };
}

const withoutWindows = ({ windows: _, inFrom: __, ...scope }: Lowering): Lowering => scope;

/** `spark.sql.legacy.ctePrecedencePolicy` EXCEPTION refuses a name that an outer WITH has. */
function checkPrecedence(name: string, scope: Lowering): void {
  if (ctePolicy(scope) !== "EXCEPTION" || scope.inFrom || !scope.ctes.some((cte) => cte.name.toLowerCase() === name.toLowerCase())) return;
  throw new AnalysisError("AMBIGUOUS_ALIAS_IN_NESTED_CTE", {
    name: sqlId([name]),
    config: '"spark.sql.legacy.ctePrecedencePolicy"',
    docroot: "https://spark.apache.org/docs/latest",
  });
}

function checkNames({ definitions }: s.With): void {
  const names = definitions.map(({ name }) => name.name.toLowerCase());
  const repeated = definitions.filter(({ name }, i) => names.indexOf(name.name.toLowerCase()) !== i).map(({ name }) => sqlId([name.name]));
  if (repeated.length > 0) throw new AnalysisError("DUPLICATED_CTE_NAMES", { duplicateNames: repeated.join(", ") });
}

/** Whether a reference to a definition stands anywhere in a plan, in the queries of its expressions too. */
function refersTo(value: unknown, id: number): boolean {
  if (Array.isArray(value)) return value.some((item) => refersTo(item, id));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  const node = value as { readonly kind?: unknown; readonly id?: unknown };
  return (node.kind === "cteRef" && node.id === id) || Object.values(value).some((item) => refersTo(item, id));
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
  return operations.reverse().reduce((left, operation) => setOperation(operation, left, lowerBody(operation.right, scope)), start);
}

function lowerLeaf(body: Exclude<s.QueryBody, s.SetOperation>, scope: Lowering): LogicalPlan {
  switch (body.kind) {
    case "select":
      return lowerSelect(body, scope);
    case "values":
      return inlineTable(body, scope);
    case "table":
      return tableNamed(partsOf(body.name, scope), scope);
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
  return limit && limit !== "all" ? limited("limit", limit, ordered, scope) : ordered;
}

function sorted(keys: readonly e.SortItem[] | "all", global: boolean, plain: boolean, child: LogicalPlan, scope: Lowering): LogicalPlan {
  if (keys === "all") return sortedByAll(sortOrder({ kind: "literal", value: null, type: { kind: "void" } }), global, child);
  const [only] = keys;
  const byAll = keys.length === 1 && only!.expression.kind === "column" && isAll(only!.expression);
  const order = keys.map((item): SortOrder => {
    const key = lowerSortItem(item, scope);
    return plain ? key : { ...key, child: ordinalOr(key.child, "spark.sql.orderByOrdinal", scope) };
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
export function ordinalOr(expression: SortOrder["child"], setting: string, scope: Lowering): SortOrder["child"] {
  const isPosition = expression.kind === "literal" && expression.type.kind === "integer" && typeof expression.value === "number";
  return isPosition && flag(scope, setting, true) ? { kind: "unresolvedOrdinal", position: expression.value as number } : expression;
}

/** LIMIT and OFFSET count with a constant. Source: Spark's CheckAnalysis.checkLimitLikeClause. */
export function limited(kind: "limit" | "offset", count: e.Expression, child: LogicalPlan, scope: Lowering): LogicalPlan {
  return { kind, count: wholeNumber(count, scope, kind), child };
}

function wholeNumber(expression: e.Expression, scope: Lowering, name = "limit"): number {
  const lowered = lowerExpression(expression, scope);
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
