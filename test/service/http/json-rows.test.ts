import { expect, test } from "vitest";
import type { Json } from "../../../lib/engine/logical/json-values.ts";
import { rowsToArrow } from "../../../lib/engine/types/convert.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { typeToJson } from "../../../lib/engine/types/json.ts";
import {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  Timestamp,
  type Value,
  YearMonthInterval,
} from "../../../lib/engine/types/values.ts";
import { jsonRows, jsonText } from "../../../lib/service/http/json-rows.ts";

const MICROS = 1_600_000_000_123_456n;

test.each<[t.DataType, Value, string]>([
  [t.longType, 2n ** 63n - 1n, "9223372036854775807"],
  [t.decimalType(38, 3), new Decimal(12345678901234567890123456789012345678n, 3), "12345678901234567890123456789012345.678"],
  [t.booleanType, false, "false"],
  [t.floatType, Math.fround(0.1), "0.1"],
  [t.doubleType, 1e300, "1.0E300"],
  [t.doubleType, -0, "-0.0"],
  [t.doubleType, Number.NaN, '"NaN"'],
  [t.doubleType, Number.NEGATIVE_INFINITY, '"-Infinity"'],
  [t.stringType, 'a"\n\u2028', JSON.stringify('a"\n\u2028')],
  [t.binaryType, new Uint8Array([0, 255]), '"AP8="'],
  [t.dateType, new LocalDate(18_000), '"2019-04-14"'],
  [t.timestampType, new Timestamp(MICROS), '"2020-09-13T12:26:40.123456Z"'],
  [t.timestampNtzType, new LocalDateTime(MICROS), '"2020-09-13T12:26:40.123456"'],
  [t.yearMonthIntervalType(), new YearMonthInterval(14), "\"INTERVAL '1-2' YEAR TO MONTH\""],
  [t.dayTimeIntervalType(), new DayTimeInterval(86_400_000_000n), "\"INTERVAL '1 00:00:00' DAY TO SECOND\""],
  [t.calendarIntervalType, new CalendarInterval(1, 2, 0n), '"1 months 2 days"'],
  [t.arrayType(t.longType), [1n, null], "[1,null]"],
  [t.mapType(t.longType, t.stringType), new Map([[1n, "a"]]), '{"1":"a"}'],
  [t.structType([t.structField("a b", t.longType)]), { "a b": 1n }, '{"a b":1}'],
])("a %o is written as JSON without losing anything", (type, value, text) => {
  expect(jsonText(value, type)).toBe(text);
  expect(() => JSON.parse(text)).not.toThrow();
  expect(jsonText(null, type)).toBe("null");
});

test("rows are arrays, so that two columns of one name are two values", () => {
  const schema = t.structType([t.structField("a", t.longType), t.structField("b", t.stringType)]);
  const arrow = rowsToArrow(
    [
      { a: 1n, b: "x" },
      { a: null, b: "y" },
    ],
    schema,
  );
  const twice = typeToJson(t.structType(schema.fields.map((field) => ({ ...field, name: "a" })))) as Json;
  expect(JSON.parse(new TextDecoder().decode(jsonRows(arrow, twice)))).toEqual({
    schema: twice,
    rows: [
      [1, "x"],
      [null, "y"],
    ],
  });
});

test("a page without rows still tells its schema", () => {
  const schema = t.structType([t.structField("a", t.longType)]);
  const json = typeToJson(schema) as Json;
  expect(JSON.parse(new TextDecoder().decode(jsonRows(rowsToArrow([], schema), json)))).toEqual({ schema: json, rows: [] });
});
