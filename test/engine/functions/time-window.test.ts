import { describe, expect, test } from "vitest";
import { durationMicros } from "../../../lib/engine/functions/duration.ts";
import { type Case, call, cases, instant, local, show } from "../../support/call.ts";
import { evaluate } from "../../support/evaluate.ts";

const answers: readonly Case[] = [
  ["window", [local("2021-01-01 00:04:30"), "5 minutes"], "{2021-01-01 00:00:00,2021-01-01 00:05:00}"],
  ["window", [instant("2021-01-01 00:05:00"), "5 minutes"], "{2021-01-01 00:05:00,2021-01-01 00:10:00}"],
  ["window", [local("1969-12-31 23:59:59"), "1 hour"], "{1969-12-31 23:00:00,1970-01-01 00:00:00}"],
  ["window", [local("2021-01-01 00:04:30"), "1 day", "1 day", "2 hours"], "{2020-12-31 02:00:00,2021-01-01 02:00:00}"],
  ["window", [null, "1 day"], "NULL"],
  [
    "time_windows",
    [local("2021-01-01 00:06:00"), "10 minutes", "5 minutes"],
    "[{2021-01-01 00:00:00,2021-01-01 00:10:00},{2021-01-01 00:05:00,2021-01-01 00:15:00}]",
  ],
  [
    "time_windows",
    [local("2021-01-01 00:05:00"), "7 minutes", "5 minutes"],
    "[{2021-01-01 00:00:00,2021-01-01 00:07:00},{2021-01-01 00:05:00,2021-01-01 00:12:00}]",
  ],
  ["time_windows", [local("2021-01-01 00:08:00"), "7 minutes", "5 minutes"], "[{2021-01-01 00:05:00,2021-01-01 00:12:00}]"],
  ["window_time", [call("window", local("2021-01-01 00:04:30"), "5 minutes")], "2021-01-01 00:04:59.999999"],
];

describe("time windows", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test("durations add up their units, and months have no length", () => {
    expect(durationMicros("1 hour 30 minutes")).toBe(5_400_000_000n);
    expect(durationMicros("INTERVAL 2 weeks")).toBe(1_209_600_000_000n);
    for (const text of ["1 month", "5", "minutes", "1 hour x", ""]) expect(() => durationMicros(text)).toThrow("FIRECREST_UNSUPPORTED");
  });

  const errors: readonly Case[] = [
    ["window", [local("2021-01-01"), "10 minutes", "5 minutes"], "FIRECREST_UNSUPPORTED"],
    ["session_window", [local("2021-01-01"), "5 minutes"], "FIRECREST_UNSUPPORTED"],
    ["window", [local("2021-01-01"), "5 minutes", "10 minutes"], "DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });
});
