import { tableFromArrays, tableFromIPC, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FirecrestError } from "../../../lib/engine/errors.ts";
import { arrowSchemaOf, schemaFromArrow } from "../../../lib/engine/types/arrow.ts";
import { arrowToRows, arrowToValues, rowsToArrow } from "../../../lib/engine/types/convert.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { parseSchema } from "../../../lib/engine/types/ddl.ts";
import { Decimal, LocalDate, LocalTime, Timestamp } from "../../../lib/engine/types/values.ts";
import { anyFields, anyType } from "../../support/types.ts";
import { anyRow } from "../../support/values.ts";

const names = fc.constantFrom("a", "b", "c d", "é");
const roundTrip = (rows: readonly object[], schema: t.StructType) => [...arrowToRows(rowsToArrow(rows, schema), schema)];
function failure(run: () => unknown): FirecrestError {
  try {
    run();
  } catch (error) {
    if (error instanceof FirecrestError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("rows through Arrow", () => {
  it("come back as they were, whatever their types and values", () => {
    const table = anyFields(names, anyType(names)).chain((fields) => {
      const schema = t.structType(fields);
      return fc.record({ schema: fc.constant(schema), rows: fc.array(anyRow(schema), { maxLength: 10 }) });
    });
    fc.assert(
      fc.property(table, ({ schema, rows }) => {
        expect(roundTrip(rows, schema)).toEqual(rows);
      }),
      { numRuns: 300 },
    );
  });

  it("keep 38 digits and microseconds", () => {
    const schema = parseSchema("d decimal(38,10), at timestamp, time time");
    const row = {
      d: Decimal.parse("-1234567890123456789012345678.0123456789"),
      at: new Timestamp(-62_135_596_799_999_999n),
      time: new LocalTime(86_399_999_999n),
    };
    expect(roundTrip([row], schema)).toEqual([row]);
  });

  it("are written a batch at a time and read in order", () => {
    const schema = parseSchema("i int not null");
    const rows = Array.from({ length: 70_000 }, (_, i) => ({ i }));
    const bytes = rowsToArrow(rows, schema);
    expect(tableFromIPC(bytes).batches.map((batch) => batch.numRows)).toEqual([65_536, 4_464]);
    expect([...arrowToRows(bytes, schema)]).toEqual(rows);
  });

  it("may be none", () => {
    const schema = parseSchema("a int, b array<string>");
    expect(roundTrip([], schema)).toEqual([]);
    expect(tableFromIPC(rowsToArrow([], schema)).schema.names).toEqual(["a", "b"]);
  });

  it("are read by position, so that names may repeat", () => {
    const bytes = rowsToArrow([{ a: 1, b: 2 }], parseSchema("a int, b int"));
    expect([...arrowToValues(bytes, parseSchema("x int, x int"))]).toEqual([[1, 2]]);
  });
});

describe("schemas through Arrow", () => {
  it("come back, but for lengths of text, precision of time and fields of intervals", () => {
    const schema = parseSchema(
      "a int not null, b decimal(38,18), c timestamp, d timestamp_ntz, e array<struct<f: map<string, binary>>>, g interval day to second, h interval year to month, i interval, j date, k time",
    );
    expect(schemaFromArrow(arrowSchemaOf(schema, "Europe/Berlin"))).toEqual(schema);
  });

  it("take a table that another program made", () => {
    const table = tableFromArrays({ n: Int32Array.of(1, 2), word: ["a", "b"] });
    const schema = schemaFromArrow(table.schema);
    expect(schema.fields.map((field) => field.dataType.kind)).toEqual(["integer", "string"]);
    expect([...arrowToRows(tableToIPC(table), schema)]).toEqual([
      { n: 1, word: "a" },
      { n: 2, word: "b" },
    ]);
  });

  it("refuse what Spark has no type for", () => {
    expect(failure(() => schemaFromArrow(tableFromArrays({ n: Uint8Array.of(1) }).schema)).condition).toBe("FIRECREST_UNSUPPORTED");
  });
});

describe("values that a user gives", () => {
  it.each([
    ["long", 5, 5n],
    ["int", 5n, 5],
    ["timestamp", new Date(1500), new Timestamp(1_500_000n)],
    ["date", new Date("2024-02-29T23:00:00Z"), LocalDate.of(2024, 2, 29)],
    ["decimal(5,2)", 1.005, new Decimal(101n, 2)],
    ["decimal(5,2)", -2n, new Decimal(-200n, 2)],
    ["decimal(5,2)", Decimal.parse("-0.005"), new Decimal(-1n, 2)],
    ["array<double>", Float64Array.of(1, 2), [1, 2]],
    ["map<string, int>", { a: 1 }, new Map([["a", 1]])],
    ["struct<a: int, b: string>", [1, "x"], { a: 1, b: "x" }],
    ["struct<a: int, b: string>", { a: 1 }, { a: 1, b: null }],
    ["string", undefined, null],
  ])("become %s where nothing is lost (%#)", (type, given, value) => {
    expect(roundTrip([{ v: given }], parseSchema(`v ${type}`))).toEqual([{ v: value }]);
  });

  it.each([
    ["int", 2 ** 31],
    ["int", 1.5],
    ["int", "1"],
    ["tinyint", -129],
    ["long", 2 ** 53],
    ["long", 2n ** 63n],
    ["double", 1n],
    ["boolean", 0],
    ["string", 5],
    ["varchar(2)", "abc"],
    ["date", "2024-01-01"],
    ["timestamp", new Date(Number.NaN)],
    ["decimal(5,2)", "1"],
    ["binary", [1]],
    ["array<int>", 1],
    ["map<string, int>", new Date(0)],
    ["struct<a: int>", [1, 2]],
    ["struct<a: int>", "a"],
  ])("are refused as %s where something would be (%#)", (type, given) => {
    expect(failure(() => rowsToArrow([{ v: given }], parseSchema(`v ${type}`))).condition).toBe("FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME");
  });

  it("are refused with the field, the row, the value and both types", () => {
    const rows = [{ a: { b: [1] } }, { a: { b: [2, "x"] } }];
    expect(failure(() => rowsToArrow(rows, parseSchema("a struct<b: array<int>>"))).message).toBe(
      "[FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME] field a.b.element in row 1: `int` can not accept object `x` in type `string`. SQLSTATE: 42K09",
    );
  });

  it("are refused where they are missing and must not be", () => {
    expect(failure(() => rowsToArrow([{ a: null }], parseSchema("a int not null"))).condition).toBe("FIELD_NOT_NULLABLE_WITH_NAME");
  });

  it("are refused where a decimal has too many digits", () => {
    expect(failure(() => rowsToArrow([{ v: 1000 }], parseSchema("v decimal(5,2)"))).condition).toBe(
      "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
    );
  });
});
