/**
 * How Spark spells functions and operators in column names and in explain, where that differs from `name(args)`.
 * Source: Spark's sql-expression-schema.md and the `prettyName`, `sql` and `toString` of its expression classes.
 */

/** Written between two operands in parentheses. */
export const INFIX: Readonly<Record<string, string>> = {
  "+": "+",
  "-": "-",
  "*": "*",
  "/": "/",
  "%": "%",
  div: "div",
  "&": "&",
  "|": "|",
  "^": "^",
  "<<": "<<",
  ">>": ">>",
  ">>>": ">>>",
  "=": "=",
  "==": "=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "<=>": "<=>",
  and: "AND",
  or: "OR",
  interval_add: "+",
  interval_subtract: "-",
  multiply_interval: "*",
  divide_interval: "/",
  subtract_dates: "-",
  subtract_timestamps: "-",
};

/** Functions that Spark prints as they are called where a scale is given. */
export const SCALED: ReadonlySet<string> = new Set(["ceil", "floor"]);

/** Function names that Spark prints otherwise than they are called. */
export const SPELLED: Readonly<Record<string, string>> = {
  ...upperCased(
    "acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh cot csc degrees e exp expm1 floor hypot log log10 log1p log2 pi power radians",
  ),
  ...upperCased("regexp regexp_like rlike sec signum sin sinh spark_partition_id sqrt tan tanh"),
  array_agg: "collect_list",
  count_distinct: "count",
  curdate: "current_date",
  current_database: "current_schema",
  dateadd: "date_add",
  localtime: "current_time",
  max_values_by: "max_by",
  min_values_by: "min_by",
  random: "rand",
  sum_distinct: "sum",
  to_varchar: "to_char",
};

/** The side that a trim of given characters takes them from. */
export const TRIMMED: Readonly<Record<string, string>> = { trim: "BOTH", ltrim: "LEADING", rtrim: "TRAILING" };

/** Window functions that show no arguments. */
export const RANKING: Readonly<Record<string, string>> = { rank: "RANK", dense_rank: "DENSE_RANK", percent_rank: "PERCENT_RANK" };

const VARIABLE = "namedlambdavariable()";
const IDENTITY = `lambdafunction(${VARIABLE}, ${VARIABLE})`;
/** How array_sort compares: NULLs are the greatest. */
const COMPARISON = `lambdafunction((IF(((${VARIABLE} IS NULL) AND (${VARIABLE} IS NULL)), 0, (IF((${VARIABLE} IS NULL), 1, (IF((${VARIABLE} IS NULL), -1, (IF((${VARIABLE} < ${VARIABLE}), -1, (IF((${VARIABLE} > ${VARIABLE}), 1, 0)))))))))), ${VARIABLE}, ${VARIABLE})`;

/** Arguments that Spark's classes add where the call leaves them out, by their position. */
export const DEFAULTS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  aggregate: [undefined, undefined, undefined, IDENTITY],
  approx_percentile: [undefined, undefined, "10000"],
  approx_top_k: [undefined, "5", "10000"],
  approx_top_k_accumulate: [undefined, "10000"],
  approx_top_k_combine: [undefined, "-1"],
  approx_top_k_estimate: [undefined, "5"],
  array_sort: [undefined, COMPARISON],
  bround: [undefined, "0"],
  current_time: ["6"],
  from_unixtime: [undefined, "yyyy-MM-dd HH:mm:ss"],
  hll_sketch_agg: [undefined, "12"],
  hll_union: [undefined, undefined, "false"],
  hll_union_agg: [undefined, "false"],
  instr: [undefined, undefined, undefined, "1"],
  lag: [undefined, "1", "NULL"],
  lead: [undefined, "1", "NULL"],
  listagg: [undefined, "NULL"],
  locate: [undefined, undefined, "1"],
  make_dt_interval: ["0", "0", "0", "0.000000"],
  make_interval: ["0", "0", "0", "0", "0", "0", "0.000000"],
  make_ym_interval: ["0", "0"],
  try_make_interval: ["0", "0", "0", "0", "0", "0", "0.000000"],
  mask: [undefined, "X", "x", "n", "NULL"],
  months_between: [undefined, undefined, "true"],
  overlay: [undefined, undefined, undefined, "-1"],
  percentile: [undefined, undefined, "1"],
  percentile_approx: [undefined, undefined, "10000"],
  position: [undefined, undefined, "1"],
  reduce: [undefined, undefined, undefined, IDENTITY],
  regexp_extract: [undefined, undefined, "1"],
  regexp_extract_all: [undefined, undefined, "1"],
  regexp_instr: [undefined, undefined, "0"],
  regexp_replace: [undefined, undefined, undefined, "1"],
  replace: [undefined, undefined, ""],
  round: [undefined, "0"],
  sentences: [undefined, "", ""],
  sort_array: [undefined, "true"],
  split: [undefined, undefined, "-1"],
  str_to_map: [undefined, ",", ":"],
  string_agg: [undefined, "NULL"],
  substr: [undefined, undefined, "2147483647"],
  substring: [undefined, undefined, "2147483647"],
  theta_sketch_agg: [undefined, "12"],
  theta_union: [undefined, undefined, "12"],
  theta_union_agg: [undefined, "12"],
  to_unix_timestamp: [undefined, "yyyy-MM-dd HH:mm:ss"],
  tuple_intersection_agg_double: [undefined, "sum"],
  tuple_intersection_agg_integer: [undefined, "sum"],
  tuple_intersection_double: [undefined, undefined, "sum"],
  tuple_intersection_integer: [undefined, undefined, "sum"],
  tuple_intersection_theta_double: [undefined, undefined, "sum"],
  tuple_intersection_theta_integer: [undefined, undefined, "sum"],
  tuple_sketch_agg_double: [undefined, undefined, "12", "sum"],
  tuple_sketch_agg_integer: [undefined, undefined, "12", "sum"],
  tuple_sketch_summary_double: [undefined, "sum"],
  tuple_sketch_summary_integer: [undefined, "sum"],
  tuple_union_agg_double: [undefined, "12", "sum"],
  tuple_union_agg_integer: [undefined, "12", "sum"],
  tuple_union_double: [undefined, undefined, "12", "sum"],
  tuple_union_integer: [undefined, undefined, "12", "sum"],
  tuple_union_theta_double: [undefined, undefined, "12", "sum"],
  tuple_union_theta_integer: [undefined, undefined, "12", "sum"],
  unix_timestamp: [undefined, "yyyy-MM-dd HH:mm:ss"],
};

/** Arguments that Spark's classes put before the only one. */
export const LED: Readonly<Record<string, string>> = { log: "E()" };

/** How many arguments are shown, where that is not all of them: schemas, options, seeds and what the analyzer adds are not. */
export const SHOWN: Readonly<Record<string, number>> = {
  aes_encrypt: 6,
  any_value: 1,
  approx_count_distinct: 1,
  first: 1,
  first_value: 1,
  from_csv: 1,
  from_json: 1,
  from_xml: 1,
  ilike: 2,
  last: 1,
  last_value: 1,
  mode: 1,
  nullif: 2,
  nullifzero: 1,
  schema_of_csv: 1,
  schema_of_json: 1,
  schema_of_xml: 1,
  shuffle: 1,
  to_csv: 1,
  to_json: 1,
  to_xml: 1,
  try_make_timestamp: 6,
  try_variant_get: 2,
  uuid: 0,
  variant_get: 2,
  zeroifnull: 1,
};

function upperCased(names: string): Record<string, string> {
  return Object.fromEntries(names.split(" ").map((name) => [name, name.toUpperCase()]));
}
