import type { DataType } from "../types/data-type.ts";
import { dayTimeText, yearMonthText } from "../types/interval-text.ts";
import { javaDouble, javaFloat } from "../types/java-number.ts";
import { DayTimeInterval, LocalTime, Timestamp, type Value, YearMonthInterval } from "../types/values.ts";
import type { Literal } from "./expression.ts";
import { typeSql } from "./print-type.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex").toUpperCase();

const number = (value: Value, type: DataType): string =>
  typeof value === "number" && type.kind === "double"
    ? javaDouble(value)
    : typeof value === "number" && type.kind === "float"
      ? javaFloat(value)
      : String(value);

/** A literal inside a generated column name (`toPrettySQL`): strings bare, dates and intervals with their type's name. */
export function prettyLiteral({ value, type }: Literal, timeZone: string): string {
  if (value === null) return "NULL";
  switch (type.kind) {
    case "date":
      return `DATE '${value}'`;
    case "timestamp":
      return `TIMESTAMP '${(value as Timestamp).toString(timeZone)}'`;
    case "timestamp_ntz":
      return `TIMESTAMP_NTZ '${value}'`;
    case "time":
      return `TIME '${value}'`;
    case "binary":
      return `X'${hex(value as Uint8Array)}'`;
    case "day-time interval":
      return dayTimeText((value as DayTimeInterval).micros, type);
    case "year-month interval":
      return yearMonthText((value as YearMonthInterval).months, type);
    case "interval":
      return `INTERVAL '${value}'`;
    case "array":
    case "map":
    case "struct":
      return nestedSqlText(value, type, timeZone);
    case "string":
      return type.collation === undefined ? String(value) : `'${String(value).replaceAll("'", "\\'")}' collate ${type.collation}`;
    default:
      return number(value, type);
  }
}

/** A literal as explain prints it: the value alone. */
export function explainLiteral({ value, type }: Literal, timeZone: string): string {
  if (value === null) return "null";
  if (value instanceof Uint8Array) return `0x${hex(value)}`;
  if (value instanceof Timestamp) return value.toString(timeZone);
  if (value instanceof LocalTime) return value.toString();
  if (type.kind === "array" || type.kind === "map" || type.kind === "struct") return compound(value, type, timeZone);
  if (value instanceof DayTimeInterval || value instanceof YearMonthInterval)
    return prettyLiteral({ kind: "literal", value, type }, timeZone);
  return number(value, type);
}

function compound(value: Value, type: DataType, timeZone: string): string {
  const inner = (v: Value, t: DataType) => explainLiteral({ kind: "literal", value: v, type: t }, timeZone);
  if (type.kind === "array") return `[${(value as readonly Value[]).map((v) => inner(v, type.elementType)).join(",")}]`;
  if (type.kind === "map")
    return `keys: [${[...(value as Map<Value, Value>).keys()].map((k) => inner(k, type.keyType)).join(",")}], values: [${[
      ...(value as Map<Value, Value>).values(),
    ]
      .map((v) => inner(v, type.valueType))
      .join(",")}]`;
  if (type.kind !== "struct") throw new TypeError(`${type.kind} is not a nested type`);
  return `[${type.fields.map((f) => inner((value as Readonly<Record<string, Value>>)[f.name] ?? null, f.dataType)).join(",")}]`;
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
const SUFFIXES: Readonly<Record<string, string>> = { byte: "Y", short: "S", long: "L", decimal: "BD", double: "D" };
const isNested = (type: DataType): boolean => type.kind === "array" || type.kind === "map" || type.kind === "struct";

/** A literal as a statement writes it, of the same type when it is read again. Source: Spark's Literal.sql. */
export function literalSqlText(e: Literal, timeZone: string): string {
  const { value, type } = e;
  if (value === null) return type.kind === "void" || isNested(type) ? "NULL" : `CAST(NULL AS ${typeSql(type)})`;
  if (typeof value === "string" && type.kind === "string")
    return quoted(value) + (type.collation === undefined ? "" : ` collate ${type.collation}`);
  if (typeof value === "string" && (type.kind === "char" || type.kind === "varchar")) return quoted(value);
  if (type.kind === "float" || (typeof value === "number" && !Number.isFinite(value)))
    return `CAST('${number(value, type)}' AS ${typeSql(type)})`;
  return prettyLiteral(e, timeZone) + (SUFFIXES[type.kind] ?? "");
}

function nestedSqlText(value: Value, type: DataType, timeZone: string): string {
  const inner = (v: Value, t: DataType) => literalSqlText({ kind: "literal", value: v, type: t }, timeZone);
  if (type.kind === "array") return `ARRAY(${(value as readonly Value[]).map((v) => inner(v, type.elementType)).join(", ")})`;
  if (type.kind === "map") {
    const entries = [...(value as Map<Value, Value>)].flatMap(([k, v]) => [inner(k, type.keyType), inner(v, type.valueType)]);
    return `MAP(${entries.join(", ")})`;
  }
  if (type.kind !== "struct") throw new TypeError(`${type.kind} is not a nested type`);
  const struct = value as Readonly<Record<string, Value>>;
  return `NAMED_STRUCT(${type.fields.map((f) => `'${f.name}', ${inner(struct[f.name] ?? null, f.dataType)}`).join(", ")})`;
}
