import type { DataType } from "../types/data-type.ts";
import { dayTimeText, yearMonthText } from "../types/interval-text.ts";
import { javaDouble, javaFloat } from "../types/java-number.ts";
import { DayTimeInterval, LocalTime, Timestamp, type Value, YearMonthInterval } from "../types/values.ts";
import type { Literal } from "./expression.ts";

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
      return `ARRAY(${(value as readonly Value[]).map((v) => prettyLiteral({ kind: "literal", value: v, type: type.elementType }, timeZone)).join(", ")})`;
    case "map": {
      const entry = (v: Value, t: DataType) => prettyLiteral({ kind: "literal", value: v, type: t }, timeZone);
      const entries = [...(value as Map<Value, Value>)].flatMap(([k, v]) => [entry(k, type.keyType), entry(v, type.valueType)]);
      return `MAP(${entries.join(", ")})`;
    }
    case "struct": {
      const struct = value as Readonly<Record<string, Value>>;
      const field = (name: string, t: DataType) => prettyLiteral({ kind: "literal", value: struct[name] ?? null, type: t }, timeZone);
      return `NAMED_STRUCT(${type.fields.map((f) => `'${f.name}', ${field(f.name, f.dataType)}`).join(", ")})`;
    }
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

/** A literal as SQL writes it: a string in quotes, the rest as in a column's name. */
export const literalSqlText = (e: Literal, timeZone: string): string =>
  typeof e.value === "string" ? `'${e.value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'` : prettyLiteral(e, timeZone);
