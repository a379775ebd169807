import { type Column, type ColumnOrName, type ColumnOrValue, columnExpression, expressionOf } from "../column.ts";
import { invoke, optional } from "./invoke.ts";

/** Maps. */

/** Merges maps. */
export const map_concat = (...cols: readonly ColumnOrName[]): Column => invoke("map_concat", ...cols.map(columnExpression));

/** Whether the map has a key. */
export const map_contains_key = (col: ColumnOrName, value: ColumnOrValue): Column<boolean | null> =>
  invoke("map_contains_key", columnExpression(col), expressionOf(value));

/** Returns the array of entries, as structs. */
export const map_entries = (col: ColumnOrName): Column => invoke("map_entries", columnExpression(col));

/** Makes a map of an array of keys and one of values. */
export const map_from_arrays = (col1: ColumnOrName, col2: ColumnOrName): Column =>
  invoke("map_from_arrays", columnExpression(col1), columnExpression(col2));

/** Makes a map of an array of entries. */
export const map_from_entries = (col: ColumnOrName): Column => invoke("map_from_entries", columnExpression(col));

/** Returns the keys, unordered. */
export const map_keys = (col: ColumnOrName): Column => invoke("map_keys", columnExpression(col));

/** Returns the values, unordered. */
export const map_values = (col: ColumnOrName): Column => invoke("map_values", columnExpression(col));

/** Makes a map of text, split at delimiters. */
export const str_to_map = (text: ColumnOrName, pairDelim?: ColumnOrName, keyValueDelim?: ColumnOrName): Column =>
  invoke("str_to_map", columnExpression(text), optional(pairDelim, columnExpression), optional(keyValueDelim, columnExpression));

/** Makes a map of keys and values by turns. */
export const create_map = (...cols: readonly (ColumnOrName | readonly ColumnOrName[])[]): Column =>
  invoke("map", ...cols.flat().map(columnExpression));
