import { type Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { invoke, optional } from "./invoke.ts";

/** Tuple sketches: distinct keys with a summary of each. PySpark has them since 4.2. */

/** How the values of one key become its summary. */
export type TupleSummaryMode = "sum" | "min" | "max" | "alwaysone";

/** Returns a tuple sketch of the group's keys, with a summary of each key's doubles. */
export const tuple_sketch_agg_double = (
  key: ColumnOrName,
  summary: ColumnOrName,
  lgNomEntries?: Column | number,
  mode?: Column | TupleSummaryMode,
): Column<Uint8Array | null> =>
  invoke(
    "tuple_sketch_agg_double",
    columnExpression(key),
    columnExpression(summary),
    optional(lgNomEntries, expressionOf),
    optional(mode, expressionOf),
  );

/** Returns a tuple sketch of the group's keys, with a summary of each key's integers. */
export const tuple_sketch_agg_integer = (
  key: ColumnOrName,
  summary: ColumnOrName,
  lgNomEntries?: Column | number,
  mode?: Column | TupleSummaryMode,
): Column<Uint8Array | null> =>
  invoke(
    "tuple_sketch_agg_integer",
    columnExpression(key),
    columnExpression(summary),
    optional(lgNomEntries, expressionOf),
    optional(mode, expressionOf),
  );

/** Merges the group's tuple sketches of doubles. */
export const tuple_union_agg_double = (
  col: ColumnOrName,
  lgNomEntries?: Column | number,
  mode?: Column | TupleSummaryMode,
): Column<Uint8Array | null> =>
  invoke("tuple_union_agg_double", columnExpression(col), optional(lgNomEntries, expressionOf), optional(mode, expressionOf));

/** Merges the group's tuple sketches of integers. */
export const tuple_union_agg_integer = (
  col: ColumnOrName,
  lgNomEntries?: Column | number,
  mode?: Column | TupleSummaryMode,
): Column<Uint8Array | null> =>
  invoke("tuple_union_agg_integer", columnExpression(col), optional(lgNomEntries, expressionOf), optional(mode, expressionOf));

/** Returns the intersection of the group's tuple sketches of doubles. */
export const tuple_intersection_agg_double = (col: ColumnOrName, mode?: Column | TupleSummaryMode): Column<Uint8Array | null> =>
  invoke("tuple_intersection_agg_double", columnExpression(col), optional(mode, expressionOf));

/** Returns the intersection of the group's tuple sketches of integers. */
export const tuple_intersection_agg_integer = (col: ColumnOrName, mode?: Column | TupleSummaryMode): Column<Uint8Array | null> =>
  invoke("tuple_intersection_agg_integer", columnExpression(col), optional(mode, expressionOf));

/** Returns the number of distinct keys in a tuple sketch of doubles. */
export const tuple_sketch_estimate_double = (col: ColumnOrName): Column<number | null> =>
  invoke("tuple_sketch_estimate_double", columnExpression(col));

/** Returns the number of distinct keys in a tuple sketch of integers. */
export const tuple_sketch_estimate_integer = (col: ColumnOrName): Column<number | null> =>
  invoke("tuple_sketch_estimate_integer", columnExpression(col));

/** Returns the share of the keys' hashes that a tuple sketch of doubles keeps. */
export const tuple_sketch_theta_double = (col: ColumnOrName): Column<number | null> =>
  invoke("tuple_sketch_theta_double", columnExpression(col));

/** Returns the share of the keys' hashes that a tuple sketch of integers keeps. */
export const tuple_sketch_theta_integer = (col: ColumnOrName): Column<number | null> =>
  invoke("tuple_sketch_theta_integer", columnExpression(col));

/** Returns the summaries of a tuple sketch of doubles as one. */
export const tuple_sketch_summary_double = (col: ColumnOrName, mode?: Column | TupleSummaryMode): Column<number | null> =>
  invoke("tuple_sketch_summary_double", columnExpression(col), optional(mode, expressionOf));

/** Returns the summaries of a tuple sketch of integers as one. */
export const tuple_sketch_summary_integer = (col: ColumnOrName, mode?: Column | TupleSummaryMode): Column<bigint | null> =>
  invoke("tuple_sketch_summary_integer", columnExpression(col), optional(mode, expressionOf));

/** Merges two tuple sketches of doubles. */
export const tuple_union_double = (
  col1: ColumnOrName,
  col2: ColumnOrName,
  lgNomEntries?: Column | number,
  mode?: Column | TupleSummaryMode,
): Column<Uint8Array | null> =>
  invoke(
    "tuple_union_double",
    columnExpression(col1),
    columnExpression(col2),
    optional(lgNomEntries, expressionOf),
    optional(mode, expressionOf),
  );

/** Merges two tuple sketches of integers. */
export const tuple_union_integer = (
  col1: ColumnOrName,
  col2: ColumnOrName,
  lgNomEntries?: Column | number,
  mode?: Column | TupleSummaryMode,
): Column<Uint8Array | null> =>
  invoke(
    "tuple_union_integer",
    columnExpression(col1),
    columnExpression(col2),
    optional(lgNomEntries, expressionOf),
    optional(mode, expressionOf),
  );

/** Merges a tuple sketch of doubles and a theta sketch. */
export const tuple_union_theta_double = (
  col1: ColumnOrName,
  col2: ColumnOrName,
  lgNomEntries?: Column | number,
  mode?: Column | TupleSummaryMode,
): Column<Uint8Array | null> =>
  invoke(
    "tuple_union_theta_double",
    columnExpression(col1),
    columnExpression(col2),
    optional(lgNomEntries, expressionOf),
    optional(mode, expressionOf),
  );

/** Merges a tuple sketch of integers and a theta sketch. */
export const tuple_union_theta_integer = (
  col1: ColumnOrName,
  col2: ColumnOrName,
  lgNomEntries?: Column | number,
  mode?: Column | TupleSummaryMode,
): Column<Uint8Array | null> =>
  invoke(
    "tuple_union_theta_integer",
    columnExpression(col1),
    columnExpression(col2),
    optional(lgNomEntries, expressionOf),
    optional(mode, expressionOf),
  );

/** Returns the tuple sketch of the keys that are in both, their doubles summarized. */
export const tuple_intersection_double = (
  col1: ColumnOrName,
  col2: ColumnOrName,
  mode?: Column | TupleSummaryMode,
): Column<Uint8Array | null> =>
  invoke("tuple_intersection_double", columnExpression(col1), columnExpression(col2), optional(mode, expressionOf));

/** Returns the tuple sketch of the keys that are in both, their integers summarized. */
export const tuple_intersection_integer = (
  col1: ColumnOrName,
  col2: ColumnOrName,
  mode?: Column | TupleSummaryMode,
): Column<Uint8Array | null> =>
  invoke("tuple_intersection_integer", columnExpression(col1), columnExpression(col2), optional(mode, expressionOf));

/** Returns the tuple sketch of doubles whose keys are in a theta sketch, too. */
export const tuple_intersection_theta_double = (
  col1: ColumnOrName,
  col2: ColumnOrName,
  mode?: Column | TupleSummaryMode,
): Column<Uint8Array | null> =>
  invoke("tuple_intersection_theta_double", columnExpression(col1), columnExpression(col2), optional(mode, expressionOf));

/** Returns the tuple sketch of integers whose keys are in a theta sketch, too. */
export const tuple_intersection_theta_integer = (
  col1: ColumnOrName,
  col2: ColumnOrName,
  mode?: Column | TupleSummaryMode,
): Column<Uint8Array | null> =>
  invoke("tuple_intersection_theta_integer", columnExpression(col1), columnExpression(col2), optional(mode, expressionOf));

/** Returns the tuple sketch of doubles of the keys that are not in col2. */
export const tuple_difference_double = (col1: ColumnOrName, col2: ColumnOrName): Column<Uint8Array | null> =>
  invoke("tuple_difference_double", columnExpression(col1), columnExpression(col2));

/** Returns the tuple sketch of integers of the keys that are not in col2. */
export const tuple_difference_integer = (col1: ColumnOrName, col2: ColumnOrName): Column<Uint8Array | null> =>
  invoke("tuple_difference_integer", columnExpression(col1), columnExpression(col2));

/** Returns the tuple sketch of doubles of the keys that are not in a theta sketch. */
export const tuple_difference_theta_double = (col1: ColumnOrName, col2: ColumnOrName): Column<Uint8Array | null> =>
  invoke("tuple_difference_theta_double", columnExpression(col1), columnExpression(col2));

/** Returns the tuple sketch of integers of the keys that are not in a theta sketch. */
export const tuple_difference_theta_integer = (col1: ColumnOrName, col2: ColumnOrName): Column<Uint8Array | null> =>
  invoke("tuple_difference_theta_integer", columnExpression(col1), columnExpression(col2));
