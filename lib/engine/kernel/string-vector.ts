import { DuckDBBlobValue, DuckDBBlobVector, DuckDBHugeIntVector, type DuckDBVector } from "@duckdb/node-api";

/**
 * Columns of texts and bytes between DuckDB and JavaScript, a few native calls a chunk: the binding itself makes one for each value, which
 * costs more than most functions do.
 *
 * A DuckDB string is 16 bytes: its length (4), then up to 12 bytes of its own, or 4 bytes of prefix and a pointer (8). A chunk's strings
 * mostly lie side by side in one heap, so a read fetches runs of neighbours; a write stores all texts as one, and points into it.
 */
const STRING_BYTES = 16;
const INLINE_BYTES = 12;
/** Strings this near to each other are read as one. Below a page, so that what is between them is readable memory as they are. */
const NEAR_BYTES = 64;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** The parts of the binding's vectors of strings that its types keep private. */
interface StringVector {
  readonly dataView: DataView;
  readonly validity: Validity;
  readonly vector: RawVector;
}
interface Validity {
  readonly data: unknown;
  itemValid(index: number): boolean;
  setItemValid(index: number, valid: boolean): void;
  flush(vector: RawVector): void;
}
type RawVector = ConstructorParameters<typeof DuckDBBlobVector>[2];
type BindingValidity = ConstructorParameters<typeof DuckDBBlobVector>[1];

const partsOf = (vector: DuckDBVector): StringVector => vector as unknown as StringVector;
const ALWAYS_VALID = { data: null, itemValid: () => true, setItemValid: () => {}, flush: () => {} } as unknown as BindingValidity;

/** Neighbouring strings of the heap: from `start` to `end`, addresses. */
interface Run {
  start: number;
  end: number;
}

/** The strings of a chunk as DuckDB lays them out. */
class Layout {
  readonly #words: Uint32Array;
  readonly bytes: Buffer;
  /** Runs of those that are not inline, and the run of each row. */
  readonly runs: Run[] = [];
  readonly runOf: Int32Array;

  constructor({ dataView }: StringVector, valid: (row: number) => boolean, rows: number) {
    this.#words = new Uint32Array(dataView.buffer, dataView.byteOffset, rows * 4);
    this.bytes = Buffer.from(dataView.buffer, dataView.byteOffset, rows * STRING_BYTES);
    this.runOf = new Int32Array(rows).fill(-1);
    let run: Run | undefined;
    for (let row = 0; row < rows; row++) {
      const length = this.length(row);
      if (length <= INLINE_BYTES || !valid(row)) continue;
      const [start, end] = [this.address(row), this.address(row) + length];
      if (run && start <= run.end + NEAR_BYTES && end >= run.start - NEAR_BYTES) {
        run.start = Math.min(run.start, start);
        run.end = Math.max(run.end, end);
      } else {
        run = { start, end };
        this.runs.push(run);
      }
      this.runOf[row] = this.runs.length - 1;
    }
  }

  length(row: number): number {
    return this.#words[row * 4]!;
  }
  /** Addresses have 48 bits. */
  address(row: number): number {
    return this.#words[row * 4 + 2]! + this.#words[row * 4 + 3]! * 2 ** 32;
  }
  /** Where a row's string begins in the bytes of its run. */
  offset(row: number): number {
    return this.address(row) - this.runs[this.runOf[row]!]!.start;
  }
  isSameAsBefore(row: number): boolean {
    const [words, at] = [this.#words, row * 4];
    return (
      row > 0 &&
      words[at] === words[at - 4] &&
      words[at + 1] === words[at - 3] &&
      words[at + 2] === words[at - 2] &&
      words[at + 3] === words[at - 1]
    );
  }
  isInlineAscii(row: number): boolean {
    const at = row * 4;
    return ((this.#words[at + 1]! | this.#words[at + 2]! | this.#words[at + 3]!) & 0x80808080) === 0;
  }
}

/** Copies what stands at an address. */
function memory({ start, end }: Run, vector: RawVector): Buffer {
  const pointer = new DataView(new ArrayBuffer(STRING_BYTES));
  pointer.setUint32(0, end - start, true);
  pointer.setBigUint64(8, BigInt(start), true);
  const { buffer, byteOffset, byteLength } = new DuckDBBlobVector(pointer, ALWAYS_VALID, vector, 0, 1).getItemBytes(0)!;
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** A run's text where each of its bytes is a character, so that places in one are places in the other. */
function asciiOf(run: Buffer): string | undefined {
  const text = utf8.decode(run);
  return text.length === run.length ? text : undefined;
}

/** Rows that repeat the one before share its value. */
function readStrings<T>(vector: DuckDBVector, rows: number, inline: Read<T>, long: (runs: readonly Buffer[]) => Read<T>): (T | null)[] {
  const parts = partsOf(vector);
  const valid = parts.validity.data ? (row: number) => parts.validity.itemValid(row) : () => true;
  const layout = new Layout(parts, valid, rows);
  const readLong = long(layout.runs.map((run) => memory(run, parts.vector)));
  const values: (T | null)[] = new Array(rows);
  for (let row = 0; row < rows; row++) {
    if (!valid(row)) values[row] = null;
    else if (layout.isSameAsBefore(row) && values[row - 1] !== null) values[row] = values[row - 1]!;
    else values[row] = layout.length(row) <= INLINE_BYTES ? inline(layout, row) : readLong(layout, row);
  }
  return values;
}
type Read<T> = (layout: Layout, row: number) => T;

/** The texts of a VARCHAR vector. */
export function readTexts(vector: DuckDBVector, rows: number): (string | null)[] {
  let inlined: string | undefined;
  return readStrings<string>(
    vector,
    rows,
    (layout, row) => {
      const [start, end] = [row * STRING_BYTES + 4, row * STRING_BYTES + 4 + layout.length(row)];
      if (!layout.isInlineAscii(row)) return layout.bytes.toString("utf8", start, end);
      inlined ??= layout.bytes.toString("latin1");
      return inlined.substring(start, end);
    },
    (runs) => {
      const ascii = runs.map(asciiOf);
      return (layout, row) => {
        const [run, start] = [layout.runOf[row]!, layout.offset(row)];
        const end = start + layout.length(row);
        return ascii[run]?.substring(start, end) ?? runs[run]!.toString("utf8", start, end);
      };
    },
  );
}

/** Rows of a VARCHAR or BLOB vector as they lie, to be copied: no text is decoded. */
export interface TextBytes {
  /** Of all together. */
  readonly bytes: number;
  /** Copies all to `at`, where there is room for them, and writes where each row's ends. NULL has no bytes. */
  copy(target: Uint8Array, at: number, ends: Int32Array): void;
}

export function textBytes(vector: DuckDBVector, from: number, rows: number): TextBytes {
  const { dataView, validity, vector: raw } = partsOf(vector);
  const words = new Uint32Array(dataView.buffer, dataView.byteOffset + from * STRING_BYTES, rows * 4);
  const lengths = lengthsOf(words, validity as unknown as ValidityBits, from, rows);
  const { runs, bytes } = runsOf(words, lengths);
  const memories = runs.map((run) => memory(run, raw));
  const inline = new Uint8Array(dataView.buffer, dataView.byteOffset + from * STRING_BYTES, rows * STRING_BYTES);
  const copy = (target: Uint8Array, start: number, ends: Int32Array): void => {
    let at = start;
    let run = 0;
    for (let row = 0; row < rows; row++) {
      const length = lengths[row]!;
      if (length <= INLINE_BYTES) {
        // A call costs more than a few bytes.
        const first = row * STRING_BYTES + 4;
        for (let i = 0; i < length; i++) target[at + i] = inline[first + i]!;
        ends[row] = at += length;
        continue;
      }
      if (row >= runs[run]!.rows) run++;
      const first = addressOf(words, row);
      // Neighbours mostly lie side by side: they are copied as one.
      let next = first + length;
      ends[row] = at + length;
      for (; row + 1 < runs[run]!.rows && lengths[row + 1]! > INLINE_BYTES && addressOf(words, row + 1) === next; row++) {
        next += lengths[row + 1]!;
        ends[row + 1] = at + next - first;
      }
      const source = first - runs[run]!.start;
      copyBytes(memories[run]!, source, target, at, next - first);
      at += next - first;
    }
  };
  return { bytes, copy };
}

interface ValidityBits {
  readonly data: BigUint64Array | null;
  readonly offset: number;
}

/** 0 for NULL. */
function lengthsOf(words: Uint32Array, { data, offset }: ValidityBits, from: number, rows: number): Int32Array {
  const lengths = new Int32Array(rows);
  const bits = data && new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  for (let row = 0; row < rows; row++) {
    const bit = offset + from + row;
    if (!bits || ((bits[bit >> 3]! >> (bit & 7)) & 1) === 1) lengths[row] = words[row * 4]!;
  }
  return lengths;
}

/** Runs of the strings that are not inline, each up to a row; and the bytes of all strings. */
function runsOf(words: Uint32Array, lengths: Int32Array): { readonly runs: readonly (Run & { rows: number })[]; readonly bytes: number } {
  const runs: (Run & { rows: number })[] = [];
  let run: (Run & { rows: number }) | undefined;
  let bytes = 0;
  for (let row = 0; row < lengths.length; row++) {
    const length = lengths[row]!;
    bytes += length;
    if (length <= INLINE_BYTES) continue;
    const start = addressOf(words, row);
    const end = start + length;
    if (run && start <= run.end + NEAR_BYTES && end >= run.start - NEAR_BYTES) {
      if (start < run.start) run.start = start;
      if (end > run.end) run.end = end;
      run.rows = row + 1;
    } else {
      run = { start, end, rows: row + 1 };
      runs.push(run);
    }
  }
  return { runs, bytes };
}

/** Addresses have 48 bits. */
const addressOf = (words: Uint32Array, row: number): number => words[row * 4 + 2]! + words[row * 4 + 3]! * 2 ** 32;

/** Up to so many bytes are copied one by one: a call costs more. */
const FEW_BYTES = 48;

function copyBytes(source: Uint8Array, from: number, target: Uint8Array, at: number, length: number): void {
  if (length > FEW_BYTES) target.set(source.subarray(from, from + length), at);
  else for (let i = 0; i < length; i++) target[at + i] = source[from + i]!;
}

/** The bytes of a BLOB vector. */
export function readBytes(vector: DuckDBVector, rows: number): (Uint8Array | null)[] {
  return readStrings<Uint8Array>(
    vector,
    rows,
    (layout, row) => Uint8Array.from(layout.bytes.subarray(row * STRING_BYTES + 4, row * STRING_BYTES + 4 + layout.length(row))),
    (runs) => (layout, row) => runs[layout.runOf[row]!]!.subarray(layout.offset(row), layout.offset(row) + layout.length(row)),
  );
}

/** Writes all texts of a vector; those of a column that is not all ASCII one by one. */
export function writeTexts(vector: DuckDBVector, values: readonly (string | null)[]): void {
  const joined = values.join("");
  const bytes = encoder.encode(joined);
  if (bytes.length === joined.length) writeStrings(vector, values, bytes);
  else {
    for (const [row, value] of values.entries()) vector.setItem(row, value as never);
    vector.flush();
  }
}

/** Writes all values of a BLOB vector. */
export function writeBytes(vector: DuckDBVector, values: readonly (Uint8Array | null)[]): void {
  writeStrings(vector, values, Buffer.concat(values.filter((value) => value !== null)));
}

/** `bytes` are those of the values one after the other. */
function writeStrings(vector: DuckDBVector, values: readonly ({ readonly length: number } | null)[], bytes: Uint8Array): void {
  const { vector: raw, validity } = partsOf(vector);
  const base = bytes.length > INLINE_BYTES ? stored(raw, bytes) : 0n;
  const strings = new DataView(new ArrayBuffer(values.length * STRING_BYTES));
  const target = new Uint8Array(strings.buffer);
  let from = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) {
      validity.setItemValid(row, false);
      continue;
    }
    const at = row * STRING_BYTES;
    strings.setUint32(at, value.length, true);
    const own = value.length <= INLINE_BYTES ? value.length : 4;
    for (let i = 0; i < own; i++) target[at + 4 + i] = bytes[from + i]!;
    if (value.length > INLINE_BYTES) strings.setBigUint64(at + 8, base + BigInt(from), true);
    from += value.length;
  }
  new DuckDBHugeIntVector(strings, ALWAYS_VALID, raw, values.length).flush();
  validity.flush(raw);
}

/** Puts bytes into a vector's heap, by way of its first row. Returns their address. */
function stored(raw: RawVector, bytes: Uint8Array): bigint {
  const first = new DuckDBBlobVector(new DataView(new ArrayBuffer(STRING_BYTES)), ALWAYS_VALID, raw, 0, 1);
  first.setItem(0, new DuckDBBlobValue(bytes));
  first.flush();
  return partsOf(DuckDBBlobVector.fromRawVector(raw, 1)).dataView.getBigUint64(8, true);
}
