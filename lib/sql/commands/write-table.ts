import type { CatalogPartition, CatalogTable, PartitionSpec } from "../../catalog/objects.ts";
import { AnalysisError, ExecutionError, FirecrestError } from "../../engine/errors.ts";
import { sqlId, sqlTypeOf } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan, Write } from "../../engine/logical/plan.ts";
import { partitionFolder } from "../../engine/partition-path.ts";
import { idOf } from "../session/names.ts";
import { partitionLocation, samePartition } from "../session/partitions.ts";
import type { StatementContext } from "../session/statement-context.ts";
import { formatOf } from "./format.ts";
import { columnNamed } from "./store-assignment.ts";
import { tellWritten, type Written } from "./written.ts";

/** Makes a table of a query's rows: the name is taken first, so that of two who do this at once one writes nothing. */
export async function writeNewTable(table: CatalogTable, plan: LogicalPlan, context: StatementContext): Promise<void> {
  await context.catalog.createRelation(table);
  try {
    await writeRows(table, reordered(table, plan), { overwrite: true, fixed: {}, created: true }, context);
  } catch (thrown) {
    await context.catalog.dropRelation(table);
    throw thrown;
  }
}

/** The query's columns in the table's order, where partition columns move to the end. */
function reordered(table: CatalogTable, plan: LogicalPlan): LogicalPlan {
  if (table.partitionColumns.length === 0) return plan;
  return { kind: "project", expressions: table.columns.fields.map(({ name }) => columnNamed(name)), child: plan };
}

export interface WriteMode {
  readonly overwrite: boolean;
  /** Values that PARTITION fixes, by the names of the table's columns. */
  readonly fixed: PartitionSpec;
  /** The table is new. */
  readonly created?: true;
}

/** Writes rows that have the table's columns, those of fixed partitions too, and tells the catalog of new partitions. */
export async function writeRows(table: CatalogTable, plan: LogicalPlan, mode: WriteMode, context: StatementContext): Promise<void> {
  const { catalog, session } = context;
  const partitions = table.partitionColumns.length > 0 ? await catalog.partitions(table) : [];
  const target = targetOf(table, partitions, mode);
  const { fixed } = mode;
  const child = await session.settle(withoutColumns(table, plan, Object.keys(fixed)));
  if (mode.overwrite && !isDynamic(table, mode, context)) await refuseReadTarget(table, target.location, child, context);
  const write: Write = {
    kind: "write",
    format: formatOf(table.provider),
    path: target.location,
    mode: mode.overwrite ? "overwrite" : "append",
    partitionBy: target.partitionBy,
    options: lowerCased(table.options),
    child,
  };
  await session.engine.write(write, context.conf).catch((thrown: unknown) => {
    throw overflowInInsert(thrown, table);
  });
  const { schema, table: name } = table;
  const replaces = mode.overwrite && !isDynamic(table, mode, context);
  const written: Written = { table: { schema, table: name }, fixed, replaces, ...(mode.created ? { created: true } : {}) };
  await (session.onWritten?.(written) ?? tellWritten(written, catalog, session.now()));
}

/** A cast's overflow as that of a column, where the types say which one it is. */
function overflowInInsert(thrown: unknown, table: CatalogTable): unknown {
  if (!(thrown instanceof FirecrestError) || thrown.condition !== "CAST_OVERFLOW") return thrown;
  const { sourceType, targetType } = thrown.messageParameters as Record<string, string>;
  const column = table.columns.fields.find(({ dataType }) => sqlTypeOf(dataType) === targetType);
  if (!column) return thrown;
  return new ExecutionError("CAST_OVERFLOW_IN_TABLE_INSERT", {
    sourceType: sourceType!,
    targetType: targetType!,
    columnName: sqlId([column.name]),
  });
}

/** The folder to write to, and the columns that folders below it are named by. */
function targetOf(
  table: CatalogTable,
  partitions: readonly CatalogPartition[],
  { fixed }: WriteMode,
): { location: string; partitionBy: readonly string[] } {
  const names = table.partitionColumns;
  const partitionBy = names.filter((name) => !Object.hasOwn(fixed, name));
  if (partitionBy.length === 0 && names.length > 0) {
    const known = partitions.find((partition) => samePartition(partition.values, fixed));
    return { location: partitionLocation(table, known ?? { values: fixed, created: 0 }), partitionBy };
  }
  if (partitions.some(({ location }) => location !== undefined))
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `Inserting into all partitions of ${idOf(table)}, some of which have a location of their own`,
      advice: "Name the partition.",
    });
  const folders = names.filter((name) => Object.hasOwn(fixed, name)).map((name) => partitionFolder(name, fixed[name]!));
  return { location: [table.location, ...folders].join("/"), partitionBy };
}

function withoutColumns(table: CatalogTable, plan: LogicalPlan, names: readonly string[]): LogicalPlan {
  if (names.length === 0) return plan;
  const kept = table.columns.fields.filter(({ name }) => !names.includes(name));
  return { kind: "project", expressions: kept.map(({ name }) => columnNamed(name)), child: plan };
}

const isDynamic = (table: CatalogTable, { fixed }: WriteMode, { session: { conf } }: StatementContext): boolean =>
  table.partitionColumns.length > Object.keys(fixed).length &&
  (table.options.partitionOverwriteMode ?? conf.get("spark.sql.sources.partitionOverwriteMode", "static")).toLowerCase() === "dynamic";

/** Throws UNSUPPORTED_OVERWRITE.TABLE where the rows come from what they would replace. */
async function refuseReadTarget(table: CatalogTable, location: string, plan: LogicalPlan, context: StatementContext): Promise<void> {
  const files = await context.session.engine.inputFiles(plan, context.conf);
  if (files.some((key) => key.startsWith(`${location}/`))) throw new AnalysisError("UNSUPPORTED_OVERWRITE.TABLE", { table: idOf(table) });
}

const lowerCased = (options: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [key.toLowerCase(), value]));
