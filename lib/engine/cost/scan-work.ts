import { coalesce, MAX_READ_BYTES } from "../byte-ranges.ts";
import type { Scan } from "../logical/plan.ts";
import type { ByteRange } from "../ports/object-store.ts";
import type { Split } from "../ports/source.ts";
import { BLOCK_READ_BYTES } from "../shuffle/read.ts";

/** What the store is asked for. */
export interface Reads {
  readonly bytes: number;
  readonly requests: number;
}

/** GETs of so many blocks of a shuffle that have so many bytes together. */
export const blockReads = (blocks: number, bytes: number): number =>
  blocks === 0 ? 0 : blocks * Math.ceil(Math.max(1, bytes / blocks) / BLOCK_READ_BYTES);

/** Bytes of an upload's part. */
const PART_BYTES = 8 << 20;

/** PUTs and POSTs of an object that is uploaded in parts: its beginning, its parts, its completion. */
export const uploadWrites = (bytes: number): number => 2 + Math.max(1, Math.ceil(bytes / PART_BYTES));
/** Of a shuffle's object, which is put whole where it is small. */
export const objectWrites = (bytes: number): number => (bytes <= PART_BYTES ? 1 : uploadWrites(bytes));

/** The end of a Parquet file is read first: its footer is there, as a rule whole, and perhaps column chunks. */
const FOOTER_BYTES = 64 << 10;

/** What one task reads of a scan. Exact where row groups are known, footers are small and the file has no Bloom filters. */
export function scanReads(scan: Scan, splits: readonly Split[]): Reads {
  const files = [...Map.groupBy(splits, (split) => split.file)].map(([file, parts]) => fileReads(scan, file, parts));
  return { bytes: sum(files, (file) => file.bytes), requests: sum(files, (file) => file.requests) };
}

function fileReads(scan: Scan, index: number, splits: readonly Split[]): Reads {
  const { rowGroups, size } = scan.files[index]!;
  if (!rowGroups)
    return {
      bytes: sum(splits, (split) => split.bytes),
      requests: sum(splits, (split) => Math.max(1, Math.ceil(split.bytes / MAX_READ_BYTES))),
    };
  const wanted = rowGroups.filter((group) =>
    splits.some(
      ({ firstRow = 0, rows = Number.POSITIVE_INFINITY }) => firstRow < group.firstRow + group.rows && group.firstRow < firstRow + rows,
    ),
  );
  const chunks = wanted.flatMap((group) =>
    scan.output.flatMap(({ name }): ByteRange[] => (Object.hasOwn(group.columns, name) ? [group.columns[name]!] : [])),
  );
  const footer = Math.min(FOOTER_BYTES, size);
  const ranges = coalesce(chunks.map(({ start, end }) => ({ start, end: Math.min(end, size - footer) })));
  return { bytes: footer + sum(ranges, lengthOf), requests: 1 + ranges.length };
}

const lengthOf = ({ start, end }: ByteRange): number => end - start;
const sum = <T>(items: readonly T[], amount: (item: T) => number): number => items.reduce((total, item) => total + amount(item), 0);
