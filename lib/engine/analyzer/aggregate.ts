import { AnalysisError } from "../errors.ts";
import type { Alias, Attribute, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { fingerprint, isDeterministic, originOf, typeOf } from "../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../expressions/quoting.ts";
import { childrenOf, mapChildren, someExpression, transformUp } from "../expressions/traverse.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { Aggregate, LogicalPlan } from "../logical/plan.ts";
import { holdsKind } from "../types/data-type.ts";
import { hasGenerator } from "./check-generator.ts";
import { resolveGrouping } from "./grouping.ts";
import { expandGroupingSets } from "./grouping-sets.ts";
import { resolveHaving } from "./having.ts";
import { checkLateral, hasLateral } from "./lateral-alias.ts";
import { expandProjection, named, plainProject } from "./projection.ts";
import { filterWithInputs, inputColumns, inputsOf, isSqlCall, settled, withInputs } from "./sql-function.ts";

/** What an aggregate's output was made from: for what is sorted or filtered by above it. */
export interface GroupedInput {
  /** The plan below GROUP BY, whose names its expressions use. */
  readonly child: LogicalPlan;
  readonly replace: (expression: Expression) => Expression;
  /** The columns of grouping sets, which may be named, too. */
  readonly groups: readonly Attribute[];
}
const inputs = new WeakMap<LogicalPlan, GroupedInput>();
/** By the aggregate's child, which stays the same object when columns are added to the aggregate. */
export const groupedInput = ({ child }: Aggregate): GroupedInput => inputs.get(child) ?? { child, replace: checkedPlain, groups: [] };

/** Resolves grouping, output and HAVING, turns grouping sets into Expand, takes windows out above, and checks what Spark checks. */
export function resolveAggregate(plan: Aggregate, session: SessionSettings): LogicalPlan {
  const output = expandProjection(
    plan.pipeAggregates === undefined ? plan.aggregates : positionsIn(plan.aggregates, plan.child),
    plan.child,
    session,
  );
  checkLateral(output);
  checkGenerators(output, plan.grouping);
  checkPipe(output, plan.pipeAggregates ?? 0);
  const written = resolveGrouping(plan, output, session);
  for (const expression of written) checkGrouping(expression);
  const sets = plan.groupingSets && expandGroupingSets(plan.groupingSets, written, plan.child);
  const replace = sets?.replace ?? checkedPlain;
  if (sets) inputs.set(sets.child, { child: plan.child, replace, groups: sets.grouping });
  const grouping = sets?.grouping ?? written;
  const aggregates = output.map(replace);
  const lateral = new Set([...aggregates.filter((e) => e.kind === "alias"), ...inputColumns(aggregates)].map((e) => e.id));
  for (const expression of aggregates) checkOutput(expression, grouping, lateral);
  const below: Aggregate = { kind: "aggregate", grouping, aggregates, child: sets?.child ?? plan.child };
  const having = plan.having && resolveHaving(plan.having, below, session);
  const grouped = withAggregateInputs(below);
  const simple = !having && !hasLateral(aggregates) && !aggregates.some((e) => needsProjection(e, grouping));
  return simple ? grouped : split(grouped, having, session);
}

/** Arguments of SQL functions in groups and inside of aggregate functions are columns below. */
function withAggregateInputs(aggregate: Aggregate): Aggregate {
  if (inputsOf([...aggregate.grouping, ...aggregate.aggregates]).length === 0) return aggregate;
  const groups = withInputs(aggregate.child, aggregate.grouping);
  const given = new Set(inputColumns(aggregate.grouping).map(({ id }) => id));
  let { child } = groups;
  const aggregates = aggregate.aggregates.map((expression) =>
    transformUp(settled(expression, given), (e) => {
      if (e.kind !== "aggregate") return e;
      const below = withInputs(child, [e]);
      child = below.child;
      return below.expressions[0]!;
    }),
  );
  return { ...aggregate, grouping: groups.expressions, aggregates, child };
}

/** Windows, generators, and computed groups inside of something else, which an aggregate's output does not have by their column. */
function needsProjection(expression: Expression, grouping: readonly Expression[]): boolean {
  const inner = expression.kind === "alias" ? expression.child : expression;
  const computed = new Set(grouping.filter((g) => g.kind !== "attribute").map(fingerprint));
  if (computed.has(fingerprint(inner))) return false;
  const visit = (e: Expression): boolean => {
    if (e.kind === "aggregate") return false;
    if (isSqlCall(e) && e.function.below.length > 0) return true;
    return e.kind === "window" || e.kind === "generator" || computed.has(fingerprint(e)) || childrenOf(e).some(visit);
  };
  return visit(inner);
}

/** Positions in |> AGGREGATE count the columns of its input. */
function positionsIn(expressions: readonly Expression[], child: LogicalPlan): Expression[] {
  const columns = outputOf(child);
  return expressions.map((e) => {
    if (e.kind !== "unresolvedOrdinal") return e;
    const column = columns[e.position - 1];
    if (column) return column;
    throw new AnalysisError("GROUP_BY_POS_OUT_OF_RANGE", { index: String(e.position), size: String(columns.length) }, originOf(e));
  });
}

/** Groups have one generator at most, and are by none. */
function checkGenerators(output: readonly Expression[], grouping: readonly Expression[]): void {
  const generators = output.filter(hasGenerator).map((e) => (e.kind === "alias" ? e.child : e));
  if (generators.length > 1)
    throw new AnalysisError("UNSUPPORTED_GENERATOR.MULTI_GENERATOR", {
      num: String(generators.length),
      generators: generators.map(sqlExpr).join(", "),
    });
  const key = grouping.find(hasGenerator);
  if (key) throw new AnalysisError("UNSUPPORTED_EXPR_FOR_OPERATOR", { invalidExprSqls: sqlExpr(key) });
}

function checkPipe(output: readonly Expression[], aggregates: number): void {
  for (const expression of output.slice(output.length - aggregates)) {
    if (someExpression(expression, (e) => e.kind === "aggregate")) continue;
    const inner = expression.kind === "alias" ? expression.child : expression;
    throw new AnalysisError("PIPE_OPERATOR_AGGREGATE_EXPRESSION_CONTAINS_NO_AGGREGATE_FUNCTION", { expr: prettyName(inner) });
  }
}

/** Without grouping sets there is no grouping(). */
function checkedPlain(expression: Expression): Expression {
  someExpression(expression, (e) => {
    if (e.kind === "aggregate" && (e.name === "grouping" || e.name === "grouping_id"))
      throw new AnalysisError("UNSUPPORTED_GROUPING_EXPRESSION", {}, originOf(e));
    return false;
  });
  return expression;
}

function checkGrouping(expression: Expression): void {
  if (someExpression(expression, (e) => e.kind === "aggregate"))
    throw new AnalysisError("GROUP_BY_AGGREGATE", { sqlExpr: prettyName(expression) });
  const type = typeOf(expression);
  if (holdsKind(type, "variant") || holdsKind(type, "interval")) {
    throw new AnalysisError("GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE", { sqlExpr: sqlExpr(expression), dataType: sqlTypeOf(type) });
  }
}

/** The aggregates and grouping columns below, HAVING above them, windows and all else in a projection on top. */
function split(aggregate: Aggregate, having: Expression | undefined, session: SessionSettings): LogicalPlan {
  const pulled = new Map<string, Alias | Attribute>();
  const condition = having && pullUp(having, aggregate.grouping, pulled);
  const above = aggregate.aggregates.map((e) => pullUp(e, aggregate.grouping, pulled));
  const below: Aggregate = { ...aggregate, aggregates: [...pulled.values()] };
  return plainProject(condition ? filterWithInputs(condition, below) : below, above, session);
}

/** Replaces each aggregate and each grouping expression by the column that computes it below. */
export function pullUp(expression: Expression, grouping: readonly Expression[], pulled: Map<string, Alias | Attribute>): Expression {
  if (expression.kind === "alias") {
    return { ...expression, child: pullUp(expression.child, grouping, pulled) };
  }
  if (expression.kind === "window") {
    const inner = mapChildren(expression.function, (child) => pullUp(child, grouping, pulled));
    const rest = mapChildren({ ...expression, function: { kind: "literal", value: null, type: { kind: "void" } } }, (child) =>
      pullUp(child, grouping, pulled),
    );
    return { ...(rest as typeof expression), function: inner };
  }
  const key = fingerprint(expression);
  const isGroup = grouping.some((g) => fingerprint(g) === key);
  if (!isGroup && expression.kind !== "aggregate") return mapChildren(expression, (child) => pullUp(child, grouping, pulled));
  const column = pulled.get(key) ?? (named(expression) as Alias | Attribute);
  pulled.set(key, column);
  return toAttribute(column);
}

function checkOutput(expression: Expression, grouping: readonly Expression[], lateral: ReadonlySet<number>): void {
  const groups = new Set(grouping.map(fingerprint));
  const visit = (e: Expression, inFunction = false): void => {
    if (groups.has(fingerprint(e)) && e.kind !== "alias") return;
    if (e.kind === "aggregate") {
      checkNested(e);
      return;
    }
    if (e.kind === "scalarSubquery" && (e.outer ?? []).length > 0 && !inFunction) {
      throw new AnalysisError("SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION", { sqlExpr: sqlExpr(e) });
    }
    if (e.kind === "window") {
      for (const child of childrenOf(e.function)) visit(child);
      for (const child of [...e.partitionBy, ...e.orderBy]) visit(child);
      return;
    }
    if (e.kind === "attribute") {
      if (lateral.has(e.id)) return;
      if (grouping.length === 0) throw new AnalysisError("MISSING_GROUP_BY", {});
      throw new AnalysisError("MISSING_AGGREGATION", { expression: sqlExpr(e), expressionAnyValue: `"any_value(${e.name})"` });
    }
    // The query of an SQL function is its own matter.
    for (const child of childrenOf(e)) visit(child, inFunction || (e.kind === "replaced" && e.form === "call"));
  };
  visit(expression);
}

/** With what is called something else as what it means. */
const meantBy = (expression: Expression): Expression => transformUp(expression, (e) => (e.kind === "replaced" ? e.child : e));

/** An aggregate function holds no other, no window, and nothing random. */
function checkNested(call: Expression): void {
  for (const child of childrenOf(call)) {
    if (someExpression(child, (e) => e.kind === "window")) throw new AnalysisError("_LEGACY_ERROR_TEMP_1031", {});
    someExpression(child, (e) => {
      if (e.kind === "aggregate") throw new AnalysisError("NESTED_AGGREGATE_FUNCTION", {}, originOf(e));
      return false;
    });
    if (!isDeterministic(meantBy(child)))
      throw new AnalysisError("AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION", { sqlExpr: sqlExpr(call) }, originOf(child));
  }
}
