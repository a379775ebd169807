import { doubleLiteral } from "../../engine/expressions/build.ts";
import { type Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { invoke, numberOrColumn, optional, randomSeed } from "./invoke.ts";

/** Mathematics. */

/** Returns the absolute value. */
export const abs = (col: ColumnOrName): Column => invoke("abs", columnExpression(col));

/** Returns the inverse cosine, in radians. */
export const acos = (col: ColumnOrName): Column<number | null> => invoke("acos", columnExpression(col));

/** Returns the inverse hyperbolic cosine. */
export const acosh = (col: ColumnOrName): Column<number | null> => invoke("acosh", columnExpression(col));

/** Returns the inverse sine, in radians. */
export const asin = (col: ColumnOrName): Column<number | null> => invoke("asin", columnExpression(col));

/** Returns the inverse hyperbolic sine. */
export const asinh = (col: ColumnOrName): Column<number | null> => invoke("asinh", columnExpression(col));

/** Returns the inverse tangent, in radians. */
export const atan = (col: ColumnOrName): Column<number | null> => invoke("atan", columnExpression(col));

/** Returns the angle, in radians, of the point (col2, col1). */
export const atan2 = (col1: ColumnOrName | number, col2: ColumnOrName | number): Column<number | null> =>
  invoke("atan2", numberOrColumn(col1), numberOrColumn(col2));

/** Returns the inverse hyperbolic tangent. */
export const atanh = (col: ColumnOrName): Column<number | null> => invoke("atanh", columnExpression(col));

/** Returns the binary text of a long. */
export const bin = (col: ColumnOrName): Column<string | null> => invoke("bin", columnExpression(col));

/** Rounds to `scale` digits, halves to the even neighbour. */
export const bround = (col: ColumnOrName, scale?: Column | number): Column =>
  invoke("bround", columnExpression(col), optional(scale, expressionOf));

/** Returns the cube root. */
export const cbrt = (col: ColumnOrName): Column<number | null> => invoke("cbrt", columnExpression(col));

/** Returns the least value of `scale` digits that is not smaller. */
export const ceil = (col: ColumnOrName, scale?: Column | number): Column =>
  invoke("ceil", columnExpression(col), optional(scale, expressionOf));

/** Returns the least value of `scale` digits that is not smaller. */
export const ceiling = (col: ColumnOrName, scale?: Column | number): Column =>
  invoke("ceiling", columnExpression(col), optional(scale, expressionOf));

/** Converts a number's text from one base to another. */
export const conv = (col: ColumnOrName, fromBase: number, toBase: number): Column<string | null> =>
  invoke("conv", columnExpression(col), expressionOf(fromBase), expressionOf(toBase));

/** Returns the cosine of an angle in radians. */
export const cos = (col: ColumnOrName): Column<number | null> => invoke("cos", columnExpression(col));

/** Returns the hyperbolic cosine. */
export const cosh = (col: ColumnOrName): Column<number | null> => invoke("cosh", columnExpression(col));

/** Returns the cotangent of an angle in radians. */
export const cot = (col: ColumnOrName): Column<number | null> => invoke("cot", columnExpression(col));

/** Returns the cosecant of an angle in radians. */
export const csc = (col: ColumnOrName): Column<number | null> => invoke("csc", columnExpression(col));

/** Converts radians to degrees. */
export const degrees = (col: ColumnOrName): Column<number | null> => invoke("degrees", columnExpression(col));

/** Returns Euler's number. */
export const e = (): Column<number> => invoke("e");

/** Returns e to the power of the value. */
export const exp = (col: ColumnOrName): Column<number | null> => invoke("exp", columnExpression(col));

/** Returns exp(value) - 1, exact near zero. */
export const expm1 = (col: ColumnOrName): Column<number | null> => invoke("expm1", columnExpression(col));

/** Returns the factorial of an integer from 0 to 20, NULL for others. */
export const factorial = (col: ColumnOrName): Column<bigint | null> => invoke("factorial", columnExpression(col));

/** Returns the greatest value of `scale` digits that is not greater. */
export const floor = (col: ColumnOrName, scale?: Column | number): Column =>
  invoke("floor", columnExpression(col), optional(scale, expressionOf));

/** Returns the hexadecimal text of a number, a binary or a string. */
export const hex = (col: ColumnOrName): Column<string | null> => invoke("hex", columnExpression(col));

/** Returns sqrt(col1^2 + col2^2) without overflow on the way. */
export const hypot = (col1: ColumnOrName | number, col2: ColumnOrName | number): Column<number | null> =>
  invoke("hypot", numberOrColumn(col1), numberOrColumn(col2));

/** Returns the natural logarithm. */
export const ln = (col: ColumnOrName): Column<number | null> => invoke("ln", columnExpression(col));

/** Returns the logarithm to base 10. */
export const log10 = (col: ColumnOrName): Column<number | null> => invoke("log10", columnExpression(col));

/** Returns ln(1 + value), exact near zero. */
export const log1p = (col: ColumnOrName): Column<number | null> => invoke("log1p", columnExpression(col));

/** Returns the logarithm to base 2. */
export const log2 = (col: ColumnOrName): Column<number | null> => invoke("log2", columnExpression(col));

/** Returns the negated value. */
export const negate = (col: ColumnOrName): Column => invoke("negative", columnExpression(col));

/** Returns the negated value. */
export const negative = (col: ColumnOrName): Column => invoke("negative", columnExpression(col));

/** Returns pi. */
export const pi = (): Column<number> => invoke("pi");

/** Returns the remainder that is not negative for a positive divisor. */
export const pmod = (dividend: ColumnOrName | number, divisor: ColumnOrName | number): Column =>
  invoke("pmod", numberOrColumn(dividend), numberOrColumn(divisor));

/** Returns the value. */
export const positive = (col: ColumnOrName): Column => invoke("positive", columnExpression(col));

/** Returns col1 to the power of col2. */
export const pow = (col1: ColumnOrName | number, col2: ColumnOrName | number): Column<number | null> =>
  invoke("power", numberOrColumn(col1), numberOrColumn(col2));

/** Returns col1 to the power of col2. */
export const power = (col1: ColumnOrName | number, col2: ColumnOrName | number): Column<number | null> =>
  invoke("power", numberOrColumn(col1), numberOrColumn(col2));

/** Converts degrees to radians. */
export const radians = (col: ColumnOrName): Column<number | null> => invoke("radians", columnExpression(col));

/** Returns independent random numbers, uniform in [0, 1). */
export const rand = (seed: Column | number | bigint = randomSeed()): Column<number> => invoke("rand", expressionOf(seed));

/** Returns independent random numbers of the standard normal distribution. */
export const randn = (seed: Column | number | bigint = randomSeed()): Column<number> => invoke("randn", expressionOf(seed));

/** Returns independent random numbers, uniform in [0, 1). */
export const random = (seed: Column | number | bigint = randomSeed()): Column<number> => invoke("rand", expressionOf(seed));

/** Rounds to the nearest whole number, as a double. */
export const rint = (col: ColumnOrName): Column<number | null> => invoke("rint", columnExpression(col));

/** Rounds to `scale` digits, halves away from zero. */
export const round = (col: ColumnOrName, scale?: Column | number): Column =>
  invoke("round", columnExpression(col), optional(scale, expressionOf));

/** Returns the secant of an angle in radians. */
export const sec = (col: ColumnOrName): Column<number | null> => invoke("sec", columnExpression(col));

/** Returns -1, 0 or 1 by the value's sign. */
export const sign = (col: ColumnOrName): Column<number | null> => invoke("sign", columnExpression(col));

/** Returns -1, 0 or 1 by the value's sign. */
export const signum = (col: ColumnOrName): Column<number | null> => invoke("signum", columnExpression(col));

/** Returns the sine of an angle in radians. */
export const sin = (col: ColumnOrName): Column<number | null> => invoke("sin", columnExpression(col));

/** Returns the hyperbolic sine. */
export const sinh = (col: ColumnOrName): Column<number | null> => invoke("sinh", columnExpression(col));

/** Returns the square root. */
export const sqrt = (col: ColumnOrName): Column<number | null> => invoke("sqrt", columnExpression(col));

/** Returns the tangent of an angle in radians. */
export const tan = (col: ColumnOrName): Column<number | null> => invoke("tan", columnExpression(col));

/** Returns the hyperbolic tangent. */
export const tanh = (col: ColumnOrName): Column<number | null> => invoke("tanh", columnExpression(col));

/** Deprecated name of `degrees`. */
export const toDegrees = (col: ColumnOrName): Column<number | null> => invoke("degrees", columnExpression(col));

/** Deprecated name of `radians`. */
export const toRadians = (col: ColumnOrName): Column<number | null> => invoke("radians", columnExpression(col));

/** Returns the sum, NULL on overflow. */
export const try_add = (left: ColumnOrName, right: ColumnOrName): Column =>
  invoke("try_add", columnExpression(left), columnExpression(right));

/** Returns the quotient, NULL where the divisor is zero. */
export const try_divide = (left: ColumnOrName, right: ColumnOrName): Column =>
  invoke("try_divide", columnExpression(left), columnExpression(right));

/** Returns the remainder, NULL where the divisor is zero. */
export const try_mod = (left: ColumnOrName, right: ColumnOrName): Column =>
  invoke("try_mod", columnExpression(left), columnExpression(right));

/** Returns the product, NULL on overflow. */
export const try_multiply = (left: ColumnOrName, right: ColumnOrName): Column =>
  invoke("try_multiply", columnExpression(left), columnExpression(right));

/** Returns the difference, NULL on overflow. */
export const try_subtract = (left: ColumnOrName, right: ColumnOrName): Column =>
  invoke("try_subtract", columnExpression(left), columnExpression(right));

/** Converts hexadecimal text to a binary, NULL for other text. */
export const unhex = (col: ColumnOrName): Column<Uint8Array | null> => invoke("unhex", columnExpression(col));

/** Returns random numbers between two constants. */
export const uniform = (min: ColumnOrName | number, max: ColumnOrName | number, seed: Column | number | bigint = randomSeed()): Column =>
  invoke("uniform", numberOrColumn(min), numberOrColumn(max), expressionOf(seed));

/** Returns the bucket of an equi-width histogram that a value falls into. */
export const width_bucket = (
  v: ColumnOrName,
  min: ColumnOrName,
  max: ColumnOrName,
  numBucket: ColumnOrName | number,
): Column<bigint | null> =>
  invoke("width_bucket", columnExpression(v), columnExpression(min), columnExpression(max), numberOrColumn(numBucket));

/** Returns the logarithm of a column, to a base where one is given first. */
export const log = (arg1: ColumnOrName | number, arg2?: ColumnOrName): Column<number | null> =>
  arg2 === undefined ? invoke("ln", numberOrColumn(arg1)) : invoke("log", baseOf(arg1), columnExpression(arg2));

const baseOf = (base: ColumnOrName | number) => (typeof base === "number" ? doubleLiteral(base) : columnExpression(base));
