import type { AggregateCall } from "../expressions/expression.ts";
import * as t from "../types/data-type.ts";
import { bindOnce } from "./bind-once.ts";
import { aggregate, partial } from "./define-aggregate.ts";
import { type AggregateFunction, type AggregateSql, type Apply, type FunctionEntry, of, takes } from "./function.ts";

/**
 * Moments of one and of two variables. DuckDB computes them over rows; between tasks they travel as counts, means and
 * central moments, merged pairwise as Spark's CentralMomentAgg and Covariance do, which keeps the digits of large means.
 */
const oneDouble = takes(of(t.doubleType));
const twoDoubles = takes(of(t.doubleType), of(t.doubleType));

/** SQL over the values of one variable. */
type OfValues = (apply: Apply, value: string) => string;

/** DuckDB raises on infinite input; Spark's moments are NaN then. */
export const finite =
  (sql: OfValues): OfValues =>
  (apply, value) =>
    `CASE WHEN ${apply("bool_or", `NOT isfinite(${value})`)} THEN CAST('NaN' AS DOUBLE) ELSE ${sql(apply, `CASE WHEN isfinite(${value}) THEN ${value} END`)} END`;

type Moment = "n" | "mean" | "m2" | "m3" | "m4";

/** Central moments (sums of powers of the distance to the mean) of a task's rows. */
const momentStates: Readonly<Record<Moment, OfValues>> = {
  n: (apply, x) => `CAST(${apply("count", x)} AS DOUBLE)`,
  mean: (apply, x) => apply("avg", x),
  m2: finite((apply, x) => `(${apply("var_pop", x)} * ${apply("count", x)})`),
  m3: (apply, x) => collected(apply, x, "m3"),
  m4: (apply, x) => collected(apply, x, "m4"),
};

/** The states of an aggregate that needs moments up to `order`: those of one order go together to the last digit. */
const statesOf = (order: number): readonly (readonly [field: Moment, sql: OfValues])[] =>
  ORDER.slice(0, order + 1).map((field) => [
    field,
    field === "m2" && order > 2 ? (apply, x) => collected(apply, x, "m2") : momentStates[field],
  ]);

/** As many values are merged one by one, as Spark does with the rows of small partitions, to the same last digit. */
const MOST_IN_ORDER = 256;

/** A moment of values that come as a list: sums of their powers would lose all digits of a small spread around a large mean. */
function collected(apply: Apply, x: string, moment: "m2" | "m3" | "m4"): string {
  const power = Array(Number(moment.slice(1)))
    .fill("d")
    .join(" * ");
  return bindOnce([`list_filter(${apply("list", x)}, lambda v: v IS NOT NULL)`], ([values]) => {
    const atOnce = bindOnce(
      [`list_avg(${values})`],
      ([mean]) => `list_sum(list_transform(list_transform(${values}, lambda v: v - ${mean}), lambda d: ${power}))`,
    );
    const first = "{n: 1.0::DOUBLE, mean: v, m2: 0.0::DOUBLE, m3: 0.0::DOUBLE, m4: 0.0::DOUBLE}";
    const inOrder = `list_reduce(list_transform(${values}, lambda v: ${first}), lambda a, b: {n: a.n + 1, mean: a.mean + ${step}, ${ONE_MORE}}).${moment}`;
    return `CASE WHEN len(${values}) = 0 THEN NULL WHEN len(${values}) <= ${MOST_IN_ORDER} THEN ${inOrder} ELSE ${atOnce} END`;
  });
}

/** What one more value, `b.mean`, makes of the moments in `a`. Source: Spark's CentralMomentAgg.mergeExpressions. */
const delta = "(b.mean - a.mean)";
const step = `(${delta} / (a.n + 1))`;
const ONE_MORE = [
  `m2: a.m2 + ${delta} * ${step} * a.n`,
  `m3: a.m3 + ${step} * ${step} * ${delta} * a.n * (a.n - 1) - 3 * ${step} * a.m2`,
  `m4: a.m4 + ${step} * ${step} * ${step} * ${delta} * a.n * (a.n * a.n - a.n + 1) + 6 * ${step} * ${step} * a.m2 - 4 * ${step} * a.m3`,
].join(", ");

/** The state of both sides together; `d` is the distance of their means. */
const momentMerges: Readonly<Record<Moment, string>> = {
  n: "a.n + b.n",
  mean: "a.mean + d * b.n / n",
  m2: "a.m2 + b.m2 + d * d * a.n * b.n / n",
  m3: "a.m3 + b.m3 + d * d * d * a.n * b.n * (a.n - b.n) / (n * n) + 3 * d * (a.n * b.m2 - b.n * a.m2) / n",
  m4:
    "a.m4 + b.m4 + d * d * d * d * a.n * b.n * (a.n * a.n - a.n * b.n + b.n * b.n) / (n * n * n)" +
    " + 6 * d * d * (a.n * a.n * b.m2 + b.n * b.n * a.m2) / (n * n) + 4 * d * (a.n * b.m3 - b.n * a.m3) / n",
};
const ORDER: readonly Moment[] = ["n", "mean", "m2", "m3", "m4"];

type Result<Field extends string> = (state: Readonly<Record<Field, string>>) => string;

/** Folds the states of all tasks that saw a row into one, and finishes with it. */
function folded<Field extends string>(
  states: readonly string[],
  merges: Readonly<Record<Field, string>>,
  fields: readonly Field[],
  definitions: Readonly<Record<string, string>>,
  finish: Result<Field>,
): string {
  const merge = fields.map((field) => `${field}: ${substituted(merges[field], definitions)}`).join(", ");
  const all = `list({${fields.map((field, i) => `${field}: ${states[i]}`).join(", ")}}) FILTER (WHERE ${states[0]} > 0)`;
  return bindOnce([`list_reduce(${all}, lambda a, b: {${merge}})`], ([state]) =>
    finish(Object.fromEntries(fields.map((field) => [field, `${state}.${field}`])) as Record<Field, string>),
  );
}
/** Whole words of a formula replaced by their definitions. */
const substituted = (formula: string, definitions: Readonly<Record<string, string>>): string =>
  formula.replace(/(?<![.\w])[a-z]+(?![.\w])/g, (word) => (definitions[word] ? `(${definitions[word]})` : word));

type Finish<Field extends string> = (state: Readonly<Record<Field, string>>, call: AggregateCall) => string;
/** Arguments behind the variables, and who may call. */
type Rest = Partial<Pick<AggregateFunction, "signature" | "internal" | "check">>;
/** Rounding errors hang on which variable's step the co-moment takes: Spark's is the first argument's here, and DuckDB's always the second's. */
interface JointRest extends Rest {
  readonly swapped?: true;
}

/** An aggregate of one variable that needs moments up to `order`. */
export function moment(
  names: string,
  doc: string,
  order: 2 | 3 | 4,
  complete: AggregateSql,
  finish: Finish<Moment>,
  { signature = oneDouble, ...rest }: Rest = {},
): AggregateFunction {
  const fields = ORDER.slice(0, order + 1);
  return aggregate(names, doc, signature, t.doubleType, complete, {
    ...rest,
    partial: partial(
      () => statesOf(order).map(([, sql]) => [t.doubleType, (apply, [x]) => sql(apply, x!)]),
      (_apply, states, call) =>
        folded(states, momentMerges, fields, { d: "b.mean - a.mean", n: "a.n + b.n" }, (state) => finish(state, call)),
    ),
  });
}

const duckdb =
  (name: string): AggregateSql =>
  (apply, [x]) =>
    finite((inner, value) => inner(name, value))(apply, x!);

/** Of one task's rows: DuckDB's own formulas lose digits where the mean is large. */
export const shape =
  (finish: Finish<Moment>, order: 3 | 4): AggregateSql =>
  (apply, [x], call) =>
    finite((inner, value) => {
      const states = statesOf(order);
      return bindOnce(
        states.map(([, sql]) => sql(inner, value)),
        (names) => finish(Object.fromEntries(states.map(([field], i) => [field, names[i]])) as Record<Moment, string>, call),
      );
    })(apply, x!);

/** NULL without variance. */
const skewness: Finish<Moment> = ({ n, m2: second, m3: third }) =>
  `(sqrt(${n}) * ${third} / sqrt(nullif(${second} * ${second} * ${second}, 0)))`;
const kurtosis: Finish<Moment> = ({ n, m2: second, m4: fourth }) => `(${n} * ${fourth} / nullif(${second} * ${second}, 0) - 3.0)`;

const FIELDS = ["n", "x", "y", "c", "u", "v"] as const;
type Joint = (typeof FIELDS)[number];

/** Of pairs (y, x) in which both are there: count, means, co-moment and the two second moments. */
const jointStates: Readonly<Record<Joint, string>> = {
  n: "regr_count",
  x: "regr_avgx",
  y: "regr_avgy",
  c: "regr_sxy",
  u: "regr_sxx",
  v: "regr_syy",
};
const jointMerges: Readonly<Record<Joint, string>> = {
  n: "a.n + b.n",
  x: "a.x + (b.x - a.x) * b.n / n",
  y: "a.y + (b.y - a.y) * b.n / n",
  c: "a.c + b.c + (b.x - a.x) * (b.y - a.y) * a.n * b.n / n",
  u: "a.u + b.u + (b.x - a.x) * (b.x - a.x) * a.n * b.n / n",
  v: "a.v + b.v + (b.y - a.y) * (b.y - a.y) * a.n * b.n / n",
};

/** DuckDB says NaN where a variable is constant; Spark says NULL, and NaN only for NaN among the values. */
const nullIfConstant =
  (name: string): AggregateSql =>
  (apply, [y, x]) =>
    `CASE WHEN isnan(${apply(name, y!, x!)}) AND NOT isnan(${apply("sum", `${y} + ${x}`)}) THEN NULL ELSE ${apply(name, y!, x!)} END`;

const plain =
  (name: string): AggregateSql =>
  (apply, [y, x]) =>
    apply(name, y!, x!);

export function joint(
  name: string,
  doc: string,
  finish: Finish<Joint>,
  complete = plain(name),
  type: t.DataType = t.doubleType,
  { signature = twoDoubles, swapped, ...rest }: JointRest = {},
): AggregateFunction {
  const given = (args: readonly string[]) => (swapped ? [args[1]!, args[0]!, ...args.slice(2)] : args);
  return aggregate(name, doc, signature, type, (apply, args, ...more) => complete(apply, given(args), ...more), {
    ...rest,
    nullable: type.kind !== "long",
    partial: partial(
      () => FIELDS.map((field) => [t.doubleType, (apply, args) => `CAST(${apply(jointStates[field], ...given(args))} AS DOUBLE)`]),
      (_apply, states, call) => folded(states, jointMerges, FIELDS, { n: "a.n + b.n" }, (state) => finish(state, call)),
    ),
  });
}

const correlation = ({ c, u, v }: Readonly<Record<Joint, string>>): string => `(${c} / nullif(sqrt(${u} * ${v}), 0))`;

/** The last arguments of `joint`. */
const SWAPPED = [t.doubleType, { swapped: true }] as const;

const determination: Finish<Joint> = ({ c, u, v }) =>
  `(CASE WHEN ${u} = 0 THEN NULL WHEN ${v} = 0 THEN 1.0::DOUBLE ELSE ${c} * ${c} / ${u} / ${v} END)`;

export const statisticalAggregates: readonly FunctionEntry[] = [
  moment("stddev_pop", "Returns the population standard deviation.", 2, duckdb("stddev_pop"), ({ n, m2 }) => `sqrt(${m2} / ${n})`),
  moment(
    "stddev_samp stddev std",
    "Returns the sample standard deviation.",
    2,
    duckdb("stddev_samp"),
    ({ n, m2 }) => `sqrt(${m2} / nullif(${n} - 1, 0))`,
  ),
  moment("var_pop", "Returns the population variance.", 2, duckdb("var_pop"), ({ n, m2 }) => `(${m2} / ${n})`),
  moment("var_samp variance", "Returns the sample variance.", 2, duckdb("var_samp"), ({ n, m2 }) => `(${m2} / nullif(${n} - 1, 0))`),
  moment("skewness", "Returns the skewness of the population.", 3, shape(skewness, 3), skewness),
  moment("kurtosis", "Returns the excess kurtosis of the population.", 4, shape(kurtosis, 4), kurtosis),
  joint(
    "corr",
    "Returns the Pearson coefficient of correlation.",
    correlation,
    (apply, [y, x]) =>
      correlation({ c: apply("regr_sxy", y!, x!), u: apply("regr_sxx", y!, x!), v: apply("regr_syy", y!, x!) } as Record<Joint, string>),
    ...SWAPPED,
  ),
  joint("covar_pop", "Returns the population covariance.", ({ n, c }) => `(${c} / ${n})`, plain("covar_pop"), ...SWAPPED),
  joint("covar_samp", "Returns the sample covariance.", ({ n, c }) => `(${c} / nullif(${n} - 1, 0))`, plain("covar_samp"), ...SWAPPED),
  joint(
    "regr_count",
    "Returns the number of pairs without a NULL.",
    ({ n }) => `CAST(coalesce(${n}, 0) AS BIGINT)`,
    (apply, [y, x]) => `CAST(${apply("regr_count", y!, x!)} AS BIGINT)`,
    t.longType,
  ),
  joint("regr_avgx", "Returns the mean of the second argument over pairs without a NULL.", ({ x }) => x),
  joint("regr_avgy", "Returns the mean of the first argument over pairs without a NULL.", ({ y }) => y),
  joint("regr_sxx", "Returns the second moment of the second argument.", ({ u }) => u),
  joint("regr_syy", "Returns the second moment of the first argument.", ({ v }) => v),
  joint("regr_sxy", "Returns the co-moment of both arguments.", ({ c }) => c, plain("regr_sxy"), ...SWAPPED),
  joint("regr_slope", "Returns the slope of the regression line.", ({ c, u }) => `(${c} / nullif(${u}, 0))`, nullIfConstant("regr_slope")),
  joint(
    "regr_intercept",
    "Returns where the regression line meets the y axis.",
    ({ x, y, c, u }) => `(${y} - ${c} / nullif(${u}, 0) * ${x})`,
    nullIfConstant("regr_intercept"),
  ),
  joint("regr_r2", "Returns the coefficient of determination of the regression line.", determination, (apply, [y, x], call) =>
    bindOnce([apply("regr_sxy", y!, x!), apply("regr_sxx", y!, x!), apply("regr_syy", y!, x!)], ([c, u, v]) =>
      determination({ c, u, v } as Record<Joint, string>, call),
    ),
  ),
];
