import { AnalysisError } from "../errors.ts";
import { typeName } from "../expressions/print-type.ts";
import * as t from "./data-type.ts";
import { CalendarInterval, DayTimeInterval, Decimal, LocalDate, LocalDateTime, LocalTime, Timestamp, YearMonthInterval } from "./values.ts";

/**
 * The schema of rows that a user gave: columns in the order they are first seen, each of a type that holds all its values.
 * As PySpark infers: a bigint or whole number is a long, any other number a double, a Date a timestamp, a Decimal
 * decimal(38,18). A plain object is a struct. Throws CANNOT_INFER_EMPTY_SCHEMA, CANNOT_DETERMINE_TYPE, CANNOT_MERGE_TYPE.
 */
export function inferSchema(rows: readonly object[]): t.StructType {
  if (rows.length === 0) throw new AnalysisError("CANNOT_INFER_EMPTY_SCHEMA");
  const type = rows.map(structOf).reduce(mergeStructs);
  for (const field of type.fields) if (hasVoid(field.dataType)) throw new AnalysisError("CANNOT_DETERMINE_TYPE");
  return type;
}

const structOf = (row: object): t.StructType =>
  t.structType(Object.entries(row).map(([name, value]) => t.structField(name, typeOfValue(value))));

const classes: readonly (readonly [new (...args: never[]) => object, t.DataType])[] = [
  [Timestamp, t.timestampType],
  [Date, t.timestampType],
  [LocalDate, t.dateType],
  [LocalDateTime, t.timestampNtzType],
  [LocalTime, t.timeType()],
  [Decimal, t.decimalType(38, 18)],
  [DayTimeInterval, t.dayTimeIntervalType()],
  [YearMonthInterval, t.yearMonthIntervalType()],
  [CalendarInterval, t.calendarIntervalType],
  [Uint8Array, t.binaryType],
  [Float64Array, t.arrayType(t.doubleType)],
  [Float32Array, t.arrayType(t.floatType)],
  [Int32Array, t.arrayType(t.integerType)],
  [BigInt64Array, t.arrayType(t.longType)],
];

function typeOfValue(value: unknown): t.DataType {
  switch (typeof value) {
    case "undefined":
      return t.voidType;
    case "boolean":
      return t.booleanType;
    case "string":
      return t.stringType;
    case "bigint":
      return t.longType;
    case "number":
      return Number.isSafeInteger(value) ? t.longType : t.doubleType;
    case "object":
      return value === null ? t.voidType : typeOfObject(value);
    default:
      throw new AnalysisError("CANNOT_DETERMINE_TYPE");
  }
}

function typeOfObject(value: object): t.DataType {
  const known = classes.find(([type]) => value instanceof type);
  if (known) return known[1];
  if (Array.isArray(value)) return t.arrayType(value.map(typeOfValue).reduce(merge, t.voidType));
  if (!(value instanceof Map)) return structOf(value);
  const merged = (items: Iterable<unknown>) => Array.from(items, typeOfValue).reduce(merge, t.voidType as t.DataType);
  return t.mapType(merged(value.keys()), merged(value.values()));
}

/** The type that holds values of both. */
function merge(a: t.DataType, b: t.DataType): t.DataType {
  if (a.kind === "void" || t.sameType(a, b)) return b;
  if (b.kind === "void") return a;
  if (isNumber(a) && isNumber(b)) return t.doubleType;
  if (a.kind === "array" && b.kind === "array") return t.arrayType(merge(a.elementType, b.elementType));
  if (a.kind === "map" && b.kind === "map") return t.mapType(merge(a.keyType, b.keyType), merge(a.valueType, b.valueType));
  if (a.kind === "struct" && b.kind === "struct") return mergeStructs(a, b);
  throw new AnalysisError("CANNOT_MERGE_TYPE", { data_type1: typeName(a), data_type2: typeName(b) });
}

const isNumber = (type: t.DataType): boolean => type.kind === "long" || type.kind === "double";

function mergeStructs(a: t.StructType, b: t.StructType): t.StructType {
  if (a.fields.length === b.fields.length && a.fields.every((field, i) => same(field, b.fields[i]!))) return a;
  const types = new Map(a.fields.map((field) => [field.name, field.dataType]));
  for (const { name, dataType } of b.fields) types.set(name, merge(types.get(name) ?? t.voidType, dataType));
  return t.structType([...types].map(([name, type]) => t.structField(name, type)));
}

const same = (a: t.StructField, b: t.StructField): boolean => a.name === b.name && t.sameType(a.dataType, b.dataType);

function hasVoid(type: t.DataType): boolean {
  switch (type.kind) {
    case "void":
      return true;
    case "array":
      return hasVoid(type.elementType);
    case "map":
      return hasVoid(type.keyType) || hasVoid(type.valueType);
    case "struct":
      return type.fields.some((field) => hasVoid(field.dataType));
    default:
      return false;
  }
}
