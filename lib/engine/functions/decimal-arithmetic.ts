import type { Call } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import { type DecimalType, decimalType, MAX_DECIMAL_PRECISION } from "../types/data-type.ts";

/** Spark keeps at least this many fractional digits when a result type passes 38 digits. */
const MINIMUM_ADJUSTED_SCALE = 6;

/**
 * The result type of a decimal operator, `spark.sql.decimalOperations.allowPrecisionLoss` on.
 * Source: Spark's DecimalPrecision and DecimalType.adjustPrecisionScale.
 */
export function decimalResult(operator: "+" | "-" | "*" | "/" | "%", left: DecimalType, right: DecimalType): DecimalType {
  const { precision: p1, scale: s1 } = left;
  const { precision: p2, scale: s2 } = right;
  switch (operator) {
    case "+":
    case "-": {
      const scale = Math.max(s1, s2);
      return adjust(Math.max(p1 - s1, p2 - s2) + scale + 1, scale);
    }
    case "*":
      return adjust(p1 + p2 + 1, s1 + s2);
    case "/": {
      const scale = Math.max(MINIMUM_ADJUSTED_SCALE, s1 + p2 + 1);
      return adjust(p1 - s1 + s2 + scale, scale);
    }
    case "%": {
      const scale = Math.max(s1, s2);
      return adjust(Math.min(p1 - s1, p2 - s2) + scale, scale);
    }
  }
}

/** Fits a precision and scale into 38 digits: whole digits are kept, fractional ones are given up down to 6. */
export function adjust(precision: number, scale: number): DecimalType {
  if (precision <= MAX_DECIMAL_PRECISION) return decimalType(precision, scale);
  const whole = precision - scale;
  return decimalType(MAX_DECIMAL_PRECISION, Math.max(MAX_DECIMAL_PRECISION - whole, Math.min(scale, MINIMUM_ADJUSTED_SCALE)));
}

/** Bounds a precision and scale at 38 digits without giving up scale for whole digits (Spark's `DecimalType.bounded`). */
export const bounded = (precision: number, scale: number): DecimalType =>
  decimalType(Math.min(precision, MAX_DECIMAL_PRECISION), Math.min(scale, MAX_DECIMAL_PRECISION));

/** left / right rounded half up at the call's scale, in integers: DuckDB's own `/` goes through double. The divisor is not 0. */
export function divideDecimals(left: string, right: string, call: Call): string {
  const [leftType, rightType] = call.args.map(typeOf) as [DecimalType, DecimalType];
  return quotient(left, leftType.scale, right, rightType.scale, call.type as DecimalType);
}

/**
 * As divideDecimals, for any two decimal SQL expressions of the given scales. The result has at least result.scale - ... digits in 38;
 * `firecrest_divide` (kernel/prelude.ts) rounds half up in HUGEINT.
 */
export function quotient(left: string, leftScale: number, right: string, rightScale: number, result: DecimalType): string {
  const shift = result.scale + rightScale - leftScale;
  const power = (n: number) => `1${"0".repeat(n)}::HUGEINT`;
  const numerator = shift >= 0 ? `${unscaled(left, leftScale)} * ${power(shift)}` : unscaled(left, leftScale);
  const denominator = shift >= 0 ? unscaled(right, rightScale) : `${unscaled(right, rightScale)} * ${power(-shift)}`;
  return `CAST(firecrest_divide(${numerator}, ${denominator})::DECIMAL(38, 0) * ${oneUnit(result.scale)} AS DECIMAL(${result.precision}, ${result.scale}))`;
}

const oneUnit = (scale: number): string => (scale === 0 ? "1" : `0.${"0".repeat(scale - 1)}1`);
const unscaled = (sql: string, scale: number): string => `CAST(${sql} * 1${"0".repeat(scale)} AS HUGEINT)`;
