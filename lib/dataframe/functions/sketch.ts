import { type Column, type ColumnOrName, type ColumnOrValue, columnExpression, expressionOf } from "../column.ts";
import { invoke, optional } from "./invoke.ts";

/** Sketches. */

/** Returns a HyperLogLog sketch of the group. */
export const hll_sketch_agg = (col: ColumnOrName, lgConfigK?: Column | number): Column<Uint8Array | null> =>
  invoke("hll_sketch_agg", columnExpression(col), optional(lgConfigK, expressionOf));

/** Returns the number of distinct values in a HyperLogLog sketch. */
export const hll_sketch_estimate = (col: ColumnOrName): Column<bigint | null> => invoke("hll_sketch_estimate", columnExpression(col));

/** Merges two HyperLogLog sketches. */
export const hll_union = (col1: ColumnOrName, col2: ColumnOrName, allowDifferentLgConfigK?: boolean): Column<Uint8Array | null> =>
  invoke("hll_union", columnExpression(col1), columnExpression(col2), optional(allowDifferentLgConfigK, expressionOf));

/** Merges the group's HyperLogLog sketches. */
export const hll_union_agg = (col: ColumnOrName, allowDifferentLgConfigK?: boolean): Column<Uint8Array | null> =>
  invoke("hll_union_agg", columnExpression(col), optional(allowDifferentLgConfigK, expressionOf));

/** Returns a KLL quantile sketch of bigints. */
export const kll_sketch_agg_bigint = (col: ColumnOrName, k?: Column | number): Column<Uint8Array | null> =>
  invoke("kll_sketch_agg_bigint", columnExpression(col), optional(k, expressionOf));

/** Returns a KLL quantile sketch of doubles. */
export const kll_sketch_agg_double = (col: ColumnOrName, k?: Column | number): Column<Uint8Array | null> =>
  invoke("kll_sketch_agg_double", columnExpression(col), optional(k, expressionOf));

/** Returns a KLL quantile sketch of floats. */
export const kll_sketch_agg_float = (col: ColumnOrName, k?: Column | number): Column<Uint8Array | null> =>
  invoke("kll_sketch_agg_float", columnExpression(col), optional(k, expressionOf));

/** Returns how many bigints a sketch has seen. */
export const kll_sketch_get_n_bigint = (col: ColumnOrName): Column<bigint | null> =>
  invoke("kll_sketch_get_n_bigint", columnExpression(col));

/** Returns how many doubles a sketch has seen. */
export const kll_sketch_get_n_double = (col: ColumnOrName): Column<bigint | null> =>
  invoke("kll_sketch_get_n_double", columnExpression(col));

/** Returns how many floats a sketch has seen. */
export const kll_sketch_get_n_float = (col: ColumnOrName): Column<bigint | null> => invoke("kll_sketch_get_n_float", columnExpression(col));

/** Returns the bigint at a rank from 0 to 1. */
export const kll_sketch_get_quantile_bigint = (sketch: ColumnOrName, rank: ColumnOrValue): Column =>
  invoke("kll_sketch_get_quantile_bigint", columnExpression(sketch), expressionOf(rank));

/** Returns the double at a rank from 0 to 1. */
export const kll_sketch_get_quantile_double = (sketch: ColumnOrName, rank: ColumnOrValue): Column =>
  invoke("kll_sketch_get_quantile_double", columnExpression(sketch), expressionOf(rank));

/** Returns the float at a rank from 0 to 1. */
export const kll_sketch_get_quantile_float = (sketch: ColumnOrName, rank: ColumnOrValue): Column =>
  invoke("kll_sketch_get_quantile_float", columnExpression(sketch), expressionOf(rank));

/** Returns the rank of a bigint. */
export const kll_sketch_get_rank_bigint = (sketch: ColumnOrName, quantile: ColumnOrValue): Column =>
  invoke("kll_sketch_get_rank_bigint", columnExpression(sketch), expressionOf(quantile));

/** Returns the rank of a double. */
export const kll_sketch_get_rank_double = (sketch: ColumnOrName, quantile: ColumnOrValue): Column =>
  invoke("kll_sketch_get_rank_double", columnExpression(sketch), expressionOf(quantile));

/** Returns the rank of a float. */
export const kll_sketch_get_rank_float = (sketch: ColumnOrName, quantile: ColumnOrValue): Column =>
  invoke("kll_sketch_get_rank_float", columnExpression(sketch), expressionOf(quantile));

/** Merges two sketches of bigints. */
export const kll_sketch_merge_bigint = (left: ColumnOrName, right: ColumnOrName): Column<Uint8Array | null> =>
  invoke("kll_sketch_merge_bigint", columnExpression(left), columnExpression(right));

/** Merges two sketches of doubles. */
export const kll_sketch_merge_double = (left: ColumnOrName, right: ColumnOrName): Column<Uint8Array | null> =>
  invoke("kll_sketch_merge_double", columnExpression(left), columnExpression(right));

/** Merges two sketches of floats. */
export const kll_sketch_merge_float = (left: ColumnOrName, right: ColumnOrName): Column<Uint8Array | null> =>
  invoke("kll_sketch_merge_float", columnExpression(left), columnExpression(right));

/** Describes a sketch of bigints. */
export const kll_sketch_to_string_bigint = (col: ColumnOrName): Column<string | null> =>
  invoke("kll_sketch_to_string_bigint", columnExpression(col));

/** Describes a sketch of doubles. */
export const kll_sketch_to_string_double = (col: ColumnOrName): Column<string | null> =>
  invoke("kll_sketch_to_string_double", columnExpression(col));

/** Describes a sketch of floats. */
export const kll_sketch_to_string_float = (col: ColumnOrName): Column<string | null> =>
  invoke("kll_sketch_to_string_float", columnExpression(col));

/** Returns the theta sketch of what is in col1 and not in col2. */
export const theta_difference = (col1: ColumnOrName, col2: ColumnOrName): Column<Uint8Array | null> =>
  invoke("theta_difference", columnExpression(col1), columnExpression(col2));

/** Returns the theta sketch of what is in both. */
export const theta_intersection = (col1: ColumnOrName, col2: ColumnOrName): Column<Uint8Array | null> =>
  invoke("theta_intersection", columnExpression(col1), columnExpression(col2));

/** Returns the intersection of the group's theta sketches. */
export const theta_intersection_agg = (col: ColumnOrName): Column<Uint8Array | null> =>
  invoke("theta_intersection_agg", columnExpression(col));

/** Returns a theta sketch of the group. */
export const theta_sketch_agg = (col: ColumnOrName, lgNomEntries?: Column | number): Column<Uint8Array | null> =>
  invoke("theta_sketch_agg", columnExpression(col), optional(lgNomEntries, expressionOf));

/** Returns the number of distinct values in a theta sketch. */
export const theta_sketch_estimate = (col: ColumnOrName): Column<bigint | null> => invoke("theta_sketch_estimate", columnExpression(col));

/** Merges two theta sketches. */
export const theta_union = (col1: ColumnOrName, col2: ColumnOrName, lgNomEntries?: Column | number): Column<Uint8Array | null> =>
  invoke("theta_union", columnExpression(col1), columnExpression(col2), optional(lgNomEntries, expressionOf));

/** Merges the group's theta sketches. */
export const theta_union_agg = (col: ColumnOrName, lgNomEntries?: Column | number): Column<Uint8Array | null> =>
  invoke("theta_union_agg", columnExpression(col), optional(lgNomEntries, expressionOf));

/** Merges the group's KLL sketches of bigints. */
export const kll_merge_agg_bigint = (col: ColumnOrName, k?: Column | number): Column<Uint8Array | null> =>
  invoke("kll_merge_agg_bigint", columnExpression(col), optional(k, expressionOf));

/** Merges the group's KLL sketches of doubles. */
export const kll_merge_agg_double = (col: ColumnOrName, k?: Column | number): Column<Uint8Array | null> =>
  invoke("kll_merge_agg_double", columnExpression(col), optional(k, expressionOf));

/** Merges the group's KLL sketches of floats. */
export const kll_merge_agg_float = (col: ColumnOrName, k?: Column | number): Column<Uint8Array | null> =>
  invoke("kll_merge_agg_float", columnExpression(col), optional(k, expressionOf));
