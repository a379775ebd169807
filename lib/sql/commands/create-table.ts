import type { BucketSpec, CatalogTable, TableName } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { isAtomic, type StructField, type StructType, structType } from "../../engine/types/data-type.ts";
import { idOf, tableOfParts } from "../session/names.ts";
import { nothing } from "../session/outcome.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { plainField } from "../session/table-plan.ts";
import type * as syntax from "../syntax/expression.ts";
import type { ColumnDefinition, TableClauses } from "../syntax/statement.ts";
import { columnFields } from "./columns.ts";
import type { Command, Of } from "./commands.ts";
import { refuseDuplicates } from "./create-view.ts";
import { formatOf } from "./format.ts";
import { absoluteLocation, shownLocation } from "./location.ts";
import { writeNewTable } from "./write-table.ts";

type CreateTable = Of<"createTable">;

/** CREATE TABLE, with a query's rows or without. Source: Spark's CreateDataSourceTableCommand and CreateDataSourceTableAsSelectCommand. */
export const createTable: Command<"createTable"> = async (statement, context) => {
  const name = tableOfParts(context.parts(statement.name), context.session.currentSchema);
  refuseUnsupported(statement, name);
  const { query, clauses, columns } = statement;
  const base = await baseTable(name, clauses, statement.external, context);
  if (await context.catalog.relation(name)) {
    if (statement.ifNotExists) return nothing();
    throw new AnalysisError("TABLE_OR_VIEW_ALREADY_EXISTS", { relationName: idOf(name) });
  }
  if (base.type === "MANAGED") await refuseOccupied(base, context);
  if (query) {
    const plan = await context.lower(query);
    const schema = structType((await context.schema(plan)).fields.map((field) => ({ ...field, nullable: true })));
    await writeNewTable(arranged(base, schema, clauses), plan, context);
    return nothing();
  }
  const fields = columns ? await columnFields(columns, base.provider, clauses.collation, context) : undefined;
  const typed = (clauses.partitionedBy ?? []).filter(isDefinition);
  const hive = await columnFields(typed, base.provider, clauses.collation, context);
  const schema = structType([...(fields ?? (hive.length > 0 ? [] : (await inferred(base, context)).fields)), ...hive]);
  await context.catalog.createRelation(arranged(base, schema, clauses));
  return nothing();
};

function refuseUnsupported({ replace, query, clauses, columns, constraints }: CreateTable, name: TableName): void {
  const refuse = (operation: string): never => {
    throw new AnalysisError("UNSUPPORTED_FEATURE.TABLE_OPERATION", { tableName: idOf(name), operation });
  };
  if (replace) refuse(query ? "REPLACE TABLE AS SELECT" : "REPLACE TABLE");
  if (columns?.some((column) => column.generatedAs)) refuse("generated columns");
  if (columns?.some((column) => column.identity)) refuse("identity columns");
  if (constraints && constraints.length > 0) refuse("constraints");
  if (clauses.rowFormat !== undefined || clauses.storedAs !== undefined || clauses.skewedBy)
    throw new AnalysisError("NOT_SUPPORTED_COMMAND_WITHOUT_HIVE_SUPPORT", { cmd: "CREATE Hive TABLE (AS SELECT)" });
}

/** What the clauses say, without columns. */
async function baseTable(name: TableName, clauses: TableClauses, external: boolean, context: StatementContext): Promise<CatalogTable> {
  const provider = clauses.provider ?? context.session.conf.get("spark.sql.sources.default", "parquet");
  formatOf(provider);
  const { path, ...options } = withoutPath(await context.properties(clauses.options));
  const schema = await context.catalog.schema(name.schema);
  if (!schema) throw new AnalysisError("SCHEMA_NOT_FOUND", { schemaName: sqlId(["spark_catalog", name.schema]) });
  const given = clauses.location ?? path;
  const properties = await context.properties(clauses.properties);
  const collation = clauses.collation ?? schema.collation;
  return {
    kind: "table",
    ...name,
    type: given !== undefined || external ? "EXTERNAL" : "MANAGED",
    provider,
    location: absoluteLocation(given ?? name.table, schema.location),
    columns: structType([]),
    partitionColumns: [],
    options,
    properties,
    created: context.session.now(),
    ...(clauses.comment === undefined ? {} : { comment: clauses.comment }),
    ...(collation === undefined ? {} : { collation: collation.toUpperCase() }),
  };
}

function withoutPath(options: Readonly<Record<string, string>>): Record<string, string> & { path?: string } {
  const key = Object.keys(options).find((name) => name.toLowerCase() === "path");
  if (key === undefined) return { ...options };
  const { [key]: path, ...rest } = options;
  return { ...rest, path: path! };
}

async function refuseOccupied({ location, ...name }: CatalogTable, context: StatementContext): Promise<void> {
  if (!(await context.catalog.files.isEmpty(location)))
    throw new AnalysisError("LOCATION_ALREADY_EXISTS", { location: `'${shownLocation(location)}'`, identifier: idOf(name) });
}

/** The schema of the files that are there. */
async function inferred(table: CatalogTable, context: StatementContext): Promise<StructType> {
  const { location, options, provider } = table;
  const format = formatOf(provider);
  if (await context.catalog.files.isEmpty(location))
    throw new AnalysisError("UNABLE_TO_INFER_SCHEMA", { format: FORMAT_NAMES[format] ?? format });
  const lower = Object.fromEntries(Object.entries(options).map(([key, value]) => [key.toLowerCase(), value]));
  return context.schema({ kind: "read", format, paths: [location], options: lower });
}
const FORMAT_NAMES: Readonly<Record<string, string>> = { parquet: "Parquet", csv: "CSV", json: "JSON", text: "Text" };

const isDefinition = (column: syntax.Expression | ColumnDefinition): column is ColumnDefinition => !("kind" in column);

/** The table with columns: those that it is partitioned by stand last. Throws COLUMN_NOT_DEFINED_IN_TABLE and the like. */
export function arranged(table: CatalogTable, schema: StructType, clauses: TableClauses): CatalogTable {
  refuseDuplicates(schema.fields);
  const find = (name: string, colType: string) => columnOf(schema, name, table, colType).name;
  const partitionColumns = (clauses.partitionedBy ?? []).map((column) => find(partitionName(column), "partition"));
  refuseDuplicates(partitionColumns.map((name) => ({ name })));
  if (partitionColumns.length > 0 && partitionColumns.length === schema.fields.length)
    throw new AnalysisError("ALL_PARTITION_COLUMNS_NOT_ALLOWED", {});
  const partitions = partitionColumns.map((name) => schema.fields.find((field) => field.name === name)!);
  for (const field of partitions) {
    if (!isAtomic(plainField(field).dataType))
      throw new AnalysisError("INVALID_PARTITION_COLUMN_DATA_TYPE", { type: `"${field.dataType.kind.toUpperCase()}"` });
  }
  const data = schema.fields.filter((field) => !partitionColumns.includes(field.name));
  const bucket = clauses.bucket && bucketSpec(clauses.bucket, find);
  return { ...table, columns: structType([...data, ...partitions]), partitionColumns, ...(bucket ? { bucket } : {}) };
}

const bucketSpec = (
  { columns, sortedBy = [], buckets }: NonNullable<TableClauses["bucket"]>,
  find: (name: string, type: string) => string,
): BucketSpec => ({
  columns: columns.map(({ name }) => find(name, "bucket")),
  sortColumns: sortedBy.map(({ expression }) => find(columnNameOf(expression) ?? "", "sort")),
  buckets,
});

function partitionName(column: syntax.Expression | ColumnDefinition): string {
  if (isDefinition(column)) return column.name.name;
  const name = columnNameOf(column);
  if (name === undefined)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "Partitioning by a transform", advice: "Partition by columns." });
  return name;
}

const columnNameOf = (expression: syntax.Expression): string | undefined =>
  expression.kind === "column" && expression.name.kind === "name" ? expression.name.parts.map((part) => part.name).join(".") : undefined;

function columnOf(schema: StructType, name: string, table: CatalogTable, colType: string): StructField {
  const found = schema.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
  if (found) return found;
  throw new AnalysisError("COLUMN_NOT_DEFINED_IN_TABLE", {
    colType,
    colName: sqlId([name]),
    tableName: idOf(table),
    tableCols: schema.fields.map((field) => sqlId([field.name])).join(", "),
  });
}

/** CREATE TABLE t LIKE other. */
export const createTableLike: Command<"createTableLike"> = async (statement, context) => {
  const name = tableOfParts(context.parts(statement.name), context.session.currentSchema);
  const sourceParts = context.parts(statement.like);
  const { clauses } = statement;
  const provider = clauses.provider;
  const base = await baseTable(name, { ...clauses, ...(provider === undefined ? {} : { provider }) }, false, context);
  const temporary = context.temporaryView(sourceParts);
  const source = temporary ? undefined : await context.relation(statement.like);
  const columns = source ? source.columns : await context.schema(temporary as LogicalPlan);
  if (await context.catalog.relation(name)) {
    if (statement.ifNotExists) return nothing();
    throw new AnalysisError("TABLE_OR_VIEW_ALREADY_EXISTS", { relationName: idOf(name) });
  }
  const { properties, location, type, options } = base;
  const copied: CatalogTable =
    source?.kind === "table"
      ? {
          ...base,
          provider: provider === undefined ? source.provider : base.provider,
          partitionColumns: source.partitionColumns,
          ...(source.bucket ? { bucket: source.bucket } : {}),
          ...(source.comment === undefined ? {} : { comment: source.comment }),
          options: { ...source.options, ...options },
        }
      : base;
  await context.catalog.createRelation({ ...copied, columns, properties, location, type });
  return nothing();
};
