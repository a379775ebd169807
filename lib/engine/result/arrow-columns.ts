import type { DuckDBVector } from "@duckdb/node-api";
import { type DataType as ArrowType, type Data, makeData } from "apache-arrow";
import { valueFromDuckDB } from "../kernel/duckdb-type.ts";
import { textBytes } from "../kernel/string-vector.ts";
import { arrowTypeOf } from "../types/arrow.ts";
import { valuesToArrowData } from "../types/arrow-writer.ts";
import type { DataType } from "../types/data-type.ts";
import type { Value } from "../types/values.ts";

/** Collects one column of DuckDB chunks into Arrow buffers. `capacity` rows at most. */
export interface ArrowColumn {
  append(vector: DuckDBVector, rows: number): void;
  /** The column of all rows appended since the last call, in buffers that the next `append` writes over: new ones cost more than filling them. */
  finish(): Data;
  /** Bytes held, about. */
  readonly bytes: number;
}

/** What DuckDB's API hides of its vectors and what reading them fast needs: see the vectors folder of @duckdb/node-api. */
interface VectorInternals {
  readonly items?: unknown;
  readonly validity?: VectorValidity;
}

interface VectorValidity {
  /** A bit a row from `offset` on, set where it is not NULL; null where all are. */
  readonly data: BigUint64Array | null;
  readonly offset: number;
}

type FixedArray = Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;
type FixedConstructor = new (length: number) => FixedArray;

/** Types whose values DuckDB and Arrow keep as the same fixed-width numbers. */
const fixed: Readonly<Record<string, FixedConstructor>> = {
  void: Int32Array,
  byte: Int8Array,
  short: Int16Array,
  integer: Int32Array,
  long: BigInt64Array,
  float: Float32Array,
  double: Float64Array,
  date: Int32Array,
  timestamp: BigInt64Array,
  timestamp_ntz: BigInt64Array,
  "day-time interval": BigInt64Array,
};

export function arrowColumn(type: DataType, timeZone: string, capacity: number): ArrowColumn {
  const arrowType = arrowTypeOf(type, timeZone);
  const array = fixed[type.kind];
  if (array && type.kind !== "void") return new FixedColumn(type, arrowType, array, capacity);
  if (type.kind === "string") return new TextColumn(arrowType, capacity);
  return new ValueColumn(type, timeZone);
}

/** Bit i is set where row i is not NULL. */
class Validity {
  readonly #bits: Uint8Array;
  #nulls = 0;
  constructor(capacity: number) {
    this.#bits = new Uint8Array(Math.ceil(capacity / 8)).fill(0xff);
  }
  /** What there is of `rows` rows; begins anew. */
  take(rows: number): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
    const nullCount = this.#nulls;
    if (nullCount === 0) return { nullCount };
    const nullBitmap = this.#bits.slice(0, Math.ceil(rows / 8));
    this.#bits.fill(0xff);
    this.#nulls = 0;
    return { nullCount, nullBitmap };
  }
  setNull(row: number): void {
    this.#bits[row >> 3]! &= ~(1 << (row & 7));
    this.#nulls++;
  }
  /** Those of `rows` rows of a vector, which come behind `at` others. Eight at a time: asking its API row by row takes longer than all else. */
  append({ data, offset }: VectorValidity, at: number, rows: number): void {
    if (!data) return;
    const given = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let row = 0; row < rows; ) {
      const bit = offset + row;
      const byte = given[bit >> 3]!;
      if (byte === 0xff && (bit & 7) === 0) row += 8;
      else {
        if (((byte >> (bit & 7)) & 1) === 0) this.setNull(at + row);
        row++;
      }
    }
  }
}

/** Rows that a column has room for at first: there may be hundreds of columns, and few rows. */
const FIRST_ROWS = 2_048;

/** The same array, or one of at least twice the length that begins as it does. */
function roomFor<A extends FixedArray>(array: A, length: number): A {
  if (length <= array.length) return array;
  const larger = new (array.constructor as new (length: number) => A)(Math.max(length, array.length * 2));
  (larger as { set(from: unknown): void }).set(array);
  return larger;
}

class FixedColumn implements ArrowColumn {
  readonly #type: DataType;
  readonly #arrow: ArrowType;
  readonly #array: FixedConstructor;
  #values: FixedArray;
  readonly #validity: Validity;
  #rows = 0;

  constructor(type: DataType, arrow: ArrowType, array: FixedConstructor, capacity: number) {
    this.#type = type;
    this.#arrow = arrow;
    this.#array = array;
    this.#values = new array(Math.min(FIRST_ROWS, capacity));
    this.#validity = new Validity(capacity);
  }

  get bytes(): number {
    return this.#rows * this.#values.BYTES_PER_ELEMENT;
  }

  append(vector: DuckDBVector, rows: number): void {
    const { items, validity } = vector as unknown as VectorInternals;
    if (!(items instanceof this.#array) || !validity) throw new TypeError(`a ${this.#type.kind} column came as ${vector.constructor.name}`);
    this.#values = roomFor(this.#values, this.#rows + rows);
    (this.#values as { set(from: unknown, at: number): void }).set(items.length === rows ? items : items.subarray(0, rows), this.#rows);
    this.#validity.append(validity, this.#rows, rows);
    this.#rows += rows;
  }

  finish(): Data {
    const length = this.#rows;
    this.#rows = 0;
    return makeData({ type: this.#arrow, length, ...this.#validity.take(length), data: this.#values.subarray(0, length) } as never) as Data;
  }
}

const FIRST_TEXT_BYTES = 16 * 1024;

/** Texts are copied as the bytes that they are. */
class TextColumn implements ArrowColumn {
  readonly #arrow: ArrowType;
  #offsets: Int32Array;
  readonly #validity: Validity;
  #text = Buffer.allocUnsafe(FIRST_TEXT_BYTES);
  #rows = 0;
  #end = 0;

  constructor(arrow: ArrowType, capacity: number) {
    this.#arrow = arrow;
    this.#offsets = new Int32Array(Math.min(FIRST_ROWS, capacity) + 1);
    this.#validity = new Validity(capacity);
  }

  get bytes(): number {
    return this.#end + this.#rows * 4;
  }

  append(vector: DuckDBVector, rows: number): void {
    const texts = textBytes(vector, rows);
    this.#reserve(texts.bytes);
    this.#offsets = roomFor(this.#offsets, this.#rows + rows + 1);
    for (let row = 0; row < rows; row++) {
      const end = texts.copy(row, this.#text, this.#end);
      if (end === undefined) this.#validity.setNull(this.#rows);
      else this.#end = end;
      this.#offsets[++this.#rows] = this.#end;
    }
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#text.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#text.length * 2, this.#end + bytes));
    this.#text.copy(larger, 0, 0, this.#end);
    this.#text = larger;
  }

  finish(): Data {
    const length = this.#rows;
    const valueOffsets = this.#offsets.subarray(0, length + 1);
    const data = this.#text.subarray(0, this.#end);
    this.#rows = 0;
    this.#end = 0;
    return makeData({ type: this.#arrow, length, ...this.#validity.take(length), valueOffsets, data } as never) as Data;
  }
}

/** Any other type, value by value. */
class ValueColumn implements ArrowColumn {
  readonly #type: DataType;
  readonly #timeZone: string;
  readonly #read: (value: unknown) => Value;
  #values: Value[] = [];

  constructor(type: DataType, timeZone: string) {
    this.#type = type;
    this.#timeZone = timeZone;
    this.#read = valueFromDuckDB(type);
  }

  get bytes(): number {
    return this.#values.length * 64;
  }

  append(vector: DuckDBVector, rows: number): void {
    for (let row = 0; row < rows; row++) this.#values.push(this.#read(vector.getItem(row)));
  }

  finish(): Data {
    const data = valuesToArrowData(this.#values, this.#type, this.#timeZone);
    this.#values = [];
    return data;
  }
}
