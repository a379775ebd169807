import { isOrderable } from "../analyzer/implicit-cast.ts";
import { AnalysisError, ExecutionError } from "../errors.ts";
import { booleanLiteral } from "../expressions/build.ts";
import type { AggregateCall, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { javaDouble } from "../types/java-number.ts";
import { bindOnce } from "./bind-once.ts";
import { constantOf, requireConstant, unexpectedNull, valueOutOfRange } from "./constant.ts";
import { aggregate } from "./define-aggregate.ts";
import {
  type AggregateSql,
  type Apply,
  any,
  type FunctionEntry,
  integral,
  type NativeStep,
  numericOrInterval,
  of,
  takes,
  takesUpTo,
} from "./function.ts";

/** Percentiles and the mode. Source: Spark's percentiles.scala, ApproximatePercentile.scala and Mode.scala. */

/** Doubles for numbers, and intervals for intervals; a list of percentages gives a list. */
const interpolated = ([type, at]: readonly t.DataType[]): t.DataType => {
  const one =
    type!.kind === "year-month interval"
      ? t.yearMonthIntervalType()
      : type!.kind === "day-time interval"
        ? t.dayTimeIntervalType()
        : t.doubleType;
  return at?.kind === "array" ? t.arrayType(one, false) : one;
};
/** As they are: the result is one of the values. */
const NUMBERS = [t.doubleType, t.byteType, t.shortType, t.integerType, t.longType, t.floatType, t.decimalType()];
const chosen = ([type, at]: readonly t.DataType[]): t.DataType => (at?.kind === "array" ? t.arrayType(type!, false) : type!);
const elementOf = (type: t.DataType): t.DataType => (type.kind === "array" ? type.elementType : type);

const isDescending = ({ withinGroup }: AggregateCall): boolean => withinGroup?.[0]?.ascending === false;

/** A quantile of doubles as the call's type; intervals are cut to whole units. */
function asResult(quantile: string, type: t.DataType): string {
  const element = elementOf(type);
  if (element.kind === "double") return quantile;
  const sqlType = element.kind === "year-month interval" ? "INTEGER" : "BIGINT";
  return type.kind === "array"
    ? `list_transform(${quantile}, lambda q: CAST(trunc(q) AS ${sqlType}))`
    : `CAST(trunc(${quantile}) AS ${sqlType})`;
}

const continuous: AggregateSql = (apply, [value, at = "0.5::DOUBLE", frequency], call) => {
  const type = typeOf(call.args[0]!);
  if (frequency !== undefined) return asResult(repeated(apply, value!, at, frequency, call), call.type);
  const percentage = isDescending(call) ? `(1 - ${at})` : at;
  // Null has no quantiles of its own type.
  const values = type.kind === "void" ? "NULL::DOUBLE" : `CAST(${value} AS DOUBLE)`;
  return asResult(apply("quantile_cont", values, percentage), call.type);
};

/** Each value counts as often as a column says. */
const repeatedStep = (list: boolean): NativeStep => ({
  name: "percentile_with_frequency",
  types: [
    t.arrayType(t.structType([t.structField("v", t.doubleType), t.structField("n", t.longType), t.structField("f", t.stringType)])),
    list ? t.arrayType(t.doubleType) : t.doubleType,
  ],
  returns: list ? t.arrayType(t.doubleType) : t.doubleType,
  evaluate: ([rows, at]) => {
    const counted = (rows as readonly { v: number | null; n: bigint | null; f: string }[]).filter(({ v, n }) => v !== null && n !== null);
    const negative = counted.find(({ n }) => n! < 0n);
    if (negative)
      throw new ExecutionError("NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION", {
        frequencyExpression: negative.f,
        negativeValue: `${negative.n}L`,
      });
    const sorted = counted.filter(({ n }) => n! > 0n).sort((a, b) => a.v! - b.v!);
    if (sorted.length === 0) return null;
    const one = (percentage: number) => percentileOf(sorted as { v: number; n: bigint }[], percentage);
    return Array.isArray(at) ? at.map(one) : one(at as number);
  },
});

function percentileOf(sorted: readonly { v: number; n: bigint }[], percentage: number): number {
  const total = sorted.reduce((sum, { n }) => sum + n, 0n);
  const position = Number(total - 1n) * percentage;
  const [lower, higher] = [Math.floor(position), Math.ceil(position)].map((at) => {
    let seen = 0n;
    return sorted.find(({ n }) => {
      seen += n;
      return seen > BigInt(at);
    })!.v;
  });
  return lower === higher ? lower! : (Math.ceil(position) - position) * lower! + (position - Math.floor(position)) * higher!;
}

function repeated(apply: Apply, value: string, at: string, frequency: string, call: AggregateCall): string {
  const shown = `'"${prettyName(call.args[2]!).replaceAll("'", "''")}"'`;
  const row = `{v: CAST(${value} AS DOUBLE), n: CAST(${frequency} AS BIGINT), f: ${shown}}`;
  return apply.native(repeatedStep(typeOf(call.args[1]!).kind === "array"), apply("list", row), at);
}

/**
 * The first of the sorted values whose share of all is at least the percentage. DuckDB's quantile_disc rounds the position otherwise.
 * Source: Spark's PercentileDisc.getPercentile.
 */
function chosenOf(apply: Apply, value: string, call: AggregateCall, at: string, lower = false): string {
  const collected = `list_filter(${apply("list", value)}, lambda e: e IS NOT NULL)`;
  const sorted = isDescending(call) ? `list_reverse_sort(${collected})` : `list_sort(${collected})`;
  return bindOnce([sorted], ([list]) => {
    const position = (p: string) => (lower ? `floor((len(${list}) - 1) * ${p}) + 1` : `greatest(ceil(len(${list}) * ${p}), 1)`);
    const one = (p: string) => `${list}[CAST(${position(p)} AS BIGINT)]`;
    if (call.type.kind !== "array") return one(at);
    return `CASE WHEN len(${list}) > 0 THEN list_transform(${at}, lambda p: ${one("p")}) END`;
  });
}

const discrete: AggregateSql = (apply, [value, at], call, session) =>
  asResult(chosenOf(apply, `CAST(${value} AS DOUBLE)`, call, at!, session.lowerPercentiles), call.type);

/** Spark's PercentileBase.checkInputDataTypes. */
function checkPercentage(name: string, args: readonly Expression[], rangeText: string, exprName = "percentage"): void {
  const at = args[1];
  if (!at) return;
  requireConstant(name, args, 1, exprName);
  const value = constantOf(at);
  const values = Array.isArray(value) ? (value as readonly (number | null)[]) : [value as number | null];
  if (value === null || values.includes(null)) throw unexpectedNull(name, args, exprName);
  if (values.every((p) => p! >= 0 && p! <= 1)) return;
  throw valueOutOfRange(name, args, exprName, rangeText, values.map((p) => `${javaDouble(p!)}D`).join(","));
}

function checkPercentile(args: readonly Expression[]): readonly Expression[] {
  checkPercentage("percentile", args, "[0.0, 1.0]");
  const frequency = args[2];
  if (!frequency) return args;
  const isOne = isFoldable(frequency) && Number(constantOf(frequency)) === 1;
  return isOne ? args.slice(0, 2) : args;
}

function checkApproximate(args: readonly Expression[]): readonly Expression[] {
  const [name, accuracy] = ["percentile_approx", args[2]];
  if (accuracy) requireConstant(name, args, 2, "accuracy");
  if (args[1] && !isFoldable(args[1])) requireConstant(name, args, 1, "percentage");
  if (accuracy) {
    const value = constantOf(accuracy);
    if (value === null) throw unexpectedNull(name, args, "accuracy");
    if (Number(value) <= 0 || Number(value) > 2 ** 31 - 1) throw valueOutOfRange(name, args, "accuracy", "(0, 2147483647]", `${value}L`);
  }
  checkPercentage(name, args, "[0.0, 1.0]");
  return args;
}

const listed = (type: t.DataType) => of(type, t.arrayType(type, false));

/** The most frequent value. With an order, the first of several in it; else any. */
const mode: AggregateSql = (apply, [value], call) => {
  const second = call.args[1];
  const least = second?.kind === "literal" && second.value === true;
  if (!least && !call.withinGroup) return apply("mode", value!);
  const before = least || !isDescending(call) ? "b.key < a.key" : "b.key > a.key";
  const counted = `map_entries(${apply("histogram", value!)})`;
  return `list_reduce(${counted}, lambda a, b: CASE WHEN b.value > a.value OR (b.value = a.value AND ${before}) THEN b ELSE a END).key`;
};

/** Source: Spark's ModeBuilder. */
function checkMode(args: readonly Expression[]): readonly Expression[] {
  const [value, second] = args;
  if (!isOrderable(typeOf(value!)))
    throw new AnalysisError("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", {
      sqlExpr: `"${prettyName({ kind: "unresolvedFunction", name: "mode", args })}"`,
      functionName: "`mode`",
      dataType: `"${typeSql(typeOf(value!))}"`,
    });
  if (!second) return args;
  const requiredType = '"BOOLEAN"';
  if (!isFoldable(second))
    throw new AnalysisError("NON_FOLDABLE_ARGUMENT", { funcName: "`mode`", paramName: "`deterministic`", paramType: requiredType });
  const constant = constantOf(second);
  if (constant === null)
    throw new AnalysisError("DATATYPE_MISMATCH.UNEXPECTED_NULL", { exprName: "`deterministic`", sqlExpr: `"${prettyName(second)}"` });
  if (typeof constant === "boolean") return [value!, booleanLiteral(constant)];
  throw new AnalysisError("UNEXPECTED_INPUT_TYPE", {
    functionName: "`mode`",
    paramIndex: "second",
    requiredType,
    inputSql: `"${prettyName(second)}"`,
    inputType: `"${typeSql(typeOf(second))}"`,
  });
}

const ordered = { keys: "first", distinct: false } as const;

export const percentileAggregates: readonly FunctionEntry[] = [
  aggregate(
    "percentile",
    "Returns the exact percentile, between two values where it falls there; a third argument says how often each value counts.",
    takesUpTo(1, numericOrInterval, listed(t.doubleType), integral),
    interpolated,
    continuous,
    { check: checkPercentile },
  ),
  aggregate(
    "percentile_cont",
    "Returns the percentile of the key of WITHIN GROUP, between two values where it falls there.",
    takes(numericOrInterval, listed(t.doubleType)),
    interpolated,
    continuous,
    {
      withinGroup: ordered,
      check: (args) => {
        checkPercentage("percentile_cont", args, "[0.0, 1.0]");
        return args;
      },
    },
  ),
  aggregate(
    "percentile_disc",
    "Returns the first value of the key of WITHIN GROUP at or behind the percentile.",
    takes(numericOrInterval, listed(t.doubleType)),
    interpolated,
    discrete,
    {
      withinGroup: ordered,
      check: (args) => {
        checkPercentage("percentile_disc", args, "[0.0, 1.0]");
        return args;
      },
    },
  ),
  aggregate(
    "percentile_approx approx_percentile",
    "Returns the least value that is at or above the percentage; here it is exact.",
    takesUpTo(
      1,
      of(...NUMBERS, t.dateType, t.timestampType, t.timestampNtzType, t.dayTimeIntervalType(), t.yearMonthIntervalType()),
      listed(t.doubleType),
      integral,
    ),
    chosen,
    (apply, [value, at], call) => chosenOf(apply, value!, call, at!),
    { check: checkApproximate },
  ),
  aggregate("median", "Returns the median: the 50th percentile.", takes(numericOrInterval), interpolated, continuous),
  aggregate(
    "mode",
    "Returns the most frequent value; of several the first in the order of WITHIN GROUP, or the least where the second argument is true.",
    takesUpTo(1, any, any),
    ([type]) => type!,
    mode,
    { withinGroup: { ...ordered, unlessArguments: 2 }, check: checkMode },
  ),
];
