import { Decimal } from "./values.ts";

/** Exact decimal arithmetic of any size, and Java's rounding modes. */
export type Rounding = "halfUp" | "halfEven" | "up" | "down" | "ceiling" | "floor";

export const powerOfTen = (n: number): bigint => 10n ** BigInt(n);
const absolute = (n: bigint): bigint => (n < 0n ? -n : n);

/** n / d in whole numbers; `d` is not 0. */
export function divideRounded(n: bigint, d: bigint, rounding: Rounding): bigint {
  const quotient = n / d;
  const rest = n % d;
  if (rest === 0n) return quotient;
  const away = n < 0n === d < 0n ? 1n : -1n;
  const half = absolute(rest) * 2n - absolute(d);
  switch (rounding) {
    case "halfUp":
      return half >= 0n ? quotient + away : quotient;
    case "halfEven":
      return half > 0n || (half === 0n && quotient % 2n !== 0n) ? quotient + away : quotient;
    case "up":
      return quotient + away;
    case "down":
      return quotient;
    case "ceiling":
      return away > 0n ? quotient + 1n : quotient;
    case "floor":
      return away < 0n ? quotient - 1n : quotient;
  }
}

/** The number at a scale, which may be negative for tens, hundreds, ...: then the result has scale 0. */
export function rounded(value: Decimal, scale: number, rounding: Rounding): Decimal {
  if (scale >= value.scale) return new Decimal(value.unscaled * powerOfTen(scale - value.scale), scale);
  const unscaled = divideRounded(value.unscaled, powerOfTen(value.scale - scale), rounding);
  return scale >= 0 ? new Decimal(unscaled, scale) : new Decimal(unscaled * powerOfTen(-scale), 0);
}

export type DecimalOperator = "+" | "-" | "*" | "/" | "%";

/** The result at a scale, rounded half up from its exact value; undefined for a divisor of 0. */
export function decimalOperation(operator: DecimalOperator, left: Decimal, right: Decimal, scale: number): Decimal | undefined {
  const common = Math.max(left.scale, right.scale);
  const [a, b] = [left.unscaled * powerOfTen(common - left.scale), right.unscaled * powerOfTen(common - right.scale)];
  switch (operator) {
    case "+":
      return rounded(new Decimal(a + b, common), scale, "halfUp");
    case "-":
      return rounded(new Decimal(a - b, common), scale, "halfUp");
    case "*":
      return rounded(new Decimal(left.unscaled * right.unscaled, left.scale + right.scale), scale, "halfUp");
    case "/":
      return b === 0n ? undefined : new Decimal(divideRounded(a * powerOfTen(scale), b, "halfUp"), scale);
    case "%":
      return b === 0n ? undefined : rounded(new Decimal(a % b, common), scale, "halfUp");
  }
}
