import type { AggregateCall, Expression } from "../expressions/expression.ts";
import * as t from "../types/data-type.ts";
import { finite, joint, moment, shape } from "./aggregate-statistics.ts";
import { bindOnce } from "./bind-once.ts";
import { constantOf, valueOutOfRange } from "./constant.ts";
import { scalarsOf } from "./define.ts";
import { aggregate } from "./define-aggregate.ts";
import { type AggregateFunction, any, type FunctionEntry, numeric, of, orderable, takes } from "./function.ts";

/**
 * What the pandas API on Spark calls of Spark's internal functions: statistics as pandas defines them. `ddof` is what is taken from
 * the number of values. Source: Spark's PandasAggregate.scala, CentralMomentAgg.scala, Mode.scala, windowExpressions.scala.
 */
const scalar = scalarsOf("misc");
const double = of(t.doubleType);
const int = of(t.integerType);
const flag = of(t.booleanType);

const internal = { internal: true } as const;

const ddofOf = ({ args }: AggregateCall): number => Number(constantOf(args.at(-1)!));

/** Below this, pandas takes a moment for what rounding left of zero. */
const NOTHING = "1e-14";

/** `sum / (n - ddof)`, and no value where that divides by nothing. */
const spread = (n: string, sum: string, ddof: number | string): string => `(CASE WHEN ${n} > ${ddof} THEN ${sum} / (${n} - ${ddof}) END)`;

function variance(names: string, doc: string, result: (variance: string) => string): AggregateFunction {
  return moment(
    names,
    doc,
    2,
    (apply, [x, ddof]) =>
      finite((inner, v) => result(spread(inner("count", v), `${inner("var_pop", v)} * ${inner("count", v)}`, ddof!)))(apply, x!),
    ({ n, m2 }, call) => result(spread(n, m2, ddofOf(call))),
    { signature: takes(double, int), ...internal },
  );
}

type State = Readonly<Record<"n" | "m2" | "m3" | "m4", string>>;

const skewness = ({ n, m2, m3 }: State): string =>
  `CASE WHEN ${n} < 3 THEN NULL WHEN ${m2} < ${NOTHING} OR abs(${m3}) < ${NOTHING} THEN 0.0::DOUBLE ELSE sqrt(${n} - 1) * (${n} / (${n} - 2)) * ${m3} / sqrt(${m2} * ${m2} * ${m2}) END`;

function kurtosis({ n, m2, m4 }: State): string {
  const below = `((${n} - 2) * (${n} - 3) * ${m2} * ${m2})`;
  const above = `(${n} * (${n} + 1) * (${n} - 1) * ${m4})`;
  return `CASE WHEN ${n} < 4 THEN NULL WHEN ${below} < ${NOTHING} THEN 0.0::DOUBLE ELSE ${above} / ${below} - 3 * (${n} - 1) * (${n} - 1) / ((${n} - 2) * (${n} - 3)) END`;
}

/** `column` is its values in order, and each step a struct of what is known so far; the last one's field is the result. */
const running = (column: string, first: string, next: string, field: string): string =>
  `list_reduce(list_transform(${column}, lambda x: ${first}), lambda a, b: ${next}).${field}`;

/** An exponentially weighted mean, over the rows of the frame in their order. */
function weighted(column: string, alpha: string, ignoresNulls: boolean): string {
  const beta = `(1.0 - ${alpha})`;
  const kept = ignoresNulls ? "1.0" : beta;
  const next = `CASE WHEN b.r IS NULL THEN {n: a.n * ${kept}, d: a.d * ${kept}, r: a.r} ELSE {n: a.n * ${beta} + b.n, d: a.d * ${beta} + 1.0, r: (a.n * ${beta} + b.n) / (a.d * ${beta} + 1.0)} END`;
  const first = `{n: CAST(coalesce(x, 0.0) AS DOUBLE), d: CAST(CASE WHEN x IS NULL THEN 0 ELSE 1 END AS DOUBLE), r: CAST(x AS DOUBLE)}`;
  return running(column, first, next, "r");
}

/** A constant of the call. */
const isTrue = ({ args }: AggregateCall, index: number): boolean => constantOf(args[index]!) === true;

function checkAlpha(args: readonly Expression[]): readonly Expression[] {
  const alpha = Number(constantOf(args[1]!));
  if (alpha > 0 && alpha <= 1) return args;
  throw valueOutOfRange("ewm", args, "alpha", "(0.0, 1.0]", String(alpha));
}

export const pandasFunctions: readonly FunctionEntry[] = [
  variance("pandas_var", "Returns the variance in pandas' fashion.", (value) => value),
  variance("pandas_stddev", "Returns the standard deviation in pandas' fashion.", (value) => `sqrt(${value})`),
  moment("pandas_skew", "Returns the skewness in pandas' fashion.", 3, shape(skewness, 3), skewness, internal),
  moment("pandas_kurt", "Returns the excess kurtosis in pandas' fashion.", 4, shape(kurtosis, 4), kurtosis, internal),
  joint(
    "pandas_covar",
    "Returns the covariance in pandas' fashion.",
    ({ n, c }, call) => spread(n, c, ddofOf(call)),
    (apply, [y, x, ddof]) => spread(apply("regr_count", y!, x!), apply("regr_sxy", y!, x!), ddof!),
    t.doubleType,
    { signature: takes(double, double, int), swapped: true, ...internal },
  ),
  aggregate(
    "pandas_product",
    "Returns the product of all values, of none 1; the second argument is whether NULLs are passed over.",
    takes(numeric, flag),
    ([type]) => (t.isIntegral(type!) ? t.longType : t.doubleType),
    (apply, [x], call) => {
      const exact = `list_reduce(list_prepend(1::BIGINT, ${apply("list", `CAST(${x} AS BIGINT)`)}), lambda a, b: a * coalesce(b, 1))`;
      const product = call.type.kind === "long" ? exact : `coalesce(${apply("product", x!)}, 1.0::DOUBLE)`;
      return isTrue(call, 1) ? product : `CASE WHEN NOT ${apply("bool_or", `${x} IS NULL`)} THEN ${product} END`;
    },
    internal,
  ),
  aggregate(
    "pandas_mode",
    "Returns the most frequent values; the second argument is whether NULLs are passed over.",
    takes(any, flag),
    ([type], args) => t.arrayType(type!, constantOf(args[1]!) !== true),
    (apply, [x], call) => {
      const nulls = isTrue(call, 1) ? "0" : apply("count_if", `${x} IS NULL`);
      return bindOnce([`map_entries(coalesce(${apply("histogram", x!)}, map()))`, nulls], ([counts, missing]) => {
        const most = `greatest(coalesce(list_max(list_transform(${counts}, lambda e: CAST(e.value AS BIGINT))), 0), ${missing})`;
        const modes = `list_transform(list_filter(${counts}, lambda e: e.value = ${most}), lambda e: e.key)`;
        return `CASE WHEN ${missing} > 0 AND ${missing} = ${most} THEN list_append(${modes}, NULL) ELSE ${modes} END`;
      });
    },
    { nullable: false, ...internal },
  ),
  aggregate(
    "collect_top_k",
    "Returns the greatest values, or the least where the third argument is true, in order.",
    takes(orderable, int, flag),
    ([type]) => t.arrayType(type!, false),
    (apply, [x, k], call) => `coalesce(${apply(isTrue(call, 2) ? "min" : "max", x!, k!)}, [])`,
    { nullable: false, ...internal },
  ),
  aggregate(
    "ewm",
    "Returns the exponentially weighted mean of the rows so far.",
    takes(double, double, flag),
    t.doubleType,
    (apply, [x, alpha], call) => weighted(apply("list", x!), alpha!, isTrue(call, 2)),
    { check: checkAlpha, ...internal },
  ),
  aggregate(
    "null_index",
    "Returns how many NULLs stand one behind the other up to this row.",
    takes(any),
    t.integerType,
    (apply, [x]) =>
      running(apply("list", `${x} IS NULL`), "{n: CAST(x AS INTEGER)}", "CASE WHEN b.n = 1 THEN {n: a.n + 1} ELSE {n: 0} END", "n"),
    { nullable: false, ...internal },
  ),
  scalar(
    "timestamp_ntz_to_long",
    "Returns the seconds since 1970 of a timestamp without a zone.",
    takes(of(t.timestampNtzType)),
    t.longType,
    ([x]) => `CAST(floor(epoch_us(${x}) / 1000000) AS BIGINT)`,
    internal,
  ),
];
