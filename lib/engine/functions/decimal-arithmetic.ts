import { ExecutionError } from "../errors.ts";
import { type DecimalType, decimalType, MAX_DECIMAL_PRECISION } from "../types/data-type.ts";
import { type DecimalOperator, decimalOperation } from "../types/exact-decimal.ts";
import type { Decimal } from "../types/values.ts";
import type { JavaScriptImplementation } from "./function.ts";

/** Spark keeps at least this many fractional digits when a result type passes 38 digits. */
const MINIMUM_ADJUSTED_SCALE = 6;

/**
 * The result type of a decimal operator, `spark.sql.decimalOperations.allowPrecisionLoss` on.
 * Source: Spark's DecimalPrecision and DecimalType.adjustPrecisionScale.
 */
export function decimalResult(operator: DecimalOperator, left: DecimalType, right: DecimalType): DecimalType {
  const { precision, scale } = exactResult(operator, left, right);
  return adjust(precision, scale);
}

/** The digits that every result has room in; more than 38 are possible. A quotient's are Spark's choice, it may have endless ones. */
function exactResult(
  operator: DecimalOperator,
  left: DecimalType,
  right: DecimalType,
): { readonly precision: number; readonly scale: number } {
  const { precision: p1, scale: s1 } = left;
  const { precision: p2, scale: s2 } = right;
  switch (operator) {
    case "+":
    case "-": {
      const scale = Math.max(s1, s2);
      return { precision: Math.max(p1 - s1, p2 - s2) + scale + 1, scale };
    }
    case "*":
      return { precision: p1 + p2 + 1, scale: s1 + s2 };
    case "/": {
      const scale = Math.max(MINIMUM_ADJUSTED_SCALE, s1 + p2 + 1);
      return { precision: p1 - s1 + s2 + scale, scale };
    }
    case "%": {
      const scale = Math.max(s1, s2);
      return { precision: Math.min(p1 - s1, p2 - s2) + scale, scale };
    }
  }
}

/** Fits a precision and scale into 38 digits: whole digits are kept, fractional ones are given up down to 6. */
function adjust(precision: number, scale: number): DecimalType {
  if (precision <= MAX_DECIMAL_PRECISION) return decimalType(precision, scale);
  const whole = precision - scale;
  return decimalType(MAX_DECIMAL_PRECISION, Math.max(MAX_DECIMAL_PRECISION - whole, Math.min(scale, MINIMUM_ADJUSTED_SCALE)));
}

/** Bounds a precision and scale at 38 digits without giving up scale for whole digits (Spark's `DecimalType.bounded`). */
export const bounded = (precision: number, scale: number): DecimalType =>
  decimalType(Math.min(precision, MAX_DECIMAL_PRECISION), Math.min(scale, MAX_DECIMAL_PRECISION));

const sqlType = ({ precision, scale }: DecimalType): string => `DECIMAL(${precision}, ${scale})`;

/** Digits up to which DuckDB keeps a decimal in 64 bits. It does not widen a result of two such operands but raises. */
const NARROW = 18;

/** What decimalSum has to know of the operands and the session. */
export interface DecimalOperands {
  readonly types: readonly [DecimalType, DecimalType];
  readonly ansi: boolean;
  /** Whether DuckDB's TRY takes them: nothing volatile, which what raises is, too. */
  readonly tries: boolean;
}

/**
 * `left operator right` for `+ - *`: DuckDB's own where its result keeps every digit of the scale; undefined where it does not.
 * Beyond 38 digits DuckDB raises (kernel/errors.ts), so without ANSI it is tried; then `left` and `right` are cheap.
 */
export function decimalSum(
  operator: "+" | "-" | "*",
  left: string,
  right: string,
  { types, ansi, tries }: DecimalOperands,
): string | undefined {
  const exact = exactResult(operator, ...types);
  const result = adjust(exact.precision, exact.scale);
  if (result.scale !== exact.scale) return undefined;
  const sum = (l: string) => `CAST((${l} ${operator} ${right}) AS ${sqlType(result)})`;
  if (exact.precision > NARROW && types.every((type) => type.precision <= NARROW)) {
    // 64 bits mostly do, in a third of the time.
    const wide = sum(`CAST(${left} AS DECIMAL(${NARROW + 1}, ${types[0].scale}))`);
    return tries ? `coalesce(TRY(${sum(left)}), ${wide})` : wide;
  }
  return exact.precision <= MAX_DECIMAL_PRECISION || ansi ? sum(left) : `TRY(${sum(left)})`;
}

/** `left % right` in DuckDB where a type of 38 digits holds both sides; the divisor is not 0. */
export function decimalRemainder(left: string, right: string, types: readonly [DecimalType, DecimalType]): string | undefined {
  const [{ precision: p1, scale: s1 }, { precision: p2, scale: s2 }] = types;
  if (Math.max(p1 - s1, p2 - s2) + Math.max(s1, s2) > MAX_DECIMAL_PRECISION) return undefined;
  return `CAST((${left} % ${right}) AS ${sqlType(decimalResult("%", ...types))})`;
}

/** Any decimal operator by exact integers of any size, for operands too wide for DuckDB's 128 bits. */
export const exactDecimal = (operator: DecimalOperator, result: DecimalType): JavaScriptImplementation => ({
  evaluate: ([left, right], { ansi }) => {
    const value = decimalOperation(operator, left as Decimal, right as Decimal, result.scale);
    if (!value && ansi) throw new ExecutionError("DIVIDE_BY_ZERO", { config: ANSI_CONFIG });
    return value ? fitted(value, result, ansi) : null;
  },
});

const ANSI_CONFIG = '"spark.sql.ansi.enabled"';

/** The value, if the type has room for its digits; else NULL or Spark's error. */
export function fitted(value: Decimal, { precision, scale }: DecimalType, ansi: boolean): Decimal | null {
  if (value.precision <= precision) return value;
  if (!ansi) return null;
  throw new ExecutionError("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", {
    value: value.toString(),
    precision: String(precision),
    scale: String(scale),
    config: ANSI_CONFIG,
  });
}

/** How far the numerator is moved so that whole division leaves the result's scale; below 0 the divisor is. */
const shiftOf = (left: DecimalType, right: DecimalType, result: DecimalType): number => result.scale + right.scale - left.scale;

/** Whether `quotient` can be worked out in DuckDB's 128 bits. */
export function divides128(left: DecimalType, right: DecimalType, result: DecimalType): boolean {
  const shift = shiftOf(left, right, result);
  const fits = (type: DecimalType, by: number) =>
    type.precision + type.scale <= MAX_DECIMAL_PRECISION && type.precision + Math.max(0, by) <= MAX_DECIMAL_PRECISION;
  return fits(left, shift) && fits(right, -shift);
}

/**
 * left / right rounded half up at the result's scale, in integers: DuckDB's own `/` goes through double.
 * Both sides are used several times: pass cheap expressions. The divisor is not 0.
 */
export function quotient(
  [left, right]: readonly [string, string],
  types: readonly [DecimalType, DecimalType],
  result: DecimalType,
): string {
  const shift = shiftOf(...types, result);
  return `CAST((${byDigits(left, right, types, shift) ?? in128(left, right, types, shift)})::DECIMAL(38, 0) * ${oneUnit(result.scale)} AS ${sqlType(result)})`;
}

/** The unscaled quotient of any that divides128. */
function in128(
  left: string,
  right: string,
  [{ scale: leftScale }, { scale: rightScale }]: readonly [DecimalType, DecimalType],
  shift: number,
): string {
  const numerator = shift >= 0 ? `${unscaled(left, leftScale)} * ${power(shift)}::HUGEINT` : unscaled(left, leftScale);
  const denominator = shift >= 0 ? unscaled(right, rightScale) : `${unscaled(right, rightScale)} * ${power(-shift)}::HUGEINT`;
  return `firecrest_divide(${numerator}, ${denominator})`;
}

/** More digits at once than a remainder has room for beside a divisor would need steps of their own; those many are still cheap. */
const MOST_STEPS = 3;

/**
 * The unscaled quotient by long division in 64 bits, some digits a step: a twentieth of what 128 bits take DuckDB. Undefined where an operand
 * does not fit, or leaves its remainder no room.
 */
function byDigits(left: string, right: string, types: readonly [DecimalType, DecimalType], shift: number): string | undefined {
  const digits = NARROW - types[1].precision;
  if (shift < 0 || types.some(({ precision, scale }) => precision + scale > NARROW) || shift > digits * MOST_STEPS) return undefined;
  const [n, d] = [narrow(left, types[0]), narrow(right, types[1])];
  let sum = `(${n} // ${d})::HUGEINT`;
  let rest = `(${n} % ${d})`;
  for (let done = 0; done < shift; ) {
    const step = Math.min(digits, shift - done);
    const dividend = `(${rest} * ${power(step)}::BIGINT)`;
    sum = `(${sum} * ${power(step)}::HUGEINT + ${dividend} // ${d})`;
    rest = `(${dividend} % ${d})`;
    done += step;
  }
  const away = `CASE WHEN (${n} < 0) = (${d} < 0) THEN 1 ELSE -1 END`;
  return `${sum} + CASE WHEN 2 * abs(${rest}) >= abs(${d}) THEN ${away} ELSE 0 END`;
}

const power = (digits: number): string => `1${"0".repeat(digits)}`;

/** A decimal's digits as a bigint; precision and scale together are at most 18. */
const narrow = (sql: string, { scale }: DecimalType): string =>
  `CAST(CAST(${sql} AS DECIMAL(${NARROW}, ${scale})) * CAST(${power(scale)} AS DECIMAL(${scale + 1}, 0)) AS BIGINT)`;

const oneUnit = (scale: number): string => (scale === 0 ? "1" : `0.${"0".repeat(scale - 1)}1`);
/** A decimal's digits as a whole number; precision and scale together are at most 38. */
export const unscaled = (sql: string, scale: number): string =>
  `CAST(CAST(${sql} AS DECIMAL(38, ${scale})) * 1${"0".repeat(scale)} AS HUGEINT)`;
