import { describe, expect, test } from "vitest";
import { cast, literal, nullLiteral, stringLiteral } from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { typeSql } from "../../../lib/engine/expressions/print-type.ts";
import type { SessionSettings } from "../../../lib/engine/functions/function.ts";
import { castSql } from "../../../lib/engine/kernel/cast.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { DayTimeInterval, Decimal, LocalDate, Timestamp, YearMonthInterval } from "../../../lib/engine/types/values.ts";
import { type Argument, argument, call, instant, local, show } from "../../support/call.ts";
import { evaluate, losAngeles, nonAnsi, utc } from "../../support/evaluate.ts";

const decimal = (text: string, precision: number, scale: number) => literal(Decimal.parse(text), t.decimalType(precision, scale));
const double = (value: number) => literal(value, t.doubleType);
const bytes = (...values: number[]) => literal(Uint8Array.from(values), t.binaryType);
const {
  byteType,
  shortType,
  integerType,
  longType,
  floatType,
  doubleType,
  stringType,
  booleanType,
  dateType,
  timestampType,
  timestampNtzType,
  binaryType,
} = t;
const daySecond = t.dayTimeIntervalType();
const yearMonth = t.yearMonthIntervalType();

/** A value, the type it is cast to, and what it gives in ANSI and in legacy casts: a value as `show` prints it, or a condition. */
type Row = readonly [value: Argument, type: t.DataType, ansi: string, legacy?: string];

const INVALID = "CAST_INVALID_INPUT";
const OVERFLOW = "CAST_OVERFLOW";
const RANGE = "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION";

const numbers: readonly Row[] = [
  ["1.23", integerType, INVALID, "1"],
  ["-4.56", longType, INVALID, "-4"],
  [".", integerType, INVALID, "0"],
  ["+", integerType, INVALID, "NULL"],
  ["", integerType, INVALID, "NULL"],
  ["abc", integerType, INVALID, "NULL"],
  ["1_000", integerType, INVALID, "NULL"],
  ["0x1F", integerType, INVALID, "NULL"],
  ["1e3", integerType, INVALID, "NULL"],
  [" 12\t", integerType, "12"],
  ["+5", byteType, "5"],
  ["1中文", byteType, INVALID, "NULL"],
  ["2147483648", integerType, INVALID, "NULL"],
  ["-9223372036854775808", longType, "-9223372036854775808"],
  ["9223372036854775808", longType, INVALID, "NULL"],
  ["1e5", doubleType, "100000"],
  [" 1.5f ", doubleType, "1.5"],
  ["-.5D", doubleType, "-0.5"],
  ["Infinity", doubleType, "Infinity"],
  ["-inf", floatType, "-Infinity"],
  ["NaN", doubleType, "NaN"],
  ["1e400", doubleType, "Infinity"],
  ["123.a", doubleType, INVALID, "NULL"],
  ["23.456", t.decimalType(4, 2), "23.46"],
  ["1e-1", t.decimalType(4, 2), "0.10"],
  ["123.45", t.decimalType(4, 2), RANGE, "NULL"],
  ["xyz", t.decimalType(4, 2), INVALID, "NULL"],
  [2147483648n, integerType, OVERFLOW, "-2147483648"],
  [300, byteType, OVERFLOW, "44"],
  [300, longType, "300"],
  [double(-3.9), integerType, "-3"],
  [double(1e10), integerType, OVERFLOW, "2147483647"],
  [double(300.7), byteType, OVERFLOW, "44"],
  [double(Number.NaN), longType, OVERFLOW, "0"],
  [double(2 ** 63), longType, "9223372036854775807"],
  [double(1e19), longType, OVERFLOW, "9223372036854775807"],
  [decimal("-1.5", 2, 1), integerType, "-1"],
  [decimal("2147483647.9", 12, 1), integerType, "2147483647"],
  [decimal("99999999999.5", 12, 1), integerType, OVERFLOW, "1215752191"],
  [1, t.decimalType(10, 2), "1.00"],
  [100, t.decimalType(3, 1), RANGE, "NULL"],
  [decimal("1.235", 10, 3), t.decimalType(10, 2), "1.24"],
  [decimal("-1.235", 10, 3), t.decimalType(10, 2), "-1.24"],
  [decimal("999.99", 5, 2), t.decimalType(3, 1), RANGE, "NULL"],
  [decimal("99.95", 4, 2), t.decimalType(3, 1), RANGE, "NULL"],
  [double(1.005), t.decimalType(10, 2), "1.01"],
  [double(Number.NaN), t.decimalType(10, 2), "NULL"],
  [double(1e9), t.decimalType(10, 2), RANGE, "NULL"],
  [decimal("0.1", 2, 1), doubleType, "0.1"],
  [true, integerType, "1"],
  [true, t.decimalType(3, 1), "1.0"],
];

const booleans: readonly Row[] = [
  ["\t true \n", booleanType, "true"],
  ["Y", booleanType, "true"],
  ["0", booleanType, "false"],
  ["no", booleanType, "false"],
  ["on", booleanType, INVALID, "NULL"],
  [2, booleanType, "true"],
  [double(0), booleanType, "false"],
  [decimal("0.0", 2, 1), booleanType, "false"],
];

const datetimes: readonly Row[] = [
  ["2022-01-01", dateType, "2022-01-01"],
  [" 2022 ", dateType, "2022-01-01"],
  ["2022-3", dateType, "2022-03-01"],
  ["2022-3-4", dateType, "2022-03-04"],
  ["2022-03-04T25:99", dateType, "2022-03-04"],
  ["2022-03-04 x", dateType, "2022-03-04"],
  ["2022-02-30", dateType, INVALID, "NULL"],
  ["2022/01/01", dateType, INVALID, "NULL"],
  ["22-01-01", dateType, INVALID, "NULL"],
  ["+12022-01-01", dateType, "+12022-01-01"],
  ["2022-01-01 12:34:56.123456789", timestampType, "2022-01-01 12:34:56.123456"],
  ["2022-01-01T1:2:3", timestampType, "2022-01-01 01:02:03"],
  ["2022-01-01 01:02:03+1:0", timestampType, "2022-01-01 00:02:03"],
  ["2022-01-01 01:02:03 Europe/Paris", timestampType, "2022-01-01 00:02:03"],
  ["2022-01-01 01:02:03Z", timestampType, "2022-01-01 01:02:03"],
  ["2022-07-01 01:02:03 PST", timestampType, "2022-07-01 08:02:03"],
  ["2022-01-01 01:02:03 Nowhere/Else", timestampType, INVALID, "NULL"],
  ["2022-01-01 24:00:00", timestampType, INVALID, "NULL"],
  ["2022-01-01 01:02:03Z", timestampNtzType, "2022-01-01 01:02:03"],
  ["a", timestampNtzType, INVALID, "NULL"],
  ["12:30:15.5", timestampType, "FIRECREST_UNSUPPORTED", "FIRECREST_UNSUPPORTED"],
  ["12:30:15.5", t.timeType(), "12:30:15.5"],
  [instant("1969-12-31 23:59:59.5"), longType, "-1"],
  [instant("1970-01-01 00:00:01.5"), doubleType, "1.5"],
  [instant("1970-01-01 00:00:01.5"), t.decimalType(10, 2), "1.50"],
  [instant("2022-01-01 12:00:00"), dateType, "2022-01-01"],
  [instant("2262-01-01 12:00:00"), integerType, OVERFLOW, "624755008"],
  [1, timestampType, "1970-01-01 00:00:01"],
  [double(1.5), timestampType, "1970-01-01 00:00:01.5"],
  [double(Number.POSITIVE_INFINITY), timestampType, INVALID, "NULL"],
  [local("2022-01-01 12:00:00"), timestampType, "2022-01-01 12:00:00"],
];

const intervals: readonly Row[] = [
  ["interval 3 month 1 hour", t.calendarIntervalType, "3 months 1 hours"],
  ["1 day -2.5 seconds", t.calendarIntervalType, "1 days -2.5 seconds"],
  ["abc", t.calendarIntervalType, "NULL"],
  ["interval '3 00:00:01' day to second", daySecond, "3 00:00:01.000000000"],
  ["-3 00:00:01", daySecond, "-3 00:00:01.000000000"],
  ["3 24:00:00", daySecond, "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE"],
  ["interval '3-1' year to month", yearMonth, "3-1"],
  ["-3-1", yearMonth, "-3-1"],
  ["3-12", yearMonth, "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING"],
  [-10n, t.dayTimeIntervalType("second", "second"), "-0 00:00:10.000000000"],
  [1000, t.yearMonthIntervalType("month", "month"), "83-4"],
  [2147483647, t.yearMonthIntervalType("year", "year"), OVERFLOW],
  [decimal("10.123456", 8, 6), daySecond, "0 00:00:10.123456000"],
  [new DayTimeInterval(-93_784_123_000n), integerType, "-93784"],
  [new DayTimeInterval(86_399_000_000n), shortType, OVERFLOW],
  [new YearMonthInterval(-122), shortType, "-122"],
  [new DayTimeInterval(90_123_100_000n), t.decimalType(8, 1), "90123.1"],
  [new DayTimeInterval(93_784_000_000n), t.dayTimeIntervalType("day", "hour"), "1 02:00:00.000000000"],
];

const texts: readonly Row[] = [
  [double(1), stringType, "1.0"],
  [double(0.001), stringType, "0.001"],
  [double(0.0001), stringType, "1.0E-4"],
  [double(1234567.125), stringType, "1234567.125"],
  [double(12345678), stringType, "1.2345678E7"],
  [double(1e100), stringType, "1.0E100"],
  [double(-0), stringType, "-0.0"],
  [double(Number.NaN), stringType, "NaN"],
  [double(Number.NEGATIVE_INFINITY), stringType, "-Infinity"],
  [literal(Math.fround(0.1), floatType), stringType, "0.1"],
  [decimal("1.50", 3, 2), stringType, "1.50"],
  [decimal("0.00000001", 8, 8), stringType, "0.00000001", "1E-8"],
  [decimal("-0.5", 38, 38), stringType, `-0.5${"0".repeat(37)}`],
  [decimal("0", 8, 8), stringType, "0.00000000", "0E-8"],
  [true, stringType, "true"],
  [new LocalDate(5_000_000), stringType, "+15659-07-15"],
  [new LocalDate(-719_530), stringType, "-0001-12-30"],
  [instant("2022-01-01 12:00:00.100"), stringType, "2022-01-01 12:00:00.1"],
  [new Timestamp(0n), stringType, "1970-01-01 00:00:00"],
  [bytes(0x61, 0xff), stringType, "a\ufffd"],
  [[1, null, 2], stringType, "[1, null, 2]"],
  [[["a"], [], null], stringType, "[[a], [], null]"],
  [new Map<Argument, Argument>([["a", double(1)]]), stringType, "{a -> 1.0}"],
  [call("struct", 1, nullLiteral(stringType)), stringType, "{1, null}"],
  [literal(new DayTimeInterval(90_061_500_000n), daySecond), stringType, "INTERVAL '1 01:01:01.5' DAY TO SECOND"],
  [literal(new DayTimeInterval(1_000_000n), t.dayTimeIntervalType("second", "second")), stringType, "INTERVAL '01' SECOND"],
  [literal(new YearMonthInterval(-14), yearMonth), stringType, "INTERVAL '-1-2' YEAR TO MONTH"],
  ["abc", binaryType, "616263"],
];

const nested: readonly Row[] = [
  [["1", "2"], t.arrayType(integerType), "[1,2]"],
  [["1", "x"], t.arrayType(integerType), INVALID, "[1,NULL]"],
  [[[1], [2, null]], t.arrayType(t.arrayType(stringType)), "[[1],[2,NULL]]"],
  [new Map<Argument, Argument>([["1", 2]]), t.mapType(integerType, stringType), "{1:2}"],
  [call("struct", 1, "2"), t.structType([t.structField("a", stringType), t.structField("b", integerType)]), "{1,2}"],
];

const titled = (rows: readonly Row[]) =>
  rows.map(([value, type, ansi, legacy = ansi]) => ({
    child: argument(value),
    type,
    name: `${nameOf(value)} as ${typeSql(type)}`,
    ansi,
    legacy,
  }));
const nameOf = (value: Argument): string =>
  typeof value === "object" && value !== null && "kind" in value
    ? value.kind === "literal"
      ? `${typeSql(value.type)} ${value.value}`
      : value.kind
    : String(value);

async function outcome(expression: Expression, session: SessionSettings): Promise<string> {
  try {
    return show(await evaluate(expression, session));
  } catch (thrown) {
    return (thrown as { condition: string }).condition;
  }
}

describe.each(Object.entries({ numbers, booleans, datetimes, intervals, texts, nested }))("casts of %s", (_, rows) => {
  test.each(titled(rows))("$name is $ansi", async ({ child, type, ansi }) => {
    expect(await outcome(cast(child, type), utc)).toBe(ansi);
  });

  test.each(titled(rows).filter(({ ansi, legacy }) => ansi !== legacy))(
    "outside ANSI $name is $legacy",
    async ({ child, type, legacy }) => {
      expect(await outcome(cast(child, type), nonAnsi)).toBe(legacy);
    },
  );

  const failing = titled(rows).filter(({ ansi }) => [INVALID, OVERFLOW, RANGE].includes(ansi) && !ansi.includes("["));
  test.each(failing.filter(({ type }) => type.kind !== "array"))("try_cast of $name is NULL", async ({ child, type }) => {
    expect(await outcome({ kind: "cast", child, type, mode: "try" }, utc)).toBe("NULL");
  });
});

describe("casts", () => {
  test("read and write local times in the session's zone", async () => {
    const summer = cast(stringLiteral("2022-07-01 00:00:00"), timestampType);
    expect(await evaluate(summer, losAngeles)).toEqual(instant("2022-07-01 07:00:00"));
    expect(await evaluate(cast(summer, stringType), losAngeles)).toBe("2022-07-01 00:00:00");
    expect(await evaluate(cast(cast(stringLiteral("2022-07-01"), dateType), timestampType), losAngeles)).toEqual(
      instant("2022-07-01 07:00:00"),
    );
  });

  test("a local time in the gap of spring moves forward, one that is twice is the earlier", async () => {
    expect(await evaluate(cast(stringLiteral("2022-03-13 02:30:00"), timestampType), losAngeles)).toEqual(instant("2022-03-13 10:30:00"));
    expect(await evaluate(cast(stringLiteral("2022-11-06 01:30:00"), timestampType), losAngeles)).toEqual(instant("2022-11-06 08:30:00"));
  });

  test("errors show the value as Spark does", async () => {
    const parametersOf = (expression: Expression) => evaluate(expression).catch((error) => error.messageParameters);
    expect(await parametersOf(cast(stringLiteral("it's"), integerType))).toMatchObject({
      expression: "'it\\'s'",
      sourceType: '"STRING"',
      targetType: '"INT"',
    });
    expect(await parametersOf(cast(literal(2147483648n, longType), integerType))).toMatchObject({
      value: "2147483648L",
      sourceType: '"BIGINT"',
      targetType: '"INT"',
    });
    expect(await parametersOf(cast(double(1e10), integerType))).toMatchObject({ value: "1.0E10D", sourceType: '"DOUBLE"' });
    expect(await parametersOf(cast(stringLiteral("123.45"), t.decimalType(4, 2)))).toMatchObject({
      value: "123.45",
      precision: "4",
      scale: "2",
    });
  });

  test("NULL stays NULL between all types", async () => {
    for (const type of [
      integerType,
      doubleType,
      t.decimalType(5, 2),
      booleanType,
      dateType,
      timestampType,
      binaryType,
      daySecond,
      t.arrayType(integerType),
    ]) {
      expect(await evaluate(cast(nullLiteral(stringType), type === binaryType || type.kind !== "array" ? type : stringType))).toBeNull();
      expect(await evaluate(cast(nullLiteral(), type))).toBeNull();
    }
  });

  test("pairs without a cast are refused", () => {
    const refused = (from: t.DataType, to: t.DataType, mode: "ansi" | "legacy") => () => castSql("x", from, to, mode, utc);
    expect(refused(integerType, binaryType, "ansi")).toThrow(/CAST_WITHOUT_SUGGESTION/);
    expect(refused(dateType, integerType, "ansi")).toThrow(/CAST_WITHOUT_SUGGESTION/);
    expect(refused(t.arrayType(integerType), integerType, "legacy")).toThrow(/CAST_WITHOUT_SUGGESTION/);
    expect(refused(integerType, binaryType, "legacy")).not.toThrow();
  });

  test("the analyzer says which casts ANSI alone forbids", async () => {
    const refused = (value: Argument, type: t.DataType) => evaluate(cast(argument(value), type));
    await expect(refused(123, binaryType)).rejects.toMatchObject({ condition: "DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION" });
    await expect(refused([1], integerType)).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
      messageParameters: { srcType: '"ARRAY<INT>"', targetType: '"INT"' },
    });
  });

  test("the common casts are plain ones of DuckDB", () => {
    expect(castSql("x", integerType, longType, "ansi", utc)).toBe("CAST(x AS BIGINT)");
    expect(castSql("x", longType, integerType, "ansi", utc)).toBe("CAST(x AS INTEGER)");
    expect(castSql("x", integerType, doubleType, "ansi", utc)).toBe("CAST(x AS DOUBLE)");
    expect(castSql("x", t.decimalType(10, 2), t.decimalType(12, 4), "ansi", utc)).toBe("CAST(x AS DECIMAL(12, 4))");
    expect(castSql("x", dateType, timestampType, "ansi", utc)).toBe("make_timestamptz(epoch_us(CAST(x AS TIMESTAMP)))");
    expect(castSql("x", stringType, t.varcharType(3), "ansi", utc)).toBe("x");
  });
});
