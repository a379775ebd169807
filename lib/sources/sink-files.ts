import { quoteName, quoteText } from "../engine/functions/function.ts";
import type { Write } from "../engine/logical/plan.ts";
import { partitionFolder } from "../engine/partition-path.ts";
import type { Sink, SinkColumn, WrittenFile } from "../engine/ports/source.ts";
import { columnText } from "./column-text.ts";
import { Options } from "./options.ts";

export type SinkIo = Parameters<Sink["write"]>[4];

export interface Copy {
  /** What each file holds: a select list over the written rows. */
  readonly list: string;
  /** COPY's options, without parentheses: `FORMAT parquet, ...`. */
  readonly options: string;
  /** `.snappy.parquet` */
  readonly extension: string;
  /** Whether COPY can give statistics by file. */
  readonly counts: boolean;
}

/** Characters that stand for what lies between partition values, and for NULL, in the name of a scratch folder. */
const SEPARATOR = "\u001f";
const NULL_MARK = "\u001e";
const OUT = "out";
/** Files that DuckDB writes at once before it closes some and begins others: its partitioned_write_max_open_files. */
const OPEN_FILES = 100;

/** Runs a COPY below the scratch folder `out`, one file or a folder for each partition, and gives the files their final names. */
export async function copyFiles(
  select: string,
  write: Omit<Write, "child">,
  columns: readonly SinkColumn[],
  stem: string,
  copy: Copy,
  io: SinkIo,
): Promise<readonly WrittenFile[]> {
  await io.scratch.makeFolder(OUT);
  const partitioned = write.partitionBy.map((name) => columns.find((column) => column.name.toLowerCase() === name.toLowerCase())!);
  const maxRecords = new Options(write.options).integer("maxRecordsPerFile", 0);
  return partitioned.length === 0 && maxRecords === 0
    ? copyOneFile(select, stem, copy, io)
    : copyFolders(select, partitioned, maxRecords, stem, copy, io);
}

async function copyOneFile(select: string, stem: string, copy: Copy, io: SinkIo): Promise<readonly WrittenFile[]> {
  const path = `${stem}-c000${copy.extension}`;
  const scratch = `${OUT}/${path}`;
  const [result] = await io.run(`COPY (SELECT ${copy.list} FROM (${select})) TO ${quoteText(io.scratch.path(scratch))} (${copy.options})`);
  const rows = Number(result?.Count ?? 0);
  // As in Spark, only the first task leaves a file without rows: it carries the schema.
  if (rows === 0 && !stem.startsWith("part-00000")) return [];
  const bytes = (await io.scratch.list(OUT)).find((file) => file.name === scratch)?.size ?? 0;
  return [{ scratch, path, bytes, rows }];
}

async function copyFolders(
  select: string,
  partitioned: readonly SinkColumn[],
  maxRecords: number,
  stem: string,
  copy: Copy,
  io: SinkIo,
): Promise<readonly WrittenFile[]> {
  const texts = partitioned.map(({ name, type }) => `coalesce(${columnText(quoteName(name), type, io.session)}, ${quoteText(NULL_MARK)})`);
  const folder = `concat_ws(${quoteText(SEPARATOR)}, ${["''", ...texts].join(", ")})`;
  // The folder alone keeps rows of one partition together; the file number keeps files short.
  const file = maxRecords > 0 ? `(row_number() OVER (PARTITION BY ${folder}) - 1) // ${maxRecords}` : "0";
  const target = quoteText(io.scratch.path(OUT));
  const layout = `PARTITION_BY (firecrest_folder, firecrest_file), OVERWRITE_OR_IGNORE${copy.counts ? ", RETURN_STATS" : ""}`;
  const isFew = maxRecords === 0 && (io.partitions ?? Number.POSITIVE_INFINITY) <= OPEN_FILES;
  // By partition, so that few files are open at once; rows of one stay in their order.
  const order = isFew ? "" : " ORDER BY firecrest_folder, firecrest_file, firecrest_row";
  const row = isFew ? "" : ", row_number() OVER () AS firecrest_row";
  const result = await io.run(
    `COPY (SELECT ${copy.list}, firecrest_folder, firecrest_file FROM ` +
      `(SELECT *, ${folder} AS firecrest_folder, ${file} AS firecrest_file${row} FROM (${select}))${order}) TO ${target} (${copy.options}, ${layout})`,
  );
  const rowsOf = new Map(result.map(({ filename, count }) => [String(filename), Number(count)]));
  const total = copy.counts ? 0 : Number(result[0]?.Count ?? 0);
  const next = new Map<string, number>();
  return (await io.scratch.list(OUT)).toSorted(byFileNumber).map(({ name, size }, i) => {
    const values = decodeURIComponent(/firecrest_folder=([^/]*)\//.exec(name)?.[1] ?? "")
      .split(SEPARATOR)
      .slice(1);
    const below = partitioned.map((column, p) => partitionFolder(column.name, values[p] === NULL_MARK ? null : (values[p] ?? null)));
    const parent = below.map((part) => `${part}/`).join("");
    const number = next.get(parent) ?? 0;
    next.set(parent, number + 1);
    return {
      scratch: name,
      path: `${parent}${stem}-c${String(number).padStart(3, "0")}${copy.extension}`,
      bytes: size,
      // Formats that are not counted by file have all rows at their first one.
      rows: rowsOf.get(io.scratch.path(name)) ?? (i === 0 ? total : 0),
    };
  });
}

/** Files of one folder in the order of their numbers, `firecrest_file=10` after `firecrest_file=9`. */
function byFileNumber(a: { readonly name: string }, b: { readonly name: string }): number {
  const [folderA, folderB] = [a.name, b.name].map((name) => name.slice(0, name.indexOf("/firecrest_file=")));
  const [numberA, numberB] = [a.name, b.name].map((name) => Number(/firecrest_file=(\d+)/.exec(name)?.[1] ?? 0));
  if (folderA !== folderB) return folderA! < folderB! ? -1 : 1;
  return numberA! - numberB! || (a.name < b.name ? -1 : 1);
}
