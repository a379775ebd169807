import type { Attribute } from "../../engine/expressions/expression.ts";
import type { RowGroup, Scan, ScanFile } from "../../engine/logical/plan.ts";
import type { Split } from "../../engine/ports/source.ts";
import { type Bounds, parseBound } from "../bounds.ts";
import { type BoundsOf, keepsPartition, mightMatch } from "../pruning.ts";

/** What opening a file costs, in bytes: keeps many tiny files from becoming one task of nothing but requests. */
const FILE_COST = 64 << 10;

/** Splits of about `targetBytes` of the columns that are read: runs of row groups, each within one file. */
export function splitParquet(scan: Scan, targetBytes: number): Split[] {
  return scan.files.flatMap((file, index) => (keepsPartition(scan, file) ? splitFile(scan, file, index, targetBytes) : []));
}

function splitFile(scan: Scan, file: ScanFile, index: number, targetBytes: number): Split[] {
  if (!file.rowGroups) return [{ file: index, bytes: file.size }];
  const groups = file.rowGroups.map((group) => ({ group, kept: keepsRowGroup(scan, group), bytes: bytesRead(scan, group) }));
  const total = groups.reduce((sum, { kept, bytes }) => sum + (kept ? bytes : 0), 0);
  // Splits of equal size rather than full ones and a small last one.
  const share = total / Math.max(1, Math.ceil(total / Math.max(1, targetBytes)));
  const splits: Split[] = [];
  let run: { firstRow: number; rows: number; bytes: number } | undefined;
  const close = () => {
    if (run) splits.push({ file: index, ...run, bytes: run.bytes + FILE_COST });
    run = undefined;
  };
  for (const { group, kept, bytes } of groups) {
    if (!kept) {
      close();
      continue;
    }
    if (run && run.bytes + bytes / 2 > share) close();
    run = run ? { ...run, rows: run.rows + group.rows, bytes: run.bytes + bytes } : { firstRow: group.firstRow, rows: group.rows, bytes };
  }
  close();
  return splits;
}

function keepsRowGroup(scan: Scan, group: RowGroup): boolean {
  if (group.rows === 0) return false;
  const partitioned = new Set(scan.partitionColumns);
  const boundsOf: BoundsOf = (attribute) => (partitioned.has(attribute.name) ? undefined : boundsIn(group, attribute));
  return scan.filters.every((filter) => mightMatch(filter, boundsOf));
}

function boundsIn(group: RowGroup, { name, type }: Attribute): Bounds | undefined {
  const chunk = group.columns[name];
  if (!chunk) return undefined;
  const min = chunk.min === undefined ? undefined : parseBound(chunk.min, type);
  const max = chunk.max === undefined ? undefined : parseBound(chunk.max, type);
  return {
    rows: group.rows,
    ...(chunk.nulls === undefined ? {} : { nulls: chunk.nulls }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

const bytesRead = (scan: Scan, group: RowGroup): number =>
  scan.output.reduce((sum, { name }) => {
    const chunk = group.columns[name];
    return sum + (chunk ? chunk.end - chunk.start : 0);
  }, 0);
