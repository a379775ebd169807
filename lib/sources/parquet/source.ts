import { AnalysisError } from "../../engine/errors.ts";
import type { Read, RowGroup, Scan, ScanFile } from "../../engine/logical/plan.ts";
import type { Source, SourceIo } from "../../engine/ports/source.ts";
import type { StructType } from "../../engine/types/data-type.ts";
import { schemaToJson } from "../../engine/types/json.ts";
import { foldOf } from "../fold.ts";
import { mergeSchemas } from "../merge-schemas.ts";
import { Options } from "../options.ts";
import { mapParallel } from "../parallel.ts";
import { resolveFiles } from "../resolve-files.ts";
import { type Footer, footerOf } from "./footer.ts";
import { openParquet } from "./open.ts";
import { schemaOfFile } from "./spark-schema.ts";
import { splitParquet } from "./split.ts";
import { rowGroupsOf } from "./statistics.ts";

/** Footers read at once: latency-bound requests of 64 KiB. */
export const PARALLEL_FOOTERS = 64;

/** Apache Parquet. https://spark.apache.org/docs/latest/sql-data-sources-parquet.html */
export const parquetSource: Source = {
  format: "parquet",
  resolve,
  split: splitParquet,
  open: openParquet,
};

async function resolve(read: Read, io: SourceIo): Promise<Scan> {
  const options = new Options(read.options);
  options.refuse("ignoreCorruptFiles", "false");
  options.refuse("datetimeRebaseMode", "corrected", "exception");
  options.refuse("int96RebaseMode", "corrected", "exception");
  const fold = foldOf(io.session);
  let footers: readonly Footer[] = [];
  const readFooters = async (files: readonly ScanFile[]) => {
    footers = await mapParallel(files, PARALLEL_FOOTERS, async (file) => (await footerOf(file, io)).footer);
  };
  const scan = await resolveFiles(read, io, async (files) => {
    await readFooters(files);
    const found = inferSchema(footers, options.boolean("mergeSchema", false), fold);
    if (!found) throw new AnalysisError("UNABLE_TO_INFER_SCHEMA", { format: "Parquet" });
    return found.fields;
  });
  if (read.schema) await readFooters(scan.files);
  const files = scan.files.map((file, i) => {
    const { metadata } = footers[i]!;
    return { ...file, rows: Number(metadata.num_rows), rowGroups: rowGroupsBy(scan.dataSchema, io, metadata) };
  });
  return { ...scan, files };
}

/** Of a footer that is remembered, by the schema that it was last read with. */
const known = new WeakMap<Footer["metadata"], { readonly by: string; readonly rowGroups: readonly RowGroup[] }>();

function rowGroupsBy(schema: StructType, { session }: SourceIo, metadata: Footer["metadata"]): readonly RowGroup[] {
  const by = `${session.caseSensitive} ${schemaToJson(schema)}`;
  const last = known.get(metadata);
  if (last?.by === by) return last.rowGroups;
  const rowGroups = rowGroupsOf(metadata, schema, foldOf(session));
  known.set(metadata, { by, rowGroups });
  return rowGroups;
}

/** The first file's schema, as in Spark, or all files' merged. */
function inferSchema(footers: readonly Footer[], merge: boolean, fold: (name: string) => string): StructType | undefined {
  const [first, ...rest] = merge ? footers : footers.slice(0, 1);
  return first && rest.reduce((schema, footer) => mergeSchemas(schema, schemaOfFile(footer.metadata), fold), schemaOfFile(first.metadata));
}
