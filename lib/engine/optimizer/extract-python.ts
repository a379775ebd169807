import { AnalysisError } from "../errors.ts";
import { conjunction, freshId, namedAs, newAttribute, splitConjuncts } from "../expressions/build.ts";
import type { Alias, Attribute, Expression, UserFunction, UserFunctionCall } from "../expressions/expression.ts";
import { fingerprint, isDeterministic, referencesOf } from "../expressions/properties.ts";
import { childrenOf, mapChildren, someExpression } from "../expressions/traverse.ts";
import { isIteratorPython, isScalarPython } from "../functions/python-type.ts";
import { joinNames } from "../logical/join-names.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { Aggregate, Filter, Join, LogicalPlan } from "../logical/plan.ts";
import type { PythonCall } from "../logical/python.ts";
import { expressionsOf, mapExpressions, mapChildren as mapPlans, transformUp } from "../logical/traverse.ts";
import { structField, structType } from "../types/data-type.ts";
import type { Rule } from "./rule.ts";

/** Calls of functions in Python become columns of a node below, which a Python worker computes. Source: Spark's ExtractPythonUDFs. */
export const extractPython: Rule = {
  name: "ExtractPythonUDFs",
  apply: (plan) => transformUp(plan, (node) => (calls(node) ? extract(prepared(node)) : node)),
};

const isCall = (e: Expression): e is UserFunctionCall =>
  e.kind === "userFunction" && e.function.python !== undefined && isScalarPython(e.function.python.evalType);
const hasCall = (e: Expression): boolean => someExpression(e, isCall);
const calls = (node: LogicalPlan): boolean => expressionsOf(node).some(hasCall);

/** The node with its calls where a column below can stand for them. */
function prepared(node: LogicalPlan): LogicalPlan {
  for (const e of expressionsOf(node)) refuseInLambdas(e);
  if (node.kind === "aggregate") return aboveGroups(belowGroups(node));
  if (node.kind === "filter") return splitFilter(node);
  return node.kind === "join" ? aboveJoin(node) : node;
}

function refuseInLambdas(e: Expression): void {
  if (e.kind === "lambda" && hasCall(e.body)) {
    const found = first(e.body);
    throw new AnalysisError("UNSUPPORTED_FEATURE.LAMBDA_FUNCTION_WITH_PYTHON_UDF", { funcName: `\`${found?.function.name ?? ""}\`` });
  }
  for (const child of childrenOf(e)) refuseInLambdas(child);
}

const first = (e: Expression): UserFunctionCall | undefined =>
  isCall(e) ? e : childrenOf(e).reduce<UserFunctionCall | undefined>((found, child) => found ?? first(child), undefined);

/** Conditions without Python see the rows first: fewer go to a worker. */
function splitFilter(filter: Filter): LogicalPlan {
  const conjuncts = splitConjuncts(filter.condition);
  const at = conjuncts.findIndex((c) => !isDeterministic(c));
  const cheap = conjuncts.filter((c, i) => !hasCall(c) && (at < 0 || i < at));
  const rest = conjuncts.filter((c) => !cheap.includes(c));
  if (cheap.length === 0 || rest.length === 0) return filter;
  return { ...filter, condition: conjunction(rest), child: { kind: "filter", condition: conjunction(cheap), child: filter.child } };
}

/** A condition that calls Python with columns of one side only is that side's; else an inner join's is a filter above it. */
function aboveJoin(join: Join): LogicalPlan {
  const conjuncts = join.condition ? splitConjuncts(join.condition) : [];
  const [left, right] = [join.left, join.right].map((side) => new Set(outputOf(side).map((a) => a.id))) as [Set<number>, Set<number>];
  const within = (e: Expression, ids: ReadonlySet<number>) => referencesOf(e).every((a) => ids.has(a.id));
  const sided = (e: Expression): boolean =>
    isCall(e) ? within(e, left) || within(e, right) : childrenOf(e).every((child) => sided(child));
  const above = conjuncts.filter((c) => !sided(c));
  if (above.length === 0) return join;
  if (join.type !== "inner" && join.type !== "cross")
    throw new AnalysisError("UNSUPPORTED_FEATURE.PYTHON_UDF_IN_ON_CLAUSE", { joinType: joinNames[join.type] });
  const kept = conjuncts.filter((c) => sided(c));
  const { condition: _, ...rest } = join;
  const below: LogicalPlan = { ...rest, type: "inner", ...(kept.length > 0 ? { condition: conjunction(kept) } : {}) };
  return { kind: "filter", condition: conjunction(above), child: kept.some(hasCall) ? extract(below) : below };
}

/** Grouping by a function's value, and aggregating it: its column stands below. Source: ExtractGroupingPythonUDFFromAggregate. */
function belowGroups(aggregate: Aggregate): Aggregate {
  const made = new Map<string, Alias>();
  const pull = (e: Expression): Expression => {
    if (e.kind === "alias") return { ...e, child: pull(e.child) };
    if (!isCall(e)) return mapChildren(e, pull);
    const key = fingerprint(e);
    const alias = made.get(key) ?? namedAs(e, freshId(), "groupingPythonUDF");
    made.set(key, alias);
    return toAttribute(alias);
  };
  const keys = new Map(aggregate.grouping.map((g) => [fingerprint(g), pull(g)] as const));
  const within = (e: Expression): Expression => {
    const key = e.kind === "alias" ? undefined : keys.get(fingerprint(e));
    if (key) return key;
    return e.kind === "aggregate" ? mapChildren(e, pull) : mapChildren(e, within);
  };
  const aggregates = aggregate.aggregates.map((e) => (e.kind === "attribute" ? e : within(e)));
  if (made.size === 0) return aggregate;
  const child = extract({ kind: "project", expressions: [...outputOf(aggregate.child), ...made.values()], child: aggregate.child });
  return { ...aggregate, grouping: [...keys.values()], aggregates, child };
}

/** Functions of aggregates and of groups run above them. Source: ExtractPythonUDFFromAggregate. */
function aboveGroups(aggregate: Aggregate): LogicalPlan {
  if (!aggregate.aggregates.some(hasCall)) return aggregate;
  const below = new Map<string, Attribute | Alias>();
  const groups = new Set(aggregate.grouping.map(fingerprint));
  const pull = (e: Expression): Expression => {
    if (e.kind === "alias") return { ...e, child: pull(e.child) };
    const key = fingerprint(e);
    if (e.kind !== "aggregate" && !groups.has(key)) return mapChildren(e, pull);
    const column = below.get(key) ?? (e.kind === "attribute" ? e : namedAs(e, freshId(), "agg"));
    below.set(key, column);
    return toAttribute(column);
  };
  const expressions = aggregate.aggregates.map(pull);
  const columns = [...below.values()];
  // Of groups without a column there is one row all the same.
  const aggregates = columns.length > 0 ? columns : [namedAs({ kind: "literal", value: 1, type: { kind: "integer" } }, freshId(), "one")];
  return { kind: "project", expressions, child: { ...aggregate, aggregates } };
}

/** Calls whose arguments need no Python, or one chain of it, become columns below; then again, until none is left. */
function extract(plan: LogicalPlan): LogicalPlan {
  if (!expressionsOf(plan).some(hasCall))
    return plan.kind === "project" || !calls(plan) ? mapPlans(plan, (c) => (calls(c) ? extract(c) : c)) : plan;
  const output = outputOf(plan);
  let next = plan;
  while (expressionsOf(next).some(hasCall)) next = oneLayer(next);
  return outputOf(next).length === output.length ? next : { kind: "project", expressions: output, child: next };
}

function oneLayer(plan: LogicalPlan): LogicalPlan {
  const found = evaluable(expressionsOf(plan));
  const columns = new Map<string, Attribute>();
  const below = mapPlans(plan, (child) => {
    const ids = new Set(outputOf(child).map((a) => a.id));
    const own = found.filter((c) => !columns.has(keyOf(c)) && referencesOf(c).every((a) => ids.has(a.id)));
    if (own.length === 0) return child;
    const results = own.map((c, i) => newAttribute(`pythonUDF${i}`, c.type));
    for (const [i, c] of own.entries()) columns.set(keyOf(c), results[i]!);
    return evaluation(own, results, child);
  });
  if (columns.size === 0)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `A function in Python in a ${plan.kind}`,
      advice: "Compute it with withColumn first.",
    });
  const replace = (e: Expression): Expression => (isCall(e) ? columns.get(keyOf(e)) : undefined) ?? mapChildren(e, replace);
  return mapExpressions(below, replace);
}

const tickets = new WeakMap<UserFunctionCall, string>();
/** Equal calls are computed once, unless their values are chance. */
function keyOf(call: UserFunctionCall): string {
  if (isDeterministic(call)) return fingerprint(call);
  const known = tickets.get(call) ?? `once ${freshId()}`;
  tickets.set(call, known);
  return known;
}

/** Calls of one type that one worker can compute together. */
function evaluable(expressions: readonly Expression[]): UserFunctionCall[] {
  const found = new Map<string, UserFunctionCall>();
  let evalType: number | undefined;
  const visit = (e: Expression): void => {
    const type = isCall(e) ? e.function.python!.evalType : undefined;
    const fits = type !== undefined && (evalType === undefined || (type === evalType && !isIteratorPython(type)));
    if (isCall(e) && fits && isChain(e)) {
      evalType = type;
      found.set(keyOf(e), e);
    } else for (const child of childrenOf(e)) visit(child);
  };
  for (const e of expressions) visit(e);
  return [...found.values()];
}

function isChain(call: UserFunctionCall): boolean {
  const [only, another] = call.args;
  if (only && !another && isCall(only) && only.function.python!.evalType === call.function.python!.evalType) return isChain(only);
  return !call.args.some(hasCall);
}

function evaluation(own: readonly UserFunctionCall[], results: readonly Attribute[], child: LogicalPlan): LogicalPlan {
  const inputs = new Map<string, { readonly offset: number; readonly column: Attribute | Alias }>();
  const made: PythonCall[] = own.map((outer) => {
    const functions: UserFunction[] = [outer.function];
    let call = outer;
    for (let [inner] = call.args; inner && isCall(inner); [inner] = call.args) {
      functions.unshift(inner.function);
      call = inner;
    }
    const args = call.args.map((arg, i) => {
      const key = fingerprint(arg);
      const input = inputs.get(key) ?? { offset: inputs.size, column: asColumn(arg) };
      inputs.set(key, input);
      const name = call.function.python!.argumentNames?.[i];
      return { offset: input.offset, ...(name == null ? {} : { name }) };
    });
    return { functions, args };
  });
  return {
    kind: "python",
    form: "columns",
    calls: made,
    sides: [{ inputs: [...inputs.values()].map(({ column }) => column), keys: 0, order: [] }],
    schema: structType(results.map((a, i) => structField(`_${i}`, a.type, true))),
    results,
    children: [child],
  };
}

const asColumn = (e: Expression): Attribute | Alias => (e.kind === "attribute" ? e : namedAs(e, freshId(), "_"));
