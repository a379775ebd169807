import { newAttribute } from "../engine/expressions/build.ts";
import type { Read, Scan, ScanFile } from "../engine/logical/plan.ts";
import type { SourceIo } from "../engine/ports/source.ts";
import { type StructField, structType } from "../engine/types/data-type.ts";
import { foldOf, refuseDuplicates, withPartitionFields } from "./fold.ts";
import { listFiles } from "./listing.ts";
import { discoverPartitions } from "./partition-discovery.ts";

/** The scan of a file format: listed files, partition columns, and the data columns that `dataFields` finds. */
export async function resolveFiles(
  read: Read,
  io: SourceIo,
  dataFields: (files: readonly ScanFile[]) => Promise<readonly StructField[]>,
): Promise<Scan> {
  const fold = foldOf(io.session);
  const { files, partitionFields } = discoverPartitions(read, await listFiles(read, io.store), io.session.caseSensitive);
  const partitioned = new Set(partitionFields.map(({ name }) => fold(name)));
  // Of a schema that the user gives, partition columns are no data: they stand behind it.
  const given = read.schema?.fields.filter(({ name }) => !partitioned.has(fold(name)));
  const { all, data } = withPartitionFields(given ?? (await dataFields(files)), partitionFields, fold);
  refuseDuplicates(
    all.map(({ name }) => name),
    fold,
  );
  return {
    kind: "scan",
    format: read.format.toLowerCase(),
    options: read.options,
    output: all.map(({ name, dataType, metadata }) => ({ ...newAttribute(name, dataType), ...(metadata ? { metadata } : {}) })),
    files,
    partitionColumns: partitionFields.map(({ name }) => name),
    dataSchema: structType(data),
    filters: [],
    rootPaths: read.paths,
  };
}
