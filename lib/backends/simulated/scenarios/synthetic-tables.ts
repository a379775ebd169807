import { newAttribute } from "../../../engine/expressions/build.ts";
import type { Read, RowGroup, Scan, ScanFile } from "../../../engine/logical/plan.ts";
import type { Source } from "../../../engine/ports/source.ts";
import { type DataType, structField, structType } from "../../../engine/types/data-type.ts";
import { splitParquet } from "../../../sources/parquet/split.ts";

/** A Parquet table of which only the statistics exist. */
export interface SyntheticTable {
  readonly name: string;
  readonly files: number;
  readonly rowsPerFile: number;
  readonly rowsPerGroup: number;
  readonly columns: readonly SyntheticColumn[];
}
export interface SyntheticColumn {
  readonly name: string;
  readonly type: DataType;
  /** Bytes that the column takes in its chunks, by row. */
  readonly bytesPerRow: number;
  readonly min: string;
  readonly max: string;
}

/** Parquet files by their statistics: splits are cut as those of real files, only there is nothing to open. */
export function syntheticSource(tables: readonly SyntheticTable[]): Source {
  return {
    format: "parquet",
    resolve: async (read) => scanOf(read, tables),
    split: splitParquet,
    open: () => Promise.reject(new TypeError("a synthetic table has no rows")),
  };
}

function scanOf(read: Read, tables: readonly SyntheticTable[]): Scan {
  const table = tables.find(({ name }) => read.paths[0]!.endsWith(`/${name}.parquet`))!;
  const fields = table.columns.map(({ name, type }) => structField(name, type));
  return {
    kind: "scan",
    format: "parquet",
    options: read.options,
    output: fields.map(({ name, dataType }) => newAttribute(name, dataType)),
    files: filesOf(table, read.paths[0]!),
    partitionColumns: [],
    dataSchema: structType(fields),
    filters: [],
    rootPaths: read.paths,
  };
}

/** Every file is like the first; only the keys differ. */
function filesOf(table: SyntheticTable, folder: string): ScanFile[] {
  const rowGroups = rowGroupsOf(table);
  const size = rowGroups.at(-1)!.end + footerBytes(table);
  return Array.from({ length: table.files }, (_, i) => ({
    key: `${folder}/part-${String(i).padStart(5, "0")}.parquet`,
    size,
    partitionValues: {},
    rows: table.rowsPerFile,
    rowGroups,
  }));
}

function rowGroupsOf({ rowsPerFile, rowsPerGroup, columns }: SyntheticTable): RowGroup[] {
  const groups: RowGroup[] = [];
  let at = 4;
  for (let firstRow = 0; firstRow < rowsPerFile; firstRow += rowsPerGroup) {
    const rows = Math.min(rowsPerGroup, rowsPerFile - firstRow);
    const start = at;
    const chunks = columns.map(({ name, bytesPerRow, min, max }) => {
      const chunk = { start: at, end: at + Math.ceil(bytesPerRow * rows), nulls: 0, min, max };
      at = chunk.end;
      return [name, chunk] as const;
    });
    groups.push({ firstRow, rows, start, end: at, columns: Object.fromEntries(chunks) });
  }
  return groups;
}

/** What a column chunk takes in a footer: measured, 109,014 bytes for 53 row groups of 16 columns. */
const FOOTER_BYTES_PER_CHUNK = 128;

export const footerBytes = ({ rowsPerFile, rowsPerGroup, columns }: SyntheticTable): number =>
  Math.ceil(rowsPerFile / rowsPerGroup) * columns.length * FOOTER_BYTES_PER_CHUNK;
