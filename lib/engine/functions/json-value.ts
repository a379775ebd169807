import type * as t from "../types/data-type.ts";
import { dayTimeText, parseCalendarText, parseDayTimeText, parseYearMonthText, yearMonthText } from "../types/interval-text.ts";
import { javaDouble, javaFloat } from "../types/java-number.ts";
import {
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  type StructValue,
  setField,
  Timestamp,
  type Value,
  YearMonthInterval,
} from "../types/values.ts";
import type { Variant } from "../types/variant/variant.ts";
import { formatTimestamp } from "./datetime-format.ts";
import { instantOf, ParseFailure } from "./datetime-parse.ts";
import { type Clock, parseText } from "./datetime-policy.ts";
import { isArray, isObject, type Json, JsonNumber, quoteJson, writeJson } from "./json-text.ts";
import { clockOfOptions } from "./text-options.ts";
import { variantOfJson } from "./variant-json.ts";

/** Options of from_json, to_json and their CSV relatives, by lower-case name. */
export type TextOptions = Readonly<Record<string, string>>;

/** A JSON value that is not of the schema's type. */
export class ConversionError extends Error {}

const INTEGER_BITS: Readonly<Record<string, bigint>> = { byte: 8n, short: 16n, integer: 32n, long: 64n };
const MICROS_PER_DAY = 86_400_000_000n;

/**
 * A JSON value as a value of a type. A field of a struct that does not fit is NULL and the rest stays; an element of
 * an array or map that does not fit spoils the whole of it. Source: Spark's JacksonParser.
 */
export function valueOfJson(json: Json, type: t.DataType, options: TextOptions, zone: string): Value {
  if (json === null) return null;
  switch (type.kind) {
    case "struct":
      if (!isObject(json)) throw new ConversionError("an object is expected");
      return structOfJson(json, type, options, zone);
    case "array":
      if (!isArray(json)) throw new ConversionError("an array is expected");
      return json.map((item) => valueOfJson(item, type.elementType, options, zone));
    case "map":
      if (!isObject(json)) throw new ConversionError("an object is expected");
      return new Map([...json].map(([key, item]) => [key, valueOfJson(item, type.valueType, options, zone)]));
    case "string":
    case "char":
    case "varchar":
      return typeof json === "string" ? json : writeJson(json);
    case "variant":
      return variantOfJson(json);
    case "boolean":
      if (typeof json !== "boolean") throw new ConversionError("a boolean is expected");
      return json;
    default:
      return json instanceof JsonNumber
        ? valueOfNumber(json.text, type)
        : typeof json === "string"
          ? valueOfText(json, type, options, zone)
          : fail(type);
  }
}

const fail = (type: t.DataType): never => {
  throw new ConversionError(`the value is no ${type.kind}`);
};

function structOfJson(json: ReadonlyMap<string, Json>, type: t.StructType, options: TextOptions, zone: string): StructValue {
  const result: Record<string, Value> = {};
  for (const field of type.fields) {
    setField(result, field.name, fieldOfJson(json.get(field.name) ?? null, field.dataType, options, zone));
  }
  return result;
}

function fieldOfJson(json: Json, type: t.DataType, options: TextOptions, zone: string): Value {
  try {
    return valueOfJson(json, type, options, zone);
  } catch (error) {
    if (error instanceof ConversionError && options.mode?.toUpperCase() !== "FAILFAST") return null;
    throw error;
  }
}

/** With a sign, in the range of an INT. */
const SHORT_DIGITS = 9;

function valueOfNumber(text: string, type: t.DataType): Value {
  const bits = INTEGER_BITS[type.kind];
  if (bits !== undefined) {
    if (text.length <= SHORT_DIGITS && type.kind !== "byte" && type.kind !== "short" && /^-?\d+$/.test(text))
      return type.kind === "long" ? BigInt(text) : Number(text);
    if (!/^-?\d+$/.test(text) || BigInt.asIntN(Number(bits), BigInt(text)) !== BigInt(text)) return fail(type);
    return type.kind === "long" ? BigInt(text) : Number(text);
  }
  switch (type.kind) {
    case "double":
      return Number(text.replace("INF", "Infinity"));
    case "float":
      return Math.fround(Number(text.replace("INF", "Infinity")));
    case "decimal":
      return decimalOf(text, type);
    case "timestamp":
      return /^-?\d+$/.test(text) ? new Timestamp(BigInt(text) * 1_000_000n) : fail(type);
    default:
      return fail(type);
  }
}

/** Rounded half up to the scale; one digit too many before the point does not fit. */
export function decimalOf(text: string, type: t.DecimalType): Value {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/.test(text.trim())) return fail(type);
  const exact = Decimal.parse(text);
  const shift = exact.scale - type.scale;
  const unscaled = shift <= 0 ? exact.unscaled * 10n ** BigInt(-shift) : roundHalfUp(exact.unscaled, 10n ** BigInt(shift));
  const result = new Decimal(unscaled, type.scale);
  return result.precision > type.precision ? fail(type) : result;
}

const roundHalfUp = (n: bigint, by: bigint): bigint => (n < 0n ? -((-n * 2n + by) / (2n * by)) : (n * 2n + by) / (2n * by));

/** A text as a value of a type that is no string: by the options' patterns, else as Spark's casts read it. */
export function valueOfText(text: string, type: t.DataType, options: TextOptions, zone: string): Value {
  switch (type.kind) {
    case "double":
    case "float":
      return /^(?:NaN|[+-]?(?:INF|Infinity))$/.test(text) ? Number(text.replace(/INF$/, "Infinity")) : fail(type);
    case "decimal":
      return decimalOf(text, type);
    case "binary":
      return new Uint8Array(Buffer.from(text, "base64"));
    case "date":
      return new LocalDate(floorDays(localOf(text, options.dateformat, type, clockOfOptions(options)).micros));
    case "timestamp": {
      const local = localOf(text, options.timestampformat, type, clockOfOptions(options));
      return new Timestamp(instantOf(local.micros, local.zone ?? options.timezone ?? zone));
    }
    case "timestamp_ntz":
      return new LocalDateTime(localOf(text, options.timestampntzformat, type, { ...clockOfOptions(options), local: true }).micros);
    case "interval":
      return parseCalendarText(text.trim()) ?? fail(type);
    case "day-time interval": {
      const micros = parseDayTimeText(text.trim(), type);
      return micros === undefined ? fail(type) : new DayTimeInterval(micros);
    }
    case "year-month interval": {
      const months = parseYearMonthText(text.trim(), type);
      return months === undefined ? fail(type) : new YearMonthInterval(months);
    }
    default:
      return fail(type);
  }
}

const floorDays = (micros: bigint) => Number(micros / MICROS_PER_DAY - (micros % MICROS_PER_DAY < 0n ? 1n : 0n));
const ISO =
  /^\s*(\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T](?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?\s*([A-Za-z+-][\w:/+-]*)?)?)?)?\s*$/;

function localOf(
  text: string,
  pattern: string | undefined,
  type: t.DataType,
  clock: Clock,
): { readonly micros: bigint; readonly zone?: string } {
  if (pattern !== undefined) {
    try {
      return parseText(text, pattern, clock);
    } catch (failure) {
      if (!(failure instanceof ParseFailure)) throw failure;
      return fail(type);
    }
  }
  const match = ISO.exec(text);
  if (!match) return fail(type);
  const [, year, month = "1", day = "1", hour = "0", minute = "0", second = "0", fraction = "", zone] = match;
  const date = LocalDate.of(Number(year), Number(month), Number(day));
  const [, m, d] = date.toString().split("-").slice(-3);
  if (Number(m) !== Number(month) || Number(d) !== Number(day) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return fail(type);
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const micros = BigInt(date.epochDays) * MICROS_PER_DAY + BigInt(seconds) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
  return { micros, ...(zone === undefined ? {} : { zone }) };
}

const TIMESTAMP_PATTERN = "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]";
const TIMESTAMP_NTZ_PATTERN = "yyyy-MM-dd'T'HH:mm:ss[.SSS]";

/** A value of a type that is no struct, array, map or number, as the text that JSON and CSV show. */
export function textOfValue(value: Value, type: t.DataType, options: TextOptions, zone: string): string {
  if (value instanceof DayTimeInterval) return dayTimeText(value.micros, type as t.DayTimeIntervalType);
  if (value instanceof YearMonthInterval) return yearMonthText(value.months, type as t.YearMonthIntervalType);
  if (value instanceof LocalDate)
    return options.dateformat ? formatTimestamp(BigInt(value.epochDays) * MICROS_PER_DAY, options.dateformat, "UTC") : value.toString();
  if (value instanceof Timestamp)
    return formatTimestamp(value.epochMicros, options.timestampformat ?? TIMESTAMP_PATTERN, options.timezone ?? zone);
  if (value instanceof LocalDateTime) return formatTimestamp(value.epochMicros, options.timestampntzformat ?? TIMESTAMP_NTZ_PATTERN, "UTC");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return String(value);
}

/** JSON text of a value. NULL fields of structs are left out unless `ignoreNullFields` is false. Source: Spark's JacksonGenerator. */
export function jsonOfValue(value: Value, type: t.DataType, options: TextOptions, zone: string): string {
  if (value === null) return "null";
  switch (type.kind) {
    case "struct": {
      const keepNulls = options.ignorenullfields?.toLowerCase() === "false";
      const fields = type.fields.filter((f) => keepNulls || (value as StructValue)[f.name] !== null);
      return `{${fields.map((f) => `${quoteJson(f.name)}:${jsonOfValue((value as StructValue)[f.name]!, f.dataType, options, zone)}`).join(",")}}`;
    }
    case "array":
      return `[${(value as readonly Value[]).map((item) => jsonOfValue(item, type.elementType, options, zone)).join(",")}]`;
    case "map":
      return `{${[...(value as Map<Value, Value>)].map(([key, item]) => `${quoteJson(keyText(key, type.keyType, options, zone))}:${jsonOfValue(item, type.valueType, options, zone)}`).join(",")}}`;
    case "variant":
      return (value as Variant).toString(options.timezone ?? zone);
    case "boolean":
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "decimal":
      return String(value);
    case "float":
    case "double": {
      const number = type.kind === "float" ? javaFloat(value as number) : javaDouble(value as number);
      return Number.isFinite(value) ? number : `"${number}"`;
    }
    default:
      return quoteJson(textOfValue(value, type, options, zone));
  }
}

/** A struct as a key is its fields in brackets, as Java prints a row. */
function keyText(key: Value, type: t.DataType, options: TextOptions, zone: string): string {
  if (type.kind === "struct")
    return `[${type.fields.map((f) => keyText((key as StructValue)[f.name]!, f.dataType, options, zone)).join(",")}]`;
  const json = jsonOfValue(key, type, options, zone);
  return json.startsWith('"') ? textOfValue(key, type, options, zone) : json;
}
