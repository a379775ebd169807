import { type DataType as ArrowType, type Data, makeData } from "apache-arrow";
import { ExecutionError } from "../errors.ts";
import { arrowTypeOf } from "./arrow.ts";
import { type ArrayType, binaryType, type DataType, type MapType, type StructType } from "./data-type.ts";
import type {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  StructValue,
  Timestamp,
  Value,
  YearMonthInterval,
} from "./values.ts";
import type { Variant } from "./variant/variant.ts";

/** Values of a type as the buffers of one Arrow column. The values are of the type: see convert.ts for what users give. */
export function valuesToArrowData(values: readonly Value[], type: DataType, timeZone: string): Data {
  const { bitmap, nulls } = validityOf(values);
  const props = { type: arrowTypeOf(type, timeZone), length: values.length, nullCount: nulls, nullBitmap: bitmap };
  return makeData({ ...props, ...buffersOf(values, type, timeZone, props.type) } as never) as Data;
}

interface Buffers {
  readonly data?: ArrayBufferView;
  readonly valueOffsets?: Int32Array;
  readonly child?: Data;
  readonly children?: readonly Data[];
}

function validityOf(values: readonly Value[]): { readonly bitmap: Uint8Array; readonly nulls: number } {
  const bitmap = new Uint8Array(Math.ceil(values.length / 8));
  let nulls = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === null) nulls++;
    else bitmap[i >> 3]! |= 1 << (i & 7);
  }
  return { bitmap, nulls };
}

function buffersOf(values: readonly Value[], type: DataType, timeZone: string, arrow: ArrowType): Buffers {
  switch (type.kind) {
    case "void":
      return {};
    case "boolean":
      return { data: bits(values) };
    case "byte":
      return { data: numbers(values, new Int8Array(values.length)) };
    case "short":
      return { data: numbers(values, new Int16Array(values.length)) };
    case "integer":
      return { data: numbers(values, new Int32Array(values.length)) };
    case "float":
      return { data: numbers(values, new Float32Array(values.length)) };
    case "double":
      return { data: numbers(values, new Float64Array(values.length)) };
    case "date":
      return { data: numbersOf(values, (value) => (value as LocalDate).epochDays) };
    case "year-month interval":
      return { data: numbersOf(values, (value) => (value as YearMonthInterval).months) };
    case "long":
      return { data: longs(values, (value) => value as bigint) };
    case "timestamp":
    case "timestamp_ntz":
      return { data: longs(values, (value) => (value as Timestamp | LocalDateTime).epochMicros) };
    case "time":
      return { data: longs(values, (value) => (value as LocalTime).micros * 1000n) };
    case "day-time interval":
      return { data: longs(values, (value) => (value as DayTimeInterval).micros) };
    case "decimal":
      return { data: decimals(values) };
    case "interval":
      return { data: calendarIntervals(values) };
    case "string":
    case "char":
    case "varchar":
      return variableWidth(values.map((value) => (value === null ? null : Buffer.from(value as string, "utf8"))));
    case "binary":
      return variableWidth(values as readonly (Uint8Array | null)[]);
    case "array":
      return listBuffers(values as readonly (readonly Value[] | null)[], type, timeZone);
    case "map":
      return mapBuffers(values as readonly (Map<Value, Value> | null)[], type, timeZone, arrow);
    case "struct":
      return { children: structChildren(values as readonly (StructValue | null)[], type, timeZone) };
    case "variant":
      return { children: variantChildren(values as readonly (Variant | null)[], timeZone) };
  }
}

type NumberArray = Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

function numbers<A extends NumberArray>(values: readonly Value[], target: A): A {
  for (let i = 0; i < values.length; i++) target[i] = values[i] as number;
  return target;
}

function numbersOf(values: readonly Value[], number: (value: Value) => number): Int32Array {
  return Int32Array.from(values, (value) => (value === null ? 0 : number(value)));
}

function longs(values: readonly Value[], long: (value: Value) => bigint): BigInt64Array {
  return BigInt64Array.from(values, (value) => (value === null ? 0n : long(value)));
}

function bits(values: readonly Value[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(values.length / 8));
  for (let i = 0; i < values.length; i++) if (values[i] === true) bytes[i >> 3]! |= 1 << (i & 7);
  return bytes;
}

/** 16 bytes a value, the lower word first. */
function decimals(values: readonly Value[]): Uint32Array {
  const words = new BigUint64Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    const { unscaled } = (values[i] ?? { unscaled: 0n }) as Decimal;
    words[i * 2] = BigInt.asUintN(64, unscaled);
    words[i * 2 + 1] = BigInt.asUintN(64, unscaled >> 64n);
  }
  return new Uint32Array(words.buffer);
}

/** Months, days and nanoseconds in 16 bytes. */
function calendarIntervals(values: readonly Value[]): Int32Array {
  const words = new Int32Array(values.length * 4);
  for (let i = 0; i < values.length; i++) {
    if (values[i] === null) continue;
    const { months, days, micros } = values[i] as CalendarInterval;
    const nanos = micros * 1000n;
    if (BigInt.asIntN(64, nanos) !== nanos) {
      throw new ExecutionError("FIRECREST_UNSUPPORTED", {
        feature: "A calendar interval of more than 2,562,047 hours in a result",
        advice: "Cast it to a string.",
      });
    }
    words.set([months, days, Number(BigInt.asIntN(32, nanos)), Number(BigInt.asIntN(32, nanos >> 32n))], i * 4);
  }
  return words;
}

function offsetsOf(values: readonly (ArrayLike<unknown> | null)[]): Int32Array {
  const offsets = new Int32Array(values.length + 1);
  for (let i = 0; i < values.length; i++) offsets[i + 1] = offsets[i]! + (values[i]?.length ?? 0);
  return offsets;
}

function variableWidth(values: readonly (Uint8Array | null)[]): Buffers {
  const valueOffsets = offsetsOf(values);
  const data = new Uint8Array(valueOffsets[values.length]!);
  for (let i = 0; i < values.length; i++) if (values[i]) data.set(values[i]!, valueOffsets[i]);
  return { data, valueOffsets };
}

function listBuffers(values: readonly (readonly Value[] | null)[], type: ArrayType, timeZone: string): Buffers {
  const elements = values.flatMap((value) => value ?? []);
  return { valueOffsets: offsetsOf(values), child: valuesToArrowData(elements, type.elementType, timeZone) };
}

function mapBuffers(values: readonly (Map<Value, Value> | null)[], type: MapType, timeZone: string, arrow: ArrowType): Buffers {
  const entries = values.map((value) => (value === null ? null : [...value]));
  const flat = entries.flatMap((value) => value ?? []);
  const children = [
    valuesToArrowData(
      flat.map(([key]) => key),
      type.keyType,
      timeZone,
    ),
    valuesToArrowData(
      flat.map(([, value]) => value),
      type.valueType,
      timeZone,
    ),
  ];
  const child = makeData({ type: arrow.children[0]!.type, length: flat.length, nullCount: 0, children } as never) as Data;
  return { valueOffsets: offsetsOf(entries), child };
}

const variantChildren = (values: readonly (Variant | null)[], timeZone: string): Data[] =>
  (["value", "metadata"] as const).map((part) =>
    valuesToArrowData(
      values.map((value) => value?.[part] ?? NO_BYTES),
      binaryType,
      timeZone,
    ),
  );
const NO_BYTES = new Uint8Array(0);

const structChildren = (values: readonly (StructValue | null)[], type: StructType, timeZone: string): Data[] =>
  type.fields.map((field) =>
    valuesToArrowData(
      values.map((value) => value?.[field.name] ?? null),
      field.dataType,
      timeZone,
    ),
  );
