import { type Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { invoke, optional } from "./invoke.ts";

/** Tuple sketches: distinct keys with a summary of each. PySpark has them since 4.2, each function for doubles and for integers. */

/** How the values of one key become its summary. */
export type TupleSummaryMode = "sum" | "min" | "max" | "alwaysone";

type Mode = Column | TupleSummaryMode;
type LgNomEntries = Column | number;
type Sketch = Column<Uint8Array | null>;

const ofRows =
  (name: string) =>
  (key: ColumnOrName, summary: ColumnOrName, lgNomEntries?: LgNomEntries, mode?: Mode): Sketch =>
    invoke(name, columnExpression(key), columnExpression(summary), optional(lgNomEntries, expressionOf), optional(mode, expressionOf));
const unionOfGroup =
  (name: string) =>
  (col: ColumnOrName, lgNomEntries?: LgNomEntries, mode?: Mode): Sketch =>
    invoke(name, columnExpression(col), optional(lgNomEntries, expressionOf), optional(mode, expressionOf));
const withMode =
  <V>(name: string) =>
  (col: ColumnOrName, mode?: Mode): Column<V | null> =>
    invoke(name, columnExpression(col), optional(mode, expressionOf));
const figure =
  (name: string) =>
  (col: ColumnOrName): Column<number | null> =>
    invoke(name, columnExpression(col));
const union =
  (name: string) =>
  (col1: ColumnOrName, col2: ColumnOrName, lgNomEntries?: LgNomEntries, mode?: Mode): Sketch =>
    invoke(name, columnExpression(col1), columnExpression(col2), optional(lgNomEntries, expressionOf), optional(mode, expressionOf));
const intersection =
  (name: string) =>
  (col1: ColumnOrName, col2: ColumnOrName, mode?: Mode): Sketch =>
    invoke(name, columnExpression(col1), columnExpression(col2), optional(mode, expressionOf));
const difference =
  (name: string) =>
  (col1: ColumnOrName, col2: ColumnOrName): Sketch =>
    invoke(name, columnExpression(col1), columnExpression(col2));

/** Returns a tuple sketch of the group's keys, with a summary of each key's doubles. */
export const tuple_sketch_agg_double = ofRows("tuple_sketch_agg_double");

/** Returns a tuple sketch of the group's keys, with a summary of each key's integers. */
export const tuple_sketch_agg_integer = ofRows("tuple_sketch_agg_integer");

/** Merges the group's tuple sketches of doubles. */
export const tuple_union_agg_double = unionOfGroup("tuple_union_agg_double");

/** Merges the group's tuple sketches of integers. */
export const tuple_union_agg_integer = unionOfGroup("tuple_union_agg_integer");

/** Returns the intersection of the group's tuple sketches of doubles. */
export const tuple_intersection_agg_double = withMode<Uint8Array>("tuple_intersection_agg_double");

/** Returns the intersection of the group's tuple sketches of integers. */
export const tuple_intersection_agg_integer = withMode<Uint8Array>("tuple_intersection_agg_integer");

/** Returns the number of distinct keys in a tuple sketch of doubles. */
export const tuple_sketch_estimate_double = figure("tuple_sketch_estimate_double");

/** Returns the number of distinct keys in a tuple sketch of integers. */
export const tuple_sketch_estimate_integer = figure("tuple_sketch_estimate_integer");

/** Returns the share of the keys' hashes that a tuple sketch of doubles keeps. */
export const tuple_sketch_theta_double = figure("tuple_sketch_theta_double");

/** Returns the share of the keys' hashes that a tuple sketch of integers keeps. */
export const tuple_sketch_theta_integer = figure("tuple_sketch_theta_integer");

/** Returns the summaries of a tuple sketch of doubles as one. */
export const tuple_sketch_summary_double = withMode<number>("tuple_sketch_summary_double");

/** Returns the summaries of a tuple sketch of integers as one. */
export const tuple_sketch_summary_integer = withMode<bigint>("tuple_sketch_summary_integer");

/** Merges two tuple sketches of doubles. */
export const tuple_union_double = union("tuple_union_double");

/** Merges two tuple sketches of integers. */
export const tuple_union_integer = union("tuple_union_integer");

/** Merges a tuple sketch of doubles and a theta sketch. */
export const tuple_union_theta_double = union("tuple_union_theta_double");

/** Merges a tuple sketch of integers and a theta sketch. */
export const tuple_union_theta_integer = union("tuple_union_theta_integer");

/** Returns the tuple sketch of the keys that are in both, their doubles summarized. */
export const tuple_intersection_double = intersection("tuple_intersection_double");

/** Returns the tuple sketch of the keys that are in both, their integers summarized. */
export const tuple_intersection_integer = intersection("tuple_intersection_integer");

/** Returns the tuple sketch of doubles whose keys are in a theta sketch, too. */
export const tuple_intersection_theta_double = intersection("tuple_intersection_theta_double");

/** Returns the tuple sketch of integers whose keys are in a theta sketch, too. */
export const tuple_intersection_theta_integer = intersection("tuple_intersection_theta_integer");

/** Returns the tuple sketch of doubles of the keys that are not in col2. */
export const tuple_difference_double = difference("tuple_difference_double");

/** Returns the tuple sketch of integers of the keys that are not in col2. */
export const tuple_difference_integer = difference("tuple_difference_integer");

/** Returns the tuple sketch of doubles of the keys that are not in a theta sketch. */
export const tuple_difference_theta_double = difference("tuple_difference_theta_double");

/** Returns the tuple sketch of integers of the keys that are not in a theta sketch. */
export const tuple_difference_theta_integer = difference("tuple_difference_theta_integer");
