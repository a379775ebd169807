import type { DataType, DayTimeIntervalType, YearMonthIntervalType } from "../types/data-type.ts";
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
      return dayTimeLiteral(value as DayTimeInterval, type);
    case "year-month interval":
      return yearMonthLiteral(value as YearMonthInterval, type);
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

/** `INTERVAL '1 02:03:04.5' DAY TO SECOND`, cut to the type's fields as Spark's IntervalUtils.toDayTimeIntervalString. */
function dayTimeLiteral(value: DayTimeInterval, type: DayTimeIntervalType): string {
  const sign = value.micros < 0n ? "-" : "";
  const micros = sign ? -value.micros : value.micros;
  const second = (n: bigint) => {
    const fraction = String(n % 1_000_000n)
      .padStart(6, "0")
      .replace(/0+$/, "");
    return `${String(n / 1_000_000n).padStart(2, "0")}${fraction ? `.${fraction}` : ""}`;
  };
  const two = (n: bigint) => String(n).padStart(2, "0");
  const [minute, hour, day] = [60_000_000n, 3_600_000_000n, 86_400_000_000n];
  const units = { day, hour, minute, second: 1n };
  const order = ["day", "hour", "minute", "second"] as const;
  const fields = order.slice(order.indexOf(type.start), order.indexOf(type.end) + 1);
  let rest = micros;
  const texts = fields.map((field, i) => {
    if (field === "second") return second(rest);
    const whole = rest / units[field];
    rest %= units[field];
    return i === 0 && (field === "day" || fields.length === 1) ? String(whole) : two(whole);
  });
  const [first = "", ...others] = texts;
  const text = type.start === "day" && others.length > 0 ? `${first} ${others.join(":")}` : texts.join(":");
  return `INTERVAL '${sign}${text}' ${fieldsName(type)}`;
}

function yearMonthLiteral(value: YearMonthInterval, type: YearMonthIntervalType): string {
  const sign = value.months < 0 ? "-" : "";
  const months = Math.abs(value.months);
  const [years, rest] = [Math.trunc(months / 12), months % 12];
  const text = type.start !== type.end ? `${years}-${rest}` : type.start === "year" ? String(years) : String(months);
  return `INTERVAL '${sign}${text}' ${fieldsName(type)}`;
}

const fieldsName = (type: DayTimeIntervalType | YearMonthIntervalType): string =>
  (type.start === type.end ? type.start : `${type.start} to ${type.end}`).toUpperCase();
