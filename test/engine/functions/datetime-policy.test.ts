import { describe, expect, test } from "vitest";
import { formatText, parseText } from "../../../lib/engine/functions/datetime-policy.ts";
import { LocalDateTime } from "../../../lib/engine/types/values.ts";

const legacy = { policy: "LEGACY" } as const;
const read = (text: string, pattern: string, clock = {}) => new LocalDateTime(parseText(text, pattern, clock).micros).toString();

describe("texts under spark.sql.legacy.timeParserPolicy = LEGACY", () => {
  test.each([
    ["26/October/2015", "dd/MMMMM/yyyy", "2015-10-26 00:00:00"],
    ["22 05 2020 Friday", "dd MM yyyy EEEEEE", "2020-05-22 00:00:00"],
    ["2019-10-06T10:11:12'12", "yyyy-MM-dd'T'HH:mm:ss''SSSS", "2019-10-06 10:11:12.012"],
    ["2020-01-02 and more", "yyyy-MM-dd", "2020-01-02 00:00:00"],
    ["20200102", "yyyyMMdd", "2020-01-02 00:00:00"],
    ["1 PM", "h a", "1970-01-01 13:00:00"],
  ])("%s as %s is %s", (text, pattern, expected) => {
    expect(read(text, pattern, legacy)).toBe(expected);
  });

  test.each([
    ["2019-10-06 10:11:12.1234", "yyyy-MM-dd HH:mm:ss.SSSSSS"],
    ["2019-10-06 A", "yyyy-MM-dd GGGGG"],
    ["2019-02-29", "yyyy-MM-dd"],
    ["22 05 2020 Monday", "dd MM yyyy EEEE"],
  ])("%s is no %s", (text, pattern) => {
    expect(() => read(text, pattern, legacy)).toThrow(`Unparseable date: "${text}"`);
  });

  test("weeks begin on Sundays in what is written", () => {
    expect(formatText(1_577_836_800_000_000n, "YYYY ww W u EEEEE SSSSSS Z", "UTC", legacy)).toBe("2020 01 1 3 Wednesday 000000 +0000");
  });
});

test("a text that only the legacy rules can read is an error under EXCEPTION", () => {
  expect(() => read("2020-1-1", "yyyy-MM-dd", { policy: "EXCEPTION" })).toThrow(
    "INCONSISTENT_BEHAVIOR_CROSS_VERSION.PARSE_DATETIME_BY_NEW_PARSER",
  );
  expect(() => read("foo", "yyyy-MM-dd", { policy: "EXCEPTION" })).toThrow("could not be parsed at index 0");
});

test("a pattern of TIMESTAMP_NTZ that Spark does not take has one condition", () => {
  expect(() => read("22 05", "dd MM EEEEEE", { local: true })).toThrow("INVALID_DATETIME_PATTERN.WITH_SUGGESTION");
  expect(() => read("22 05", "dd MM EEEEEE")).toThrow("INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_PATTERN_RECOGNITION");
});
