import { describe, expect, test } from "vitest";
import { resolveExpression } from "../../../lib/engine/analyzer/resolve-expression.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { prettyName } from "../../../lib/engine/expressions/print.ts";
import { CalendarInterval, DayTimeInterval, Decimal } from "../../../lib/engine/types/values.ts";
import { type Case, call, cases, date, days, instant, local, months, show } from "../../support/call.ts";
import { evaluate, losAngeles, utc } from "../../support/evaluate.ts";

const hours = (n: number) => new DayTimeInterval(BigInt(n) * 3_600_000_000n);
const calendar = (m: number, d: number, us: bigint) => new CalendarInterval(m, d, us);
const decimal = (text: string) => Decimal.parse(text);

const answers: readonly Case[] = [
  ["interval_add", [days(1), hours(25)], "2 01:00:00.000000000"],
  ["interval_add", [months(11), months(2)], "1-1"],
  ["interval_add", [calendar(1, 2, 3n), calendar(1, 1, 1n)], "2 months 3 days 0.000004 seconds"],
  ["interval_subtract", [days(1), hours(25)], "-0 01:00:00.000000000"],
  ["interval_negate", [months(14)], "-1-2"],
  ["multiply_interval", [months(14), 3], "3-6"],
  ["multiply_interval", [months(5), 1.5], "0-8"],
  ["multiply_interval", [days(1), decimal("1.5")], "1 12:00:00.000000000"],
  ["multiply_interval", [calendar(3, 1, 0n), 1.5], "4 months 1 days 12 hours"],
  ["divide_interval", [months(3), 2], "0-2"],
  ["divide_interval", [months(-3), 2], "-0-2"],
  ["divide_interval", [days(1), 2], "0 12:00:00.000000000"],
  ["divide_interval", [calendar(4, 1, 0n), 2], "2 months 12 hours"],
  ["date_add_interval", [date("2020-01-31"), months(1)], "2020-02-29"],
  ["date_add_interval", [date("2020-01-31"), days(2)], "2020-02-02"],
  ["date_add_interval", [date("2020-01-31"), calendar(1, 1, 0n)], "2020-03-01"],
  ["timestamp_add_interval", [instant("2020-01-31 10:00:00"), months(1)], "2020-02-29 10:00:00"],
  ["timestamp_add_interval", [local("2020-01-31 10:00:00"), hours(30)], "2020-02-01 16:00:00"],
  ["timestamp_add_interval", [local("2020-01-31 10:00:00"), hours(-30)], "2020-01-30 04:00:00"],
  ["timestamp_add_interval", [local("0001-01-01 00:00:00"), calendar(1, -1, 1n)], "0001-01-31 00:00:00.000001"],
  ["subtract_dates", [date("2020-03-01"), date("2020-02-01")], "29 00:00:00.000000000"],
  ["subtract_timestamps", [instant("2020-03-01 00:00:00"), instant("2020-02-28 23:00:00")], "1 01:00:00.000000000"],
  ["make_ym_interval", [1, 2], "1-2"],
  ["make_ym_interval", [], "0-0"],
  ["make_dt_interval", [1, 12, 30, decimal("1.001001")], "1 12:30:01.001001000"],
  ["make_dt_interval", [100, null, 3], "NULL"],
  ["make_interval", [100, 11, 1, 1, 12, 30, decimal("1.001001")], "100 years 11 months 8 days 12 hours 30 minutes 1.001001 seconds"],
  ["make_interval", [], "0 seconds"],
  ["try_make_interval", [2147483647], "NULL"],
];

describe("intervals", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test("the days of an interval move on the session's calendar, its hours on the clock", async () => {
    const noon = instant("2020-03-07 20:00:00");
    const inZone = async (interval: DayTimeInterval) =>
      show(await evaluate(call("timestamp_add_interval", noon, interval), losAngeles), "America/Los_Angeles");
    expect(await inZone(days(1))).toBe("2020-03-08 12:00:00");
    expect(await inZone(hours(23))).toBe("2020-03-08 12:00:00");
  });

  test("the difference of timestamps is that of the local clocks", async () => {
    const difference = call("subtract_timestamps", instant("2020-03-08 19:00:00"), instant("2020-03-07 20:00:00"));
    expect(show(await evaluate(difference, losAngeles))).toBe("1 00:00:00.000000000");
  });

  const errors: readonly Case[] = [
    ["interval_add", [months(2147483647), months(1)], "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION"],
    ["interval_negate", [new DayTimeInterval(-(2n ** 63n))], "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION"],
    ["make_ym_interval", [178956970, 8], "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION"],
    ["divide_interval", [months(2), 0], "INTERVAL_DIVIDED_BY_ZERO"],
    ["date_add_interval", [date("2020-01-01"), calendar(0, 0, 1n)], "INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });
});

describe("names of columns are Spark's, whatever entry runs", () => {
  const names: readonly (readonly [Expression, string])[] = [
    [call("+", months(2), months(3)), "(INTERVAL '0-2' YEAR TO MONTH + INTERVAL '0-3' YEAR TO MONTH)"],
    [call("-", date("2020-01-01"), months(3)), "DATE '2020-01-01' - INTERVAL '0-3' YEAR TO MONTH"],
    [call("-", date("2020-01-02"), date("2020-01-01")), "(DATE '2020-01-02' - DATE '2020-01-01')"],
    [call("*", 2, months(3)), "(INTERVAL '0-3' YEAR TO MONTH * 2)"],
    [call("make_ym_interval", 1), "make_ym_interval(1, 0)"],
    [call("to_json", call("struct", 1), new Map([["a", "b"]])), "to_json(struct(1))"],
    [call("cardinality", [1]), "cardinality(array(1))"],
    [call("date_diff", date("2020-01-02"), date("2020-01-01")), "date_diff(DATE '2020-01-02', DATE '2020-01-01')"],
    [call("extract", "YEAR", date("2020-01-02")), "extract(YEAR FROM DATE '2020-01-02')"],
  ];
  test.each(names.map(([expression, name]) => ({ expression, name })))("$name", ({ expression, name }) => {
    expect(prettyName(resolveExpression(expression, { candidates: () => [], all: () => [] }, utc))).toBe(name);
  });
});
