import { newAttribute } from "../expressions/build.ts";
import type { Attribute } from "../expressions/expression.ts";
import * as t from "../types/data-type.ts";
import type { Scan, ScanFile } from "./plan.ts";

/** The hidden column of files: where each row comes from. Source: Spark's FileSourceMetadataAttribute, FileFormat.METADATA_NAME. */
export const METADATA = "_metadata";
/** What a scan's columns for its fields are called. */
const columnOf = (field: string): string => `${METADATA}.${field}`;
/** The place of a row in its file, which readers of Parquet count. */
export const ROW_INDEX = columnOf("row_index");

interface Field {
  readonly type: t.DataType;
  /** The value of a file's rows as a partition's text; absent where each row has its own. */
  readonly value?: (file: ScanFile) => string;
}

/** A file is one block: what a task reads of it is the backend's choice. */
const FIELDS: Readonly<Record<string, Field>> = {
  file_path: { type: t.stringType, value: ({ key }) => uriOf(key) },
  file_name: { type: t.stringType, value: ({ key }) => escaped(key.slice(key.lastIndexOf("/") + 1)) },
  file_size: { type: t.longType, value: ({ size }) => String(size) },
  file_block_start: { type: t.longType, value: () => "0" },
  file_block_length: { type: t.longType, value: ({ size }) => String(size) },
  file_modification_time: { type: t.timestampType, value: ({ modified }) => new Date(modified ?? 0).toISOString() },
  row_index: { type: t.longType },
};

/** The fields that a scan's files have. */
export const metadataFields = ({ format }: Scan): readonly string[] =>
  Object.keys(FIELDS).filter((name) => name !== "row_index" || format === "parquet");

export const metadataType = (scan: Scan): t.StructType =>
  t.structType(metadataFields(scan).map((name) => t.structField(name, FIELDS[name]!.type, false)));

/** The scan with a column for the field: a value of each file is one as partition columns are. */
export function withFileColumn(scan: Scan, field: string): { readonly plan: Scan; readonly column: Attribute } {
  const name = columnOf(field);
  const known = scan.output.find((a) => a.name === name);
  if (known) return { plan: scan, column: known };
  const { type, value } = FIELDS[field]!;
  const column = newAttribute(name, type, false);
  const output = [...scan.output, column];
  if (!value) return { plan: { ...scan, output }, column };
  const files = scan.files.map((file) => ({ ...file, partitionValues: { ...file.partitionValues, [name]: value(file) } }));
  return { plan: { ...scan, files, output, partitionColumns: [...scan.partitionColumns, name] }, column };
}

/** As Spark writes a path as a URI: letters of other scripts stay. */
function uriOf(key: string): string {
  const path = escaped(key);
  return path.startsWith("/") ? `file://${path}` : path;
}

const escaped = (path: string): string => path.replaceAll(/[%\s"<>\\^`{|}#?[\]]/g, encodeURIComponent);
