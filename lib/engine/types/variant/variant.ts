import { javaDouble, javaFloat } from "../java-number.ts";
import { Decimal, LocalDate, LocalDateTime, Timestamp, zoneOffsetMicros } from "../values.ts";
import { basicTypes, primitiveIds } from "./encoding.ts";

/** What a variant holds. `date`, `timestamp` and `timestamp_ntz` count days or microseconds since 1970. */
export type VariantContent =
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "long"; readonly value: bigint }
  | { readonly kind: "double" | "float"; readonly value: number }
  | { readonly kind: "decimal"; readonly value: Decimal }
  | { readonly kind: "date"; readonly value: LocalDate }
  | { readonly kind: "timestamp"; readonly value: Timestamp }
  | { readonly kind: "timestamp_ntz"; readonly value: LocalDateTime }
  | { readonly kind: "binary"; readonly value: Uint8Array }
  | { readonly kind: "string" | "uuid"; readonly value: string }
  | { readonly kind: "array"; readonly items: readonly Variant[] }
  | { readonly kind: "object"; readonly fields: readonly VariantField[] };
export interface VariantField {
  readonly key: string;
  readonly value: Variant;
}

/** A variant whose bytes are none; Spark's MALFORMED_VARIANT. */
export class MalformedVariant extends Error {}

/**
 * A value of the type VARIANT in Spark's and Parquet's binary encoding, so that it crosses files, Arrow and Spark Connect as it is.
 * Source: https://github.com/apache/parquet-format/blob/master/VariantEncoding.md
 */
export class Variant {
  readonly value: Uint8Array;
  readonly metadata: Uint8Array;
  constructor(value: Uint8Array, metadata: Uint8Array) {
    this.value = value;
    this.metadata = metadata;
  }
  /** JSON text; instants on the clocks of UTC unless a zone is given. */
  toString(timeZone = "UTC"): string {
    return jsonOfVariant(this, timeZone);
  }
  toJSON(): string {
    return this.toString();
  }
  /** What it holds, one level deep. Throws MalformedVariant. */
  content(): VariantContent {
    return guarded(() => read(this));
  }
  /** The field of an object, without reading the others; undefined of everything else. */
  field(key: string): Variant | undefined {
    return guarded(() => fieldOf(this, key));
  }
  /** Whether it is JSON's null. */
  isNull(): boolean {
    if (this.value.length === 0) throw new MalformedVariant("it is empty");
    return this.value[0] === ((primitiveIds.null << 2) | basicTypes.primitive);
  }
  /** The element of an array, counted from 0; undefined of everything else. */
  item(index: number): Variant | undefined {
    const content = this.content();
    return content.kind === "array" ? content.items[index] : undefined;
  }
}

function guarded<T>(reading: () => T): T {
  try {
    return reading();
  } catch (cause) {
    throw cause instanceof MalformedVariant ? cause : new MalformedVariant("it ends too early", { cause });
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A whole number of 1 to 4 bytes, the lowest first. */
function unsigned(bytes: Uint8Array, at: number, width: number): number {
  if (at + width > bytes.length) throw new MalformedVariant("it ends too early");
  let result = 0;
  for (let i = width - 1; i >= 0; i--) result = result * 256 + bytes[at + i]!;
  return result;
}

function read(variant: Variant): VariantContent {
  const { value } = variant;
  if (value.length === 0) throw new MalformedVariant("it is empty");
  const header = value[0]! >> 2;
  switch (value[0]! & 3) {
    case basicTypes.shortString:
      return { kind: "string", value: text(value, 1, header) };
    case basicTypes.object:
      return { kind: "object", fields: objectFields(variant, header) };
    case basicTypes.array:
      return { kind: "array", items: arrayItems(variant, header) };
    default:
      return primitive(value, header);
  }
}

const text = (bytes: Uint8Array, at: number, length: number): string => {
  if (at + length > bytes.length) throw new MalformedVariant("it ends too early");
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, length).toString("utf8");
};

/** Where the parts of an object stand. */
function objectLayout(value: Uint8Array, header: number) {
  const [offsetWidth, idWidth, sizeWidth] = [(header & 3) + 1, ((header >> 2) & 3) + 1, header & 16 ? 4 : 1];
  const size = unsigned(value, 1, sizeWidth);
  const ids = 1 + sizeWidth;
  const offsets = ids + size * idWidth;
  return { size, ids, idWidth, offsets, offsetWidth, start: offsets + (size + 1) * offsetWidth };
}

function objectFields({ value, metadata }: Variant, header: number): VariantField[] {
  const { size, ids, idWidth, offsets, offsetWidth, start } = objectLayout(value, header);
  return Array.from({ length: size }, (_, i) => ({
    key: keyOf(metadata, unsigned(value, ids + i * idWidth, idWidth)),
    value: part(value, metadata, start + unsigned(value, offsets + i * offsetWidth, offsetWidth)),
  }));
}

function fieldOf({ value, metadata }: Variant, key: string): Variant | undefined {
  if (value.length === 0) throw new MalformedVariant("it is empty");
  if ((value[0]! & 3) !== basicTypes.object) return undefined;
  const { size, ids, idWidth, offsets, offsetWidth, start } = objectLayout(value, value[0]! >> 2);
  for (let i = 0; i < size; i++) {
    if (keyOf(metadata, unsigned(value, ids + i * idWidth, idWidth)) === key)
      return part(value, metadata, start + unsigned(value, offsets + i * offsetWidth, offsetWidth));
  }
  return undefined;
}

function arrayItems({ value, metadata }: Variant, header: number): Variant[] {
  const [offsetWidth, sizeWidth] = [(header & 3) + 1, header & 4 ? 4 : 1];
  const size = unsigned(value, 1, sizeWidth);
  const offsets = 1 + sizeWidth;
  const start = offsets + (size + 1) * offsetWidth;
  return Array.from({ length: size }, (_, i) => part(value, metadata, start + unsigned(value, offsets + i * offsetWidth, offsetWidth)));
}

const part = (value: Uint8Array, metadata: Uint8Array, at: number): Variant =>
  new Variant(value.subarray(at, at + sizeAt(value, at)), metadata);

/** The keys of the metadata read last: rows of a column mostly have the same. */
let known: { readonly metadata: Uint8Array; readonly keys: (string | undefined)[] } = { metadata: new Uint8Array(), keys: [] };

function keyOf(metadata: Uint8Array, id: number): string {
  if (known.metadata !== metadata && Buffer.compare(known.metadata, metadata) !== 0) known = { metadata, keys: [] };
  const key = known.keys[id] ?? readKey(metadata, id);
  known.keys[id] = key;
  return key;
}

function readKey(metadata: Uint8Array, id: number): string {
  const width = (metadata[0]! >> 6) + 1;
  const count = unsigned(metadata, 1, width);
  if (id >= count) throw new MalformedVariant("a key is missing");
  const [start, end] = [unsigned(metadata, 1 + (id + 1) * width, width), unsigned(metadata, 1 + (id + 2) * width, width)];
  return text(metadata, 1 + (count + 2) * width + start, end - start);
}

/** Bytes behind the header of primitives of one length. */
const LENGTHS: Readonly<Record<number, number>> = {
  [primitiveIds.null]: 0,
  [primitiveIds.true]: 0,
  [primitiveIds.false]: 0,
  [primitiveIds.int1]: 1,
  [primitiveIds.int2]: 2,
  [primitiveIds.int4]: 4,
  [primitiveIds.int8]: 8,
  [primitiveIds.double]: 8,
  [primitiveIds.decimal4]: 5,
  [primitiveIds.decimal8]: 9,
  [primitiveIds.decimal16]: 17,
  [primitiveIds.date]: 4,
  [primitiveIds.timestamp]: 8,
  [primitiveIds.timestampNtz]: 8,
  [primitiveIds.float]: 4,
  [primitiveIds.uuid]: 16,
};

/** How many bytes the value that begins there takes. */
function sizeAt(value: Uint8Array, at: number): number {
  const header = unsigned(value, at, 1) >> 2;
  switch (value[at]! & 3) {
    case basicTypes.shortString:
      return 1 + header;
    case basicTypes.object: {
      const [offsetWidth, idWidth, sizeWidth] = [(header & 3) + 1, ((header >> 2) & 3) + 1, header & 16 ? 4 : 1];
      const size = unsigned(value, at + 1, sizeWidth);
      const offsets = 1 + sizeWidth + size * idWidth;
      return offsets + (size + 1) * offsetWidth + unsigned(value, at + offsets + size * offsetWidth, offsetWidth);
    }
    case basicTypes.array: {
      const [offsetWidth, sizeWidth] = [(header & 3) + 1, header & 4 ? 4 : 1];
      const size = unsigned(value, at + 1, sizeWidth);
      const offsets = 1 + sizeWidth;
      return offsets + (size + 1) * offsetWidth + unsigned(value, at + offsets + size * offsetWidth, offsetWidth);
    }
    default: {
      if (header === primitiveIds.binary || header === primitiveIds.string) return 5 + unsigned(value, at + 1, 4);
      const length = LENGTHS[header];
      if (length === undefined) throw new MalformedVariant(`there is no primitive ${header}`);
      return 1 + length;
    }
  }
}

function primitive(bytes: Uint8Array, id: number): VariantContent {
  const view = viewOf(bytes);
  switch (id) {
    case primitiveIds.null:
      return { kind: "null" };
    case primitiveIds.true:
    case primitiveIds.false:
      return { kind: "boolean", value: id === primitiveIds.true };
    case primitiveIds.int1:
      return { kind: "long", value: BigInt(view.getInt8(1)) };
    case primitiveIds.int2:
      return { kind: "long", value: BigInt(view.getInt16(1, true)) };
    case primitiveIds.int4:
      return { kind: "long", value: BigInt(view.getInt32(1, true)) };
    case primitiveIds.int8:
      return { kind: "long", value: view.getBigInt64(1, true) };
    case primitiveIds.double:
      return { kind: "double", value: view.getFloat64(1, true) };
    case primitiveIds.float:
      return { kind: "float", value: view.getFloat32(1, true) };
    case primitiveIds.decimal4:
      return decimal(BigInt(view.getInt32(2, true)), bytes[1]!);
    case primitiveIds.decimal8:
      return decimal(view.getBigInt64(2, true), bytes[1]!);
    case primitiveIds.decimal16:
      return decimal((view.getBigInt64(10, true) << 64n) | view.getBigUint64(2, true), bytes[1]!);
    case primitiveIds.date:
      return { kind: "date", value: new LocalDate(view.getInt32(1, true)) };
    case primitiveIds.timestamp:
      return { kind: "timestamp", value: new Timestamp(view.getBigInt64(1, true)) };
    case primitiveIds.timestampNtz:
      return { kind: "timestamp_ntz", value: new LocalDateTime(view.getBigInt64(1, true)) };
    case primitiveIds.binary:
      return { kind: "binary", value: bytes.slice(5, 5 + unsigned(bytes, 1, 4)) };
    case primitiveIds.string:
      return { kind: "string", value: text(bytes, 5, unsigned(bytes, 1, 4)) };
    case primitiveIds.uuid: {
      const hex = Buffer.from(bytes.subarray(1, 17)).toString("hex");
      return { kind: "uuid", value: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") };
    }
    default:
      throw new MalformedVariant(`there is no primitive ${id}`);
  }
}

/** Without zeros at the end, and with no fewer than none behind the point. */
function decimal(unscaled: bigint, scale: number): VariantContent {
  let [digits, places] = [unscaled, scale];
  while (places > 0 && digits % 10n === 0n) [digits, places] = [digits / 10n, places - 1];
  return { kind: "decimal", value: new Decimal(digits, places) };
}

/** `+HH:MM`. */
function offsetText(epochMicros: bigint, timeZone: string): string {
  const minutes = Number(zoneOffsetMicros(epochMicros, timeZone) / 60_000_000n);
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

/** Control characters as Java's writers have them: `\u001F`, in capitals. */
export const quoteVariantText = (value: string): string =>
  JSON.stringify(value).replace(/\\u00([01][0-9a-f])/g, (_, digits: string) => `\\u00${digits.toUpperCase()}`);

function jsonOfVariant(variant: Variant, timeZone: string): string {
  const content = variant.content();
  switch (content.kind) {
    case "null":
      return "null";
    case "boolean":
    case "long":
    case "decimal":
      return String(content.value);
    case "double":
    case "float": {
      const number = content.kind === "float" ? javaFloat(content.value) : javaDouble(content.value);
      return Number.isFinite(content.value) ? number : `"${number}"`;
    }
    case "timestamp":
      return `"${content.value.toString(timeZone)}${offsetText(content.value.epochMicros, timeZone)}"`;
    case "date":
    case "timestamp_ntz":
    case "uuid":
      return `"${content.value}"`;
    case "binary":
      return `"${Buffer.from(content.value).toString("base64")}"`;
    case "string":
      return quoteVariantText(content.value);
    case "array":
      return `[${content.items.map((item) => jsonOfVariant(item, timeZone)).join(",")}]`;
    case "object":
      return `{${content.fields.map(({ key, value }) => `${quoteVariantText(key)}:${jsonOfVariant(value, timeZone)}`).join(",")}}`;
  }
}
