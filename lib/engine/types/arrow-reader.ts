import { Type as ArrowTypeId, type Data } from "apache-arrow";
import { ExecutionError } from "../errors.ts";
import { typeName } from "../expressions/print-type.ts";
import type { DataType } from "./data-type.ts";
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
import { Variant } from "./variant/variant.ts";

/** The value of a row of an Arrow column. */
export type ArrowReader = (row: number) => Value;

/**
 * Reads an Arrow column as a Spark type says, straight from its buffers: apache-arrow's own accessors cut timestamps to
 * milliseconds and decimals to doubles.
 */
export function arrowReader(type: DataType, data: Data): ArrowReader {
  const value = valueReader(type, data);
  return data.nullCount === 0 ? value : (row) => (data.getValid(row) ? value(row) : null);
}

function valueReader(type: DataType, data: Data): ArrowReader {
  if (data.typeId === ArrowTypeId.Null) return () => null;
  if (data.typeId === ArrowTypeId.Dictionary) return dictionaryReader(type, data);
  expectArrow(type, data);
  switch (type.kind) {
    case "boolean":
      return booleans(data);
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "float":
    case "double":
      return plain(data);
    case "string":
    case "char":
    case "varchar":
      return texts(data);
    case "binary":
      return bytes(data);
    case "decimal":
      return decimals(data, type.scale);
    case "date":
      return dates(data);
    case "timestamp":
      return instants(data, (micros) => new Timestamp(micros));
    case "timestamp_ntz":
      return instants(data, (micros) => new LocalDateTime(micros));
    case "time":
      return instants(data, (micros) => new LocalTime(micros));
    case "day-time interval":
      return instants(data, (micros) => new DayTimeInterval(micros));
    case "year-month interval":
      return (row) => new YearMonthInterval((data.values as Int32Array)[row]!);
    case "interval":
      return calendarIntervals(data);
    case "array":
      return lists(data, type.elementType);
    case "map":
      return maps(data, type.keyType, type.valueType);
    case "struct":
      return structs(data, type.fields);
    case "variant":
      return variants(data);
    default:
      throw mismatch(type, data);
  }
}

/** The Arrow types that each Spark type may come as. */
const arrowIds: Readonly<Record<string, readonly ArrowTypeId[]>> = {
  boolean: [ArrowTypeId.Bool],
  byte: [ArrowTypeId.Int],
  short: [ArrowTypeId.Int],
  integer: [ArrowTypeId.Int],
  long: [ArrowTypeId.Int],
  float: [ArrowTypeId.Float],
  double: [ArrowTypeId.Float],
  string: [ArrowTypeId.Utf8, ArrowTypeId.LargeUtf8],
  char: [ArrowTypeId.Utf8, ArrowTypeId.LargeUtf8],
  varchar: [ArrowTypeId.Utf8, ArrowTypeId.LargeUtf8],
  binary: [ArrowTypeId.Binary, ArrowTypeId.LargeBinary, ArrowTypeId.FixedSizeBinary],
  decimal: [ArrowTypeId.Decimal],
  date: [ArrowTypeId.Date],
  timestamp: [ArrowTypeId.Timestamp],
  timestamp_ntz: [ArrowTypeId.Timestamp],
  time: [ArrowTypeId.Time],
  "day-time interval": [ArrowTypeId.Duration],
  "year-month interval": [ArrowTypeId.Interval],
  interval: [ArrowTypeId.Interval],
  array: [ArrowTypeId.List],
  map: [ArrowTypeId.Map],
  struct: [ArrowTypeId.Struct],
  variant: [ArrowTypeId.Struct],
};
/** Bytes of a number; another width would be read as other numbers. */
const widths: Readonly<Record<string, number>> = { byte: 1, short: 2, integer: 4, long: 8, float: 4, double: 8 };

function expectArrow(type: DataType, data: Data): void {
  const width = widths[type.kind];
  const known = arrowIds[type.kind]?.includes(data.typeId);
  if (!known || (width && (data.values as Int32Array).BYTES_PER_ELEMENT !== width)) throw mismatch(type, data);
}

const mismatch = (type: DataType, data: Data): ExecutionError =>
  new ExecutionError("INTERNAL_ERROR", { message: `a column of type ${typeName(type)} came as Arrow ${data.type}` });

function dictionaryReader(type: DataType, data: Data): ArrowReader {
  const indices = data.values as Int32Array;
  const chunk = data.dictionary?.data[0];
  if (!chunk || data.dictionary!.data.length !== 1) throw mismatch(type, data);
  const read = arrowReader(type, chunk);
  return (row) => read(Number(indices[row]));
}

const plain = (data: Data): ArrowReader => {
  const values = data.values as Float64Array;
  return (row) => values[row]!;
};

const booleans = (data: Data): ArrowReader => {
  const bits = data.values as Uint8Array;
  return (row) => ((bits[(data.offset + row) >> 3]! >> ((data.offset + row) & 7)) & 1) === 1;
};

const texts = (data: Data): ArrowReader => {
  const { buffer, byteOffset, byteLength } = data.values as Uint8Array;
  const text = Buffer.from(buffer, byteOffset, byteLength);
  const offsets = data.valueOffsets as Int32Array;
  return (row) => text.toString("utf8", Number(offsets[row]), Number(offsets[row + 1]));
};

const bytes = (data: Data): ArrowReader => {
  const values = data.values as Uint8Array;
  const width = (data.type as { readonly byteWidth?: number }).byteWidth;
  const offsets = data.valueOffsets as Int32Array;
  const at = width === undefined ? (row: number) => Number(offsets[row]) : (row: number) => row * width;
  return (row) => values.slice(at(row), at(row + 1));
};

/** Two words a value, the lower one first. */
const decimals = (data: Data, scale: number): ArrowReader => {
  const words = data.values as Uint32Array;
  const word = (index: number) => BigInt(words[index]!);
  return (row) => {
    const at = row * 4;
    const low = word(at) | (word(at + 1) << 32n);
    const high = BigInt.asIntN(64, word(at + 2) | (word(at + 3) << 32n));
    return new Decimal((high << 64n) | low, scale);
  };
};

const MILLIS_PER_DAY = 86_400_000n;

/** Days, or milliseconds in other systems' tables. */
const dates = (data: Data): ArrowReader => {
  const inMillis = (data.type as unknown as { readonly unit: number }).unit === 1;
  const values = data.values as Int32Array | BigInt64Array;
  return (row) => new LocalDate(Number(inMillis ? BigInt(values[row]!) / MILLIS_PER_DAY : values[row]!));
};

/** Microseconds of a value in seconds, milli-, micro- or nanoseconds, Arrow's units 0 to 3. */
const toMicros: readonly ((value: bigint) => bigint)[] = [(v) => v * 1_000_000n, (v) => v * 1_000n, (v) => v, (v) => v / 1_000n];

const instants = (data: Data, make: (micros: bigint) => Value): ArrowReader => {
  const convert = toMicros[(data.type as unknown as { readonly unit: number }).unit]!;
  const values = data.values as BigInt64Array | Int32Array;
  return (row) => make(convert(BigInt(values[row]!)));
};

/** Months, days and nanoseconds in 16 bytes. */
const calendarIntervals = (data: Data): ArrowReader => {
  const words = data.values as Int32Array;
  return (row) => {
    const at = row * 4;
    const nanos = (BigInt(words[at + 3]!) << 32n) | BigInt.asUintN(32, BigInt(words[at + 2]!));
    return new CalendarInterval(words[at]!, words[at + 1]!, nanos / 1_000n);
  };
};

const lists = (data: Data, elementType: DataType): ArrowReader => {
  const offsets = data.valueOffsets as Int32Array;
  const element = arrowReader(elementType, data.children[0]!);
  return (row) => {
    const start = offsets[row]!;
    return Array.from({ length: offsets[row + 1]! - start }, (_, i) => element(start + i));
  };
};

const maps = (data: Data, keyType: DataType, valueType: DataType): ArrowReader => {
  const offsets = data.valueOffsets as Int32Array;
  const [keys, values] = data.children[0]!.children as [Data, Data];
  const [key, value] = [arrowReader(keyType, keys), arrowReader(valueType, values)];
  return (row) => {
    const map = new Map<Value, Value>();
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++) map.set(key(i), value(i));
    return map;
  };
};

const variants = (data: Data): ArrowReader => {
  const names = data.type.children.map((field) => field.name);
  const [value, metadata] = ["value", "metadata"].map((name) => bytes(data.children[names.indexOf(name)]!));
  return (row) => new Variant(value!(row) as Uint8Array, metadata!(row) as Uint8Array);
};

const structs = (data: Data, fields: readonly { readonly name: string; readonly dataType: DataType }[]): ArrowReader => {
  const readers = fields.map((field, i) => arrowReader(field.dataType, data.children[i]!));
  return (row) => Object.fromEntries(fields.map((field, i) => [field.name, readers[i]!(row)]));
};
