import { expect, it } from "vitest";
import { toDdl } from "../../../lib/engine/types/ddl.ts";
import { inferSchema } from "../../../lib/engine/types/infer-schema.ts";
import { Decimal, LocalDate } from "../../../lib/engine/types/values.ts";

it("finds the types that PySpark finds", () => {
  const row = {
    a: true,
    b: 1,
    c: 1n,
    d: 1.5,
    e: "x",
    f: new Date(0),
    g: LocalDate.of(2024, 1, 1),
    h: Decimal.parse("1.5"),
    i: Uint8Array.of(1),
  };
  expect(toDdl(inferSchema([row]))).toBe("a BOOLEAN,b BIGINT,c BIGINT,d DOUBLE,e STRING,f TIMESTAMP,g DATE,h DECIMAL(38,18),i BINARY");
});

it("finds nested types", () => {
  expect(
    toDdl(
      inferSchema([
        { a: [1, null], b: { c: "x", d: [] } },
        { b: { d: [1.5] }, e: new Map([["k", 1]]) },
      ]),
    ),
  ).toBe("a ARRAY<BIGINT>,b STRUCT<c: STRING, d: ARRAY<DOUBLE>>,e MAP<STRING, BIGINT>");
});

it("widens whole numbers to doubles and takes NULL for anything", () => {
  expect(toDdl(inferSchema([{ a: 1 }, { a: null }, { a: 2.5 }, {}]))).toBe("a DOUBLE");
});

it("keeps columns in the order they are first seen", () => {
  expect(inferSchema([{ b: 1 }, { a: 1, b: 1 }]).fields.map((field) => field.name)).toEqual(["b", "a"]);
});

it("says what cannot be known", () => {
  expect(() => inferSchema([])).toThrow("CANNOT_INFER_EMPTY_SCHEMA");
  expect(() => inferSchema([{ a: null }])).toThrow("CANNOT_DETERMINE_TYPE");
  expect(() => inferSchema([{ a: [] }])).toThrow("CANNOT_DETERMINE_TYPE");
  expect(() => inferSchema([{ a: () => 1 }])).toThrow("CANNOT_DETERMINE_TYPE");
  expect(() => inferSchema([{ a: 1 }, { a: "x" }])).toThrow("Can not merge type `bigint` and `string`");
});
