import { describe, expect, test } from "vitest";
import { Decimal } from "../../../lib/engine/types/values.ts";
import { type Case, call, cases, show } from "../../support/call.ts";
import { evaluate } from "../../support/evaluate.ts";

const six = call("make_time", 6, 30, Decimal.parse("45.887"));

const answers: readonly Case[] = [
  ["make_time", [6, 30, Decimal.parse("45.887")], "06:30:45.887"],
  ["make_time", [null, 30, 0], "NULL"],
  ["to_time", ["00:12:00"], "00:12:00"],
  ["to_time", ["12.10.05", "HH.mm.ss"], "12:10:05"],
  ["try_to_time", ["25:00:00"], "NULL"],
  ["time_trunc", ["MINUTE", six], "06:30:00"],
  ["time_trunc", [call("array_join", ["hour"], ""), six], "06:00:00"],
  ["time_diff", ["MINUTE", six, call("make_time", 8, 0, 0)], "89"],
  ["hour", [six], "6"],
  ["extract", ["SECOND", six], "45.887000"],
];

describe("functions of times of day", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  const errors: readonly Case[] = [
    ["make_time", [24, 0, 0], "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION"],
    ["to_time", ["noon"], "CANNOT_PARSE_TIME"],
    ["time_trunc", ["DAY", six], "INVALID_PARAMETER_VALUE.TIME_UNIT"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });
});
