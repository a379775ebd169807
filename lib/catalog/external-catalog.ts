import type { CatalogFunction, CatalogPartition, CatalogRelation, CatalogSchema, CatalogTable, TableName } from "./objects.ts";

/**
 * Where persistent schemas, tables, views and functions are kept. Names are found in any case. What is missing is undefined;
 * of two who make the same object at once one wins, and the other gets Spark's condition for what exists already.
 */
export interface ExternalCatalog {
  /** Where schemas without a location of their own put their tables. A catalog elsewhere has to be asked. */
  readonly warehouse: string | Promise<string>;
  /** The folders that tables keep their rows in. */
  readonly files: TableFiles;

  schema(name: string): Promise<CatalogSchema | undefined>;
  /** Sorted by name. */
  schemas(): Promise<readonly CatalogSchema[]>;
  /** Throws SCHEMA_ALREADY_EXISTS. */
  createSchema(schema: CatalogSchema): Promise<void>;
  /** Throws SCHEMA_NOT_FOUND. */
  alterSchema(name: string, change: (schema: CatalogSchema) => CatalogSchema): Promise<void>;
  /** Throws SCHEMA_NOT_FOUND, and SCHEMA_NOT_EMPTY without `cascade`, which drops the rows of managed tables too. */
  dropSchema(name: string, cascade: boolean): Promise<void>;

  relation(name: TableName): Promise<CatalogRelation | undefined>;
  /** Names of tables and views, sorted. */
  relationNames(schema: string): Promise<readonly string[]>;
  /** Throws TABLE_OR_VIEW_ALREADY_EXISTS, SCHEMA_NOT_FOUND. */
  createRelation(relation: CatalogRelation): Promise<void>;
  /** Reads, changes and writes, again where another change came between. Throws TABLE_OR_VIEW_NOT_FOUND. */
  alterRelation<R extends CatalogRelation>(name: TableName, change: (relation: R) => R): Promise<void>;
  /** Throws TABLE_OR_VIEW_NOT_FOUND, TABLE_OR_VIEW_ALREADY_EXISTS. The rows stay where they are. */
  renameRelation(name: TableName, to: TableName, change?: (relation: CatalogRelation) => CatalogRelation): Promise<void>;
  /** Forgets a table or view, and its partitions; the rows of a managed table go, too. Gives false where there was none. */
  dropRelation(name: TableName): Promise<boolean>;

  /** All partitions of a table in the order of their values. */
  partitions(table: TableName): Promise<readonly CatalogPartition[]>;
  /** Replaces the partitions by what `change` makes of them. */
  alterPartitions(table: TableName, change: (partitions: readonly CatalogPartition[]) => readonly CatalogPartition[]): Promise<void>;

  function(schema: string, name: string): Promise<CatalogFunction | undefined>;
  functions(schema: string): Promise<readonly CatalogFunction[]>;
  /** Throws ROUTINE_ALREADY_EXISTS unless `replace`. */
  createFunction(value: CatalogFunction, replace: boolean): Promise<void>;
  dropFunction(schema: string, name: string): Promise<boolean>;
}

/** What statements do with folders; the rows themselves are written by jobs. */
export interface TableFiles {
  /** Bytes of the visible files below a folder. */
  size(location: string): Promise<number>;
  /** Partition values of the visible files below a partitioned table's folder. */
  partitionsBelow(table: CatalogTable): Promise<readonly CatalogPartition["values"][]>;
  isEmpty(location: string): Promise<boolean>;
  delete(location: string): Promise<void>;
  move(from: string, to: string): Promise<void>;
}

/** The one catalog there is, as Spark names it. */
export const SESSION_CATALOG = "spark_catalog";
export const DEFAULT_SCHEMA = "default";
export const GLOBAL_TEMP_SCHEMA = "global_temp";
