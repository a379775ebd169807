import { expect, test } from "vitest";
import { asDataType, asStructType } from "../../lib/dataframe/schema.ts";
import * as T from "../../lib/dataframe/types.ts";

test("the types have PySpark's names", () => {
  const simple = "Null Boolean Byte Short Integer Long Float Double Binary Date Timestamp TimestampNTZ CalendarInterval Variant String";
  const withParts = "Decimal Char Varchar Time DayTimeInterval YearMonthInterval Array Map Struct";
  const names = `${simple} ${withParts}`.split(" ").map((name) => `${name}Type`);
  expect(Object.keys(T).sort()).toEqual([...names, "StructField"].sort());
});

test("they are the types that DDL text names", () => {
  const struct = T.StructType([
    T.StructField("id", T.LongType(), false),
    T.StructField("tags", T.ArrayType(T.StringType())),
    T.StructField("price", T.DecimalType(10, 2)),
  ]);
  expect(asStructType("id bigint not null, tags array<string>, price decimal(10,2)")).toEqual(struct);
  expect(asDataType("map<string,int>")).toEqual(T.MapType(T.StringType(), T.IntegerType()));
  expect(asDataType("interval day to second")).toEqual(T.DayTimeIntervalType());
});

test("the default collation is no part of a type", () => {
  expect(T.StringType("UTF8_BINARY")).toEqual(asDataType("string"));
  expect(T.StringType("UNICODE")).toEqual({ kind: "string", collation: "UNICODE" });
});
