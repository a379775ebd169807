import type { DataType } from "../../types/data-type.ts";
import { Decimal, LocalDate, LocalDateTime, Timestamp, type Value } from "../../types/values.ts";
import type { Item, ItemForm } from "./items.ts";

/** How values of a type stand in a sketch of frequent items: as numbers, texts or truth values, with Java's hash codes and DataSketches' bytes. */
export function itemFormOf(type: DataType): ItemForm | undefined {
  switch (type.kind) {
    case "byte":
      return tagged(
        2,
        1,
        (view, at, item) => view.setInt8(at, item),
        (view, at) => view.getInt8(at),
      );
    case "short":
      return tagged(
        3,
        2,
        (view, at, item) => view.setInt16(at, item, true),
        (view, at) => view.getInt16(at, true),
      );
    case "integer":
    case "date":
      return tagged(
        9,
        4,
        (view, at, item) => view.setInt32(at, item, true),
        (view, at) => view.getInt32(at, true),
      );
    case "float":
      return {
        ...tagged(
          6,
          4,
          (view, at, item) => view.setFloat32(at, item, true),
          (view, at) => view.getFloat32(at, true),
        ),
        hash: floatHash,
      };
    case "double":
      return {
        hash: doubleHash,
        ...fixed<number>(
          (view, at, item) => view.setFloat64(at, item, true),
          (view, at) => view.getFloat64(at, true),
        ),
      };
    case "long":
    case "timestamp":
    case "timestamp_ntz":
      return {
        hash: longHash,
        ...fixed<bigint>(
          (view, at, item) => view.setBigInt64(at, item, true),
          (view, at) => view.getBigInt64(at, true),
        ),
      };
    case "boolean":
      return {
        hash: (item: boolean) => (item ? 1231 : 1237),
        write: bitsOf,
        read: (bytes, count) => Array.from({ length: count }, (_, i) => ((bytes[i >> 3]! >> (i & 7)) & 1) === 1),
      };
    case "decimal":
    case "string":
      return { hash: textHash, write: textBytes, read: textsOf };
    default:
      return undefined;
  }
}

/** A value as a sketch's item. */
export function itemOf(value: Value): Item {
  if (value instanceof LocalDate) return value.epochDays;
  if (value instanceof Timestamp || value instanceof LocalDateTime) return value.epochMicros;
  return value instanceof Decimal ? String(value) : (value as Item);
}

/** An item as a value of a type. */
export function valueOfItem(item: Item, type: DataType): Value {
  switch (type.kind) {
    case "date":
      return new LocalDate(item as number);
    case "timestamp":
      return new Timestamp(item as bigint);
    case "timestamp_ntz":
      return new LocalDateTime(item as bigint);
    case "decimal":
      return Decimal.parse(item as string);
    default:
      return item;
  }
}

const scratch = new DataView(new ArrayBuffer(8));

const longHash = (item: bigint): number => Number(BigInt.asIntN(32, item ^ (BigInt.asUintN(64, item) >> 32n)));
function doubleHash(item: number): number {
  scratch.setFloat64(0, item);
  return scratch.getInt32(0) ^ scratch.getInt32(4);
}
function floatHash(item: number): number {
  scratch.setFloat32(0, item);
  return scratch.getInt32(0);
}
function textHash(item: string): number {
  let hash = 0;
  for (let i = 0; i < item.length; i++) hash = (Math.imul(hash, 31) + item.charCodeAt(i)) | 0;
  return hash;
}

type Setter<T> = (view: DataView, at: number, item: T) => void;
type Getter<T> = (view: DataView, at: number) => T;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Eight bytes each. */
const fixed = <T extends Item>(set: Setter<T>, get: Getter<T>): Pick<ItemForm, "write" | "read"> => ({
  write: (items: readonly T[]) => {
    const bytes = new Uint8Array(items.length * 8);
    for (const [i, item] of items.entries()) set(viewOf(bytes), i * 8, item);
    return bytes;
  },
  read: (bytes, count) => Array.from({ length: count }, (_, i) => get(viewOf(bytes), i * 8)),
});

/** Each behind a byte that tells its class. */
const tagged = (tag: number, size: number, set: Setter<number>, get: Getter<number>): ItemForm => ({
  hash: (item: number) => item,
  write: (items: readonly number[]) => {
    const bytes = new Uint8Array(items.length * (size + 1));
    for (const [i, item] of items.entries()) {
      bytes[i * (size + 1)] = tag;
      set(viewOf(bytes), i * (size + 1) + 1, item);
    }
    return bytes;
  },
  read: (bytes, count) => Array.from({ length: count }, (_, i) => get(viewOf(bytes), i * (size + 1) + 1)),
});

function bitsOf(items: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(items.length / 8));
  for (const [i, item] of items.entries()) if (item) bytes[i >> 3]! |= 1 << (i & 7);
  return bytes;
}

/** Each behind its length. */
function textBytes(items: readonly string[]): Uint8Array {
  return Buffer.concat(
    items.flatMap((item) => {
      const text = Buffer.from(item);
      const length = Buffer.alloc(4);
      length.writeInt32LE(text.length);
      return [length, text];
    }),
  );
}

function textsOf(bytes: Uint8Array, count: number): string[] {
  const [view, decoder] = [viewOf(bytes), new TextDecoder()];
  let at = 0;
  return Array.from({ length: count }, () => {
    const end = at + 4 + view.getInt32(at, true);
    const text = decoder.decode(bytes.subarray(at + 4, end));
    at = end;
    return text;
  });
}
