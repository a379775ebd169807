import { type FileMetaData, parquetMetadata } from "hyparquet";
import { ExecutionError } from "../../engine/errors.ts";
import type { ScanFile } from "../../engine/logical/plan.ts";
import type { ObjectStore } from "../../engine/ports/object-store.ts";
import type { SourceIo } from "../../engine/ports/source.ts";

/** Most footers fit; a larger one takes a second request. */
const FIRST_GET = 64 << 10;
/** A footer beyond this is a corrupt length, or nothing that a coordinator could hold many of. */
const MAX_FOOTER = 256 << 20;
const MAGIC = "PAR1";

export interface Footer {
  readonly metadata: FileMetaData;
  /** The file from `start` to its end: at least the whole footer. */
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly requests: number;
}

/** A file's footer, read once where footers are remembered, and the requests that it took now. */
export async function footerOf(
  { key, size, modified }: Pick<ScanFile, "key" | "size" | "modified">,
  { store, remember }: Pick<SourceIo, "store" | "remember">,
): Promise<{ readonly footer: Footer; readonly requests: number }> {
  let requests = 0;
  const read = async () => {
    const footer = await readFooter(key, size, store);
    requests = footer.requests;
    return footer;
  };
  const kept = remember && modified !== undefined;
  return { footer: await (kept ? remember(`footer of ${key}, ${size} bytes, ${modified}`, read) : read()), requests };
}

/** Reads a file's metadata, in one request or two. Throws FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER for what is no whole Parquet file. */
export async function readFooter(key: string, size: number, store: ObjectStore): Promise<Footer> {
  const unreadable = (cause?: unknown) => new ExecutionError("FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER", { path: key }, { cause });
  if (size < 12) throw unreadable();
  let start = Math.max(0, size - FIRST_GET);
  let bytes = await store.get(key, { start, end: size });
  let requests = 1;
  if (bytes.length !== size - start || Buffer.from(bytes.subarray(-4)).toString("latin1") !== MAGIC) throw unreadable();
  const length = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 4).getUint32(0, true) + 8;
  if (length > size - 4 || length > MAX_FOOTER) throw unreadable();
  if (length > bytes.length) {
    start = size - length;
    bytes = new Uint8Array(Buffer.concat([await store.get(key, { start, end: size - bytes.length }), bytes]));
    requests++;
  }
  try {
    const metadata = parquetMetadata(bytes, { parsers: rawParsers, geoparquet: false });
    if (!isConsistent(metadata, size)) throw new RangeError("row groups and file size disagree");
    return { metadata, start, bytes, requests };
  } catch (thrown) {
    throw unreadable(thrown);
  }
}

/** Statistics stay as they stand in the file, so that nothing is rounded: days, microseconds, bytes. */
const rawParsers = {
  timestampFromMilliseconds: (value: bigint) => value * 1000n,
  timestampFromMicroseconds: (value: bigint) => value,
  timestampFromNanoseconds: (value: bigint) => value,
  dateFromDays: (value: number) => value,
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes,
} as never;

function isConsistent({ num_rows, row_groups }: FileMetaData, size: number): boolean {
  let rows = 0n;
  for (const group of row_groups) {
    rows += group.num_rows;
    for (const { meta_data, file_path } of group.columns) {
      if (!meta_data || file_path) return false;
      const { start, end } = chunkRange(meta_data);
      if (start < 4 || end < start || end > size) return false;
    }
  }
  return rows === num_rows;
}

/** Where a column chunk lies in its file: dictionary page first, where it has one. */
export function chunkRange(chunk: {
  readonly dictionary_page_offset?: bigint;
  readonly data_page_offset: bigint;
  readonly total_compressed_size: bigint;
}): { start: number; end: number } {
  const data = Number(chunk.data_page_offset);
  const dictionary = Number(chunk.dictionary_page_offset ?? 0n);
  const start = dictionary > 0 && dictionary < data ? dictionary : data;
  return { start, end: start + Number(chunk.total_compressed_size) };
}
