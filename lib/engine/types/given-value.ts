import { ExecutionError } from "../errors.ts";
import { typeName } from "../expressions/print-type.ts";
import type { DataType, DecimalType } from "./data-type.ts";
import {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  Timestamp,
  type Value,
  YearMonthInterval,
} from "./values.ts";

/** Converts what a user gave for a field of row number `row`, counted from 0; throws if it is no value of the type. */
export type GivenValue = (given: unknown, row: number) => Value;

/**
 * Takes more than types/values.ts says, where nothing is lost: a whole number for a bigint, a Date for a timestamp, a plain
 * object for a map of strings, an array for a struct, a typed array for an array. `path` names the field in errors.
 */
export function givenValue(type: DataType, path: string, nullable: boolean): GivenValue {
  const convert = converterOf(type, path);
  return (given, row) => {
    if (given !== null && given !== undefined) {
      const value = convert(given, row);
      if (value !== undefined) return value;
      throw unacceptable(type, path, given, row);
    }
    if (!nullable) throw new ExecutionError("FIELD_NOT_NULLABLE_WITH_NAME", { field_name: place(path, row) });
    return null;
  };
}

const place = (path: string, row: number): string => `field ${path} in row ${row}`;

/** Characters of a value that an error shows. */
const SHOWN = 100;

function unacceptable(type: DataType, path: string, given: unknown, row: number): ExecutionError {
  return new ExecutionError("FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME", {
    field_name: place(path, row),
    data_type: typeName(type),
    obj: shown(given).slice(0, SHOWN),
    obj_type: typeof given === "object" ? ((given as object).constructor?.name ?? "object") : typeof given,
  });
}

function shown(given: unknown): string {
  if (typeof given !== "object") return String(given);
  return JSON.stringify(given, (_, value) => (typeof value === "bigint" ? String(value) : value)) ?? String(given);
}

/** Gives undefined for what is no value of the type. */
type Converter = (given: unknown, row: number) => Value | undefined;

const ofClass =
  (type: new (...args: never[]) => Value): Converter =>
  (given) =>
    given instanceof type ? given : undefined;

const integer =
  (bits: number): Converter =>
  (given) => {
    const number = typeof given === "bigint" ? Number(given) : given;
    return Number.isInteger(number) && Math.abs((number as number) + 0.5) < 2 ** (bits - 1) ? (number as number) : undefined;
  };

const long: Converter = (given) => {
  if (typeof given === "number") return Number.isSafeInteger(given) ? BigInt(given) : undefined;
  return typeof given === "bigint" && BigInt.asIntN(64, given) === given ? given : undefined;
};

const number: Converter = (given) => (typeof given === "number" ? given : undefined);
const text: Converter = (given) => (typeof given === "string" ? given : undefined);

/** A JavaScript Date stands for its UTC day. */
const date: Converter = (given) => {
  if (given instanceof LocalDate) return given;
  return given instanceof Date && !Number.isNaN(given.getTime()) ? new LocalDate(Math.floor(given.getTime() / 86_400_000)) : undefined;
};

const timestamp: Converter = (given) => {
  if (given instanceof Timestamp) return given;
  return given instanceof Date && !Number.isNaN(given.getTime()) ? Timestamp.fromDate(given) : undefined;
};

/** Rounds half up to the type's scale, as Spark does. */
function decimal(type: DecimalType): Converter {
  return (given) => {
    const exact = exactDecimal(given);
    if (!exact) return undefined;
    const value = rescaled(exact, type.scale);
    if (value.precision <= type.precision) return value;
    throw new ExecutionError("NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", {
      roundedValue: String(value),
      originalValue: String(exact),
      precision: String(type.precision),
      scale: String(type.scale),
    });
  };
}

function exactDecimal(given: unknown): Decimal | undefined {
  if (given instanceof Decimal) return given;
  if (typeof given === "bigint") return new Decimal(given, 0);
  return typeof given === "number" && Number.isFinite(given) ? Decimal.parse(String(given)) : undefined;
}

function rescaled({ unscaled, scale }: Decimal, to: number): Decimal {
  if (to >= scale) return new Decimal(unscaled * 10n ** BigInt(to - scale), to);
  const divisor = 10n ** BigInt(scale - to);
  const half = unscaled < 0n ? -divisor / 2n : divisor / 2n;
  return new Decimal((unscaled + half) / divisor, to);
}

function converterOf(type: DataType, path: string): Converter {
  switch (type.kind) {
    case "void":
    case "variant":
      return () => undefined;
    case "boolean":
      return (given) => (typeof given === "boolean" ? given : undefined);
    case "byte":
      return integer(8);
    case "short":
      return integer(16);
    case "integer":
      return integer(32);
    case "long":
      return long;
    case "float":
    case "double":
      return number;
    case "decimal":
      return decimal(type);
    case "string":
      return text;
    case "char":
    case "varchar":
      return (given) => (typeof given === "string" && [...given].length <= type.length ? given : undefined);
    case "binary":
      return ofClass(Uint8Array);
    case "date":
      return date;
    case "timestamp":
      return timestamp;
    case "timestamp_ntz":
      return ofClass(LocalDateTime);
    case "time":
      return ofClass(LocalTime);
    case "day-time interval":
      return ofClass(DayTimeInterval);
    case "year-month interval":
      return ofClass(YearMonthInterval);
    case "interval":
      return ofClass(CalendarInterval);
    case "array":
      return array(givenValue(type.elementType, `${path}.element`, type.containsNull));
    case "map":
      return map(givenValue(type.keyType, `${path}.key`, false), givenValue(type.valueType, `${path}.value`, type.valueContainsNull));
    case "struct":
      return struct(type.fields.map((f) => [f.name, givenValue(f.dataType, `${path}.${f.name}`, f.nullable)]));
  }
}

function array(element: GivenValue): Converter {
  return (given, row) => {
    if (ArrayBuffer.isView(given) && !(given instanceof DataView)) return Array.from(given as Float64Array, (item) => element(item, row));
    return Array.isArray(given) ? given.map((item) => element(item, row)) : undefined;
  };
}

/** A plain object: not an instance of a class, so no value of another type. */
const isPlain = (given: unknown): given is Readonly<Record<string, unknown>> => {
  const prototype: unknown = typeof given === "object" && given !== null ? Object.getPrototypeOf(given) : undefined;
  return prototype === Object.prototype || prototype === null;
};

function map(key: GivenValue, value: GivenValue): Converter {
  return (given, row) => {
    const entries = given instanceof Map ? [...given] : isPlain(given) ? Object.entries(given) : undefined;
    return entries && new Map(entries.map(([k, v]) => [key(k, row), value(v, row)]));
  };
}

function struct(fields: readonly (readonly [name: string, convert: GivenValue])[]): Converter {
  return (given, row) => {
    if (Array.isArray(given)) {
      if (given.length !== fields.length) return undefined;
      return Object.fromEntries(fields.map(([name, convert], i) => [name, convert(given[i], row)]));
    }
    if (!isPlain(given)) return undefined;
    return Object.fromEntries(fields.map(([name, convert]) => [name, convert(given[name], row)]));
  };
}
