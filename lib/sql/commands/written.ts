import type { ExternalCatalog } from "../../catalog/external-catalog.ts";
import type { CatalogPartition, CatalogTable, PartitionSpec, TableName } from "../../catalog/objects.ts";
import { partitionFolder } from "../../engine/partition-path.ts";
import { matchesSpec, samePartition } from "../session/partitions.ts";

/** Rows that a statement has had written to a table: what the catalog is to be told once they are there, and not before. JSON-able. */
export interface Written {
  readonly table: TableName;
  /** Values that PARTITION fixed, by the names of the table's columns. */
  readonly fixed: PartitionSpec;
  /** Partitions that were not written to are gone. */
  readonly replaces: boolean;
  /** The statement made the table, which is nothing without its rows. */
  readonly created?: true;
}

/** Tells the catalog of rows that are there. A second time changes nothing. */
export async function tellWritten(written: Written, catalog: ExternalCatalog, now: number): Promise<void> {
  const table = await catalog.relation(written.table);
  if (table?.kind !== "table") return;
  if (table.partitionColumns.length > 0) await recordPartitions(table, written, catalog, now);
  if (table.statistics) await catalog.alterRelation<CatalogTable>(table, ({ statistics: _, ...rest }) => rest);
}

async function recordPartitions(
  table: CatalogTable,
  { fixed, replaces }: Written,
  catalog: ExternalCatalog,
  created: number,
): Promise<void> {
  const names = table.partitionColumns;
  const isWhole = names.every((name) => Object.hasOwn(fixed, name));
  const present = isWhole ? [fixed] : await catalog.files.partitionsBelow(table);
  await catalog.alterPartitions(table, (known) => {
    const isPresent = (values: PartitionSpec) => present.some((spec) => samePartition(spec, values));
    const kept = replaces && !isWhole ? known.filter(({ values }) => !matchesSpec(values, fixed) || isPresent(values)) : known;
    const paths = new Set(kept.map(({ values }) => keyOf(values, names)));
    return [
      ...kept.map(withoutStatistics),
      ...present.filter((spec) => !paths.has(keyOf(spec, names))).map((values) => ({ values, created })),
    ];
  });
}

const keyOf = (values: PartitionSpec, names: readonly string[]): string =>
  names.map((name) => partitionFolder(name, values[name] ?? null)).join("/");
const withoutStatistics = ({ statistics: _, ...rest }: CatalogPartition): CatalogPartition => rest;
