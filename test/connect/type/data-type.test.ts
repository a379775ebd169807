import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { DataTypeSchema } from "../../../lib/connect/protocol/spark/connect/types_pb.js";
import { engineType, protoType } from "../../../lib/connect/type/data-type.ts";
import { columnsOfText, schemaOfText } from "../../../lib/connect/type/schema.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { parseDataType } from "../../../lib/engine/types/ddl.ts";
import { schemaToJson } from "../../../lib/engine/types/json.ts";

const nested = (depth: number) => {
  let type = create(DataTypeSchema, { kind: { case: "integer", value: {} } });
  for (let i = 0; i < depth; i++) type = create(DataTypeSchema, { kind: { case: "array", value: { elementType: type } } });
  return type;
};

describe("a type", () => {
  it.each([
    "void boolean tinyint smallint int bigint float double binary date timestamp timestamp_ntz variant string",
    "decimal(38,10) char(3) varchar(7) time(0) time(6)",
    "interval; interval_year; interval_month; interval_year_to_month; interval_day; interval_day_to_second; interval_minute_to_second",
    "array<int> map<string,array<double>> struct<a:int,b:struct<c:string>>",
  ])("goes to a client and comes back: %s", (texts) => {
    const split = texts.includes(";") ? texts.split("; ").map((text) => text.replaceAll("_", " ")) : texts.split(" ");
    for (const text of split) {
      const type = parseDataType(text);
      expect(engineType(protoType(type))).toEqual(type);
    }
  });

  it("keeps collations, nullability and metadata", () => {
    const type = t.structType([
      t.structField("a", { kind: "string", collation: "UNICODE_CI" }, false, { comment: "x", n: 1 }),
      t.structField("b", t.arrayType(t.mapType(t.stringType, t.longType, false), false)),
    ]);
    expect(engineType(protoType(type))).toEqual(type);
  });

  it("keeps the class of a user-defined type beside what it is kept as", () => {
    const type = t.userDefinedType(t.arrayType(t.doubleType, false), { pythonClass: "shapes.PointUDT", serializedPythonClass: "gASV" });
    expect(engineType(protoType(type))).toEqual(type);
    const nested = t.structType([t.structField("p", t.mapType(t.stringType, type))]);
    expect(columnsOfText(schemaToJson(nested))).toEqual(nested);
  });

  it("has Spark's defaults for what is not said", () => {
    expect(engineType(create(DataTypeSchema, { kind: { case: "decimal", value: {} } }))).toEqual(t.decimalType(10, 0));
    expect(engineType(create(DataTypeSchema, { kind: { case: "time", value: {} } }))).toEqual(t.timeType(6));
    expect(engineType(create(DataTypeSchema, { kind: { case: "dayTimeInterval", value: {} } }))).toEqual(t.dayTimeIntervalType());
    expect(engineType(create(DataTypeSchema, { kind: { case: "dayTimeInterval", value: { startField: 1 } } }))).toEqual(
      t.dayTimeIntervalType("hour", "hour"),
    );
  });

  it("is refused by name where the engine has none of it", () => {
    for (const kind of ["udt", "geometry", "geography", "timestampNtzNanos"] as const)
      expect(() => engineType(create(DataTypeSchema, { kind: { case: kind, value: {} } }))).toThrow(/FIRECREST_UNSUPPORTED/);
  });

  it("is refused where it cannot be", () => {
    const bad = [
      { case: "decimal", value: { precision: 39, scale: 0 } },
      { case: "decimal", value: { precision: 2, scale: 3 } },
      { case: "char", value: { length: 0 } },
      { case: "dayTimeInterval", value: { startField: 3, endField: 1 } },
      { case: "yearMonthInterval", value: { startField: 9 } },
      { case: "array", value: {} },
      { case: undefined },
    ] as const;
    for (const kind of bad) expect(() => engineType(create(DataTypeSchema, { kind: kind as never }))).toThrow();
    expect(() => engineType(nested(5000))).toThrow(/nested deeper/);
  });
});

describe("a schema's text", () => {
  it("is DDL, a type's name, or fields alone", () => {
    expect(schemaOfText("a int, b string")).toEqual(parseDataType("struct<a:int,b:string>"));
    expect(schemaOfText("map<int,int>")).toEqual(parseDataType("map<int,int>"));
    expect(schemaOfText("a:int,b:int")).toEqual(parseDataType("struct<a:int,b:int>"));
    expect(() => schemaOfText("a nothing")).toThrow(/UNSUPPORTED_DATATYPE|PARSE_SYNTAX_ERROR/);
  });
  it("is JSON as well; a type alone is that of the column `value`", () => {
    expect(columnsOfText('{"type":"struct","fields":[{"name":"a","type":"long","nullable":false,"metadata":{}}]}')).toEqual(
      t.structType([t.structField("a", t.longType, false)]),
    );
    expect(columnsOfText('"integer"')).toEqual(t.structType([t.structField("value", t.integerType)]));
    expect(columnsOfText("int")).toEqual(t.structType([t.structField("value", t.integerType)]));
    expect(() => columnsOfText("{")).toThrow(/INVALID_JSON_DATA_TYPE/);
  });
});
