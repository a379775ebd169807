import { expect, test } from "vitest";
import { simpleString } from "../../../lib/engine/expressions/print-type.ts";
import { parseDataType, parseSchema } from "../../../lib/engine/types/ddl.ts";
import { type BinaryStyle, catalogString, hiveRow, hiveText, hiveTextOptions } from "../../../lib/engine/types/hive-text.ts";
import {
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  Timestamp,
  type Value,
  YearMonthInterval,
} from "../../../lib/engine/types/values.ts";

const options = { timeZone: "America/Los_Angeles", binaryStyle: "UTF-8" } as const;
const text = (value: Value, type: string) => hiveText(value, parseDataType(type), options);

test("a missing cell is NULL, and null within other values", () => {
  expect(text(null, "int")).toBe("NULL");
  expect(text([1, null], "array<int>")).toBe("[1,null]");
  expect(text({ a: null }, "struct<a: string>")).toBe('{"a":null}');
});

test("text stands as it is, and in quotes within other values", () => {
  expect(text('a "b"', "string")).toBe('a "b"');
  expect(text(['a "b"'], "array<string>")).toBe('["a "b""]');
});

test("a map's entries are sorted as text", () => {
  expect(
    text(
      new Map([
        [10, "a"],
        [9, "b"],
      ]),
      "map<int, string>",
    ),
  ).toBe('{10:"a",9:"b"}');
});

test.each<[Value, string, string]>([
  [1.0, "double", "1.0"],
  [1e10, "double", "1.0E10"],
  [Number.NaN, "float", "NaN"],
  [Math.fround(0.1), "float", "0.1"],
  [10n, "bigint", "10"],
  [Decimal.parse("1.50"), "decimal(10,2)", "1.50"],
  [true, "boolean", "true"],
  [LocalDate.of(2020, 1, 31), "date", "2020-01-31"],
  [new Timestamp(0n), "timestamp", "1969-12-31 16:00:00"],
  [new Timestamp(500_000n), "timestamp", "1969-12-31 16:00:00.5"],
  [new LocalDateTime(0n), "timestamp_ntz", "1970-01-01 00:00:00"],
  [new LocalTime(1_000_000n), "time", "00:00:01"],
  [new YearMonthInterval(14), "interval year to month", "1-2"],
  [new DayTimeInterval(93_784_000_000n), "interval day to second", "1 02:03:04.000000000"],
  [new DayTimeInterval(-1n), "interval second", "-0 00:00:00.000001000"],
])("%s as %s is %s", (value, type, expected) => {
  expect(text(value, type)).toBe(expected);
});

test.each<[BinaryStyle, string]>([
  ["UTF-8", "Spark"],
  ["BASIC", "[83, 112, 97, 114, 107]"],
  ["BASE64", "U3Bhcms"],
  ["HEX", "537061726B"],
  ["HEX_DISCRETE", "[53 70 61 72 6B]"],
])("bytes in the style %s are %s", (binaryStyle, expected) => {
  expect(hiveText(Buffer.from("Spark"), { kind: "binary" }, { ...options, binaryStyle })).toBe(expected);
  expect(hiveTextOptions({ "spark.sql.binaryOutputStyle": binaryStyle }).binaryStyle).toBe(binaryStyle);
});

test("DESCRIBE's cells are padded, and SHOW TABLES shows the names alone", () => {
  const described = parseSchema("col_name string, data_type string, comment string");
  expect(hiveRow(["id", "int", null], described, options, "describe")).toEqual(["id".padEnd(20), "int".padEnd(20), " ".repeat(20)]);
  const tables = parseSchema("namespace string, tableName string, isTemporary boolean");
  expect(hiveRow(["default", "t", false], tables, options, "names")).toEqual(["t"]);
});

test("a schema is one line, names as they are", () => {
  const schema = parseSchema("`a b` int, c array<struct<d: decimal(10,2), e: map<string, timestamp_ntz>>>");
  expect(catalogString(schema)).toBe("struct<a b:int,c:array<struct<d:decimal(10,2),e:map<string,timestamp_ntz>>>>");
});

test("a short text of a schema leaves out what is beyond its fields", () => {
  const schema = parseSchema(Array.from({ length: 27 }, (_, i) => `c${i} int`).join(", "));
  expect(simpleString(schema)).toMatch(/^struct<c0:int,.*,c24:int,\.\.\. 2 more fields>$/);
  expect(simpleString(parseDataType("array<struct<a: int, b: int>>"), 1)).toBe("array<struct<a:int,... 1 more fields>>");
  expect(catalogString(schema)).not.toContain("more fields");
});
