/**
 * One partition's part of a shuffle object: the Parquet files that a map task wrote for it, one behind the other.
 *
 *     u32 number of files | u64 length of each | the files
 *
 * Little-endian. A map task writes one file a partition, more only where DuckDB had to close one early.
 */
const COUNT_BYTES = 4;
const LENGTH_BYTES = 8;
/** More files than this in one block is damage, not data. */
const MAX_FILES = 65_536;

const headerBytes = (files: number): number => COUNT_BYTES + LENGTH_BYTES * files;

export function encodeHeader(lengths: readonly number[]): Uint8Array {
  const header = new Uint8Array(headerBytes(lengths.length));
  const view = new DataView(header.buffer);
  view.setUint32(0, lengths.length, true);
  for (const [i, length] of lengths.entries()) view.setBigUint64(COUNT_BYTES + LENGTH_BYTES * i, BigInt(length), true);
  return header;
}

/** The files of a block as [start, end) within it. Undefined where the bytes cannot be a block of this size. */
export function decodeHeader(bytes: Uint8Array, blockBytes: number): { readonly start: number; readonly end: number }[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < COUNT_BYTES) return undefined;
  const count = view.getUint32(0, true);
  if (count > MAX_FILES || bytes.byteLength < headerBytes(count)) return undefined;
  let start = headerBytes(count);
  const files = Array.from({ length: count }, (_, i) => {
    const end = start + Number(view.getBigUint64(COUNT_BYTES + LENGTH_BYTES * i, true));
    const file = { start, end };
    start = end;
    return file;
  });
  return start === blockBytes ? files : undefined;
}
