import type { BucketSpec, CatalogTable } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan, SaveMode } from "../../engine/logical/plan.ts";
import { structType } from "../../engine/types/data-type.ts";
import { idOf, tableOfParts } from "../session/names.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { arranged } from "./create-table.ts";
import { formatOf } from "./format.ts";
import { insertPlan } from "./insert.ts";
import { absoluteLocation } from "./location.ts";
import { writeNewTable } from "./write-table.ts";

export interface SaveAsTable {
  readonly parts: readonly string[];
  readonly plan: LogicalPlan;
  readonly mode: SaveMode;
  readonly format: string | undefined;
  readonly partitionBy: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, string>>;
  readonly bucket?: BucketSpec;
}

/** `df.write.saveAsTable`. Source: Spark's DataFrameWriter.saveAsTable. */
export async function saveAsTable(request: SaveAsTable, context: StatementContext): Promise<void> {
  const { parts, plan, mode } = request;
  const name = tableOfParts(parts, context.session.currentSchema);
  const known = await context.catalog.relation(name);
  if (known?.kind === "view")
    throw new AnalysisError("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", { viewName: idOf(name), operation: "saveAsTable" });
  if (known && mode === "ignore") return;
  if (known && mode === "error") throw new AnalysisError("TABLE_OR_VIEW_ALREADY_EXISTS", { relationName: idOf(name) });
  if (known && mode === "append") return insertPlan(parts, plan, { overwrite: false, byName: true }, context);
  const table = await newTable(request, context);
  if (known) {
    const read = await context.session.engine.inputFiles(await context.session.settle(plan), context.conf);
    if (read.some((key) => key.startsWith(`${known.location}/`)))
      throw new AnalysisError("UNSUPPORTED_OVERWRITE.TABLE", { table: idOf(name) });
    await context.catalog.dropRelation(name);
  }
  await writeNewTable(table, plan, context);
}

async function newTable(
  { parts, plan, format, partitionBy, options, properties = {}, bucket }: SaveAsTable,
  context: StatementContext,
): Promise<CatalogTable> {
  const name = tableOfParts(parts, context.session.currentSchema);
  const schema = await context.catalog.schema(name.schema);
  if (!schema) throw new AnalysisError("SCHEMA_NOT_FOUND", { schemaName: sqlId(["spark_catalog", name.schema]) });
  const provider = format ?? context.session.conf.get("spark.sql.sources.default", "parquet");
  formatOf(provider);
  const { path, ...rest } = options;
  const { fields } = await context.schema(await context.session.settle(plan));
  const table: CatalogTable = {
    kind: "table",
    ...name,
    type: path === undefined ? "MANAGED" : "EXTERNAL",
    provider,
    location: absoluteLocation(path ?? name.table, schema.location),
    columns: structType([]),
    partitionColumns: [],
    options: rest,
    properties,
    created: context.session.now(),
  };
  const partitionedBy = partitionBy.map((column) => columnTree(column));
  return arranged(table, structType(fields.map((field) => ({ ...field, nullable: true }))), {
    partitionedBy,
    ...(bucket ? { bucket: bucketClause(bucket) } : {}),
  });
}

const bucketClause = ({ columns, sortColumns, buckets }: BucketSpec) => ({
  columns: columns.map((name) => ({ name, start: 0, end: 0 })),
  sortedBy: sortColumns.map((name) => ({ expression: columnTree(name), start: 0, end: 0 })),
  buckets,
});

const columnTree = (name: string) =>
  ({ kind: "column", name: { kind: "name", parts: [{ name, start: 0, end: 0 }], start: 0, end: 0 }, start: 0, end: 0 }) as const;
