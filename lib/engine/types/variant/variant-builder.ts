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
  const value = builder.value(input);
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

/** Where builders write, one after the other: each returns copies of what it wrote. */
let shared = Buffer.alloc(4096);

/**
 * Writes values one after the other. A container's header has the sizes of what follows it, so that is written first and then moved: most are
 * small. Source: Spark's VariantBuilder.
 */
class Builder {
  readonly #ids = new Map<string, number>();
  #bytes = shared;
  #at = 0;

  value(input: VariantInput): Uint8Array {
    this.#write(input);
    return new Uint8Array(this.#bytes.subarray(0, this.#at));
  }

  metadata(): Uint8Array {
    const keys = [...this.#ids.keys()];
    const lengths = keys.map((key) => Buffer.byteLength(key));
    const length = lengths.reduce((sum, each) => sum + each, 0);
    const width = widthOf(Math.max(length, keys.length));
    this.#at = 0;
    this.#byte(METADATA_VERSION | ((width - 1) << 6));
    this.#number(keys.length, width);
    let offset = 0;
    for (const each of [...lengths, 0]) {
      this.#number(offset, width);
      offset += each;
    }
    for (const [i, key] of keys.entries()) {
      this.#room(lengths[i]!);
      this.#at += this.#bytes.write(key, this.#at);
    }
    return new Uint8Array(this.#bytes.subarray(0, this.#at));
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    if (this.#at + bytes > 2 * SIZE_LIMIT) throw new VariantTooLarge("a variant is too large");
    const larger = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
    if (larger.length <= SHARED_BYTES) shared = larger;
  }
  #byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }
  #number(value: number, width: number): void {
    this.#room(width);
    this.#at = this.#bytes.writeUIntLE(value, this.#at, width);
  }
  /** Moves what was written since `start` by so many bytes, to write before it. */
  #insertAt(start: number, bytes: number): void {
    this.#room(bytes);
    this.#bytes.copyWithin(start + bytes, start, this.#at);
    this.#at = start;
  }

  #write(input: VariantInput): void {
    switch (input.kind) {
      case "variant":
        this.#write(inputOfVariant(input.value));
        return;
      case "array":
        this.#array(input.items);
        return;
      case "object":
        this.#object(input.fields);
        return;
      case "string": {
        const length = Buffer.byteLength(input.value);
        if (length > MAX_SHORT_STRING) this.#sized(primitiveIds.string, length);
        else this.#byte((length << 2) | basicTypes.shortString);
        this.#room(length);
        this.#at += this.#bytes.write(input.value, this.#at);
        return;
      }
      case "long":
        this.#long(input.value);
        return;
      case "binary":
        this.#sized(primitiveIds.binary, input.value.length);
        this.#append(input.value);
        return;
      default:
        this.#append(scalarBytes(input as Scalar));
    }
  }

  /** In as few bytes as hold it. */
  #long(value: bigint): void {
    this.#room(9);
    const number = Number(value);
    if (number >= -128 && number <= 127) {
      this.#bytes[this.#at] = primitiveHeader(primitiveIds.int1);
      this.#at = this.#bytes.writeInt8(number, this.#at + 1);
    } else if (number >= -32_768 && number <= 32_767) {
      this.#bytes[this.#at] = primitiveHeader(primitiveIds.int2);
      this.#at = this.#bytes.writeInt16LE(number, this.#at + 1);
    } else if (number >= -2_147_483_648 && number <= 2_147_483_647) {
      this.#bytes[this.#at] = primitiveHeader(primitiveIds.int4);
      this.#at = this.#bytes.writeInt32LE(number, this.#at + 1);
    } else {
      this.#bytes[this.#at] = primitiveHeader(primitiveIds.int8);
      this.#at = this.#bytes.writeBigInt64LE(value, this.#at + 1);
    }
  }

  #sized(id: number, length: number): void {
    this.#byte(primitiveHeader(id));
    this.#number(length, 4);
  }
  #append(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #array(items: readonly VariantInput[]): void {
    const start = this.#at;
    const offsets = [0];
    for (const item of items) {
      this.#write(item);
      offsets.push(this.#at - start);
    }
    const size = this.#at - start;
    const [large, width] = [items.length > 255, widthOf(size)];
    const sizeWidth = large ? 4 : 1;
    this.#insertAt(start, 1 + sizeWidth + offsets.length * width);
    this.#byte(((large ? 1 : 0) << 4) | ((width - 1) << 2) | basicTypes.array);
    this.#number(items.length, sizeWidth);
    for (const offset of offsets) this.#number(offset, width);
    this.#at += size;
  }

  #object(fields: readonly (readonly [string, VariantInput])[]): void {
    const start = this.#at;
    const written = fields.map(([key, value]) => {
      const id = this.#ids.get(key) ?? this.#ids.size;
      this.#ids.set(key, id);
      const offset = this.#at - start;
      this.#write(value);
      return { key, id, offset };
    });
    const size = this.#at - start;
    const sorted = written.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const repeated = sorted.find((field, i) => field.key === sorted[i + 1]?.key);
    if (repeated) throw new ExecutionError("VARIANT_DUPLICATE_KEY", { key: repeated.key });
    const largestId = sorted.reduce((most, { id }) => Math.max(most, id), 0);
    const [large, idWidth, offsetWidth] = [fields.length > 255, widthOf(largestId), widthOf(size)];
    const sizeWidth = large ? 4 : 1;
    this.#insertAt(start, 1 + sizeWidth + sorted.length * idWidth + (sorted.length + 1) * offsetWidth);
    this.#byte(((large ? 1 : 0) << 6) | ((idWidth - 1) << 4) | ((offsetWidth - 1) << 2) | basicTypes.object);
    this.#number(fields.length, sizeWidth);
    for (const { id } of sorted) this.#number(id, idWidth);
    for (const { offset } of sorted) this.#number(offset, offsetWidth);
    this.#number(size, offsetWidth);
    this.#at += size;
  }
}

/** A buffer that grew beyond it is given up with the variant that needed it. */
const SHARED_BYTES = 1 << 20;

const widthOf = (value: number): number => (value <= 0xff ? 1 : value <= 0xffff ? 2 : value <= 0xffffff ? 3 : 4);

type Scalar =
  | Exclude<VariantInput, { readonly kind: "array" | "object" | "variant" | "string" | "uuid" | "binary" | "long" }>
  | { readonly kind: "uuid"; readonly value: string };

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
    case "uuid":
      return Buffer.concat([Buffer.of(primitiveHeader(primitiveIds.uuid)), Buffer.from(input.value.replaceAll("-", ""), "hex")]);
  }
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
