import type { ColumnMetaData, SchemaTree } from "hyparquet";
import { ExecutionError } from "../../engine/errors.ts";
import type { Attribute } from "../../engine/expressions/expression.ts";
import { typeName } from "../../engine/expressions/print-type.ts";
import { quoteName, quoteText } from "../../engine/functions/function.ts";
import { literalSql } from "../../engine/kernel/literal.ts";
import { columnName } from "../../engine/kernel/names.ts";
import { sqlTypeOf } from "../../engine/kernel/sql-type.ts";
import { ROW_INDEX } from "../../engine/logical/file-metadata.ts";
import type { Scan, ScanFile } from "../../engine/logical/plan.ts";
import type { ByteRange } from "../../engine/ports/object-store.ts";
import type { Opened, Split, TaskIo } from "../../engine/ports/source.ts";
import { emptySelect, NO_COLUMNS } from "../empty-select.ts";
import { foldOf } from "../fold.ts";
import { Options } from "../options.ts";
import { mapParallel } from "../parallel.ts";
import { partitionValueSql } from "../partition-sql.ts";
import { fetchRanges, MAX_PARALLEL_GETS } from "../ranges.ts";
import { fileErrorFor, missingFileError } from "../read-errors.ts";
import { scratchName } from "../scratch-name.ts";
import { chunkRange, type Footer, footerOf } from "./footer.ts";
import { canRead, readColumn } from "./read-column.ts";
import { columnsOf, parquetTypeName, sparkTypeOf } from "./schema.ts";

/** A file within the kernel's reach, and which of its rows are wanted. */
interface ReadyFile {
  readonly file: ScanFile;
  readonly path: string;
  /** Absent: all. [first, end) of the rows, sorted and apart. */
  readonly rows?: readonly { readonly first: number; readonly end: number }[];
  /** SQL for each data column of the output, by name. */
  readonly columns: ReadonlyMap<string, string>;
  /** Files of one shape are read by one reader. */
  readonly shape: string;
  /** Of the rows wanted, and of the column chunks that hold them. */
  readonly count: number;
  readonly bytes: number;
  readonly requests: number;
}

/** Brings the row groups and columns that the splits need within reach: in place, or as a sparse copy of the same size. */
export async function openParquet(scan: Scan, splits: readonly Split[], io: TaskIo): Promise<Opened> {
  const byFile = Map.groupBy(splits, (split) => split.file);
  const ignoreMissing = new Options(scan.options).boolean("ignoreMissingFiles", false);
  const opened = await mapParallel([...byFile], MAX_PARALLEL_GETS, async ([index, parts]) => {
    const file = scan.files[index]!;
    try {
      return await readyFile(scan, file, parts, io);
    } catch (thrown) {
      const error = missingFileError(thrown, file.key);
      if (ignoreMissing && error !== thrown) return undefined;
      throw error;
    }
  });
  const files = opened.filter((file) => file !== undefined);
  const whole = Map.groupBy(
    files.filter((file) => !file.rows),
    (file) => file.shape,
  );
  const groups = [...whole.values(), ...files.filter((file) => file.rows).map((file) => [file])];
  return {
    sql: groups.length > 0 ? groups.map((group) => selectOf(scan, group)).join("\nUNION ALL ") : emptySelect(scan.output),
    bytesRead: files.reduce((sum, file) => sum + file.bytes, 0),
    rows: files.reduce((sum, file) => sum + file.count, 0),
    requests: files.reduce((sum, file) => sum + file.requests, 0),
    fileError: fileErrorFor(files.map(({ file, path }) => ({ key: file.key, path }))),
  };
}

async function readyFile(scan: Scan, file: ScanFile, splits: readonly Split[], io: TaskIo): Promise<ReadyFile> {
  const { footer, requests } = await footerOf(file, io);
  const total = Number(footer.metadata.num_rows);
  const rows = wantedRows(splits, total);
  const nodes = wantedNodes(scan, file, footer, io);
  const fold = foldOf(io.session);
  const columns = new Map(nodes.map(({ attribute, node }) => [attribute.name, columnSql(attribute, node, fold, scan.missing)]));
  const shape = JSON.stringify(columnsOf(footer.metadata).map(({ node }) => node));
  const count = rows ? rows.reduce((sum, { first, end }) => sum + end - first, 0) : total;
  const common = { file, columns, shape, count, ...(rows ? { rows } : {}) };
  const wanted = new Set(nodes.flatMap(({ node }) => (node ? [node.element.name] : [])));
  const chunks = wantedChunks(footer, wanted, rows);
  const inPlace = io.store.localPath?.(file.key);
  if (inPlace !== undefined)
    return { ...common, path: inPlace, bytes: chunks.reduce((sum, chunk) => sum + chunkBytes(chunk), 0), requests };
  const name = `${scratchName(file.key)}.parquet`;
  const fetched = await fetchRanges(file.key, rangesOf(chunks, footer.start), name, io);
  await io.scratch.write(name, 0, new TextEncoder().encode("PAR1"));
  await io.scratch.write(name, footer.start, footer.bytes);
  return {
    ...common,
    path: io.scratch.path(name),
    bytes: fetched.bytes + footer.bytes.length,
    requests: fetched.requests + requests,
  };
}

/** Adjacent ranges of splits as one; undefined where they are the whole file. */
function wantedRows(splits: readonly Split[], total: number): ReadyFile["rows"] {
  const merged: { first: number; end: number }[] = [];
  for (const split of splits.toSorted((a, b) => (a.firstRow ?? 0) - (b.firstRow ?? 0))) {
    const first = split.firstRow ?? 0;
    const end = first + (split.rows ?? total);
    const last = merged.at(-1);
    if (last && first <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ first, end });
  }
  return merged.length === 1 && merged[0]!.first === 0 && merged[0]!.end >= total ? undefined : merged;
}

interface WantedNode {
  readonly attribute: Attribute;
  /** Absent where the file has no such column. */
  readonly node?: SchemaTree;
}

function wantedNodes(scan: Scan, file: ScanFile, { metadata }: Footer, { session }: TaskIo): WantedNode[] {
  const fold = foldOf(session);
  const byName = new Map(columnsOf(metadata).map(({ name, node }) => [fold(name), node]));
  const partitioned = new Set(scan.partitionColumns);
  return scan.output
    .filter(({ name }) => !partitioned.has(name))
    .map((attribute) => {
      const node = byName.get(fold(attribute.name));
      if (!node) return { attribute };
      if (!canRead(sparkTypeOf(node), attribute.type, fold))
        throw new ExecutionError("FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH", {
          path: file.key,
          column: `[${attribute.name}]`,
          expectedType: typeName(attribute.type),
          actualType: parquetTypeName(node.element),
        });
      return { attribute, node };
    });
}

function columnSql(attribute: Attribute, node: SchemaTree | undefined, fold: (name: string) => string, missing: Scan["missing"]): string {
  if (attribute.name === ROW_INDEX) return "CAST(file_row_number AS BIGINT)";
  if (node) return readColumn(quoteName(node.element.name), node, attribute.type, fold);
  const value = missing && Object.hasOwn(missing, attribute.name) ? missing[attribute.name]!.value : null;
  return `CAST(${literalSql(value, attribute.type)} AS ${sqlTypeOf(attribute.type)})`;
}

/** Of the wanted columns, in row groups with wanted rows. */
function wantedChunks({ metadata }: Footer, columns: ReadonlySet<string>, rows: ReadyFile["rows"]): ColumnMetaData[] {
  const chunks: ColumnMetaData[] = [];
  let first = 0;
  for (const group of metadata.row_groups) {
    const end = first + Number(group.num_rows);
    if (!rows || rows.some((r) => r.first < end && first < r.end))
      for (const { meta_data } of group.columns) if (meta_data && columns.has(meta_data.path_in_schema[0]!)) chunks.push(meta_data);
    first = end;
  }
  return chunks;
}

const chunkBytes = (chunk: ColumnMetaData): number => {
  const { start, end } = chunkRange(chunk);
  return end - start;
};

/** Column chunks and the Bloom filters that the kernel looks into; what lies behind `start` came with the footer. */
const rangesOf = (chunks: readonly ColumnMetaData[], start: number): ByteRange[] =>
  chunks
    .flatMap((chunk) => {
      const { bloom_filter_offset: bloom, bloom_filter_length: length } = chunk;
      return bloom ? [chunkRange(chunk), bloomFilterRange(Number(bloom), length)] : [chunkRange(chunk)];
    })
    .map((range) => ({ start: range.start, end: Math.min(range.end, start) }));

/** Older writers leave the length out; the format's largest useful filter is 1 MiB. */
const bloomFilterRange = (offset: number, length: number | undefined): ByteRange => ({
  start: offset,
  end: offset + (length ?? 1 << 20) + 64,
});

function selectOf(scan: Scan, files: readonly ReadyFile[]): string {
  const [first] = files as [ReadyFile];
  const paths = files.map(({ path }) => quoteText(path)).join(", ");
  const list = scan.output.map((attribute) => {
    const sql =
      first.columns.get(attribute.name) ??
      partitionValueSql(
        attribute,
        files.map(({ file }) => file),
      );
    return `${sql} AS ${columnName(attribute)}`;
  });
  const rows = first.rows?.map((range) => `(file_row_number >= ${range.first} AND file_row_number < ${range.end})`).join(" OR ");
  return `SELECT ${list.length > 0 ? list.join(", ") : NO_COLUMNS} FROM read_parquet([${paths}], hive_partitioning = false)${rows ? ` WHERE ${rows}` : ""}`;
}
