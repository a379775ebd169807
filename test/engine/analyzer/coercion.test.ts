import { describe, expect, it } from "vitest";
import { coerceArguments } from "../../../lib/engine/analyzer/coercion.ts";
import { widestCommonType } from "../../../lib/engine/analyzer/common-type.ts";
import { implicitCast } from "../../../lib/engine/analyzer/implicit-cast.ts";
import { coerceOperator } from "../../../lib/engine/analyzer/operator-coercion.ts";
import { integerLiteral, newAttribute, nullLiteral, stringLiteral } from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { typeName } from "../../../lib/engine/expressions/print-type.ts";
import { typeOf } from "../../../lib/engine/expressions/properties.ts";
import {
  common,
  type FunctionEntry,
  numeric,
  of,
  orderable,
  type Signature,
  takes,
  takesMany,
} from "../../../lib/engine/functions/function.ts";
import { entryOf } from "../../../lib/engine/functions/registry.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { nonAnsi, utc } from "../../support/evaluate.ts";

const column = (type: t.DataType, name = "c"): Expression => newAttribute(name, type, true, 1);
const entry = (signature: Signature, name = "f"): FunctionEntry => ({
  kind: "scalar",
  names: [name],
  group: "misc",
  doc: "",
  signature,
  returns: t.longType,
  implementation: () => "",
});
/** `name(type, ...)` after coercion. */
function coerced(name: string, types: readonly (t.DataType | Expression)[], session = utc): string {
  const args = types.map((type) => (isExpression(type) ? type : column(type)));
  const operator = coerceOperator(name, args, session);
  return `${operator.name}(${operator.args.map((arg) => typeName(typeOf(arg))).join(", ")})`;
}
const isExpression = (value: t.DataType | Expression): value is Expression => ["literal", "attribute", "cast", "call"].includes(value.kind);
const conditionOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return "no error";
};
const daysInterval = t.dayTimeIntervalType("day", "day");
const dayTime = t.dayTimeIntervalType();
const yearMonth = t.yearMonthIntervalType();

describe("operators", () => {
  it.each([
    ["+", [t.integerType, t.longType], "+(bigint, bigint)"],
    ["+", [t.longType, t.floatType], "+(double, double)"],
    ["+", [t.integerType, t.stringType], "+(bigint, bigint)"],
    ["+", [t.decimalType(5, 2), t.stringType], "+(double, double)"],
    ["-", [t.integerType, t.decimalType(5, 2)], "-(decimal(10,0), decimal(5,2))"],
    ["*", [t.decimalType(38, 18), integerLiteral(2)], "*(decimal(38,18), decimal(1,0))"],
    ["*", [t.decimalType(5, 2), t.doubleType], "*(double, double)"],
    ["/", [t.integerType, t.integerType], "/(double, double)"],
    ["/", [t.decimalType(5, 2), t.integerType], "/(decimal(5,2), decimal(10,0))"],
    ["div", [t.integerType, t.shortType], "div(bigint, bigint)"],
    ["%", [t.byteType, t.shortType], "%(smallint, smallint)"],
    ["=", [t.stringType, t.integerType], "=(bigint, bigint)"],
    ["=", [t.stringType, t.dateType], "=(date, date)"],
    ["<", [t.dateType, t.timestampType], "<(timestamp, timestamp)"],
    ["<", [t.decimalType(5, 2), t.decimalType(10, 4)], "<(decimal(10,4), decimal(10,4))"],
    [">=", [t.decimalType(5, 2), t.longType], ">=(decimal(22,2), decimal(22,2))"],
    ["<=>", [nullLiteral(), t.dateType], "<=>(date, date)"],
    ["and", [t.booleanType, nullLiteral()], "and(boolean, boolean)"],
    ["+", [nullLiteral(), t.integerType], "+(int, int)"],
  ] as const)("brings the sides of %s to one type in an ANSI session (%#)", (name, types, expected) => {
    expect(coerced(name, types)).toBe(expected);
  });

  it.each([
    ["+", [t.integerType, t.stringType], "+(double, double)"],
    ["+", [t.longType, t.floatType], "+(float, float)"],
    ["=", [t.stringType, t.integerType], "=(int, int)"],
    ["=", [t.booleanType, t.integerType], "=(int, int)"],
    ["=", [t.stringType, t.decimalType(5, 2)], "=(double, double)"],
  ] as const)("brings the sides of %s to one type outside ANSI (%#)", (name, types, expected) => {
    expect(coerced(name, types, nonAnsi)).toBe(expected);
  });

  it.each([
    ["+", [t.dateType, t.integerType], "date_add(date, int)"],
    ["+", [t.integerType, t.dateType], "date_add(date, int)"],
    ["-", [t.dateType, t.integerType], "date_sub(date, int)"],
    ["-", [t.dateType, t.dateType], "subtract_dates(date, date)"],
    ["-", [t.dateType, t.stringType], "subtract_dates(date, date)"],
    ["-", [t.timestampType, t.dateType], "subtract_timestamps(timestamp, timestamp)"],
    ["+", [t.dateType, daysInterval], "date_add(date, int)"],
    ["+", [t.dateType, dayTime], "timestamp_add_interval(timestamp, interval day to second)"],
    ["+", [yearMonth, t.timestampType], "timestamp_add_interval(timestamp, interval year to month)"],
    ["-", [t.dateType, yearMonth], "date_add_interval(date, interval year to month)"],
    ["+", [dayTime, dayTime], "interval_add(interval day to second, interval day to second)"],
    ["-", [nullLiteral(), yearMonth], "interval_subtract(interval year to month, interval year to month)"],
    ["*", [t.integerType, yearMonth], "multiply_interval(interval year to month, int)"],
    ["/", [dayTime, t.integerType], "divide_interval(interval day to second, int)"],
    ["negative", [dayTime], "interval_negate(interval day to second)"],
  ] as const)("gives %s of dates, timestamps and intervals its own entry (%#)", (name, types, expected) => {
    expect(coerced(name, types)).toBe(expected);
  });

  it("subtracts an interval by adding its negation", () => {
    const [, interval] = coerceOperator("-", [column(t.timestampType), column(dayTime)], utc).args;
    expect(interval).toMatchObject({ kind: "call", name: "interval_negate" });
  });

  it("names both types when no common one exists", () => {
    expect(conditionOf(() => coerced("=", [t.timestampType, t.decimalType(5, 0)]))).toContain(
      '[DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES] Cannot resolve "(c = c)" due to data type mismatch: the left and right operands of the binary operator have incompatible types ("TIMESTAMP" and "DECIMAL(5,0)").',
    );
    expect(conditionOf(() => coerced("+", [t.booleanType, t.booleanType]))).toContain("BINARY_OP_WRONG_TYPE");
    const map = t.mapType(t.stringType, t.stringType);
    expect(conditionOf(() => coerced("<", [map, map]))).toContain("INVALID_ORDERING_TYPE");
    expect(conditionOf(() => coerced("/", [t.stringType, yearMonth]))).toContain('("STRING" and "INTERVAL YEAR TO MONTH")');
  });

  it("gives a string plus an interval as a string again", () => {
    const operator = coerceOperator("+", [column(t.stringType), column(dayTime)], utc);
    expect(operator).toMatchObject({ name: "timestamp_add_interval", resultType: t.stringType });
    expect(typeOf(operator.args[0]!)).toEqual(t.timestampType);
  });

  it("names the side that is no timestamp", () => {
    expect(conditionOf(() => coerced("-", [t.integerType, dayTime]))).toContain(
      'Cannot resolve "c + (- c)" due to data type mismatch: The first parameter requires the "(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)" type, however "c" has the type "INT".',
    );
    expect(conditionOf(() => coerced("-", [t.timestampType, t.decimalType(3, 0)]))).toContain("The second parameter requires");
  });
});

describe("arguments", () => {
  it("are counted", () => {
    expect(conditionOf(() => coerceArguments(entry(takes(numeric)), [], utc))).toContain(
      "The `f` requires 1 parameters but the actual number is 0.",
    );
    expect(
      conditionOf(() =>
        coerceArguments({ ...entry(takes(numeric, numeric)), signature: { parameters: [numeric, numeric], optional: 1 } }, [], utc),
      ),
    ).toContain("requires [1, 2] parameters");
    expect(conditionOf(() => coerceArguments(entry(takesMany(2, common)), [integerLiteral(1)], utc))).toContain("requires > 1 parameters");
  });

  it("are cast to the first type they reach, and kept where one takes them as they are", () => {
    const signature = takes(of(t.stringType, t.binaryType), of(t.integerType));
    const args = coerceArguments(entry(signature), [column(t.binaryType), stringLiteral("1")], utc);
    expect(args.map((arg) => typeName(typeOf(arg)))).toEqual(["binary", "int"]);
    expect(coerceArguments(entry(takes(of(t.stringType))), [column(t.dateType)], utc)[0]).toMatchObject({ kind: "cast", mode: "ansi" });
  });

  it("of a wrong type are named with their position", () => {
    expect(conditionOf(() => coerceArguments(entry(takes(of(t.integerType))), [column(t.arrayType(t.integerType), "xs")], utc))).toContain(
      'Cannot resolve "f(xs)" due to data type mismatch: The first parameter requires the "INT" type, however "xs" has the type "ARRAY<INT>".',
    );
    expect(conditionOf(() => coerceArguments(entry(takes(orderable)), [column(t.mapType(t.stringType, t.stringType))], utc))).toContain(
      "INVALID_ORDERING_TYPE",
    );
  });

  it("that stand together get their common type", () => {
    const args = coerceArguments(
      entry(takesMany(1, common), "coalesce"),
      [column(t.integerType), nullLiteral(), column(t.doubleType)],
      utc,
    );
    expect(args.map((arg) => typeName(typeOf(arg)))).toEqual(["double", "double", "double"]);
  });

  it("of CASE WHEN are conditions and values by turns", () => {
    const args = coerceArguments(
      entryOf("when"),
      [column(t.booleanType), column(t.integerType), nullLiteral(), nullLiteral(), column(t.longType)],
      utc,
    );
    expect(args.map((arg) => typeName(typeOf(arg)))).toEqual(["boolean", "bigint", "boolean", "bigint", "bigint"]);
    expect(conditionOf(() => coerceArguments(entryOf("when"), [column(t.dateType), column(t.integerType)], utc))).toContain(
      'requires the "BOOLEAN" type',
    );
  });

  it("of IF must have a common type", () => {
    expect(
      conditionOf(() => coerceArguments(entryOf("if"), [column(t.booleanType), column(t.byteType), column(t.dateType)], utc)),
    ).toContain('should all be the same type, but it\'s ["TINYINT", "DATE"].');
  });
});

describe("the widest common type", () => {
  const field = (type: t.DataType) => t.structType([t.structField("a", type, false)]);
  it.each([
    [t.integerType, t.decimalType(5, 2), "decimal(12,2)"],
    [t.decimalType(38, 10), t.decimalType(38, 0), "decimal(38,0)"],
    [t.stringType, t.integerType, "bigint"],
    [t.arrayType(t.integerType, false), t.arrayType(t.longType, false), "array<bigint>"],
    [field(t.integerType), field(t.doubleType), "struct<a:double>"],
    [t.mapType(t.stringType, t.byteType), t.mapType(t.stringType, t.shortType), "map<string,smallint>"],
    [t.dayTimeIntervalType("day", "hour"), t.dayTimeIntervalType("minute", "second"), "interval day to second"],
  ])("of two types loses no whole digit (%#)", (a, b, expected) => {
    expect(typeName(widestCommonType(a, b, utc)!)).toBe(expected);
    expect(typeName(widestCommonType(b, a, utc)!)).toBe(expected);
  });

  it("promotes to string outside ANSI only", () => {
    expect(widestCommonType(t.stringType, t.dateType, nonAnsi)).toEqual(t.stringType);
    expect(widestCommonType(t.stringType, t.dateType, utc)).toEqual(t.dateType);
  });

  it("does not exist for unrelated types", () => {
    expect(widestCommonType(t.booleanType, t.integerType, utc)).toBeUndefined();
    expect(implicitCast(column(t.booleanType), t.integerType, utc)).toBeUndefined();
  });
});
