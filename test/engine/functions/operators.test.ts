import { describe, expect, test } from "vitest";
import { cast, literal, nullLiteral } from "../../../lib/engine/expressions/build.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { Decimal } from "../../../lib/engine/types/values.ts";
import { type Case, call, cases, show } from "../../support/call.ts";
import { evaluate, evaluateTyped, nonAnsi } from "../../support/evaluate.ts";

const decimal = (text: string, precision: number, scale: number) => literal(Decimal.parse(text), t.decimalType(precision, scale));
const noInt = nullLiteral(t.integerType);
const NINES = "9".repeat(38);
const leastInt = -(2 ** 31);
const leastLong = -(2n ** 63n);
const byte = (n: number) => cast(literal(n, t.integerType), t.byteType);

const answers: readonly Case[] = [
  ["+", [1, 2], "3"],
  ["-", [1, 2], "-1"],
  ["*", [3, 4n], "12"],
  ["+", [1, noInt], "NULL"],
  ["/", [3, 2], "1.5"],
  ["/", [noInt, 0], "NULL"],
  ["/", [1, noInt], "NULL"],
  ["div", [3, 2], "1"],
  ["div", [-7, 2], "-3"],
  ["div", [decimal("7.5", 3, 1), decimal("2", 1, 0)], "3"],
  ["div", [decimal(NINES, 38, 0), decimal("1E30", 38, 2)], "99999999"],
  ["%", [7, 3], "1"],
  ["%", [-7, 3], "-1"],
  ["%", [leastInt, -1], "0"],
  ["mod", [decimal("7.5", 3, 1), decimal("2.25", 3, 2)], "0.75"],
  ["%", [decimal("7.5", 38, 1), decimal("2.25", 38, 30)], "0.750000000000000000000000000000"],
  ["negative", [1], "-1"],
  ["positive", [-1.5], "-1.5"],
  ["+", [decimal("1.5", 2, 1), decimal("2.25", 3, 2)], "3.75"],
  ["*", [decimal("1.23456789", 38, 18), decimal("2.5", 38, 18)], "3.086420"],
  ["-", [decimal(`0.${"9".repeat(20)}`, 38, 20), decimal("1", 38, 0)], "0.000000"],
  ["+", [decimal("2", 38, 18), decimal("1", 38, 10)], "3.000000000"],
  ["-", [decimal("2", 38, 18), decimal("1", 38, 10)], "1.000000000"],
  ["*", [decimal("9999999999999.99", 15, 2), decimal("99999999999999.99", 16, 2)], "999999999999998900000000000.0001"],
  ["+", [decimal("9999999999999999.99", 18, 2), decimal("0.01", 18, 2)], "10000000000000000.00"],
  ["div", [decimal("999999999999.999999", 18, 6), decimal("0.000001", 18, 6)], "999999999999999999"],
  ["/", [decimal("999999999999.999999", 18, 6), decimal("0.5", 18, 6)], "1999999999999.99999800000000000000"],
  ["/", [decimal("1", 10, 0), decimal("3", 10, 0)], "0.33333333333"],
  ["/", [decimal("2", 1, 0), decimal("3", 1, 0)], "0.666667"],
  ["/", [decimal("-2", 38, 10), decimal("3", 38, 10)], "-0.666667"],
  ["/", [decimal("1", 2, 1), decimal("8", 2, 1)], "0.125000"],
  ["/", [decimal("-9999999999.99", 12, 2), decimal("0.07", 10, 2)], "-142857142857.0000000000000"],
  ["/", [decimal("0.01", 10, 2), decimal("-99999999.99", 10, 2)], "-0.0000000001000"],
  ["/", [decimal("99999999999.9999", 15, 4), decimal("7", 14, 0)], "14285714285.7142714285714285714"],
  ["/", [decimal("-1", 1, 0), decimal("8000000", 7, 0)], "-0.00000013"],
  ["/", [decimal("1", 1, 0), decimal("16000000", 8, 0)], "0.000000063"],
  ["<=>", [null, null], "true"],
  ["<=>", [1, noInt], "false"],
  ["equal_null", [1, 1], "true"],
  ["=", [1, noInt], "NULL"],
  ["==", [1, 1n], "true"],
  ["and", [false, nullLiteral(t.booleanType)], "false"],
  ["or", [true, nullLiteral(t.booleanType)], "true"],
  ["not", [nullLiteral(t.booleanType)], "NULL"],
  ["=", [Number.NaN, Number.NaN], "true"],
  [">", [Number.NaN, Number.POSITIVE_INFINITY], "true"],
];

const errors: readonly Case[] = [
  ["+", [2147483647, 1], "ARITHMETIC_OVERFLOW"],
  ["-", [leastLong, 1n], "ARITHMETIC_OVERFLOW"],
  ["*", [2n ** 62n, 4n], "ARITHMETIC_OVERFLOW"],
  ["+", [byte(127), byte(1)], "BINARY_ARITHMETIC_OVERFLOW"],
  ["negative", [leastInt], "ARITHMETIC_OVERFLOW"],
  ["div", [leastLong, -1n], "ARITHMETIC_OVERFLOW"],
  ["/", [1, 0], "DIVIDE_BY_ZERO"],
  ["/", [1.5, 0], "DIVIDE_BY_ZERO"],
  ["/", [decimal("1", 5, 2), decimal("0", 5, 2)], "DIVIDE_BY_ZERO"],
  ["/", [decimal("1", 38, 10), decimal("0", 38, 10)], "DIVIDE_BY_ZERO"],
  ["div", [1, 0], "DIVIDE_BY_ZERO"],
  ["%", [1, 0], "REMAINDER_BY_ZERO"],
  ["*", [decimal(NINES, 38, 0), decimal("2", 1, 0)], "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION"],
  ["+", [decimal(NINES, 38, 0), decimal("1", 38, 0)], "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION"],
  ["*", [decimal("1E30", 38, 6), decimal("1E30", 38, 6)], "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION"],
];

const lenient: readonly Case[] = [
  ["+", [2147483647, 1], "-2147483648"],
  ["*", [2n ** 62n, 4n], "0"],
  ["+", [byte(127), byte(1)], "-128"],
  ["negative", [leastInt], "-2147483648"],
  ["div", [leastLong, -1n], "-9223372036854775808"],
  ["/", [1, 0], "NULL"],
  ["div", [1, 0], "NULL"],
  ["%", [1, 0], "NULL"],
  ["/", [decimal("1", 38, 10), decimal("0", 38, 10)], "NULL"],
  ["*", [decimal(NINES, 38, 0), decimal("2", 1, 0)], "NULL"],
  ["*", [decimal("1E30", 38, 6), decimal("1E30", 38, 6)], "NULL"],
];

describe("operators", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });

  test.each(cases(lenient))("outside ANSI $text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression, nonAnsi))).toBe(expected);
  });
});

describe("types of decimal results", () => {
  test.each([
    ["+", [10, 2], [5, 4], [13, 4]],
    ["*", [15, 2], [15, 2], [31, 4]],
    ["*", [38, 18], [38, 18], [38, 6]],
    ["/", [10, 0], [10, 0], [21, 11]],
    ["/", [38, 10], [38, 10], [38, 6]],
    ["%", [10, 2], [5, 1], [6, 2]],
  ] as const)("of %s on %o and %o is %o", async (name, left, right, expected) => {
    const { type } = await evaluateTyped(call(name, decimal("1", left[0], left[1]), decimal("1", right[0], right[1])));
    expect(type).toEqual(t.decimalType(expected[0], expected[1]));
  });
});

test("a product of what may raise raises", async () => {
  const read = (text: string) => cast(literal(text, t.stringType), t.decimalType(15, 2));
  expect(show(await evaluate(call("*", read("2"), read("3"))))).toBe("6.0000");
  await expect(evaluate(call("*", read("x"), read("3")))).rejects.toMatchObject({ condition: "CAST_INVALID_INPUT" });
});

test("a product of something random is no constant", async () => {
  const chance = cast(call("rand"), t.decimalType(15, 2));
  expect(Number(show(await evaluate(call("*", chance, chance))))).toBeLessThanOrEqual(1);
});

test("what try_add forgives is the sum, not its operands", async () => {
  const bad = cast(literal("x", t.stringType), t.integerType);
  await expect(evaluate(call("try_add", bad, 1))).rejects.toMatchObject({ condition: "CAST_INVALID_INPUT" });
});
