import { sqlTypeOf } from "../kernel/sql-type.ts";
import type { DecimalType } from "../types/data-type.ts";
import { decimalResult } from "./decimal-arithmetic.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, type ReturnType, takes } from "./function.ts";

/**
 * Decimal arithmetic that planner/narrow-decimals.ts has proven to stay within 64 bits: DuckDB's own, in the type it chooses
 * (at most 18 digits, the same scale), several times faster than 128 bits. What is around it restores the type: `exact_decimal`.
 */
const scalar = scalarsOf("operator");
const resultOf =
  (operator: "+" | "-" | "*"): ReturnType =>
  ([left, right]) =>
    decimalResult(operator, left as DecimalType, right as DecimalType);

export const NARROW_NAMES = { "+": "narrow_add", "-": "narrow_subtract", "*": "narrow_multiply" } as const;

export const narrowDecimals: readonly FunctionEntry[] = [
  scalar(NARROW_NAMES["+"], "The sum of two decimals that fits 64 bits.", takes(any, any), resultOf("+"), ([l, r]) => `(${l} + ${r})`, {
    internal: true,
  }),
  scalar(
    NARROW_NAMES["-"],
    "The difference of two decimals that fits 64 bits.",
    takes(any, any),
    resultOf("-"),
    ([l, r]) => `(${l} - ${r})`,
    { internal: true },
  ),
  scalar(NARROW_NAMES["*"], "The product of two decimals that fits 64 bits.", takes(any, any), resultOf("*"), ([l, r]) => `(${l} * ${r})`, {
    internal: true,
  }),
  scalar(
    "exact_decimal",
    "A decimal in its own type, where narrow arithmetic gave a smaller one.",
    takes(any),
    ([type]) => type!,
    ([value], call) => `CAST(${value} AS ${sqlTypeOf(call.type)})`,
    { internal: true },
  ),
];
