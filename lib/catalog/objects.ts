import type { Json } from "../engine/logical/json-values.ts";
import type { DataType, StructType } from "../engine/types/data-type.ts";

/** What a catalog keeps, as plain JSON-able data. Names stand as they were written; the catalog finds them in any case. */
export interface CatalogSchema {
  readonly name: string;
  readonly comment: string;
  /** Where the schema's managed tables go, an absolute address without a slash at the end. */
  readonly location: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly collation?: string;
}

export interface TableName {
  readonly schema: string;
  readonly table: string;
}

export interface CatalogTable extends TableName {
  readonly kind: "table";
  readonly type: "MANAGED" | "EXTERNAL";
  /** Format by Spark's short name as it was written: `parquet`. */
  readonly provider: string;
  readonly location: string;
  /** Data columns, then partition columns. Comments, defaults and char/varchar types are in the fields' metadata. */
  readonly columns: StructType;
  readonly partitionColumns: readonly string[];
  readonly bucket?: BucketSpec;
  readonly comment?: string;
  readonly properties: Readonly<Record<string, string>>;
  /** OPTIONS: handed to the format. */
  readonly options: Readonly<Record<string, string>>;
  readonly statistics?: TableStatistics;
  readonly collation?: string;
  /** Ms since 1970. */
  readonly created: number;
  /** Of columns that were added with a DEFAULT, by name: their values (plan-json.ts) in rows that were there before. */
  readonly missing?: Readonly<Record<string, Json>>;
  /** The job that made it, where one of a service did. */
  readonly maker?: string;
}

export interface BucketSpec {
  readonly columns: readonly string[];
  readonly sortColumns: readonly string[];
  readonly buckets: number;
}

export type SchemaBindingMode = "BINDING" | "COMPENSATION" | "TYPE EVOLUTION" | "EVOLUTION";

export interface CatalogView extends TableName {
  readonly kind: "view";
  readonly text: string;
  /** Names and types of the view's columns, comments in their metadata. */
  readonly columns: StructType;
  /** Names of the query's own columns, in the order of `columns`. */
  readonly queryColumns: readonly string[];
  readonly binding: SchemaBindingMode;
  /** Settings as they were when the view was made. */
  readonly conf: Readonly<Record<string, string>>;
  /** Where the view's own names are looked for. */
  readonly currentCatalog: string;
  readonly currentSchema: string;
  /** Temporary objects that the text refers to: only temporary views may. */
  readonly temporaryNames?: TemporaryNames;
  readonly comment?: string;
  readonly collation?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly created: number;
  readonly maker?: string;
}
export interface TemporaryNames {
  readonly views: readonly string[];
  readonly functions: readonly string[];
  readonly variables: readonly string[];
}

export type CatalogRelation = CatalogTable | CatalogView;

export interface CatalogFunction {
  readonly schema: string;
  readonly name: string;
  readonly parameters: readonly CatalogFunctionParameter[];
  /** The type of its value, or the columns of its rows. */
  readonly returns: DataType;
  readonly isTable: boolean;
  /** As written: the front end parses it again. */
  readonly body: string;
  readonly isQuery: boolean;
  readonly deterministic?: boolean;
  readonly dataAccess?: "containsSql" | "readsSqlData";
  readonly comment?: string;
  readonly conf: Readonly<Record<string, string>>;
  readonly currentCatalog: string;
  readonly currentSchema: string;
  readonly created: number;
}
export interface CatalogFunctionParameter {
  readonly name: string;
  readonly type: DataType;
  readonly default?: string;
  readonly comment?: string;
}

export interface CatalogPartition {
  /** By the names of the table's partition columns; null is the default partition. */
  readonly values: PartitionSpec;
  /** Absent: the folder of its values below the table's. */
  readonly location?: string;
  readonly statistics?: TableStatistics;
  readonly created: number;
}
export type PartitionSpec = Readonly<Record<string, string | null>>;

export interface TableStatistics {
  readonly sizeInBytes: number;
  readonly rows?: number;
  /** By column name. */
  readonly columns?: Readonly<Record<string, ColumnStatistics>>;
}
/** What ANALYZE TABLE ... FOR COLUMNS finds; values as the types' SQL text. */
export interface ColumnStatistics {
  readonly distinct: number;
  readonly nulls: number;
  readonly min?: string;
  readonly max?: string;
  readonly averageLength?: number;
  readonly maximumLength?: number;
}
