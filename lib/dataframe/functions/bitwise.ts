import { type Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { invoke } from "./invoke.ts";

/** Bits. */

/** Returns the number of bits that are set. */
export const bit_count = (col: ColumnOrName): Column<number | null> => invoke("bit_count", columnExpression(col));

/** Returns the bit at a position, counted from the right. */
export const bit_get = (col: ColumnOrName, pos: ColumnOrName): Column<number | null> =>
  invoke("bit_get", columnExpression(col), columnExpression(pos));

/** Returns the complement of every bit. */
export const bitwise_not = (col: ColumnOrName): Column => invoke("~", columnExpression(col));

/** Deprecated name of `bitwise_not`. */
export const bitwiseNOT = (col: ColumnOrName): Column => invoke("~", columnExpression(col));

/** Returns the bit at a position, counted from the right. */
export const getbit = (col: ColumnOrName, pos: ColumnOrName): Column<number | null> =>
  invoke("getbit", columnExpression(col), columnExpression(pos));

/** Shifts the bits to the left. */
export const shiftleft = (col: ColumnOrName, numBits: number): Column => invoke("shiftleft", columnExpression(col), expressionOf(numBits));

/** Deprecated name of `shiftleft`. */
export const shiftLeft = (col: ColumnOrName, numBits: number): Column => invoke("shiftleft", columnExpression(col), expressionOf(numBits));

/** Shifts the bits to the right, keeping the sign. */
export const shiftright = (col: ColumnOrName, numBits: number): Column =>
  invoke("shiftright", columnExpression(col), expressionOf(numBits));

/** Deprecated name of `shiftright`. */
export const shiftRight = (col: ColumnOrName, numBits: number): Column =>
  invoke("shiftright", columnExpression(col), expressionOf(numBits));

/** Shifts the bits to the right, filling with zeros. */
export const shiftrightunsigned = (col: ColumnOrName, numBits: number): Column =>
  invoke("shiftrightunsigned", columnExpression(col), expressionOf(numBits));

/** Deprecated name of `shiftrightunsigned`. */
export const shiftRightUnsigned = (col: ColumnOrName, numBits: number): Column =>
  invoke("shiftrightunsigned", columnExpression(col), expressionOf(numBits));
