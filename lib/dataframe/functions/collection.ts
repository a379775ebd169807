import { type Column, type ColumnOrName, type ColumnOrValue, columnExpression, expressionOf } from "../column.ts";
import { invoke, optional } from "./invoke.ts";
import { type BinaryLambda, lambdaOf, type TernaryLambda, type UnaryLambda } from "./lambda.ts";

/** Arrays and maps, element by element. */

/** Whether any element of an array satisfies a predicate. */
export const exists = (col: ColumnOrName, f: UnaryLambda): Column<boolean | null> => invoke("exists", columnExpression(col), lambdaOf(f));

/** Returns the elements that satisfy a predicate of the element, or of it and its index. */
export const filter = (col: ColumnOrName, f: UnaryLambda | BinaryLambda): Column => invoke("filter", columnExpression(col), lambdaOf(f));

/** Whether every element of an array satisfies a predicate. */
export const forall = (col: ColumnOrName, f: UnaryLambda): Column<boolean | null> => invoke("forall", columnExpression(col), lambdaOf(f));

/** Returns the entries that satisfy a predicate of key and value. */
export const map_filter = (col: ColumnOrName, f: BinaryLambda): Column => invoke("map_filter", columnExpression(col), lambdaOf(f));

/** Merges two maps by a function of key and both values. */
export const map_zip_with = (col1: ColumnOrName, col2: ColumnOrName, f: TernaryLambda): Column =>
  invoke("map_zip_with", columnExpression(col1), columnExpression(col2), lambdaOf(f));

/** Returns the array of a function of each element, or of it and its index. */
export const transform = (col: ColumnOrName, f: UnaryLambda | BinaryLambda): Column =>
  invoke("transform", columnExpression(col), lambdaOf(f));

/** Returns the map with each key made anew from key and value. */
export const transform_keys = (col: ColumnOrName, f: BinaryLambda): Column => invoke("transform_keys", columnExpression(col), lambdaOf(f));

/** Returns the map with each value made anew from key and value. */
export const transform_values = (col: ColumnOrName, f: BinaryLambda): Column =>
  invoke("transform_values", columnExpression(col), lambdaOf(f));

/** Merges two arrays element by element, the shorter filled up with NULL. */
export const zip_with = (left: ColumnOrName, right: ColumnOrName, f: BinaryLambda): Column =>
  invoke("zip_with", columnExpression(left), columnExpression(right), lambdaOf(f));

/** Returns the number of elements. */
export const cardinality = (col: ColumnOrName): Column<number | null> => invoke("cardinality", columnExpression(col));

/** Joins texts, binaries or arrays. */
export const concat = (...cols: readonly ColumnOrName[]): Column => invoke("concat", ...cols.map(columnExpression));

/** Returns an array's element by its place from 1, or a map's value by its key. */
export const element_at = (col: ColumnOrName, extraction: ColumnOrValue): Column =>
  invoke("element_at", columnExpression(col), expressionOf(extraction));

/** Returns the text or array in reverse order. */
export const reverse = (col: ColumnOrName): Column => invoke("reverse", columnExpression(col));

/** Returns the number of elements of an array or a map. */
export const size = (col: ColumnOrName): Column<number | null> => invoke("size", columnExpression(col));

/** `element_at` that gives NULL where the index is out of bounds. */
export const try_element_at = (col: ColumnOrName, extraction: ColumnOrName): Column =>
  invoke("try_element_at", columnExpression(col), columnExpression(extraction));

/** Folds an array: `merge(accumulator, element)` from `initialValue`, then `finish(accumulator)`. */
export const aggregate = (col: ColumnOrName, initialValue: ColumnOrName, merge: BinaryLambda, finish?: UnaryLambda): Column =>
  invoke("aggregate", columnExpression(col), columnExpression(initialValue), lambdaOf(merge), optional(finish, lambdaOf));

/** `aggregate`. */
export const reduce = (col: ColumnOrName, initialValue: ColumnOrName, merge: BinaryLambda, finish?: UnaryLambda): Column =>
  invoke("reduce", columnExpression(col), columnExpression(initialValue), lambdaOf(merge), optional(finish, lambdaOf));

/** Sorts an array, NULLs last, or by a comparator that gives a negative, zero or positive number. */
export const array_sort = (col: ColumnOrName, comparator?: BinaryLambda): Column =>
  invoke("array_sort", columnExpression(col), optional(comparator, lambdaOf));
