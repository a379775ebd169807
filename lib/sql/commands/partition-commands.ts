import type { CatalogPartition, CatalogTable, PartitionSpec } from "../../catalog/objects.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { idOf } from "../session/names.ts";
import { nothing } from "../session/outcome.ts";
import { matchesSpec, partitionLocation, partitionPath, samePartition, sortedPartitions } from "../session/partitions.ts";
import type { StatementContext } from "../session/statement-context.ts";
import type { Name } from "../syntax/span.ts";
import type { PartitionValue } from "../syntax/statement.ts";
import type { Command, Of } from "./commands.ts";
import { absoluteLocation } from "./location.ts";
import { partitionOf, refusePrefix, specOf } from "./partition-spec.ts";

type Action<K extends Of<"alterTable">["action"]["kind"]> = Extract<Of<"alterTable">["action"], { kind: K }>;

/** A table with partitions. Throws INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY. */
export async function partitionedTable(name: Name, operation: string, context: StatementContext): Promise<CatalogTable> {
  const table = await context.existingTable(name, operation);
  if (table.partitionColumns.length === 0)
    throw new AnalysisError("INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY", { name: idOf(table) });
  return table;
}

/** `PARTITION (`a` = 1, `b` = x)`, as messages spell it. */
const spelled = (spec: PartitionSpec): string =>
  `PARTITION (${Object.entries(spec)
    .map(([name, value]) => `${sqlId([name])} = ${value}`)
    .join(", ")})`;

export const partitionsNotFound = (table: CatalogTable, spec: PartitionSpec): AnalysisError =>
  new AnalysisError("PARTITIONS_NOT_FOUND", { partitionList: spelled(spec), tableName: sqlId([table.schema, table.table]) });

/** The partition of a whole spec. Throws PARTITIONS_NOT_FOUND. */
export async function partitionAt(
  given: readonly PartitionValue[],
  table: CatalogTable,
  context: StatementContext,
): Promise<CatalogPartition> {
  const spec = await specOf(given, table, context);
  refusePrefix(spec, table);
  const found = (await context.catalog.partitions(table)).find(({ values }) => samePartition(values, spec));
  if (!found) throw partitionsNotFound(table, spec);
  return found;
}

/** ALTER TABLE ... ADD PARTITION. Throws PARTITIONS_ALREADY_EXIST. */
export async function addPartitions(
  table: CatalogTable,
  { partitions, ifNotExists }: Action<"addPartitions">,
  context: StatementContext,
): Promise<void> {
  const created = context.session.now();
  const added: CatalogPartition[] = [];
  for (const { values, location } of partitions) {
    const spec = await specOf(values, table, context);
    refusePrefix(spec, table);
    added.push({ values: spec, created, ...(location === undefined ? {} : { location: absoluteLocation(location, table.location) }) });
  }
  await context.catalog.alterPartitions(table, (known) => {
    const isKnown = ({ values }: CatalogPartition) => known.some((other) => samePartition(other.values, values));
    const twice = added.filter(isKnown);
    if (twice.length > 0 && !ifNotExists)
      throw new AnalysisError("PARTITIONS_ALREADY_EXIST", {
        partitionList: twice.map(({ values }) => spelled(values)).join(", "),
        tableName: sqlId([table.schema, table.table]),
      });
    return sortedPartitions([...known, ...added.filter((partition) => !isKnown(partition))], table);
  });
}

/** ALTER TABLE ... DROP PARTITION: a spec may be a part of one. */
export async function dropPartitions(
  table: CatalogTable,
  { partitions, ifExists }: Action<"dropPartitions">,
  context: StatementContext,
): Promise<void> {
  const specs: PartitionSpec[] = [];
  for (const given of partitions) specs.push(await specOf(given, table, context));
  const known = await context.catalog.partitions(table);
  const missing = specs.find((spec) => !known.some(({ values }) => matchesSpec(values, spec)));
  if (missing && !ifExists) throw partitionsNotFound(table, missing);
  const isDropped = ({ values }: CatalogPartition) => specs.some((spec) => matchesSpec(values, spec));
  await context.catalog.alterPartitions(table, (now) => now.filter((partition) => !isDropped(partition)));
  if (table.type === "MANAGED")
    for (const partition of known.filter(isDropped)) await context.catalog.files.delete(partitionLocation(table, partition));
}

/** ALTER TABLE ... PARTITION (...) RENAME TO PARTITION (...). */
export async function renamePartition(
  table: CatalogTable,
  given: readonly PartitionValue[],
  { to }: Action<"renamePartition">,
  context: StatementContext,
): Promise<void> {
  const from = await partitionAt(given, table, context);
  const spec = await specOf(to, table, context);
  refusePrefix(spec, table);
  await context.catalog.alterPartitions(table, (known) => {
    if (known.some(({ values }) => samePartition(values, spec)))
      throw new AnalysisError("PARTITIONS_ALREADY_EXIST", { partitionList: spelled(spec), tableName: sqlId([table.schema, table.table]) });
    return sortedPartitions(
      known.map((partition) => (samePartition(partition.values, from.values) ? { ...partition, values: spec } : partition)),
      table,
    );
  });
  if (from.location === undefined)
    await context.catalog.files.move(partitionLocation(table, from), `${table.location}/${partitionPath(table, spec)}`);
}

/** ALTER TABLE ... RECOVER PARTITIONS and MSCK REPAIR TABLE: what the folders say. */
export async function syncPartitions(table: CatalogTable, add: boolean, drop: boolean, context: StatementContext): Promise<void> {
  const found = await context.catalog.files.partitionsBelow(table);
  const created = context.session.now();
  await context.catalog.alterPartitions(table, (known) => {
    const kept = drop ? known.filter((p) => p.location !== undefined || found.some((spec) => samePartition(spec, p.values))) : known;
    const added = add ? found.filter((spec) => !known.some(({ values }) => samePartition(values, spec))) : [];
    return sortedPartitions([...kept, ...added.map((values) => ({ values, created }))], table);
  });
}

export const repairTable: Command<"repairTable"> = async ({ name, add, drop }, context) => {
  const table = await context.existingTable(name, "MSCK REPAIR TABLE");
  refuseUnpartitioned(table, "MSCK REPAIR TABLE");
  await syncPartitions(table, add, drop, context);
  return nothing();
};

export function refuseUnpartitioned(table: CatalogTable, operation: string): void {
  if (table.partitionColumns.length === 0) throw new AnalysisError("NOT_A_PARTITIONED_TABLE", { operation, tableIdentWithDB: idOf(table) });
}

/** TRUNCATE TABLE: the rows go, partitions stay. */
export const truncateTable: Command<"truncateTable"> = async ({ name, partition }, context) => {
  const table = await context.existingTable(name, "TRUNCATE TABLE");
  if (table.type === "EXTERNAL") throw new AnalysisError("_LEGACY_ERROR_TEMP_1266", { tableIdentWithDB: idOf(table) });
  const { files } = context.catalog;
  if (!partition) await files.delete(table.location);
  else {
    if (table.partitionColumns.length === 0) throw new AnalysisError("_LEGACY_ERROR_TEMP_1267", { tableIdentWithDB: idOf(table) });
    const { fixed } = await partitionOf(partition, table, context);
    const found = (await context.catalog.partitions(table)).filter(({ values }) => matchesSpec(values, fixed));
    if (found.length === 0) throw partitionsNotFound(table, fixed);
    for (const one of found) await files.delete(partitionLocation(table, one));
  }
  if (table.statistics) await context.catalog.alterRelation<CatalogTable>(table, ({ statistics: _, ...rest }) => rest);
  return nothing();
};
