import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FirecrestError } from "../../../lib/engine/errors.ts";
import { typeName, typeSql } from "../../../lib/engine/expressions/print-type.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { parseDataType, parseSchema, toDdl, treeString } from "../../../lib/engine/types/ddl.ts";
import { anyFields, anyType } from "../../support/types.ts";

const names = fc.oneof(
  fc.constantFrom("a", "b1", "_c", "select"),
  fc.string({ minLength: 1, maxLength: 6 }).filter((name) => !name.includes("\0")),
);

function failure(run: () => unknown): FirecrestError {
  try {
    run();
  } catch (error) {
    if (error instanceof FirecrestError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("parsing", () => {
  it.each([
    ["INT", t.integerType],
    ["long", t.longType],
    ["real", t.floatType],
    ["Decimal", t.decimalType(10, 0)],
    ["numeric( 10 , 2 )", t.decimalType(10, 2)],
    ["timestamp_ltz", t.timestampType],
    ["time(3)", t.timeType(3)],
    ["character(4)", t.charType(4)],
    ["string collate unicode_ci", { kind: "string", collation: "UNICODE_CI" }],
    ["string collate utf8_binary", t.stringType],
    ["interval", t.calendarIntervalType],
    ["interval day to second", t.dayTimeIntervalType()],
    ["INTERVAL HOUR", t.dayTimeIntervalType("hour", "hour")],
    ["interval year to month", t.yearMonthIntervalType()],
    ["array<array<int>>", t.arrayType(t.arrayType(t.integerType))],
    ["map<string, struct<a:int>>", t.mapType(t.stringType, t.structType([t.structField("a", t.integerType)]))],
    ["struct<>", t.structType([])],
  ] as const)("reads %s", (text, type) => {
    expect(parseDataType(text)).toEqual(type);
  });

  it("reads columns with names in backticks, NOT NULL and comments", () => {
    expect(parseSchema("a int NOT NULL comment 'it''s x', `b c` struct<c:array<string>, d double comment \"y\">,\n create: date")).toEqual(
      t.structType([
        t.structField("a", t.integerType, false, { comment: "it's x" }),
        t.structField(
          "b c",
          t.structType([t.structField("c", t.arrayType(t.stringType)), t.structField("d", t.doubleType, true, { comment: "y" })]),
        ),
        t.structField("create", t.dateType),
      ]),
    );
    expect(parseSchema("  ").fields).toEqual([]);
  });

  it.each([
    ["a int int", "PARSE_SYNTAX_ERROR", "line 1, pos 6"],
    ["a int,\nb array<int", "PARSE_SYNTAX_ERROR", "line 2, pos 11"],
    ["a", "PARSE_SYNTAX_ERROR", "line 1, pos 1"],
    ["a int not", "PARSE_SYNTAX_ERROR", "line 1, pos 9"],
    ["a money", "UNSUPPORTED_DATATYPE", "line 1, pos 2"],
    ["a decimal(39)", "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", "line 1, pos 10"],
    ["a decimal(3, 4)", "FIRECREST_DECIMAL_SCALE_EXCEEDS_PRECISION", "line 1, pos 10"],
    ["a varchar", "DATATYPE_MISSING_SIZE", "line 1, pos 9"],
    ["a array", "INCOMPLETE_TYPE_DEFINITION.ARRAY", "line 1, pos 7"],
    ["a interval second to day", "PARSE_SYNTAX_ERROR", "line 1, pos 21"],
    ["a time(7)", "UNSUPPORTED_TIME_PRECISION", "line 1, pos 7"],
    ["a int; drop", "PARSE_SYNTAX_ERROR", "line 1, pos 5"],
  ])("says what is wrong with %s, and where", (text, condition, place) => {
    const error = failure(() => parseSchema(text));
    expect(error.condition).toBe(condition);
    expect(error.origin).toContain(`${place} of`);
  });

  it("refuses endless nesting instead of running out of stack", () => {
    expect(failure(() => parseDataType("array<".repeat(100_000))).condition).toBe("FIRECREST_UNSUPPORTED");
  });

  it("fails only with conditions, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "int", "array", "<", ">", "(", ")", ",", "`", "'", "9", " ", "not null", "struct", "\n", "é")),
        (parts) => {
          try {
            parseSchema(parts.join(""));
          } catch (error) {
            expect(error).toBeInstanceOf(FirecrestError);
          }
        },
      ),
    );
  });
});

describe("printing", () => {
  it("reads back what it prints", () => {
    const nullable = fc.constant(true);
    fc.assert(
      fc.property(anyFields(names, anyType(names, nullable)), (fields) => {
        const schema = t.structType(fields);
        expect(parseSchema(toDdl(schema))).toEqual(schema);
        expect(parseDataType(typeSql(schema))).toEqual(schema);
      }),
    );
  });

  it("keeps a comment with quotes and backslashes", () => {
    const schema = t.structType([t.structField("a", t.integerType, true, { comment: 'it\'s a \\ "b"' })]);
    expect(parseSchema(toDdl(schema))).toEqual(schema);
  });

  it("writes a type as Spark's catalog and as SQL", () => {
    const type = parseDataType("struct<a int not null, `b c` map<string, decimal(5,2)>>");
    expect(typeName(type)).toBe("struct<a:int,b c:map<string,decimal(5,2)>>");
    expect(typeSql(type)).toBe("STRUCT<a: INT NOT NULL, `b c`: MAP<STRING, DECIMAL(5,2)>>");
  });

  it("draws a schema as printSchema does", () => {
    const schema = parseSchema("a int not null, b struct<c:array<string>>, m map<string, decimal(5,2)>, i interval day to second");
    expect(treeString(schema)).toBe(
      [
        "root",
        " |-- a: integer (nullable = false)",
        " |-- b: struct (nullable = true)",
        " |    |-- c: array (nullable = true)",
        " |    |    |-- element: string (containsNull = true)",
        " |-- m: map (nullable = true)",
        " |    |-- key: string",
        " |    |-- value: decimal(5,2) (valueContainsNull = true)",
        " |-- i: interval day to second (nullable = true)",
        "",
      ].join("\n"),
    );
    expect(treeString(schema, 1)).not.toContain("element");
  });
});
