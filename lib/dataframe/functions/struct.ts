import { type Column, type ColumnOrName, columnExpression } from "../column.ts";
import { invoke } from "./invoke.ts";

/** Structs. */

/** Makes a struct of columns, under their names; a single array of columns counts as its elements. */
export const struct = (...cols: readonly (ColumnOrName | readonly ColumnOrName[])[]): Column =>
  invoke("struct", ...cols.flat().map(columnExpression));

/** Makes a struct of names and values by turns: `named_struct(lit("a"), "x", lit("b"), "y")`. */
export const named_struct = (...cols: readonly ColumnOrName[]): Column => invoke("named_struct", ...cols.map(columnExpression));
