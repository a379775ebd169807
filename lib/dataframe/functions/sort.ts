import { Column, type ColumnOrName, columnExpression } from "../column.ts";

/** Sort orders of columns by name. */

const columnOf = (column: ColumnOrName): Column => new Column(columnExpression(column));

/** Ascending, NULLs first. */
export const asc = (col: ColumnOrName): Column => columnOf(col).asc();
/** Ascending, NULLs first. */
export const asc_nulls_first = (col: ColumnOrName): Column => columnOf(col).asc_nulls_first();
/** Ascending, NULLs last. */
export const asc_nulls_last = (col: ColumnOrName): Column => columnOf(col).asc_nulls_last();
/** Descending, NULLs last. */
export const desc = (col: ColumnOrName): Column => columnOf(col).desc();
/** Descending, NULLs first. */
export const desc_nulls_first = (col: ColumnOrName): Column => columnOf(col).desc_nulls_first();
/** Descending, NULLs last. */
export const desc_nulls_last = (col: ColumnOrName): Column => columnOf(col).desc_nulls_last();
