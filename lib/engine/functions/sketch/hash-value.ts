import * as t from "../../types/data-type.ts";
import { hashBytes128, hashDouble128, hashLong128 } from "./murmur3-128.ts";

/** The type that a value of a type is hashed as: integers as long, floats as double; texts and bytes, and arrays of integers, as they are. */
export function hashedKey(type: t.DataType): t.DataType {
  if (type.kind === "integer") return t.integerType;
  return t.isStringLike(type) ? t.stringType : type;
}

const encoder = new TextEncoder();

/** Leaves a value's hash in `hash128`; false for an empty text or array, which sketches pass over. */
export function hashValue(value: unknown, type: t.DataType): boolean {
  switch (type.kind) {
    case "string":
      return hashed(encoder.encode(value as string));
    case "binary":
      return hashed(value as Uint8Array);
    case "array":
      return hashed(bytesOfIntegers(value as readonly (number | bigint | null)[], type.elementType.kind === "long" ? 8 : 4));
    case "double":
    case "float":
      hashDouble128(value as number);
      return true;
    default:
      hashLong128(BigInt(value as number | bigint));
      return true;
  }
}

function hashed(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  hashBytes128(bytes);
  return true;
}

/** Little-endian, one behind the other; NULL is 0. */
function bytesOfIntegers(values: readonly (number | bigint | null)[], size: 4 | 8): Uint8Array {
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) {
    if (size === 8) view.setBigInt64(i * 8, BigInt(value ?? 0), true);
    else view.setInt32(i * 4, Number(value ?? 0), true);
  }
  return bytes;
}
