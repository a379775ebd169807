import { type Column, type ColumnOrName, type ColumnOrValue, columnExpression, expressionOf } from "../column.ts";
import { invoke, invokeDistinct, invokeIgnoringNulls, optional } from "./invoke.ts";

/** Aggregates: one value of a group, or of a window. */

/** Returns about how many distinct values there are; `rsd` is the relative standard deviation allowed. */
export const approx_count_distinct = (col: ColumnOrName, rsd?: number): Column<bigint> =>
  invoke("approx_count_distinct", columnExpression(col), optional(rsd, expressionOf));

/** Deprecated name of `approx_count_distinct`. */
export const approxCountDistinct = (col: ColumnOrName, rsd?: number): Column<bigint> =>
  invoke("approx_count_distinct", columnExpression(col), optional(rsd, expressionOf));

/** Returns approximate percentiles. */
export const approx_percentile = (col: ColumnOrName, percentage: ColumnOrValue, accuracy: Column | number = 10000): Column =>
  invoke("approx_percentile", columnExpression(col), expressionOf(percentage), expressionOf(accuracy));

/** Returns the values as an array, without NULLs. */
export const array_agg = (col: ColumnOrName): Column => invoke("array_agg", columnExpression(col));

/** Returns the mean. */
export const avg = (col: ColumnOrName): Column => invoke("avg", columnExpression(col));

/** Returns the bitwise AND of the values. */
export const bit_and = (col: ColumnOrName): Column => invoke("bit_and", columnExpression(col));

/** Returns the bitwise OR of the values. */
export const bit_or = (col: ColumnOrName): Column => invoke("bit_or", columnExpression(col));

/** Returns the bitwise XOR of the values. */
export const bit_xor = (col: ColumnOrName): Column => invoke("bit_xor", columnExpression(col));

/** Returns the AND of bitmaps. */
export const bitmap_and_agg = (col: ColumnOrName): Column<Uint8Array | null> => invoke("bitmap_and_agg", columnExpression(col));

/** Returns a bitmap of bit positions. */
export const bitmap_construct_agg = (col: ColumnOrName): Column<Uint8Array | null> => invoke("bitmap_construct_agg", columnExpression(col));

/** Returns the OR of bitmaps. */
export const bitmap_or_agg = (col: ColumnOrName): Column<Uint8Array | null> => invoke("bitmap_or_agg", columnExpression(col));

/** Whether all values are true. */
export const bool_and = (col: ColumnOrName): Column<boolean | null> => invoke("bool_and", columnExpression(col));

/** Whether any value is true. */
export const bool_or = (col: ColumnOrName): Column<boolean | null> => invoke("bool_or", columnExpression(col));

/** Returns the values as an array, without NULLs. */
export const collect_list = (col: ColumnOrName): Column => invoke("collect_list", columnExpression(col));

/** Returns the distinct values as an array, without NULLs. */
export const collect_set = (col: ColumnOrName): Column => invoke("collect_set", columnExpression(col));

/** Returns Pearson's correlation. */
export const corr = (col1: ColumnOrName, col2: ColumnOrName): Column<number | null> =>
  invoke("corr", columnExpression(col1), columnExpression(col2));

/** Returns how many values are true. */
export const count_if = (col: ColumnOrName): Column<bigint> => invoke("count_if", columnExpression(col));

/** Returns a count-min sketch. */
export const count_min_sketch = (
  col: ColumnOrName,
  eps: ColumnOrName,
  confidence: ColumnOrName,
  seed?: ColumnOrName,
): Column<Uint8Array | null> =>
  invoke("count_min_sketch", columnExpression(col), columnExpression(eps), columnExpression(confidence), optional(seed, columnExpression));

/** Returns the population covariance. */
export const covar_pop = (col1: ColumnOrName, col2: ColumnOrName): Column<number | null> =>
  invoke("covar_pop", columnExpression(col1), columnExpression(col2));

/** Returns the sample covariance. */
export const covar_samp = (col1: ColumnOrName, col2: ColumnOrName): Column<number | null> =>
  invoke("covar_samp", columnExpression(col1), columnExpression(col2));

/** Whether all values are true. */
export const every = (col: ColumnOrName): Column<boolean | null> => invoke("every", columnExpression(col));

/** Returns 1 where the column is aggregated away in this grouping set, 0 otherwise. */
export const grouping = (col: ColumnOrName): Column<number> => invoke("grouping", columnExpression(col));

/** Returns the grouping set as a number, one bit a column. */
export const grouping_id = (...cols: readonly ColumnOrName[]): Column<bigint> => invoke("grouping_id", ...cols.map(columnExpression));

/** Returns a histogram of about equal mass. */
export const histogram_numeric = (col: ColumnOrName, nBins: ColumnOrName): Column =>
  invoke("histogram_numeric", columnExpression(col), columnExpression(nBins));

/** Returns the excess kurtosis. */
export const kurtosis = (col: ColumnOrName): Column<number | null> => invoke("kurtosis", columnExpression(col));

/** Returns the greatest value. */
export const max = (col: ColumnOrName): Column => invoke("max", columnExpression(col));

/** Returns the value of the row where `ord` is greatest. */
export const max_by = (col: ColumnOrName, ord: ColumnOrName): Column => invoke("max_by", columnExpression(col), columnExpression(ord));

/** Returns the mean. */
export const mean = (col: ColumnOrName): Column => invoke("avg", columnExpression(col));

/** Returns the median. */
export const median = (col: ColumnOrName): Column => invoke("median", columnExpression(col));

/** Returns the least value. */
export const min = (col: ColumnOrName): Column => invoke("min", columnExpression(col));

/** Returns the value of the row where `ord` is least. */
export const min_by = (col: ColumnOrName, ord: ColumnOrName): Column => invoke("min_by", columnExpression(col), columnExpression(ord));

/** Returns the most frequent value. */
export const mode = (col: ColumnOrName, deterministic?: boolean): Column =>
  invoke("mode", columnExpression(col), optional(deterministic, expressionOf));

/** Returns exact percentiles. */
export const percentile = (col: ColumnOrName, percentage: ColumnOrValue, frequency: ColumnOrValue = 1): Column =>
  invoke("percentile", columnExpression(col), expressionOf(percentage), expressionOf(frequency));

/** Returns approximate percentiles. */
export const percentile_approx = (col: ColumnOrName, percentage: ColumnOrValue, accuracy: Column | number = 10000): Column =>
  invoke("percentile_approx", columnExpression(col), expressionOf(percentage), expressionOf(accuracy));

/** Returns the product. */
export const product = (col: ColumnOrName): Column<number | null> => invoke("product", columnExpression(col));

/** Returns the mean of x where both are not NULL. */
export const regr_avgx = (y: ColumnOrName, x: ColumnOrName): Column<number | null> =>
  invoke("regr_avgx", columnExpression(y), columnExpression(x));

/** Returns the mean of y where both are not NULL. */
export const regr_avgy = (y: ColumnOrName, x: ColumnOrName): Column<number | null> =>
  invoke("regr_avgy", columnExpression(y), columnExpression(x));

/** Returns the number of rows where both are not NULL. */
export const regr_count = (y: ColumnOrName, x: ColumnOrName): Column<bigint> =>
  invoke("regr_count", columnExpression(y), columnExpression(x));

/** Returns the intercept of the linear regression. */
export const regr_intercept = (y: ColumnOrName, x: ColumnOrName): Column<number | null> =>
  invoke("regr_intercept", columnExpression(y), columnExpression(x));

/** Returns the coefficient of determination. */
export const regr_r2 = (y: ColumnOrName, x: ColumnOrName): Column<number | null> =>
  invoke("regr_r2", columnExpression(y), columnExpression(x));

/** Returns the slope of the linear regression. */
export const regr_slope = (y: ColumnOrName, x: ColumnOrName): Column<number | null> =>
  invoke("regr_slope", columnExpression(y), columnExpression(x));

/** Returns regr_count(y, x) * var_pop(x). */
export const regr_sxx = (y: ColumnOrName, x: ColumnOrName): Column<number | null> =>
  invoke("regr_sxx", columnExpression(y), columnExpression(x));

/** Returns regr_count(y, x) * covar_pop(y, x). */
export const regr_sxy = (y: ColumnOrName, x: ColumnOrName): Column<number | null> =>
  invoke("regr_sxy", columnExpression(y), columnExpression(x));

/** Returns regr_count(y, x) * var_pop(y). */
export const regr_syy = (y: ColumnOrName, x: ColumnOrName): Column<number | null> =>
  invoke("regr_syy", columnExpression(y), columnExpression(x));

/** Returns the skewness. */
export const skewness = (col: ColumnOrName): Column<number | null> => invoke("skewness", columnExpression(col));

/** Whether any value is true. */
export const some = (col: ColumnOrName): Column<boolean | null> => invoke("some", columnExpression(col));

/** Returns the sample standard deviation. */
export const std = (col: ColumnOrName): Column<number | null> => invoke("std", columnExpression(col));

/** Returns the sample standard deviation. */
export const stddev = (col: ColumnOrName): Column<number | null> => invoke("stddev", columnExpression(col));

/** Returns the population standard deviation. */
export const stddev_pop = (col: ColumnOrName): Column<number | null> => invoke("stddev_pop", columnExpression(col));

/** Returns the sample standard deviation. */
export const stddev_samp = (col: ColumnOrName): Column<number | null> => invoke("stddev_samp", columnExpression(col));

/** Returns the sum. */
export const sum = (col: ColumnOrName): Column => invoke("sum", columnExpression(col));

/** Returns the mean, NULL on overflow. */
export const try_avg = (col: ColumnOrName): Column => invoke("try_avg", columnExpression(col));

/** Returns the sum, NULL on overflow. */
export const try_sum = (col: ColumnOrName): Column => invoke("try_sum", columnExpression(col));

/** Returns the population variance. */
export const var_pop = (col: ColumnOrName): Column<number | null> => invoke("var_pop", columnExpression(col));

/** Returns the sample variance. */
export const var_samp = (col: ColumnOrName): Column<number | null> => invoke("var_samp", columnExpression(col));

/** Returns the sample variance. */
export const variance = (col: ColumnOrName): Column<number | null> => invoke("variance", columnExpression(col));

/** Returns the number of values that are not NULL; of rows for "*". */
export const count = (col: ColumnOrName): Column<bigint> => invoke("count", col === "*" ? expressionOf(1) : columnExpression(col));

/** Returns the number of distinct combinations of values without a NULL. */
export const count_distinct = (col: ColumnOrName, ...cols: readonly ColumnOrName[]): Column<bigint> =>
  invokeDistinct("count", columnExpression(col), ...cols.map(columnExpression));
/** `count_distinct`. */
export const countDistinct = count_distinct;

/** Returns the sum of the distinct values. */
export const sum_distinct = (col: ColumnOrName): Column => invokeDistinct("sum", columnExpression(col));
/** Deprecated name of `sum_distinct`. */
export const sumDistinct = sum_distinct;

/** Returns some value of the group. */
export const any_value = (col: ColumnOrName, ignoreNulls = false): Column =>
  invokeIgnoringNulls(ignoreNulls, "any_value", columnExpression(col));
/** Returns the first value of the group. */
export const first = (col: ColumnOrName, ignorenulls = false): Column => invokeIgnoringNulls(ignorenulls, "first", columnExpression(col));
/** Returns the first value of the group. */
export const first_value = (col: ColumnOrName, ignoreNulls = false): Column =>
  invokeIgnoringNulls(ignoreNulls, "first_value", columnExpression(col));
/** Returns the last value of the group. */
export const last = (col: ColumnOrName, ignorenulls = false): Column => invokeIgnoringNulls(ignorenulls, "last", columnExpression(col));
/** Returns the last value of the group. */
export const last_value = (col: ColumnOrName, ignoreNulls = false): Column =>
  invokeIgnoringNulls(ignoreNulls, "last_value", columnExpression(col));

/** Joins the group's texts, with a delimiter where given. */
export const listagg = (col: ColumnOrName, delimiter?: Column | string): Column<string | null> =>
  invoke("listagg", columnExpression(col), optional(delimiter, expressionOf));
/** Joins the group's distinct texts, with a delimiter where given. */
export const listagg_distinct = (col: ColumnOrName, delimiter?: Column | string): Column<string | null> =>
  invokeDistinct("listagg", columnExpression(col), ...(delimiter === undefined ? [] : [expressionOf(delimiter)]));
/** `listagg`. */
export const string_agg = (col: ColumnOrName, delimiter?: Column | string): Column<string | null> =>
  invoke("string_agg", columnExpression(col), optional(delimiter, expressionOf));
/** `listagg_distinct`. */
export const string_agg_distinct = (col: ColumnOrName, delimiter?: Column | string): Column<string | null> =>
  invokeDistinct("string_agg", columnExpression(col), ...(delimiter === undefined ? [] : [expressionOf(delimiter)]));

/** Collects the distinct elements of a group's arrays that are not NULL into one, without an order. */
export const collect_union = (col: ColumnOrName): Column => invoke("collect_union", columnExpression(col));
