import { type Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { invoke, optional } from "./invoke.ts";

/** Hashes. */

/** Returns the CRC-32 of a binary. */
export const crc32 = (col: ColumnOrName): Column<bigint | null> => invoke("crc32", columnExpression(col));

/** Returns Spark's Murmur3 hash of the columns. */
export const hash = (...cols: readonly ColumnOrName[]): Column<number> => invoke("hash", ...cols.map(columnExpression));

/** Returns the MD5 digest of a binary, as hexadecimal text. */
export const md5 = (col: ColumnOrName): Column<string | null> => invoke("md5", columnExpression(col));

/** Returns the SHA-1 digest of a binary, as hexadecimal text. */
export const sha = (col: ColumnOrName): Column<string | null> => invoke("sha", columnExpression(col));

/** Returns the SHA-1 digest of a binary, as hexadecimal text. */
export const sha1 = (col: ColumnOrName): Column<string | null> => invoke("sha1", columnExpression(col));

/** Returns a SHA-2 digest (224, 256, 384, 512 bits), as hexadecimal text. */
export const sha2 = (col: ColumnOrName, numBits: number): Column<string | null> =>
  invoke("sha2", columnExpression(col), expressionOf(numBits));

/** Returns the 64-bit xxHash of the columns. */
export const xxhash64 = (...cols: readonly ColumnOrName[]): Column<bigint> => invoke("xxhash64", ...cols.map(columnExpression));

/** Returns the keyed hash of a message, by SHA-256 unless another algorithm is named. */
export const hmac = (key: ColumnOrName, message: ColumnOrName, algorithm?: ColumnOrName): Column<Uint8Array | null> =>
  invoke("hmac", columnExpression(key), columnExpression(message), optional(algorithm, columnExpression));
