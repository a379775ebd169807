import { ExecutionError } from "../../errors.ts";
import type { Decimal } from "../values.ts";
import { basicTypes, METADATA_VERSION, primitiveIds, SIZE_LIMIT } from "./encoding.ts";
import { Variant, type VariantContent } from "./variant.ts";

/** A variant beyond `SIZE_LIMIT`; Spark's VARIANT_SIZE_LIMIT. */
export class VariantTooLarge extends Error {}

const MAX_SHORT_STRING = 63;

/** What a builder writes. Fields of objects come in any order. */
export type VariantInput =
  | Exclude<VariantContent, { readonly kind: "array" } | { readonly kind: "object" }>
  | { readonly kind: "array"; readonly items: readonly VariantInput[] }
  | { readonly kind: "object"; readonly fields: readonly (readonly [string, VariantInput])[] }
  | { readonly kind: "variant"; readonly value: Variant };

/** The variant that holds what is given: keys in the order in which they first stand there, as Spark numbers them. */
export function buildVariant(input: VariantInput): Variant {
  const builder = new Builder();
  const value = builder.encode(input);
  const metadata = builder.metadata();
  if (value.length > SIZE_LIMIT || metadata.length > SIZE_LIMIT) throw new VariantTooLarge("a variant is too large");
  return new Variant(value, metadata);
}

/** A variant as input: written anew, it keeps of the metadata only the keys that it has. */
export function inputOfVariant(variant: Variant): VariantInput {
  const content = variant.content();
  if (content.kind === "array") return { kind: "array", items: content.items.map(inputOfVariant) };
  if (content.kind === "object") return { kind: "object", fields: content.fields.map(({ key, value }) => [key, inputOfVariant(value)]) };
  return content;
}

class Builder {
  readonly #ids = new Map<string, number>();

  encode(input: VariantInput): Uint8Array {
    switch (input.kind) {
      case "variant":
        return this.encode(inputOfVariant(input.value));
      case "array": {
        const items = input.items.map((item) => this.encode(item));
        return arrayBytes(items);
      }
      case "object":
        return this.#object(input.fields);
      default:
        return scalarBytes(input);
    }
  }

  metadata(): Uint8Array {
    const keys = [...this.#ids.keys()].map((key) => Buffer.from(key, "utf8"));
    const length = keys.reduce((sum, key) => sum + key.length, 0);
    const width = widthOf(Math.max(length, keys.length));
    const header = Buffer.of(METADATA_VERSION | ((width - 1) << 6));
    return Buffer.concat([header, numbers([keys.length, ...offsetsOf(keys)], width), ...keys]);
  }

  #object(fields: readonly (readonly [string, VariantInput])[]): Uint8Array {
    const encoded = fields.map(([key, value]) => {
      const id = this.#ids.get(key) ?? this.#ids.size;
      this.#ids.set(key, id);
      return { key, id, bytes: this.encode(value) };
    });
    const offsets = offsetsOf(encoded.map((field) => field.bytes));
    const sorted = encoded
      .map((field, i) => ({ ...field, offset: offsets[i]! }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const size = fields.length;
    const repeated = sorted.find((field, i) => field.key === sorted[i + 1]?.key);
    if (repeated) throw new ExecutionError("VARIANT_DUPLICATE_KEY", { key: repeated.key });
    const [large, idWidth, offsetWidth] = [size > 255, widthOf(Math.max(0, ...sorted.map((field) => field.id))), widthOf(offsets[size]!)];
    const header = ((large ? 1 : 0) << 6) | ((idWidth - 1) << 4) | ((offsetWidth - 1) << 2) | basicTypes.object;
    return Buffer.concat([
      Buffer.of(header),
      numbers([size], large ? 4 : 1),
      numbers(
        sorted.map((field) => field.id),
        idWidth,
      ),
      numbers([...sorted.map((field) => field.offset), offsets[size]!], offsetWidth),
      ...encoded.map((field) => field.bytes),
    ]);
  }
}

function arrayBytes(items: readonly Uint8Array[]): Uint8Array {
  const offsets = offsetsOf(items);
  const large = items.length > 255;
  const width = widthOf(offsets[items.length]!);
  const header = ((large ? 1 : 0) << 4) | ((width - 1) << 2) | basicTypes.array;
  return Buffer.concat([Buffer.of(header), numbers([items.length], large ? 4 : 1), numbers(offsets, width), ...items]);
}

/** Where each part begins, and where the last one ends. */
function offsetsOf(parts: readonly Uint8Array[]): number[] {
  const offsets = [0];
  for (const part of parts) offsets.push(offsets.at(-1)! + part.length);
  return offsets;
}

const widthOf = (value: number): number => (value <= 0xff ? 1 : value <= 0xffff ? 2 : value <= 0xffffff ? 3 : 4);

function numbers(values: readonly number[], width: number): Uint8Array {
  const bytes = Buffer.alloc(values.length * width);
  for (const [i, value] of values.entries()) bytes.writeUIntLE(value, i * width, width);
  return bytes;
}

type Scalar = Exclude<VariantInput, { readonly kind: "array" } | { readonly kind: "object" } | { readonly kind: "variant" }>;

const primitiveHeader = (id: number): number => (id << 2) | basicTypes.primitive;

function fixed(id: number, length: number, write: (bytes: Buffer) => void): Uint8Array {
  const bytes = Buffer.alloc(1 + length);
  bytes[0] = primitiveHeader(id);
  write(bytes);
  return bytes;
}

function scalarBytes(input: Scalar): Uint8Array {
  switch (input.kind) {
    case "null":
      return Buffer.of(primitiveHeader(primitiveIds.null));
    case "boolean":
      return Buffer.of(primitiveHeader(input.value ? primitiveIds.true : primitiveIds.false));
    case "long":
      return longBytes(input.value);
    case "double":
      return fixed(primitiveIds.double, 8, (bytes) => bytes.writeDoubleLE(input.value, 1));
    case "float":
      return fixed(primitiveIds.float, 4, (bytes) => bytes.writeFloatLE(input.value, 1));
    case "decimal":
      return decimalBytes(input.value);
    case "date":
      return fixed(primitiveIds.date, 4, (bytes) => bytes.writeInt32LE(input.value.epochDays, 1));
    case "timestamp":
      return fixed(primitiveIds.timestamp, 8, (bytes) => bytes.writeBigInt64LE(input.value.epochMicros, 1));
    case "timestamp_ntz":
      return fixed(primitiveIds.timestampNtz, 8, (bytes) => bytes.writeBigInt64LE(input.value.epochMicros, 1));
    case "binary":
      return longText(primitiveIds.binary, input.value);
    case "uuid":
      return Buffer.concat([Buffer.of(primitiveHeader(primitiveIds.uuid)), Buffer.from(input.value.replaceAll("-", ""), "hex")]);
    case "string": {
      const text = Buffer.from(input.value, "utf8");
      if (text.length > MAX_SHORT_STRING) return longText(primitiveIds.string, text);
      return Buffer.concat([Buffer.of((text.length << 2) | basicTypes.shortString), text]);
    }
  }
}

const longText = (id: number, content: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.of(primitiveHeader(id)), numbers([content.length], 4), content]);

/** In as few bytes as hold it. */
function longBytes(value: bigint): Uint8Array {
  if (BigInt.asIntN(8, value) === value) return fixed(primitiveIds.int1, 1, (bytes) => bytes.writeInt8(Number(value), 1));
  if (BigInt.asIntN(16, value) === value) return fixed(primitiveIds.int2, 2, (bytes) => bytes.writeInt16LE(Number(value), 1));
  if (BigInt.asIntN(32, value) === value) return fixed(primitiveIds.int4, 4, (bytes) => bytes.writeInt32LE(Number(value), 1));
  return fixed(primitiveIds.int8, 8, (bytes) => bytes.writeBigInt64LE(value, 1));
}

function decimalBytes({ unscaled, scale, precision }: Decimal): Uint8Array {
  const digits = Math.max(precision, scale);
  const write = (bytes: Buffer) => {
    bytes[1] = scale;
    bytes.writeBigInt64LE(BigInt.asIntN(64, unscaled), 2);
  };
  if (digits <= 9)
    return fixed(primitiveIds.decimal4, 5, (bytes) => {
      bytes[1] = scale;
      bytes.writeInt32LE(Number(unscaled), 2);
    });
  if (digits <= 18) return fixed(primitiveIds.decimal8, 9, write);
  return fixed(primitiveIds.decimal16, 17, (bytes) => {
    write(bytes);
    bytes.writeBigInt64LE(BigInt.asIntN(64, unscaled >> 64n), 10);
  });
}
