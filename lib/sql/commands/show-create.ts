import type { CatalogRelation, CatalogTable, CatalogView } from "../../catalog/objects.ts";
import { quoteIfNeeded, typeSql } from "../../engine/expressions/print-type.ts";
import type { StructField } from "../../engine/types/data-type.ts";
import { DEFAULT_METADATA } from "./columns.ts";
import { redacted } from "./describe-table.ts";
import { shownLocation } from "./location.ts";

/** The statement that would make a table or view. Source: Spark's ShowCreateTableCommandBase. */
export function createTableText(relation: CatalogRelation): string {
  return (relation.kind === "table" ? tableText(relation) : viewText(relation)).join("\n").concat("\n");
}

const quotedText = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
const lines = (items: readonly string[]): string => `(\n${items.map((item) => `  ${item}`).join(",\n")})`;
const properties = (map: Readonly<Record<string, string>>): string =>
  lines(
    Object.entries(redacted(map))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${quotedText(key)} = ${quotedText(value)}`),
  );
const clause = (word: string, map: Readonly<Record<string, string>>): string[] =>
  Object.keys(map).length > 0 ? [`${word} ${properties(map)}`] : [];
const commentOf = (comment: string | undefined): string[] => (comment === undefined ? [] : [`COMMENT ${quotedText(comment)}`]);

export function columnDdl({ name, dataType, nullable, metadata = {} }: StructField): string {
  const text = metadata[DEFAULT_METADATA];
  const comment = typeof metadata.comment === "string" ? ` COMMENT ${quotedText(metadata.comment)}` : "";
  return `${quoteIfNeeded(name)} ${typeSql(dataType)}${nullable ? "" : " NOT NULL"}${typeof text === "string" ? ` DEFAULT ${text}` : ""}${comment}`;
}

function tableText(table: CatalogTable): string[] {
  const { partitionColumns, bucket } = table;
  return [
    `CREATE TABLE spark_catalog.${quoteIfNeeded(table.schema)}.${quoteIfNeeded(table.table)} ${lines(table.columns.fields.map(columnDdl))}`,
    `USING ${table.provider}`,
    ...clause("OPTIONS", table.options),
    ...(partitionColumns.length > 0 ? [`PARTITIONED BY (${partitionColumns.join(", ")})`] : []),
    ...(bucket ? [`CLUSTERED BY (${bucket.columns.join(", ")})`] : []),
    ...(bucket && bucket.sortColumns.length > 0 ? [`SORTED BY (${bucket.sortColumns.join(", ")})`] : []),
    ...(bucket ? [`INTO ${bucket.buckets} BUCKETS`] : []),
    ...commentOf(table.comment),
    ...(table.type === "EXTERNAL" ? [`LOCATION ${quotedText(shownLocation(table.location))}`] : []),
    ...clause("TBLPROPERTIES", table.properties),
  ];
}

function viewText(view: CatalogView): string[] {
  const columns = view.columns.fields.map(({ name, metadata }) => {
    const comment = typeof metadata?.comment === "string" ? ` COMMENT ${quotedText(metadata.comment)}` : "";
    return `${quoteIfNeeded(name)}${comment}`;
  });
  return [
    `CREATE VIEW ${quoteIfNeeded(view.schema)}.${quoteIfNeeded(view.table)} ${lines(columns)}`,
    ...commentOf(view.comment),
    ...clause("TBLPROPERTIES", view.properties),
    `WITH SCHEMA ${view.binding}`,
    `AS ${view.text}`,
  ];
}
