import type { DuckDBVector } from "@duckdb/node-api";
import type { Data } from "apache-arrow";

/** Collects one column of DuckDB chunks into Arrow buffers. */
export interface ArrowColumn {
  /** Rows [from, from + rows) of a vector. */
  append(vector: DuckDBVector, from: number, rows: number): void;
  /** The column of all rows appended since the last call, in buffers that the next `append` writes over: new ones cost more than filling them. */
  finish(): Data;
  /** Bytes held, about. */
  readonly bytes: number;
}

/** A bit a row from `offset` on, set where it is not NULL; null where all are. What DuckDB's API hides of its vectors, as all else that is read here. */
export interface VectorValidity {
  readonly data: BigUint64Array | null;
  readonly offset: number;
}

export type FixedArray = Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;
export type FixedConstructor = new (length: number) => FixedArray;

/** Rows that a column has room for at first: there may be hundreds of columns, and few rows. */
export const FIRST_ROWS = 2_048;

/** The same array, or one of at least twice the length that begins as it does. */
export function roomFor<A extends FixedArray | Uint8Array>(array: A, length: number): A {
  if (length <= array.length) return array;
  const larger = new (array.constructor as new (length: number) => A)(Math.max(length, array.length * 2));
  (larger as { set(from: unknown): void }).set(array);
  return larger;
}

/** Bit i is set where row i is not NULL. */
export class Validity {
  #bits = new Uint8Array(FIRST_ROWS / 8).fill(0xff);
  #nulls = 0;

  /** What there is of `rows` rows; begins anew. */
  take(rows: number): { readonly nullCount: number; readonly nullBitmap?: Uint8Array } {
    const nullCount = this.#nulls;
    if (nullCount === 0) return { nullCount };
    this.#reserve(rows);
    const nullBitmap = this.#bits.slice(0, Math.ceil(rows / 8));
    this.#bits.fill(0xff);
    this.#nulls = 0;
    return { nullCount, nullBitmap };
  }

  /** Those of rows [from, from + rows) of a vector, which come behind `at` others. Eight at a time: asking its API row by row takes longer than all else. */
  append({ data, offset }: VectorValidity, from: number, at: number, rows: number): void {
    if (!data) return;
    this.#reserve(at + rows);
    const given = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let row = 0; row < rows; ) {
      const bit = offset + from + row;
      const byte = given[bit >> 3]!;
      if (byte === 0xff && (bit & 7) === 0) row += 8;
      else {
        if (((byte >> (bit & 7)) & 1) === 0) this.#setNull(at + row);
        row++;
      }
    }
  }

  #setNull(row: number): void {
    this.#bits[row >> 3]! &= ~(1 << (row & 7));
    this.#nulls++;
  }

  #reserve(rows: number): void {
    const before = this.#bits.length;
    this.#bits = roomFor(this.#bits, Math.ceil(rows / 8));
    if (this.#bits.length > before) this.#bits.fill(0xff, before);
  }
}
