import { describe, expect, test } from "vitest";
import { typeName } from "../../../lib/engine/expressions/print-type.ts";
import { CalendarInterval, DayTimeInterval, Decimal } from "../../../lib/engine/types/values.ts";
import { type Case, call, cases, date, days, instant, local, months, show } from "../../support/call.ts";
import { evaluate, evaluateTyped, losAngeles, nonAnsi } from "../../support/evaluate.ts";

const decimal = (text: string) => Decimal.parse(text);

const answers: readonly Case[] = [
  ["year", [date("2016-07-30")], "2016"],
  ["year", [date("0001-01-01")], "1"],
  ["year", [date("9999-12-31")], "9999"],
  ["quarter", [date("2016-08-31")], "3"],
  ["month", [date("2016-07-30")], "7"],
  ["day", [date("2009-07-30")], "30"],
  ["dayofmonth", [date("2009-07-30")], "30"],
  ["dayofweek", [date("2009-07-30")], "5"],
  ["dayofweek", [date("2024-02-25")], "1"],
  ["weekday", [date("2009-07-30")], "3"],
  ["weekday", [date("2024-02-25")], "6"],
  ["dayofyear", [date("2016-04-09")], "100"],
  ["dayofyear", [date("2024-12-31")], "366"],
  ["weekofyear", [date("2008-02-20")], "8"],
  ["weekofyear", [date("2021-01-03")], "53"],
  ["hour", [instant("2009-07-30 12:58:59")], "12"],
  ["minute", [instant("2009-07-30 12:58:59")], "58"],
  ["second", [instant("2009-07-30 12:58:59.7")], "59"],
  ["hour", [local("2009-07-30 23:58:59")], "23"],
  ["year", [null], "NULL"],
  ["dayname", [date("2024-02-14")], "Wed"],
  ["monthname", [date("2008-02-20")], "Feb"],
  ["extract", ["YEAR", instant("2019-08-12 01:00:00.123456")], "2019"],
  ["extract", ["week", instant("2019-08-12 01:00:00.123456")], "33"],
  ["extract", ["doy", date("2019-08-12")], "224"],
  ["extract", ["SECONDS", instant("2019-10-01 00:00:01.000001")], "1.000001"],
  ["date_part", ["days", days(5)], "5"],
  ["date_part", ["seconds", new DayTimeInterval(30_001_001n)], "30.001001"],
  ["date_part", ["MONTH", months(2021 * 12 + 11)], "11"],
  ["date_part", ["MINUTE", new DayTimeInterval(123n * 3_600_000_000n + 23n * 60_000_000n)], "23"],
  ["date_part", ["HOUR", new CalendarInterval(0, 0, 100n * 3_600_000_000n)], "100"],
  ["datepart", ["YEAROFWEEK", date("2005-01-02")], "2004"],
  ["date_part", ["DOW_ISO", date("2024-02-25")], "7"],
  ["date_add", [date("2016-07-30"), 1], "2016-07-31"],
  ["date_add", [date("9999-12-31"), 1], "+10000-01-01"],
  ["date_add", [date("2016-07-30"), "1"], "2016-07-31"],
  ["date_sub", [date("2016-07-30"), 1], "2016-07-29"],
  ["dateadd", [date("2016-07-30"), 1], "2016-07-31"],
  ["date_diff", [date("2009-07-31"), date("2009-07-30")], "1"],
  ["datediff", [date("2009-07-30"), date("2009-07-31")], "-1"],
  ["add_months", [date("2016-08-31"), 1], "2016-09-30"],
  ["add_months", [date("2016-02-29"), 12], "2017-02-28"],
  ["add_months", [date("2017-02-28"), 1], "2017-03-28"],
  ["add_months", [date("0001-01-31"), 1], "0001-02-28"],
  ["months_between", [instant("1997-02-28 10:30:00"), instant("1996-10-30 00:00:00")], "3.94959677"],
  ["months_between", [instant("1997-02-28 10:30:00"), instant("1996-10-30 00:00:00"), false], "3.9495967741935485"],
  ["months_between", [instant("2020-02-29 10:00:00"), instant("2020-01-31 00:00:00")], "1"],
  ["last_day", [date("2009-01-12")], "2009-01-31"],
  ["last_day", [date("2024-02-01")], "2024-02-29"],
  ["next_day", [date("2015-01-14"), "TU"], "2015-01-20"],
  ["next_day", [date("2015-01-14"), " wednesday "], "2015-01-21"],
  ["next_day", [date("2015-01-14"), "Thu"], "2015-01-15"],
  ["trunc", [date("2019-08-04"), "week"], "2019-07-29"],
  ["trunc", [date("2019-08-04"), "quarter"], "2019-07-01"],
  ["trunc", [date("2009-02-12"), "MM"], "2009-02-01"],
  ["trunc", [date("2015-10-27"), "YEAR"], "2015-01-01"],
  ["trunc", [date("2015-10-27"), "hour"], "NULL"],
  ["date_trunc", ["YEAR", instant("2015-03-05 09:32:05.359")], "2015-01-01 00:00:00"],
  ["date_trunc", ["DD", instant("2015-03-05 09:32:05.359")], "2015-03-05 00:00:00"],
  ["date_trunc", ["HOUR", instant("2015-03-05 09:32:05.359")], "2015-03-05 09:00:00"],
  ["date_trunc", ["MILLISECOND", instant("2015-03-05 09:32:05.123456")], "2015-03-05 09:32:05.123"],
  ["date_trunc", ["nothing", instant("2015-03-05 09:32:05")], "NULL"],
  ["timestampadd", ["HOUR", 8n, local("2022-02-11 20:30:00")], "2022-02-12 04:30:00"],
  ["timestampadd", ["MONTH", 1n, local("2022-01-31 00:00:00")], "2022-02-28 00:00:00"],
  ["timestampadd", ["QUARTER", -1n, instant("2022-01-31 00:00:00")], "2021-10-31 00:00:00"],
  ["timestampdiff", ["HOUR", local("2022-02-11 20:30:00"), local("2022-02-12 04:30:00")], "8"],
  ["timestampdiff", ["MONTH", local("2022-01-01 00:00:00"), local("2022-02-28 00:00:00")], "1"],
  ["timestampdiff", ["MONTH", local("2022-01-31 12:00:00"), local("2022-02-28 00:00:00")], "0"],
  ["timestampdiff", ["YEAR", local("2021-02-28 00:00:00"), local("2020-02-29 00:00:00")], "0"],
  ["timestampdiff", ["QUARTER", instant("2023-08-10 01:02:03"), instant("2022-01-14 01:02:03")], "-6"],
  ["date_from_unix_date", [1], "1970-01-02"],
  ["unix_date", [date("1970-01-02")], "1"],
  ["timestamp_seconds", [1_230_219_000], "2008-12-25 15:30:00"],
  ["timestamp_seconds", [decimal("1230219000.123")], "2008-12-25 15:30:00.123"],
  ["timestamp_seconds", [0.1234567], "1970-01-01 00:00:00.123456"],
  ["timestamp_millis", [1_230_219_000_123n], "2008-12-25 15:30:00.123"],
  ["timestamp_micros", [1_230_219_000_123_123n], "2008-12-25 15:30:00.123123"],
  ["unix_seconds", [instant("1970-01-01 00:00:01")], "1"],
  ["unix_seconds", [instant("1969-12-31 23:59:59.5")], "-1"],
  ["unix_millis", [instant("1969-12-31 23:59:59.9999")], "-1"],
  ["unix_micros", [instant("1970-01-01 00:00:01")], "1000000"],
  ["make_date", [2013, 7, 15], "2013-07-15"],
  ["make_date", [2019, 7, null], "NULL"],
  ["make_date", [2024, 2, 29], "2024-02-29"],
  ["make_timestamp", [2014, 12, 28, 6, 30, decimal("45.887")], "2014-12-28 06:30:45.887"],
  ["make_timestamp", [2014, 12, 28, 6, 30, decimal("45.887"), "CET"], "2014-12-28 05:30:45.887"],
  ["make_timestamp", [2019, 6, 30, 23, 59, 60], "2019-07-01 00:00:00"],
  ["make_timestamp", [2019, 6, 30, 23, 59, null], "NULL"],
  ["make_timestamp", [2019, 6, 30, 23, 59, 1, null], "NULL"],
  ["make_timestamp", [date("2021-07-11")], "2021-07-11 00:00:00"],
  ["make_timestamp_ntz", [2014, 12, 28, 6, 30, decimal("45.887")], "2014-12-28 06:30:45.887"],
  ["try_make_timestamp", [2019, 13, 1, 10, 11, 12], "NULL"],
  ["from_utc_timestamp", [instant("2016-08-31 00:00:00"), "Asia/Seoul"], "2016-08-31 09:00:00"],
  ["to_utc_timestamp", [instant("2016-08-31 00:00:00"), "Asia/Seoul"], "2016-08-30 15:00:00"],
  ["from_utc_timestamp", [instant("2016-08-31 00:00:00"), "+05:30"], "2016-08-31 05:30:00"],
  ["convert_timezone", ["Europe/Brussels", "America/Los_Angeles", local("2021-12-06 00:00:00")], "2021-12-05 15:00:00"],
  ["convert_timezone", ["Europe/Brussels", local("2021-12-05 15:00:00")], "2021-12-05 16:00:00"],
];

describe("functions of dates and times", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test("the zone of from_utc_timestamp may be computed", async () => {
    const computed = call("array_join", ["Asia", "Seoul"], "/");
    expect(show(await evaluate(call("from_utc_timestamp", instant("2016-08-31 00:00:00"), computed)))).toBe("2016-08-31 09:00:00");
    expect(show(await evaluate(call("to_utc_timestamp", instant("2016-08-31 00:00:00"), computed)))).toBe("2016-08-30 15:00:00");
  });

  test("seconds are extracted as decimal(8,6)", async () => {
    expect(typeName((await evaluateTyped(call("extract", "SECOND", instant("2020-01-01 00:00:00")))).type)).toBe("decimal(8,6)");
  });
});

describe("the session's time zone", () => {
  const zone = "America/Los_Angeles";
  const inZone = async (...[name, ...args]: Parameters<typeof call>) => show(await evaluate(call(name, ...args), losAngeles), zone);

  test("fields are read on its clocks", async () => {
    expect(await inZone("hour", instant("2020-07-01 07:30:00"))).toBe("0");
    expect(await inZone("extract", "DAY", instant("2020-07-01 06:30:00"))).toBe("30");
    expect(await inZone("hour", local("2020-07-01 07:30:00"))).toBe("7");
  });

  test("a local time in a gap moves on by the gap", async () => {
    expect(await inZone("make_timestamp", 2020, 3, 8, 2, 30, 0)).toBe("2020-03-08 03:30:00");
    expect(await inZone("to_utc_timestamp", instant("2020-03-08 02:30:00"), zone)).toBe("2020-03-08 03:30:00");
  });

  test("a local time in an overlap is the earlier instant", async () => {
    expect(show(await evaluate(call("make_timestamp", 2020, 11, 1, 1, 30, 0), losAngeles))).toBe("2020-11-01 08:30:00");
    expect(show(await evaluate(call("make_timestamp", 2020, 11, 1, 2, 30, 0), losAngeles))).toBe("2020-11-01 10:30:00");
  });

  test("both passes through an overlap are cut to their own hour, and a day to its midnight", async () => {
    const cut = (unit: string, text: string) => evaluate(call("date_trunc", unit, instant(text)), losAngeles);
    expect(show(await cut("HOUR", "2020-11-01 08:40:00"))).toBe("2020-11-01 08:00:00");
    expect(show(await cut("HOUR", "2020-11-01 09:40:00"))).toBe("2020-11-01 09:00:00");
    expect(show(await cut("DAY", "2020-11-01 20:00:00"))).toBe("2020-11-01 07:00:00");
  });

  test("a day added keeps the local time, 24 hours the clock", async () => {
    expect(await inZone("timestampadd", "DAY", 1n, instant("2020-03-07 20:00:00"))).toBe("2020-03-08 12:00:00");
    expect(await inZone("timestampadd", "HOUR", 24n, instant("2020-03-07 20:00:00"))).toBe("2020-03-08 13:00:00");
  });

  test("years 0001 and 9999 use the zone's first and last offsets", async () => {
    expect(show(await evaluate(call("make_timestamp", 1, 1, 1, 0, 0, 0), losAngeles))).toBe("0001-01-01 07:52:58");
    expect(show(await evaluate(call("make_timestamp", 9999, 12, 31, 23, 59, 59), losAngeles))).toBe("+10000-01-01 07:59:59");
  });
});

describe("values that dates reject", () => {
  const errors: readonly Case[] = [
    ["make_date", [2000, 13, 1], "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION"],
    ["make_date", [2000, 1, 33], "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION"],
    ["make_date", [2023, 2, 29], "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION"],
    ["make_timestamp", [1, 1, 1, 1, 1, 61], "DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION"],
    ["make_timestamp", [2021, 7, 11, 6, 30, decimal("60.007")], "INVALID_FRACTION_OF_SECOND"],
    ["next_day", [date("2015-07-23"), "xx"], "ILLEGAL_DAY_OF_WEEK"],
    ["date_add", [date("2011-11-11"), 1n], "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
    ["timestampadd", ["FORTNIGHT", 1n, local("2020-01-01")], "INVALID_PARAMETER_VALUE.DATETIME_UNIT"],
    ["extract", ["CENTURY", date("2020-01-01")], "INVALID_EXTRACT_FIELD"],
    ["from_utc_timestamp", [instant("2020-01-01"), "Mars/Olympus"], "INVALID_TIMEZONE"],
    ["make_timestamp", [2020, 1, 1, 1, 1, 1, "Mars/Olympus"], "INVALID_TIMEZONE"],
    ["timestamp_seconds", [decimal("0.1234567")], "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });

  test("they are NULL where ANSI mode is off", async () => {
    expect(await evaluate(call("make_date", 2000, 13, 1), nonAnsi)).toBeNull();
    expect(await evaluate(call("make_timestamp", 1, 1, 1, 1, 1, 61), nonAnsi)).toBeNull();
    expect(await evaluate(call("next_day", date("2015-07-23"), "xx"), nonAnsi)).toBeNull();
  });
});
