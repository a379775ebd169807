import { type Column, type ColumnOrName, columnExpression } from "../column.ts";
import { invoke } from "./invoke.ts";

/** Functions that make rows. */

/** Makes a row for each element of an array or entry of a map. */
export const explode = (col: ColumnOrName): Column => invoke("explode", columnExpression(col));

/** `explode` that keeps a row, of NULL, where there is no element. */
export const explode_outer = (col: ColumnOrName): Column => invoke("explode_outer", columnExpression(col));

/** Makes a row for each struct of an array. */
export const inline = (col: ColumnOrName): Column => invoke("inline", columnExpression(col));

/** `inline` that keeps a row, of NULLs, where there is no element. */
export const inline_outer = (col: ColumnOrName): Column => invoke("inline_outer", columnExpression(col));

/** `explode` with the element's position, from 0. */
export const posexplode = (col: ColumnOrName): Column => invoke("posexplode", columnExpression(col));

/** `posexplode` that keeps a row, of NULLs, where there is no element. */
export const posexplode_outer = (col: ColumnOrName): Column => invoke("posexplode_outer", columnExpression(col));

/** Makes n rows, the first argument, of the other arguments. */
export const stack = (...cols: readonly ColumnOrName[]): Column => invoke("stack", ...cols.map(columnExpression));
