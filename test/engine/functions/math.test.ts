import { describe, expect, test } from "vitest";
import { cast, doubleLiteral, fn, literal, nullLiteral } from "../../../lib/engine/expressions/build.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { Decimal, YearMonthInterval } from "../../../lib/engine/types/values.ts";
import { type Case, call, cases, date, show } from "../../support/call.ts";
import { evaluate, nonAnsi } from "../../support/evaluate.ts";

const decimal = (text: string) => Decimal.parse(text);
const double = (value: number) => literal(value, t.doubleType);
const byte = (n: number) => cast(literal(n, t.integerType), t.byteType);
const nothing = nullLiteral(t.doubleType);
const INFINITY = Number.POSITIVE_INFINITY;

const answers: readonly Case[] = [
  ["abs", [-1], "1"],
  ["abs", [decimal("-3.13")], "3.13"],
  ["abs", ["-2.19"], "2.19"],
  ["sign", [40], "1"],
  ["signum", [-0.5], "-1"],
  ["sqrt", [4], "2"],
  ["sqrt", [-1], "NaN"],
  ["cbrt", [27], "3"],
  ["exp", [0], "1"],
  ["expm1", [double(1e-10)], "1.00000000005e-10"],
  ["ln", [1], "0"],
  ["ln", [0], "NULL"],
  ["log", [10, 100], "2"],
  ["log", [1], "0"],
  ["log", [2, 0], "NULL"],
  ["log10", [10], "1"],
  ["log2", [2], "1"],
  ["log2", [-2], "NULL"],
  ["log1p", [0], "0"],
  ["log1p", [-1], "NULL"],
  ["pow", [2, 3], "8"],
  ["power", [0, -1], "Infinity"],
  ["sin", [0], "0"],
  ["sin", [INFINITY], "NaN"],
  ["cos", [0], "1"],
  ["tan", [0], "0"],
  ["cot", [1], "0.6420926159343306"],
  ["cot", [0], "Infinity"],
  ["sec", [1], "1.8508157176809255"],
  ["csc", [1], "1.1883951057781212"],
  ["asin", [0], "0"],
  ["asin", [2], "NaN"],
  ["acos", [1], "0"],
  ["acos", [2], "NaN"],
  ["atan", [0], "0"],
  ["atan2", [0, 0], "0"],
  ["sinh", [0], "0"],
  ["cosh", [0], "1"],
  ["tanh", [0], "0"],
  ["asinh", [0], "0"],
  ["acosh", [1], "0"],
  ["acosh", [0], "NaN"],
  ["atanh", [0], "0"],
  ["atanh", [2], "NaN"],
  ["degrees", [Math.PI], "180"],
  ["radians", [180], "3.141592653589793"],
  ["hypot", [3, 4], "5"],
  ["e", [], "2.718281828459045"],
  ["pi", [], "3.141592653589793"],
  ["factorial", [5], "120"],
  ["factorial", [20], "2432902008176640000"],
  ["factorial", [21], "NULL"],
  ["greatest", [10, 9, 2, 4, 3], "10"],
  ["greatest", [1, null], "1"],
  ["greatest", [Number.NaN, 1.5], "NaN"],
  ["least", [10, 9, 2, 4, 3], "2"],
  ["least", [null, null], "NULL"],
  ["pmod", [10, 3], "1"],
  ["pmod", [-10, 3], "2"],
  ["pmod", [-7, -3], "-1"],
  ["pmod", [decimal("-7.5"), decimal("2")], "0.5"],
  ["conv", ["100", 2, 10], "4"],
  ["conv", [-10, 16, -10], "-16"],
  ["conv", ["-15", 10, 16], "FFFFFFFFFFFFFFF1"],
  ["conv", ["big", 36, 16], "3A48"],
  ["conv", ["11abc", 10, 10], "11"],
  ["conv", ["1", 1, 10], "NULL"],
  ["bin", [13], "1101"],
  ["bin", [-13], "1111111111111111111111111111111111111111111111111111111111110011"],
  ["bin", [13.3], "1101"],
  ["hex", [17], "11"],
  ["hex", [-1], "FFFFFFFFFFFFFFFF"],
  ["hex", ["Spark SQL"], "537061726B2053514C"],
  ["unhex", ["537061726B2053514C"], "537061726b2053514c"],
  ["unhex", ["A1B"], "0a1b"],
  ["unhex", ["G"], "NULL"],
  ["width_bucket", [5.3, 0.2, 10.6, 5], "3"],
  ["width_bucket", [-2.1, 1.3, 3.4, 3], "0"],
  ["width_bucket", [8.1, double(0), 5.7, 4], "5"],
  ["width_bucket", [-0.9, 5.2, 0.5, 2], "3"],
  ["width_bucket", [1.5, double(0), double(10), 0], "NULL"],
  ["nanvl", [Number.NaN, 123], "123"],
  ["nanvl", [1.5, 2], "1.5"],
  ["try_add", [1, 2], "3"],
  ["try_add", [2147483647, 1], "NULL"],
  ["try_add", [2147483647, "1"], "2147483648"],
  ["try_add", [date("2021-01-01"), 1], "2021-01-02"],
  ["try_add", [cast(literal("2021-01-01", t.stringType), t.dateType), 1], "2021-01-02"],
  ["try_subtract", [-2147483647, 2], "NULL"],
  ["try_multiply", [2, 3], "6"],
  ["try_multiply", [decimal("9".repeat(38)), 2], "NULL"],
  ["try_divide", [3, 2], "1.5"],
  ["try_divide", [1, 0], "NULL"],
  ["try_divide", [new YearMonthInterval(7), 2], "0-4"],
  ["try_divide", [new YearMonthInterval(7), 0], "NULL"],
  ["try_divide", [decimal("1.0"), decimal("0")], "NULL"],
  ["try_mod", [3, 2], "1"],
  ["try_mod", [3, 0], "NULL"],
];

const roundings: readonly Case[] = [
  ["round", [decimal("2.5"), 0], "3"],
  ["round", [decimal("-2.5"), 0], "-3"],
  ["round", [25, -1], "30"],
  ["round", [525, -2], "500"],
  ["round", [525, -3], "1000"],
  ["round", [25, 1], "25"],
  ["round", [1.005, 2], "1.01"],
  ["round", [2.5], "3"],
  ["round", [Number.NaN, 2], "NaN"],
  ["round", [decimal("9.9"), 0], "10"],
  ["round", [decimal("155.5"), -2], "200"],
  ["bround", [decimal("2.5"), 0], "2"],
  ["bround", [25, -1], "20"],
  ["bround", [2.45, 1], "2.4"],
  ["ceil", [-0.1], "0"],
  ["ceil", [5], "5"],
  ["ceil", [5, 0], "5"],
  ["ceiling", [decimal("3.1411"), 3], "3.142"],
  ["ceil", [decimal("3.1411"), -3], "1000"],
  ["floor", [-0.1], "-1"],
  ["floor", [decimal("3.1411"), 3], "3.141"],
  ["floor", [decimal("3.1411"), -3], "0"],
  ["floor", [double(1e300)], "9223372036854775807"],
  ["ceil", [nothing], "NULL"],
  ["rint", [12.3456], "12"],
  ["rint", [2.5], "2"],
];

describe("mathematical functions", () => {
  test.each(cases([...answers, ...roundings]))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test.each(["sqrt", "ln", "log1p", "sin", "asin", "expm1", "round", "floor", "rint", "degrees", "sign", "abs"])(
    "%s of NULL is NULL",
    async (name) => {
      expect(await evaluate(call(name, nothing))).toBeNull();
    },
  );

  const errors: readonly Case[] = [
    ["abs", [-(2 ** 31)], "ARITHMETIC_OVERFLOW"],
    ["pmod", [1, 0], "REMAINDER_BY_ZERO"],
    ["round", [byte(127), -1], "ARITHMETIC_OVERFLOW"],
    ["conv", ["9".repeat(30), 10, 16], "ARITHMETIC_OVERFLOW"],
    ["sqrt", ["x"], "CAST_INVALID_INPUT"],
    ["round", [1.5, call("length", "x")], "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT"],
    ["ceil", [2.5, null], "NON_FOLDABLE_ARGUMENT"],
    ["width_bucket", [1, 2, 3], "WRONG_NUM_ARGS.WITHOUT_SUGGESTION"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });

  test("outside ANSI numbers wrap around", async () => {
    expect(await evaluate(call("abs", -(2 ** 31)), nonAnsi)).toBe(-(2 ** 31));
    expect(await evaluate(call("round", byte(127), -1), nonAnsi)).toBe(-126);
    expect(await evaluate(call("conv", "9".repeat(30), 10, 16), nonAnsi)).toBe("FFFFFFFFFFFFFFFF");
  });

  test("random numbers are in their ranges", async () => {
    const rand = (await evaluate(call("rand"))) as number;
    expect(rand).toBeGreaterThanOrEqual(0);
    expect(rand).toBeLessThan(1);
    expect(Number.isFinite(await evaluate(call("randn", 1)))).toBe(true);
    expect([1, 2, 3]).toContain(await evaluate(call("uniform", 1, 4)));
  });
});

test.each([
  ["exp", 1, Math.E + 2 ** -51],
  ["cosh", -1, 1.543080634815244],
  ["tanh", -4.643142899527815e-10, -4.6431428995278143e-10],
  ["cbrt", -17, -2.5712815906582356],
  ["acosh", 1.5, Math.log(1.5 + Math.sqrt(1.25))],
])("%s(%d) is Java's to the last digit", async (name, x, expected) => {
  expect(await evaluate(fn(name, doubleLiteral(x)))).toBe(expected);
});
