import { type Column, type ColumnOrName, type ColumnOrValue, columnExpression, expressionOf } from "../column.ts";
import { invoke } from "./invoke.ts";

/** Conditions and NULL handling. */

/** Returns the first column that is not NULL. */
export const coalesce = (...cols: readonly ColumnOrName[]): Column => invoke("coalesce", ...cols.map(columnExpression));

/** Returns col2 where col1 is NULL, col1 otherwise. */
export const ifnull = (col1: ColumnOrName, col2: ColumnOrName): Column => invoke("ifnull", columnExpression(col1), columnExpression(col2));

/** Returns col1 where it is not NaN, col2 otherwise. */
export const nanvl = (col1: ColumnOrName, col2: ColumnOrName): Column => invoke("nanvl", columnExpression(col1), columnExpression(col2));

/** Returns NULL where both columns are equal, col1 otherwise. */
export const nullif = (col1: ColumnOrName, col2: ColumnOrName): Column => invoke("nullif", columnExpression(col1), columnExpression(col2));

/** Returns NULL where the column is zero, the column otherwise. */
export const nullifzero = (col: ColumnOrName): Column => invoke("nullifzero", columnExpression(col));

/** Returns col2 where col1 is NULL, col1 otherwise. */
export const nvl = (col1: ColumnOrName, col2: ColumnOrName): Column => invoke("nvl", columnExpression(col1), columnExpression(col2));

/** Returns col2 where col1 is not NULL, col3 otherwise. */
export const nvl2 = (col1: ColumnOrName, col2: ColumnOrName, col3: ColumnOrName): Column =>
  invoke("nvl2", columnExpression(col1), columnExpression(col2), columnExpression(col3));

/** Returns zero where the column is NULL, the column otherwise. */
export const zeroifnull = (col: ColumnOrName): Column => invoke("zeroifnull", columnExpression(col));

/** Returns the greatest of at least two columns, skipping NULLs. */
export const greatest = (...cols: readonly ColumnOrName[]): Column => invoke("greatest", ...cols.map(columnExpression));

/** Returns the least of at least two columns, skipping NULLs. */
export const least = (...cols: readonly ColumnOrName[]): Column => invoke("least", ...cols.map(columnExpression));

/** Begins a CASE: the value where the condition is true; add `.when(...)` and `.otherwise(...)`. */
export const when = (condition: Column<unknown, string>, value: ColumnOrValue): Column =>
  invoke("when", condition.expression, expressionOf(value));
