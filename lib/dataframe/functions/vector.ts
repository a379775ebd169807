import { type Column, type ColumnOrName, columnExpression } from "../column.ts";
import { invoke, optional } from "./invoke.ts";

/** Vectors: arrays of floats. */

/** The cosine of the angle between two vectors. */
export const vector_cosine_similarity = (left: ColumnOrName, right: ColumnOrName): Column<number | null> =>
  invoke("vector_cosine_similarity", columnExpression(left), columnExpression(right));
/** The inner product of two vectors. */
export const vector_inner_product = (left: ColumnOrName, right: ColumnOrName): Column<number | null> =>
  invoke("vector_inner_product", columnExpression(left), columnExpression(right));
/** The Euclidean distance between two vectors. */
export const vector_l2_distance = (left: ColumnOrName, right: ColumnOrName): Column<number | null> =>
  invoke("vector_l2_distance", columnExpression(left), columnExpression(right));
/** The norm of a vector, of the degree 1, 2 or infinity (a float). */
export const vector_norm = (vector: ColumnOrName, degree?: ColumnOrName): Column<number | null> =>
  invoke("vector_norm", columnExpression(vector), optional(degree, columnExpression));
/** A vector divided by its norm. */
export const vector_normalize = (vector: ColumnOrName, degree?: ColumnOrName): Column<readonly number[] | null> =>
  invoke("vector_normalize", columnExpression(vector), optional(degree, columnExpression));
/** The sum of a group's vectors, element by element. */
export const vector_sum = (col: ColumnOrName): Column<readonly number[] | null> => invoke("vector_sum", columnExpression(col));
/** The mean of a group's vectors, element by element. */
export const vector_avg = (col: ColumnOrName): Column<readonly number[] | null> => invoke("vector_avg", columnExpression(col));
