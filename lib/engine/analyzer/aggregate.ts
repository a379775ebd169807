import { AnalysisError } from "../errors.ts";
import type { Alias, Attribute, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { fingerprint, typeOf } from "../expressions/properties.ts";
import { childrenOf, mapChildren, someExpression } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { toAttribute } from "../logical/output.ts";
import type { Aggregate, LogicalPlan } from "../logical/plan.ts";
import { expandGroupingSets } from "./grouping-sets.ts";
import { expandProjection, named } from "./projection.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { scopeOf } from "./scope.ts";
import { extractWindows } from "./window.ts";

/** Resolves grouping and output, turns grouping sets into Expand, takes windows out above, and checks what Spark checks. */
export function resolveAggregate(plan: Aggregate, session: SessionSettings): LogicalPlan {
  const scope = scopeOf([plan.child], session);
  const grouping = plan.grouping.map((e) => unwrapAlias(resolveExpression(e, scope, session)));
  for (const expression of grouping) checkGroupingType(expression);
  const aggregates = expandProjection(plan.aggregates, plan.child, session);
  if (plan.groupingSets) return splitWindows(expandGroupingSets({ ...plan, grouping, aggregates }), plan);
  return splitWindows({ ...plan, grouping, aggregates }, plan);
}

const unwrapAlias = (expression: Expression): Expression => (expression.kind === "alias" ? expression.child : expression);

function checkGroupingType(expression: Expression): void {
  const type = typeOf(expression);
  if (type.kind === "map" || type.kind === "variant") {
    throw new AnalysisError("GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE", {
      sqlExpr: `"${prettyName(expression)}"`,
      dataType: `"${type.kind.toUpperCase()}"`,
    });
  }
  if (someExpression(expression, (e) => e.kind === "aggregate"))
    throw new AnalysisError("GROUP_BY_AGGREGATE", { sqlExpr: prettyName(expression) });
}

/** `sum(x) OVER (...)` over aggregates: the aggregates and grouping columns below, the windows in a projection above. */
function splitWindows(aggregate: Aggregate, user: Aggregate): LogicalPlan {
  if (!aggregate.aggregates.some((e) => someExpression(e, (x) => x.kind === "window"))) {
    checkAggregate(aggregate, user);
    return aggregate;
  }
  const pulled = new Map<string, Alias | Attribute>();
  const above = aggregate.aggregates.map((e) => pullUp(e, aggregate.grouping, pulled));
  const below: Aggregate = { ...aggregate, aggregates: [...pulled.values()] };
  checkAggregate(below, user);
  return extractWindows(below, above);
}

/** Replaces each aggregate and each grouping expression by the column that computes it below. */
function pullUp(expression: Expression, grouping: readonly Expression[], pulled: Map<string, Alias | Attribute>): Expression {
  const isGroup = grouping.some((g) => fingerprint(g) === fingerprint(expression));
  if (expression.kind === "window") {
    const call = expression.function;
    const inner = mapChildren(call, (child) => pullUp(child, grouping, pulled));
    const rest = mapChildren({ ...expression, function: { kind: "literal", value: null, type: { kind: "void" } } }, (child) =>
      pullUp(child, grouping, pulled),
    );
    return { ...(rest as typeof expression), function: inner };
  }
  if (!isGroup && expression.kind !== "aggregate") return mapChildren(expression, (child) => pullUp(child, grouping, pulled));
  const key = fingerprint(expression);
  const column = pulled.get(key) ?? (named(expression) as Alias | Attribute);
  pulled.set(key, column);
  return toAttribute(column);
}

function checkAggregate(plan: Aggregate, user: Aggregate): void {
  const groups = new Set(plan.grouping.map(fingerprint));
  for (const expression of plan.aggregates) checkOutput(expression, groups, false, user);
}

function checkOutput(expression: Expression, groups: ReadonlySet<string>, inAggregate: boolean, user: Aggregate): void {
  if (!inAggregate && groups.has(fingerprint(expression))) return;
  if (expression.kind === "aggregate") {
    if (inAggregate) throw new AnalysisError("NESTED_AGGREGATE_FUNCTION", {});
    for (const child of childrenOf(expression)) checkOutput(child, groups, true, user);
    return;
  }
  if (expression.kind === "attribute" && !inAggregate) {
    if (user.grouping.length === 0) throw new AnalysisError("MISSING_GROUP_BY", {});
    const name = `"${expression.name}"`;
    throw new AnalysisError("MISSING_AGGREGATION", { expression: name, expressionAnyValue: `"any_value(${expression.name})"` });
  }
  for (const child of childrenOf(expression)) checkOutput(child, groups, inAggregate, user);
}
