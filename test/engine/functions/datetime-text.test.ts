import { describe, expect, test } from "vitest";
import { type Argument, type Case, call, cases, date, instant, local, show } from "../../support/call.ts";
import { evaluate, losAngeles, nonAnsi } from "../../support/evaluate.ts";

const moment = instant("2018-11-17 13:33:33.333");
/** A text that the plan does not show, so that its rows are read one by one. */
const computed = (text: string): Argument => call("array_join", [text], "");

const answers: readonly Case[] = [
  ["date_format", [instant("2016-04-08 00:00:00"), "y"], "2016"],
  ["date_format", [moment, "yyyy-MM-dd HH:mm:ss.SSS"], "2018-11-17 13:33:33.333"],
  ["date_format", [moment, "yy M d h:m a, EEE"], "18 11 17 1:33 PM, Sat"],
  ["date_format", [moment, "EEEE MMMM MMM LLL"], "Saturday November Nov Nov"],
  ["date_format", [moment, "Q QQ QQQ QQQQ q"], "4 04 Q4 4th quarter 4"],
  ["date_format", [moment, "D DDD k K F"], "321 321 13 1 3"],
  ["date_format", [moment, "G GGGG"], "AD Anno Domini"],
  ["date_format", [moment, "S SS SSSSSS SSSSSSSSS"], "3 33 333000 333000000"],
  ["date_format", [moment, "'It''s' yyyy''"], "It's 2018'"],
  ["date_format", [moment, "100% 'd'"], "100% d"],
  ["date_format", [moment, "[yyyy]-MM"], "2018-11"],
  ["date_format", [moment, "X XXX x xxx Z ZZZZ ZZZZZ O OOOO VV"], "Z Z +00 +00:00 +0000 GMT Z GMT GMT UTC"],
  ["date_format", [instant("0001-01-01 00:00:00"), "yyyy-MM-dd"], "0001-01-01"],
  ["date_format", [moment, computed("yyyy MM")], "2018 11"],
  ["date_format", [null, "yyyy"], "NULL"],
  ["from_unixtime", [0n, "yyyy-MM-dd HH:mm:ss"], "1970-01-01 00:00:00"],
  ["from_unixtime", [0n], "1970-01-01 00:00:00"],
  ["from_unixtime", [1_000_000_000n, "EEEE dd"], "Sunday 09"],
  ["to_date", ["2016-12-31", "yyyy-MM-dd"], "2016-12-31"],
  ["to_date", ["31/12/2016", "d/M/y"], "2016-12-31"],
  ["to_date", [computed("2016-12-31"), computed("yyyy-MM-dd")], "2016-12-31"],
  ["to_date", [date("2016-12-31")], "2016-12-31"],
  ["to_date", [null, "yyyy-MM-dd"], "NULL"],
  ["to_date", ["0001-01-01", "yyyy-MM-dd"], "0001-01-01"],
  ["to_date", ["9999-12-31", "yyyy-MM-dd"], "9999-12-31"],
  ["try_to_date", ["foo", "yyyy-MM-dd"], "NULL"],
  ["to_timestamp", ["2016-12-31", "yyyy-MM-dd"], "2016-12-31 00:00:00"],
  ["to_timestamp", ["2016-12-31 01:02:03", "yyyy-MM-dd HH:mm:ss"], "2016-12-31 01:02:03"],
  ["to_timestamp", ["20161231", "yyyyMMdd"], "2016-12-31 00:00:00"],
  ["to_timestamp", ["2016 Dec 31 11 PM", "yyyy MMM dd hh a"], "2016-12-31 23:00:00"],
  ["to_timestamp", ["2019-10-06 10:11:12.12", "yyyy-MM-dd HH:mm:ss.SSSSSS[zzz]"], "2019-10-06 10:11:12.12"],
  ["to_timestamp", ["2019-10-06 10:11:12.123UTC", "yyyy-MM-dd HH:mm:ss.SSSSSS[zzz]"], "2019-10-06 10:11:12.123"],
  ["to_timestamp", ["2019-10-06 10:11:12.12345CST", "yyyy-MM-dd HH:mm:ss.SSSSSS[zzz]"], "2019-10-06 15:11:12.12345"],
  ["to_timestamp", ["2019-10-06T10:11:12+02:00", "yyyy-MM-dd'T'HH:mm:ssXXX"], "2019-10-06 08:11:12"],
  ["to_timestamp", ["12.12342019-10-06S10:11", "ss.SSSSyyyy-MM-dd'S'HH:mm"], "2019-10-06 10:11:12.1234"],
  ["to_timestamp", ["10/06/69", "MM/dd/yy"], "2069-10-06 00:00:00"],
  ["to_timestamp", ["100", "DDD"], "1970-04-10 00:00:00"],
  ["to_timestamp_ntz", ["2016-12-31", "yyyy-MM-dd"], "2016-12-31 00:00:00"],
  ["to_timestamp", [local("2016-12-31 01:00:00")], "2016-12-31 01:00:00"],
  ["try_to_timestamp", ["foo", "yyyy-MM-dd"], "NULL"],
  ["try_to_timestamp", ["2016-02-30", "yyyy-MM-dd"], "NULL"],
  ["unix_timestamp", ["2016-04-08", "yyyy-MM-dd"], "1460073600"],
  ["to_unix_timestamp", ["2016-04-08", "yyyy-MM-dd"], "1460073600"],
  ["unix_timestamp", ["1970-01-01 00:00:05"], "5"],
  ["unix_timestamp", [instant("1969-12-31 23:59:59.5")], "-1"],
  ["unix_timestamp", [date("1970-01-02")], "86400"],
];

describe("dates and times as text", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test("the session's zone is written and read", async () => {
    const zoned = call("date_format", instant("2020-07-01 07:30:00"), "HH:mm z zzzz VV XXX O");
    expect(await evaluate(zoned, losAngeles)).toBe("00:30 PDT Pacific Daylight Time America/Los_Angeles -07:00 GMT-7");
    const read = (text: string) => evaluate(call("to_timestamp", text, "yyyy-MM-dd HH:mm"), losAngeles);
    expect(show(await read("2020-07-01 00:30"))).toBe("2020-07-01 07:30:00");
    // In the gap, and in the overlap: from strptime here, from TypeScript below.
    expect(show(await read("2020-03-08 02:30"))).toBe("2020-03-08 10:30:00");
    expect(show(await read("2020-11-01 01:30"))).toBe("2020-11-01 08:30:00");
    const readByRow = (text: string) => evaluate(call("to_timestamp", text, "yyyy-M-d H:mm"), losAngeles);
    expect(show(await readByRow("2020-3-8 2:30"))).toBe("2020-03-08 10:30:00");
    expect(show(await readByRow("2020-11-1 1:30"))).toBe("2020-11-01 08:30:00");
  });

  test("a text that does not fit is NULL where ANSI mode is off", async () => {
    expect(await evaluate(call("to_date", "foo", "yyyy-MM-dd"), nonAnsi)).toBeNull();
    expect(await evaluate(call("to_timestamp", "foo", "yyyy M"), nonAnsi)).toBeNull();
    expect(await evaluate(call("unix_timestamp", "foo", "yyyy M"), nonAnsi)).toBeNull();
  });
});

describe("texts and patterns that are rejected", () => {
  const parse = "CANNOT_PARSE_TIMESTAMP";
  const legacy = "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION";
  const errors: readonly Case[] = [
    ["to_date", ["2016-02-30", "yyyy-MM-dd"], parse],
    ["to_date", ["2016-2-3", "yyyy-MM-dd"], parse],
    ["to_date", ["16-02-03", "yyyy-MM-dd"], parse],
    ["to_timestamp", ["2019-10-06 10:11:12.", "yyyy-MM-dd HH:mm:ss.SSSSSS[zzz]"], parse],
    ["to_timestamp", ["12.1232019-10-06S10:11", "ss.SSSSyyyy-MM-dd'S'HH:mm"], parse],
    ["to_timestamp", ["223456 2019-10-06 10:11:12.123456PST", "SSSSSS yyyy-MM-dd HH:mm:ss.SSSSSS[zzz]"], parse],
    ["date_format", [moment, "GGGGG"], legacy],
    ["date_format", [moment, "yyyyyyy"], legacy],
    ["date_format", [moment, "MMMMM"], legacy],
    ["date_format", [moment, "aa"], legacy],
    ["date_format", [moment, "u"], legacy],
    ["date_format", [moment, "e"], "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN"],
    ["date_format", [moment, "V"], "INVALID_DATETIME_PATTERN.WITH_SUGGESTION"],
    ["date_format", [moment, "C"], "INVALID_DATETIME_PATTERN.WITH_SUGGESTION"],
    ["date_format", [moment, "A"], "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER"],
    ["date_format", [moment, "QQQQQ"], "INVALID_DATETIME_PATTERN.LENGTH"],
    ["to_timestamp", ["22 05 2020 Friday", "dd MM yyyy EEEEE"], legacy],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });

  const messages: readonly (readonly [string, string, string])[] = [
    ["2019-10-06 10:11:12.", "yyyy-MM-dd HH:mm:ss.SSSSSS[zzz]", "Text '2019-10-06 10:11:12.' could not be parsed at index 20"],
    ["2019-10-06 1", "yyyy-MM-dd[ zzz]", "Text '2019-10-06 1' could not be parsed, unparsed text found at index 10"],
    ["12.1232019-10-06S10:11", "ss.SSSSyy-MM-dd'S'HH:mm", "Text '12.1232019-10-06S10:11' could not be parsed at index 9"],
    ["02-29", "MM-dd", "Invalid date 'February 29' as '1970' is not a leap year"],
  ];
  test.each(messages)("%s by %s says why: %s", async (text, pattern, message) => {
    const failure = evaluate(call("to_timestamp", text, pattern));
    await expect(failure).rejects.toMatchObject({ messageParameters: { message, func: "`try_to_timestamp`" } });
  });
});
