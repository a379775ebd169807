import { localRelation } from "../../dataframe/create-dataframe.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import {
  arrayType,
  booleanType,
  type DataType,
  type StructField,
  stringType,
  structField,
  structType,
} from "../../engine/types/data-type.ts";
import type { CatalogMetadata, Column, Database, FunctionMetadata, Table } from "../../sql/session/catalog-lists.ts";

/** What catalog relations put out, with the columns of Spark's org.apache.spark.sql.catalog classes. */

const column = (name: string, type: DataType = stringType, nullable = true): StructField => structField(name, type, nullable);
const flag = (name: string): StructField => column(name, booleanType, false);
const NAMESPACE = column("namespace", arrayType(stringType, true));
const relation = (columns: readonly StructField[], rows: readonly (readonly unknown[])[]): LogicalPlan =>
  localRelation(rows, structType(columns));

export const nothing = (): LogicalPlan => relation([column("value", stringType, false)], []);
export const text = (value: string): LogicalPlan => texts([value]);
export const texts = (values: readonly string[], name = "value"): LogicalPlan =>
  relation(
    [column(name)],
    values.map((value) => [value]),
  );
export const truth = (value: boolean): LogicalPlan => relation([flag("value")], [[value]]);
export const pairs = (entries: readonly (readonly [string, string])[]): LogicalPlan => relation([column("key"), column("value")], entries);

export const catalogs = (found: readonly CatalogMetadata[]): LogicalPlan =>
  relation(
    [column("name"), column("description")],
    found.map(({ name, description }) => [name, description]),
  );

export const databases = (found: readonly Database[]): LogicalPlan =>
  relation(
    [column("name"), column("catalog"), column("description"), column("locationUri")],
    found.map(({ name, catalog, description, locationUri }) => [name, catalog, description, locationUri]),
  );

export const tables = (found: readonly Table[]): LogicalPlan =>
  relation(
    [column("name"), column("catalog"), NAMESPACE, column("description"), column("tableType"), flag("isTemporary")],
    found.map((table) => [table.name, table.catalog, table.namespace, table.description, table.tableType, table.isTemporary]),
  );

const COLUMN_FLAGS = ["nullable", "isPartition", "isBucket", "isCluster"].map(flag);

export const columns = (found: readonly Column[]): LogicalPlan =>
  relation(
    [column("name"), column("description"), column("dataType"), ...COLUMN_FLAGS],
    found.map((one) => [one.name, one.description, one.dataType, one.nullable, one.isPartition, one.isBucket, false]),
  );

/** No function has a class here: its name stands in the place of one. */
export const functions = (found: readonly FunctionMetadata[]): LogicalPlan =>
  relation(
    [column("name"), column("catalog"), NAMESPACE, column("description"), column("className"), flag("isTemporary")],
    found.map((one) => [one.name, one.catalog, one.namespace, one.description, one.name, one.isTemporary]),
  );
