import type { DuckDBVector } from "@duckdb/node-api";
import { type DataType as ArrowType, type Data, makeData } from "apache-arrow";
import { type ArrowColumn, FIRST_ROWS, roomFor, Validity, type VectorValidity } from "./arrow-column.ts";

interface StructVector {
  readonly entryVectors?: readonly DuckDBVector[];
  readonly structType: { readonly entryNames: readonly string[] };
  readonly validity: VectorValidity;
}

/** A struct's fields, each a column. */
export class StructColumn implements ArrowColumn {
  readonly #arrow: ArrowType;
  readonly #names: readonly string[];
  readonly #fields: readonly ArrowColumn[];
  readonly #validity = new Validity();
  #rows = 0;

  constructor(arrow: ArrowType, names: readonly string[], fields: readonly ArrowColumn[]) {
    this.#arrow = arrow;
    this.#names = names;
    this.#fields = fields;
  }

  get bytes(): number {
    return this.#fields.reduce((sum, field) => sum + field.bytes, this.#rows / 8);
  }

  append(vector: DuckDBVector, from: number, rows: number): void {
    const { entryVectors, structType, validity } = vector as unknown as StructVector;
    for (const [i, field] of this.#fields.entries()) {
      const entry = entryVectors?.[structType.entryNames.indexOf(this.#names[i]!)];
      if (!entry) throw new TypeError(`a column of ${this.#arrow} came as ${vector.type}`);
      field.append(entry, from, rows);
    }
    this.#validity.append(validity, from, this.#rows, rows);
    this.#rows += rows;
  }

  finish(): Data {
    const length = this.#rows;
    const children = this.#fields.map((field) => field.finish());
    this.#rows = 0;
    return makeData({ type: this.#arrow, length, ...this.#validity.take(length), children } as never) as Data;
  }
}

interface ListVector {
  /** Of each row where its elements begin and how many there are, unless it is NULL. */
  readonly entryData?: BigUint64Array;
  readonly childData: DuckDBVector;
  readonly validity: VectorValidity;
}

/** Arrays, and maps, which are arrays of entries: where each row's elements end, and a column of all of them. */
export class ListColumn implements ArrowColumn {
  readonly #arrow: ArrowType;
  readonly #elements: ArrowColumn;
  readonly #validity = new Validity();
  #offsets = new Int32Array(FIRST_ROWS + 1);
  #rows = 0;

  constructor(arrow: ArrowType, elements: ArrowColumn) {
    this.#arrow = arrow;
    this.#elements = elements;
  }

  get bytes(): number {
    return this.#elements.bytes + this.#rows * 4;
  }

  append(vector: DuckDBVector, from: number, rows: number): void {
    // A map's vector wraps a list's.
    const list = ((vector as unknown as { readonly listVector?: DuckDBVector }).listVector ?? vector) as unknown as ListVector;
    const { entryData, childData, validity } = list;
    if (!entryData) throw new TypeError(`a column of ${this.#arrow} came as ${vector.constructor.name}`);
    this.#offsets = roomFor(this.#offsets, this.#rows + rows + 1);
    const entries = new Uint32Array(entryData.buffer, entryData.byteOffset + from * 16, rows * 4);
    const isNull = nullTest(validity, from);
    let end = this.#offsets[this.#rows]!;
    // Elements of neighbours mostly lie side by side: such a stretch is appended as one.
    let [start, stop] = [0, 0];
    for (let row = 0; row < rows; row++) {
      const length = isNull(row) ? 0 : entries[row * 4 + 2]!;
      this.#offsets[this.#rows + row + 1] = end += length;
      if (length === 0) continue;
      const first = entries[row * 4]!;
      if (first !== stop) {
        if (stop > start) this.#elements.append(childData, start, stop - start);
        start = first;
      }
      stop = first + length;
    }
    if (stop > start) this.#elements.append(childData, start, stop - start);
    this.#validity.append(validity, from, this.#rows, rows);
    this.#rows += rows;
  }

  finish(): Data {
    const length = this.#rows;
    const valueOffsets = this.#offsets.subarray(0, length + 1);
    const child = this.#elements.finish();
    this.#rows = 0;
    return makeData({ type: this.#arrow, length, ...this.#validity.take(length), valueOffsets, child } as never) as Data;
  }
}

function nullTest({ data, offset }: VectorValidity, from: number): (row: number) => boolean {
  if (!data) return () => false;
  const bits = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return (row) => ((bits[(offset + from + row) >> 3]! >> ((offset + from + row) & 7)) & 1) === 0;
}
