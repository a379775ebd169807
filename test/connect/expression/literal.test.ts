import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { literalOf } from "../../../lib/connect/expression/literal.ts";
import { type Expression_Literal, Expression_LiteralSchema } from "../../../lib/connect/protocol/spark/connect/expressions_pb.js";
import { protoType } from "../../../lib/connect/type/data-type.ts";
import { prettyName } from "../../../lib/engine/expressions/print.ts";
import { typeSql } from "../../../lib/engine/expressions/print-type.ts";
import type { DataType } from "../../../lib/engine/types/data-type.ts";
import { parseDataType } from "../../../lib/engine/types/ddl.ts";

const message = (literalType: Expression_Literal["literalType"], dataType?: DataType) =>
  create(Expression_LiteralSchema, { literalType, ...(dataType ? { dataType: protoType(dataType) } : {}) });
const integer = (value: number) => message({ case: "integer", value });
const shown = (...given: Parameters<typeof message>) => {
  const made = literalOf(message(...given));
  return `${prettyName(made)} ${typeSql(made.type)}`;
};

describe("a literal", () => {
  it.each([
    [{ case: "null", value: protoType(parseDataType("int")) }, "NULL INT"],
    [{ case: "boolean", value: true }, "true BOOLEAN"],
    [{ case: "byte", value: -128 }, "-128 TINYINT"],
    [{ case: "long", value: 2n ** 40n }, "1099511627776 BIGINT"],
    [{ case: "binary", value: Uint8Array.of(1, 171) }, "X'01AB' BINARY"],
    [{ case: "date", value: 19724 }, "DATE '2024-01-02' DATE"],
    [{ case: "timestampNtz", value: 1n }, "TIMESTAMP_NTZ '1970-01-01 00:00:00.000001' TIMESTAMP_NTZ"],
    [{ case: "yearMonthInterval", value: 14 }, "INTERVAL '1-2' YEAR TO MONTH INTERVAL YEAR TO MONTH"],
    [{ case: "dayTimeInterval", value: 1_000_000n }, "INTERVAL '0 00:00:01' DAY TO SECOND INTERVAL DAY TO SECOND"],
  ] as const)("has its kind's type (%#)", (literalType, text) => {
    expect(shown(literalType as Expression_Literal["literalType"])).toBe(text);
  });

  it("of a decimal has as many digits as it needs, and no fewer than the client says", () => {
    const decimal = (value: string, precision?: number, scale?: number) =>
      shown({ case: "decimal", value: { value, ...(precision === undefined ? {} : { precision, scale }) } as never });
    expect(decimal("1.23", 10, 0)).toBe("1.23 DECIMAL(10,2)");
    expect(decimal("1.23")).toBe("1.23 DECIMAL(3,2)");
    expect(decimal("1E+3", 4, 0)).toBe("1000 DECIMAL(4,0)");
    for (const bad of ["x", "1E+1000000000", "9".repeat(39), "1".repeat(10_000)])
      expect(() => decimal(bad)).toThrow(/FIRECREST_INVALID_PLAN/);
  });

  it("of a collection has its elements' type, the deprecated one, or the one beside it", () => {
    expect(shown({ case: "array", value: { elements: [integer(1), integer(2)] } as never })).toMatch(/ARRAY<INT>$/);
    const old = { elementType: protoType(parseDataType("bigint")), elements: [] };
    expect(shown({ case: "array", value: old as never })).toMatch(/ARRAY<BIGINT>$/);
    expect(shown({ case: "array", value: { elements: [] } as never }, parseDataType("array<string>"))).toMatch(/ARRAY<STRING>$/);
    expect(shown({ case: "map", value: { keys: [integer(1)], values: [integer(2)] } as never })).toMatch(/MAP<INT, INT>$/);
    expect(shown({ case: "specializedArray", value: { valueType: { case: "longs", value: { values: [1n] } } } as never })).toMatch(
      /ARRAY<BIGINT>$/,
    );
    const struct = { elements: [integer(1), message({ case: "string", value: "x" })] };
    expect(shown({ case: "struct", value: struct as never }, parseDataType("struct<a:int,b:string>"))).toMatch(
      /STRUCT<a: INT, b: STRING>$/,
    );
  });

  it("that cannot be is refused", () => {
    for (const bad of [
      { case: undefined },
      { case: "byte", value: 300 },
      { case: "map", value: { keys: [integer(1)], values: [] } },
      { case: "struct", value: { elements: [integer(1)] } },
    ])
      expect(() => literalOf(message(bad as never))).toThrow(/FIRECREST_INVALID_PLAN/);
    expect(() => literalOf(message({ case: "time", value: { nano: 1n } as never }))).toThrow(/FIRECREST_UNSUPPORTED/);
    let deep = integer(1);
    for (let i = 0; i < 500; i++) deep = message({ case: "array", value: { elements: [deep] } as never });
    expect(() => literalOf(deep)).toThrow(/nested deeper/);
  });
});
