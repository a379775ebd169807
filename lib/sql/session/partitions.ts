import type { CatalogPartition, CatalogTable, PartitionSpec } from "../../catalog/objects.ts";
import { partitionFolder } from "../../engine/partition-path.ts";

/** The folder of a partition's values below its table's. */
export const partitionPath = (table: CatalogTable, values: PartitionSpec): string =>
  table.partitionColumns.map((name) => partitionFolder(name, values[name] ?? null)).join("/");

export const partitionLocation = (table: CatalogTable, { values, location }: CatalogPartition): string =>
  location ?? `${table.location}/${partitionPath(table, values)}`;

/** NULL and the empty text are the same partition. */
export const samePartition = (a: PartitionSpec, b: PartitionSpec): boolean =>
  Object.entries(a).every(([name, value]) => (b[name] ?? "") === (value ?? ""));

/** Whether a partition has all values of a spec, which may name some columns only. */
export const matchesSpec = (values: PartitionSpec, spec: PartitionSpec): boolean => samePartition(spec, values);

/** Partitions in the order of their values. */
export const sortedPartitions = (partitions: readonly CatalogPartition[], table: CatalogTable): CatalogPartition[] =>
  partitions
    .map((partition) => ({ partition, path: partitionPath(table, partition.values) }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(({ partition }) => partition);
