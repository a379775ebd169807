import type { DuckDBVector } from "@duckdb/node-api";
import { type DataType as ArrowType, type Data, makeData } from "apache-arrow";
import { textBytes } from "../kernel/string-vector.ts";
import { type ArrowColumn, FIRST_ROWS, roomFor, Validity, type VectorValidity } from "./arrow-column.ts";

const FIRST_TEXT_BYTES = 16 * 1024;

/** Texts and BLOBs are copied as the bytes that they are. */
export class TextColumn implements ArrowColumn {
  readonly #arrow: ArrowType;
  readonly #validity = new Validity();
  #offsets = new Int32Array(FIRST_ROWS + 1);
  #text = new Uint8Array(FIRST_TEXT_BYTES);
  #rows = 0;
  #end = 0;

  constructor(arrow: ArrowType) {
    this.#arrow = arrow;
  }

  get bytes(): number {
    return this.#end + this.#rows * 4;
  }

  append(vector: DuckDBVector, from: number, rows: number): void {
    const texts = textBytes(vector, from, rows);
    const end = this.#end + texts.bytes;
    this.#text = roomFor(this.#text, end);
    this.#offsets = roomFor(this.#offsets, this.#rows + rows + 1);
    texts.copy(this.#text, this.#end, this.#offsets.subarray(this.#rows + 1));
    this.#validity.append((vector as unknown as { readonly validity: VectorValidity }).validity, from, this.#rows, rows);
    this.#end = end;
    this.#rows += rows;
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
