import { type ExternalCatalog, SESSION_CATALOG } from "../../catalog/external-catalog.ts";
import type { CatalogPartition, CatalogTable } from "../../catalog/objects.ts";
import { alias, attribute, fn, integerLiteral, newAttribute } from "../../engine/expressions/build.ts";
import type { Expression, Literal } from "../../engine/expressions/expression.ts";
import { typeName } from "../../engine/expressions/print-type.ts";
import type { AnalyzedTable, LogicalPlan, Scan, ScanFile } from "../../engine/logical/plan.ts";
import { expressionFromJson } from "../../engine/logical/plan-json.ts";
import type { Source, SourceIo } from "../../engine/ports/source.ts";
import { withoutLengths } from "../../engine/types/char-type.ts";
import {
  charType,
  type DataType,
  type StructField,
  stringType,
  structField,
  structType,
  varcharType,
} from "../../engine/types/data-type.ts";
import { partitionPath } from "./partitions.ts";

/** What Spark keeps a char's or varchar's length under, where the type in plans is a string. */
export const CHAR_VARCHAR_METADATA = "__CHAR_VARCHAR_TYPE_STRING";

/** A char or varchar as plans see it: a string whose length stands in its metadata. Nested ones lose theirs. */
export function plainField(field: StructField): StructField {
  const { dataType } = field;
  if (dataType.kind !== "char" && dataType.kind !== "varchar") return { ...field, dataType: withoutLengths(dataType) };
  return structField(field.name, stringType, field.nullable, { ...field.metadata, [CHAR_VARCHAR_METADATA]: typeName(dataType) });
}

/** The type that a field of a plan stands for: a char or varchar where its metadata says so. */
export function declaredType({ dataType, metadata }: StructField): DataType {
  const [, kind, length] = /^(char|varchar)\((\d+)\)$/.exec(String(metadata?.[CHAR_VARCHAR_METADATA] ?? "")) ?? [];
  if (kind === undefined) return dataType;
  return kind === "char" ? charType(Number(length)) : varcharType(Number(length));
}

/** The rows of a table, under its full name. All columns may be NULL, as in all of Spark's file tables. */
export async function tablePlan(
  table: CatalogTable,
  catalog: ExternalCatalog,
  sourceOf: (format: string) => Source,
  io: SourceIo,
): Promise<LogicalPlan> {
  const source = sourceOf(table.provider.toLowerCase());
  const partitions = table.partitionColumns.length > 0 ? await catalog.partitions(table) : undefined;
  const scan = await scanOf(table, partitions, source, io);
  return { kind: "subqueryAlias", alias: table.table, qualifier: [SESSION_CATALOG, table.schema], child: padded(scan, table) };
}

async function scanOf(
  table: CatalogTable,
  partitions: readonly CatalogPartition[] | undefined,
  source: Source,
  io: SourceIo,
): Promise<Scan> {
  const fields = table.columns.fields.map((field) => ({ ...plainField(field), nullable: true }));
  const isPartition = new Set(table.partitionColumns.map((name) => name.toLowerCase()));
  const data = fields.filter((field) => !isPartition.has(field.name.toLowerCase()));
  const options = lowerCased(table.options);
  const read = async (location: string, columns: readonly StructField[]): Promise<Scan | undefined> => {
    if (!(await holdsFiles(location, io))) return undefined;
    const format = source.format;
    return source.resolve({ kind: "read", format, paths: [location], options, schema: structType(columns) }, io);
  };
  const scans: { scan: Scan; files: readonly ScanFile[] }[] = [];
  const root = await read(table.location, fields);
  if (root) scans.push({ scan: root, files: partitions ? filesOfPartitions(root.files, table, partitions) : root.files });
  for (const partition of partitions ?? []) {
    const scan = partition.location === undefined ? undefined : await read(partition.location, data);
    if (scan) scans.push({ scan, files: scan.files.map((file) => ({ ...file, partitionValues: partition.values })) });
  }
  return {
    kind: "scan",
    format: source.format,
    options,
    output: fields.map(({ name, dataType, metadata }) => ({ ...newAttribute(name, dataType), ...(metadata ? { metadata } : {}) })),
    files: scans.flatMap(({ files }) => files),
    partitionColumns: table.partitionColumns,
    dataSchema: structType(data),
    filters: [],
    rootPaths: [table.location],
    ...(table.missing ? { missing: literals(table.missing) } : {}),
    ...(table.statistics ? { analyzed: analyzedOf(table.statistics) } : {}),
  };
}

function analyzedOf({ rows, columns = {} }: NonNullable<CatalogTable["statistics"]>): AnalyzedTable {
  const kept = Object.entries(columns).map(([name, { distinct, nulls, min, max }]) => {
    const bounds = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
    return [name.toLowerCase(), { distinct, nulls, ...bounds }] as const;
  });
  return { ...(rows === undefined ? {} : { rows }), columns: Object.fromEntries(kept) };
}

const literals = (missing: NonNullable<CatalogTable["missing"]>): NonNullable<Scan["missing"]> =>
  Object.fromEntries(Object.entries(missing).map(([name, json]) => [name, expressionFromJson(json) as Literal]));

/** The files of the partitions that the catalog knows below the table's own folder. */
function filesOfPartitions(files: readonly ScanFile[], table: CatalogTable, partitions: readonly CatalogPartition[]): ScanFile[] {
  const byPath = new Map(partitions.filter((p) => p.location === undefined).map((p) => [partitionPath(table, p.values), p]));
  return files.flatMap((file) => {
    const partition = byPath.get(partitionPath(table, file.partitionValues));
    return partition ? [{ ...file, partitionValues: partition.values }] : [];
  });
}

async function holdsFiles(location: string, { store }: SourceIo): Promise<boolean> {
  for await (const { key, size } of store.list(`${location}/`)) {
    const below = key.slice(location.length + 1).split("/");
    if (size > 0 && !below.some((name) => (name.startsWith("_") && !name.includes("=")) || name.startsWith("."))) return true;
  }
  return false;
}

/** Chars are padded to their length when they are read: what wrote them may not have. */
function padded(scan: Scan, table: CatalogTable): LogicalPlan {
  if (!table.columns.fields.some((field) => field.dataType.kind === "char")) return scan;
  const expressions = table.columns.fields.map((field): Expression => {
    const column = attribute(`\`${field.name.replaceAll("`", "``")}\``);
    if (field.dataType.kind !== "char") return column;
    const { length } = field.dataType;
    const value = fn("read_side_padding", column, integerLiteral(length));
    return { ...alias(value, field.name), metadata: { [CHAR_VARCHAR_METADATA]: typeName(field.dataType) } };
  });
  return { kind: "project", expressions, child: scan };
}

const lowerCased = (options: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [key.toLowerCase(), value]));
