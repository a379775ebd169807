import type { DuckDBVector } from "@duckdb/node-api";
import { type DataType as ArrowType, type Data, makeData } from "apache-arrow";
import type { DecimalType } from "../types/data-type.ts";
import {
  type ArrowColumn,
  FIRST_ROWS,
  type FixedArray,
  type FixedConstructor,
  roomFor,
  Validity,
  type VectorValidity,
} from "./arrow-column.ts";

/** Numbers that DuckDB and Arrow keep alike. */
export class FixedColumn implements ArrowColumn {
  readonly #arrow: ArrowType;
  readonly #array: FixedConstructor;
  readonly #validity = new Validity();
  #values: FixedArray;
  #rows = 0;

  constructor(arrow: ArrowType, array: FixedConstructor) {
    this.#arrow = arrow;
    this.#array = array;
    this.#values = new array(FIRST_ROWS);
  }

  get bytes(): number {
    return this.#rows * this.#values.BYTES_PER_ELEMENT;
  }

  append(vector: DuckDBVector, from: number, rows: number): void {
    const { items, validity } = vector as unknown as { readonly items?: FixedArray; readonly validity?: VectorValidity };
    if (!(items instanceof this.#array) || !validity) throw new TypeError(`a column of ${this.#arrow} came as ${vector.constructor.name}`);
    this.#values = roomFor(this.#values, this.#rows + rows);
    const given = items.length === rows ? items : items.subarray(from, from + rows);
    (this.#values as { set(from: unknown, at: number): void }).set(given, this.#rows);
    this.#validity.append(validity, from, this.#rows, rows);
    this.#rows += rows;
  }

  finish(): Data {
    const length = this.#rows;
    this.#rows = 0;
    return makeData({ type: this.#arrow, length, ...this.#validity.take(length), data: this.#values.subarray(0, length) } as never) as Data;
  }
}

/** What vectors of decimals and booleans hide: their bytes. */
interface ByteVector {
  readonly dataView?: DataView;
  readonly validity: VectorValidity;
  readonly decimalType?: { readonly width: number; readonly scale: number };
}

/** A byte a value in DuckDB, a bit in Arrow. */
export class BooleanColumn implements ArrowColumn {
  readonly #arrow: ArrowType;
  readonly #validity = new Validity();
  #bits = new Uint8Array(FIRST_ROWS / 8);
  #rows = 0;

  constructor(arrow: ArrowType) {
    this.#arrow = arrow;
  }

  get bytes(): number {
    return this.#rows / 8;
  }

  append(vector: DuckDBVector, from: number, rows: number): void {
    const { dataView, validity } = vector as unknown as ByteVector;
    if (!dataView || dataView.byteLength < from + rows) throw new TypeError(`a column of booleans came as ${vector.constructor.name}`);
    const at = this.#rows;
    this.#bits = roomFor(this.#bits, Math.ceil((at + rows) / 8));
    const [bits, given] = [this.#bits, new Uint8Array(dataView.buffer, dataView.byteOffset + from, rows)];
    for (let row = 0; row < rows; row++) if (given[row] !== 0) bits[(at + row) >> 3]! |= 1 << ((at + row) & 7);
    this.#validity.append(validity, from, at, rows);
    this.#rows += rows;
  }

  finish(): Data {
    const length = this.#rows;
    const data = this.#bits.slice(0, Math.ceil(length / 8));
    this.#bits.fill(0);
    this.#rows = 0;
    return makeData({ type: this.#arrow, length, ...this.#validity.take(length), data } as never) as Data;
  }
}

/** Words of 32 bits in one of Arrow's decimals. */
const WORDS = 4;

/** 2, 4, 8 or 16 bytes a value in DuckDB, by its digits; 16 in Arrow. */
export class DecimalColumn implements ArrowColumn {
  readonly #type: DecimalType;
  readonly #arrow: ArrowType;
  readonly #validity = new Validity();
  #words = new Int32Array(FIRST_ROWS * WORDS);
  #rows = 0;

  constructor(type: DecimalType, arrow: ArrowType) {
    this.#type = type;
    this.#arrow = arrow;
  }

  get bytes(): number {
    return this.#rows * 16;
  }

  append(vector: DuckDBVector, from: number, rows: number): void {
    const { dataView, validity, decimalType } = vector as unknown as ByteVector;
    if (!dataView || decimalType?.scale !== this.#type.scale) throw new TypeError(`a decimal column came as ${vector.type}`);
    this.#words = roomFor(this.#words, (this.#rows + rows) * WORDS);
    widen(dataView, decimalType.width, from, rows, this.#words.subarray(this.#rows * WORDS));
    this.#validity.append(validity, from, this.#rows, rows);
    this.#rows += rows;
  }

  finish(): Data {
    const length = this.#rows;
    this.#rows = 0;
    const data = new Uint32Array(this.#words.buffer, 0, length * WORDS);
    return makeData({ type: this.#arrow, length, ...this.#validity.take(length), data } as never) as Data;
  }
}

/** Little-endian words, the lowest first, as both sides have them. */
function widen({ buffer, byteOffset }: DataView, digits: number, from: number, rows: number, target: Int32Array): void {
  if (digits > 18) target.set(new Int32Array(buffer, byteOffset + from * 16, rows * WORDS));
  else if (digits > 9) {
    const given = new Int32Array(buffer, byteOffset + from * 8, rows * 2);
    for (let row = 0; row < rows; row++) {
      const [at, high] = [row * WORDS, given[row * 2 + 1]!];
      target[at] = given[row * 2]!;
      target[at + 1] = high;
      target[at + 2] = target[at + 3] = high >> 31;
    }
  } else {
    const given = digits > 4 ? new Int32Array(buffer, byteOffset + from * 4, rows) : new Int16Array(buffer, byteOffset + from * 2, rows);
    for (let row = 0; row < rows; row++) {
      const [at, value] = [row * WORDS, given[row]!];
      target[at] = value;
      target[at + 1] = target[at + 2] = target[at + 3] = value >> 31;
    }
  }
}

/** NULL in each row. */
export class NullColumn implements ArrowColumn {
  readonly bytes = 0;
  readonly #arrow: ArrowType;
  #rows = 0;

  constructor(arrow: ArrowType) {
    this.#arrow = arrow;
  }

  append(_vector: DuckDBVector, _from: number, rows: number): void {
    this.#rows += rows;
  }

  finish(): Data {
    const length = this.#rows;
    this.#rows = 0;
    return makeData({ type: this.#arrow, length } as never) as Data;
  }
}
