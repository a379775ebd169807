import { type Column, type ColumnOrName, type ColumnOrValue, columnExpression, expressionOf } from "../column.ts";
import { invoke, optional, randomSeed } from "./invoke.ts";

/** Arrays. */

/** Adds an element at the end. */
export const array_append = (col: ColumnOrName, value: ColumnOrValue): Column =>
  invoke("array_append", columnExpression(col), expressionOf(value));

/** Removes NULLs. */
export const array_compact = (col: ColumnOrName): Column => invoke("array_compact", columnExpression(col));

/** Whether the array has the value; NULL where that hangs on a NULL. */
export const array_contains = (col: ColumnOrName, value: ColumnOrValue): Column<boolean | null> =>
  invoke("array_contains", columnExpression(col), expressionOf(value));

/** Removes duplicates. */
export const array_distinct = (col: ColumnOrName): Column => invoke("array_distinct", columnExpression(col));

/** Returns the elements of col1 that are not in col2, without duplicates. */
export const array_except = (col1: ColumnOrName, col2: ColumnOrName): Column =>
  invoke("array_except", columnExpression(col1), columnExpression(col2));

/** Inserts an element at a place, from 1, or from the end where negative. */
export const array_insert = (arr: ColumnOrName, pos: Column | number, value: ColumnOrValue): Column =>
  invoke("array_insert", columnExpression(arr), expressionOf(pos), expressionOf(value));

/** Returns the elements that are in both, without duplicates. */
export const array_intersect = (col1: ColumnOrName, col2: ColumnOrName): Column =>
  invoke("array_intersect", columnExpression(col1), columnExpression(col2));

/** Joins the elements' texts, skipping or replacing NULLs. */
export const array_join = (col: ColumnOrName, delimiter: string, null_replacement?: string): Column<string | null> =>
  invoke("array_join", columnExpression(col), expressionOf(delimiter), optional(null_replacement, expressionOf));

/** Returns the greatest element. */
export const array_max = (col: ColumnOrName): Column => invoke("array_max", columnExpression(col));

/** Returns the least element. */
export const array_min = (col: ColumnOrName): Column => invoke("array_min", columnExpression(col));

/** Returns the place of a value, from 1; 0 where it is not there. */
export const array_position = (col: ColumnOrName, value: ColumnOrValue): Column<bigint | null> =>
  invoke("array_position", columnExpression(col), expressionOf(value));

/** Adds an element at the front. */
export const array_prepend = (col: ColumnOrName, value: ColumnOrValue): Column =>
  invoke("array_prepend", columnExpression(col), expressionOf(value));

/** Removes every element that equals the value. */
export const array_remove = (col: ColumnOrName, element: ColumnOrValue): Column =>
  invoke("array_remove", columnExpression(col), expressionOf(element));

/** Returns an array of the value `count` times. */
export const array_repeat = (col: ColumnOrName, count: Column | number): Column =>
  invoke("array_repeat", columnExpression(col), expressionOf(count));

/** Returns the number of elements. */
export const array_size = (col: ColumnOrName): Column<number | null> => invoke("array_size", columnExpression(col));

/** Returns the elements of both, without duplicates. */
export const array_union = (col1: ColumnOrName, col2: ColumnOrName): Column =>
  invoke("array_union", columnExpression(col1), columnExpression(col2));

/** Whether two arrays have an element in common. */
export const arrays_overlap = (a1: ColumnOrName, a2: ColumnOrName): Column<boolean | null> =>
  invoke("arrays_overlap", columnExpression(a1), columnExpression(a2));

/** Joins the arrays of an array into one. */
export const flatten = (col: ColumnOrName): Column => invoke("flatten", columnExpression(col));

/** Returns the element at an index from 0, NULL where it is out of bounds. */
export const get = (col: ColumnOrName, index: Column | number): Column => invoke("get", columnExpression(col), expressionOf(index));

/** Returns the array from start to stop, both included. */
export const sequence = (start: ColumnOrName, stop: ColumnOrName, step?: ColumnOrName): Column =>
  invoke("sequence", columnExpression(start), columnExpression(stop), optional(step, columnExpression));

/** Returns the array in random order. */
export const shuffle = (col: ColumnOrName, seed: Column | number | bigint = randomSeed()): Column =>
  invoke("shuffle", columnExpression(col), expressionOf(seed));

/** Returns `length` elements from `start`, which counts from 1, or from the end where negative. */
export const slice = (x: ColumnOrName, start: Column | number, length: Column | number): Column =>
  invoke("slice", columnExpression(x), expressionOf(start), expressionOf(length));

/** Sorts by natural order, NULLs first where ascending. */
export const sort_array = (col: ColumnOrName, asc = true): Column => invoke("sort_array", columnExpression(col), expressionOf(asc));

/** Makes an array of columns; a single array of columns counts as its elements. */
export const array = (...cols: readonly (ColumnOrName | readonly ColumnOrName[])[]): Column =>
  invoke("array", ...cols.flat().map(columnExpression));

/** Merges arrays into one of structs, the shorter ones filled up with NULL. */
export const arrays_zip = (...cols: readonly ColumnOrName[]): Column => invoke("arrays_zip", ...cols.map(columnExpression));
