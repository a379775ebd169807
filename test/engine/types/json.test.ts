import fc from "fast-check";
import { expect, it } from "vitest";
import { FirecrestError } from "../../../lib/engine/errors.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { schemaFromJson, schemaToJson, typeFromJson, typeToJson } from "../../../lib/engine/types/json.ts";
import { anyFields, anyType } from "../../support/types.ts";

const names = fc.string({ minLength: 1, maxLength: 6 });

it("reads back what it writes", () => {
  fc.assert(
    fc.property(anyFields(names, anyType(names)), (fields) => {
      const schema = t.structType(fields);
      expect(schemaFromJson(schemaToJson(schema))).toEqual(schema);
    }),
  );
});

it("writes Spark's JSON", () => {
  const schema = t.structType([
    t.structField("a", t.integerType, false),
    t.structField("b", t.arrayType(t.decimalType(5, 2)), true, { comment: "x" }),
    t.structField("c", t.dayTimeIntervalType()),
  ]);
  expect(schemaToJson(schema)).toBe(
    '{"type":"struct","fields":[{"name":"a","type":"integer","nullable":false,"metadata":{}},' +
      '{"name":"b","type":{"type":"array","elementType":"decimal(5,2)","containsNull":true},"nullable":true,"metadata":{"comment":"x"}},' +
      '{"name":"c","type":"interval day to second","nullable":true,"metadata":{}}]}',
  );
});

it.each([
  "money",
  "array<int>",
  { type: "list" },
  { type: "struct" },
  { type: "struct", fields: [{}] },
  { type: "array", elementType: "int", containsNull: 1 },
  null,
  5,
])("rejects %j", (json) => {
  expect(() => typeFromJson(json)).toThrow(FirecrestError);
  expect(() => typeFromJson(json)).toThrow("INVALID_JSON_DATA_TYPE");
});

it("rejects text that is no JSON", () => {
  expect(() => schemaFromJson("{")).toThrow("INVALID_JSON_DATA_TYPE");
  expect(() => schemaFromJson('"integer"')).toThrow("INVALID_JSON_DATA_TYPE");
});

it("names types that stand alone by their JSON names", () => {
  expect(typeToJson(t.longType)).toBe("long");
  expect(typeToJson(t.charType(3))).toBe("char(3)");
});

it("keeps collations beside the types, where Spark has them", () => {
  const collated = (collation: string): t.StringType => ({ kind: "string", collation });
  const schema = t.structType([
    t.structField("a", collated("UNICODE_CI")),
    t.structField("b", t.mapType(collated("UTF8_LCASE"), t.arrayType(collated("sr_AI")))),
    t.structField("c", t.structType([t.structField("d", collated("UNICODE"))])),
  ]);
  const json = schemaToJson(schema);
  expect(JSON.parse(json).fields.map((field: { metadata: unknown }) => field.metadata)).toEqual([
    { __COLLATIONS: { a: "icu.UNICODE_CI" } },
    { __COLLATIONS: { "b.key": "spark.UTF8_LCASE", "b.value.element": "icu.sr_AI" } },
    {},
  ]);
  expect(t.sameType(schemaFromJson(json), schema)).toBe(true);
});
