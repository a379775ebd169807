import { AnalysisError } from "../errors.ts";
import type { AggregateCall, Expression, GroupOrder, UnresolvedFunction, WindowCall, WindowFrame } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isDeterministic, sameExpression, typeOf } from "../expressions/properties.ts";
import { childrenOf } from "../expressions/traverse.ts";
import type { AggregateFunction, FunctionEntry } from "../functions/function.ts";
import { wrongNumberOfArguments } from "./coercion.ts";

/**
 * What may stand around the arguments of a call: DISTINCT, FILTER, IGNORE NULLS and WITHIN GROUP.
 * Source: Spark's FunctionResolution.validateFunction.
 */
const ORDERED = "WITHIN GROUP (ORDER BY ...)";

const unsupported = (entry: FunctionEntry, syntax: string): AnalysisError =>
  new AnalysisError("INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX", { prettyName: `\`${entry.names[0]}\``, syntax });

const IGNORING: ReadonlySet<string> = new Set(["first", "last", "any_value", "nth_value", "lead", "lag"]);

/** Throws where a function does not take a clause that the call has. `filter` is resolved. */
export function checkClauses(entry: FunctionEntry, call: UnresolvedFunction, filter: Expression | undefined): void {
  if (entry.kind === "aggregate" && entry.withinGroup) checkWithinGroup(entry, call);
  else if (call.withinGroup) throw unsupported(entry, ORDERED);
  if (entry.kind === "aggregate") checkFilter(filter);
  else if (call.distinct) throw unsupported(entry, "DISTINCT");
  else if (call.filter) throw unsupported(entry, "FILTER clause");
  if (call.ignoreNulls && !IGNORING.has(entry.names[0])) throw unsupported(entry, "IGNORE NULLS");
}

function checkFilter(filter: Expression | undefined): void {
  if (!filter) return;
  const filterExpr = `"${prettyName(filter)}"`;
  const [aggExpr, windowExpr] = [firstOf("aggregate", filter), firstOf("window", filter)];
  if (typeOf(filter).kind !== "boolean" && typeOf(filter).kind !== "void")
    throw new AnalysisError("INVALID_AGGREGATE_FILTER.NOT_BOOLEAN", { filterExpr });
  if (!isDeterministic(filter)) throw new AnalysisError("INVALID_AGGREGATE_FILTER.NON_DETERMINISTIC", { filterExpr });
  if (aggExpr && !windowExpr) throw new AnalysisError("INVALID_AGGREGATE_FILTER.CONTAINS_AGGREGATE", { filterExpr, aggExpr });
  if (windowExpr) throw new AnalysisError("INVALID_AGGREGATE_FILTER.CONTAINS_WINDOW_FUNCTION", { filterExpr, windowExpr });
}

/** The text of the first expression of a kind, from the top. */
function firstOf(kind: Expression["kind"], expression: Expression): string | undefined {
  if (expression.kind === kind) return `"${prettyName(expression)}"`;
  return childrenOf(expression)
    .map((child) => firstOf(kind, child))
    .find((text) => text !== undefined);
}

function checkWithinGroup(entry: AggregateFunction, { args, distinct, withinGroup }: UnresolvedFunction): void {
  const { keys, unlessArguments = 0, distinct: mayBeDistinct } = entry.withinGroup!;
  const funcName = `\`${entry.names[0]}\``;
  const written = entry.signature.parameters.length - 1;
  if (keys === "last" && (args.length < 1 || args.length > written))
    throw wrongNumberOfArguments(entry.names[0], `[${Array.from({ length: written }, (_, i) => i + 1).join(", ")}]`, args.length);
  const mandatory = keys === "first" && (unlessArguments === 0 || args.length === 0);
  if (keys === "first" && unlessArguments === 0 && args.length !== written)
    throw wrongNumberOfArguments(entry.names[0], String(written), args.length);
  if (args.length > unlessArguments && unlessArguments > 0) throw wrongNumberOfArguments(entry.names[0], "0", args.length);
  if (distinct && !mayBeDistinct) throw new AnalysisError("INVALID_WITHIN_GROUP_EXPRESSION.DISTINCT_UNSUPPORTED", { funcName });
  if (mandatory && !withinGroup) throw new AnalysisError("INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING", { funcName });
  if (!withinGroup || keys === "last") return;
  const expectedNum = mandatory ? 1 : 0;
  if (withinGroup.length === expectedNum) return;
  throw new AnalysisError("INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS", {
    funcName,
    expectedNum: String(expectedNum),
    actualNum: String(withinGroup.length),
  });
}

/** The arguments with the keys of WITHIN GROUP among them, where the entry takes them. */
export function withKeys(entry: FunctionEntry, { args, withinGroup }: UnresolvedFunction): readonly Expression[] {
  if (!withinGroup || entry.kind !== "aggregate" || !entry.withinGroup) return args;
  const keys = withinGroup.map((order) => order.child);
  if (entry.withinGroup.keys === "first") return [...keys, ...args];
  return [...args, ...(entry.withinGroup.defaults ?? []).slice(Math.max(0, args.length - 1)), ...keys];
}

/** How the keys sort, for the resolved call. */
export const ordersOf = ({ withinGroup }: UnresolvedFunction): readonly GroupOrder[] | undefined =>
  withinGroup?.map(({ ascending, nullsFirst }) => ({ ascending, nullsFirst }));

/** What only a resolved aggregate shows: DISTINCT values have no other order than their own. Source: Spark's ListAgg. */
export function checkAggregate(call: AggregateCall): void {
  const orders = call.withinGroup?.length ?? 0;
  if (!call.distinct || orders === 0) return;
  const [value, keys] = [call.args[0]!, call.args.slice(call.args.length - orders)];
  if (keys.length === 1 && sameExpression(keys[0]!, value)) return;
  throw new AnalysisError("INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT", {
    funcName: `\`${call.name}\``,
    funcArg: `"${prettyName(value)}"`,
    orderingExpr: keys.map((key) => `"${prettyName(key)}"`).join(", "),
  });
}

const WITHOUT_ORDER: ReadonlySet<string> = new Set(["percentile_cont", "percentile_disc", "median"]);

/** Source: Spark's WindowResolution.checkWindowFunction. */
export function checkWindow(window: WindowCall): void {
  const call = window.function;
  if (call.kind !== "aggregate") return;
  if (call.filter) throw new AnalysisError("_LEGACY_ERROR_TEMP_1030", {});
  if (call.distinct) throw new AnalysisError("DISTINCT_WINDOW_FUNCTION_UNSUPPORTED", { windowExpr: `"${prettyName(window)}"` });
  const whole = !window.frame || isWhole(window.frame);
  const needsWhole = WITHOUT_ORDER.has(call.name) || call.withinGroup !== undefined;
  if (!needsWhole || call.name === "mode" || (window.orderBy.length === 0 && whole)) return;
  const orders = call.withinGroup ?? [];
  const isList = call.name === "listagg";
  const args = call.args.map((arg, i) => {
    const order = isList ? orders[i - (call.args.length - orders.length)] : undefined;
    return `${prettyName(arg)}${order ? ` ${order.ascending ? "ASC" : "DESC"} NULLS ${order.nullsFirst ? "FIRST" : "LAST"}` : ""}`;
  });
  throw new AnalysisError("INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC", { aggFunc: `"${call.name}(${args.join(", ")})"` });
}

const isWhole = ({ unit, lower, upper }: WindowFrame): boolean =>
  unit === "rows" && lower.kind === "unboundedPreceding" && upper.kind === "unboundedFollowing";
