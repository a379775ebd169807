import { describe, expect, test } from "vitest";
import { cast, literal } from "../../../lib/engine/expressions/build.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { type Case, cases, show } from "../../support/call.ts";
import { evaluate } from "../../support/evaluate.ts";

const byte = (n: number) => cast(literal(n, t.integerType), t.byteType);

const answers: readonly Case[] = [
  ["&", [3, 5], "1"],
  ["|", [3, 5], "7"],
  ["^", [3, 5], "6"],
  ["~", [0], "-1"],
  ["&", [byte(-1), 255n], "255"],
  ["~", [byte(127)], "-128"],
  ["shiftleft", [2, 1], "4"],
  ["shiftleft", [1, 31], "-2147483648"],
  ["shiftleft", [1, 32], "1"],
  ["<<", [-1n, 63], "-9223372036854775808"],
  ["shiftright", [4, 1], "2"],
  ["shiftright", [-8, 33], "-4"],
  [">>", [-8n, 1], "-4"],
  ["shiftrightunsigned", [4, 1], "2"],
  ["shiftrightunsigned", [-1, 28], "15"],
  [">>>", [-1n, 60], "15"],
  [">>>", [-1, 0], "-1"],
  ["bit_count", [0], "0"],
  ["bit_count", [-1], "64"],
  ["bit_count", [true], "1"],
  ["getbit", [11, 0], "1"],
  ["getbit", [11, 2], "0"],
  ["getbit", [-1n, 63], "1"],
];

describe("bitwise functions", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  const errors: readonly Case[] = [
    ["getbit", [11, 32], "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE"],
    ["getbit", [11, -1], "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE"],
    ["bit_count", ["a"], "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
    ["&", [1.5, 1], "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });
});
