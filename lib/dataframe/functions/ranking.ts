import { type Column, type ColumnOrName, type ColumnOrValue, columnExpression, expressionOf } from "../column.ts";
import { invoke, invokeIgnoringNulls, optional } from "./invoke.ts";

/** Functions of a window: used with `over`. */

/** Returns the share of rows that come before or with this one. */
export const cume_dist = (): Column<number> => invoke("cume_dist");

/** Returns the rank, without gaps after ties. */
export const dense_rank = (): Column<number> => invoke("dense_rank");

/** Returns the value `offset` rows before (1 without it), `default` where there is none. */
export const lag = (col: ColumnOrName, offset = 1, defaultValue?: ColumnOrValue): Column =>
  invoke("lag", columnExpression(col), expressionOf(offset), optional(defaultValue, expressionOf));

/** Returns the value `offset` rows after (1 without it), `default` where there is none. */
export const lead = (col: ColumnOrName, offset = 1, defaultValue?: ColumnOrValue): Column =>
  invoke("lead", columnExpression(col), expressionOf(offset), optional(defaultValue, expressionOf));

/** Returns the number of the one of n nearly equal groups, from 1. */
export const ntile = (n: number): Column<number> => invoke("ntile", expressionOf(n));

/** Returns (rank - 1) / (rows - 1). */
export const percent_rank = (): Column<number> => invoke("percent_rank");

/** Returns the rank, with gaps after ties. */
export const rank = (): Column<number> => invoke("rank");

/** Returns the number of the row in its window, from 1. */
export const row_number = (): Column<number> => invoke("row_number");

/** Returns the value of the window's row number `offset`, from 1. */
export const nth_value = (col: ColumnOrName, offset: number, ignoreNulls = false): Column =>
  invokeIgnoringNulls(ignoreNulls, "nth_value", columnExpression(col), expressionOf(offset));
