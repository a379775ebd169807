import type { BucketSpec, CatalogPartition, CatalogRelation, CatalogTable, TableStatistics } from "../../catalog/objects.ts";
import { quoteIfNeeded } from "../../engine/expressions/print-type.ts";
import { treeString } from "../../engine/types/ddl.ts";
import { partitionLocation } from "../session/partitions.ts";
import { shownLocation } from "./location.ts";

/** What Spark tells of a table, by its labels: a text, a list or a map; DESCRIBE prints them, and AS JSON takes them as they are. */
export type Detail = string | number | readonly string[] | Readonly<Record<string, string>>;
export type Details = ReadonlyMap<string, Detail>;

/** Values of properties that look like secrets are not shown: `spark.redaction.regex`. */
export const redacted = (properties: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [
      key,
      /secret|password|token|access[.]?key|^url$/i.test(key) ? "*********(redacted)" : value,
    ]),
  );

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** As java.util.Date prints it, in UTC. */
function dateText(ms: number): string {
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":");
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())} ${time} UTC ${date.getUTCFullYear()}`;
}

export const statisticsText = ({ sizeInBytes, rows }: TableStatistics): string =>
  `${sizeInBytes} bytes${rows === undefined ? "" : `, ${rows} rows`}`;

export const bucketDetails = (bucket: BucketSpec | undefined): [string, Detail][] =>
  bucket
    ? [
        ["Num Buckets", bucket.buckets],
        ["Bucket Columns", bucket.columns],
        ["Sort Columns", bucket.sortColumns],
      ]
    : [];

export const storageDetails = (location: string, options: Readonly<Record<string, string>>): [string, Detail][] => [
  ["Location", shownLocation(location)],
  ...(Object.keys(options).length > 0 ? [["Storage Properties", redacted(options)] as [string, Detail]] : []),
];

/** Source: Spark's CatalogTable.toJsonLinkedHashMap. */
export function tableDetails(relation: CatalogRelation): Details {
  const shown = Object.entries(redacted(relation.properties)).filter(([, value]) => value !== "");
  const sorted = Object.fromEntries(shown.sort(([a], [b]) => (a < b ? -1 : 1)));
  const common: [string, Detail][] = [
    ["Catalog", "spark_catalog"],
    ["Database", relation.schema],
    ["Table", relation.table],
    ["Created Time", dateText(relation.created)],
    ["Last Access", "UNKNOWN"],
    ["Created By", "Spark 4.1.1"],
    ["Type", relation.kind === "table" ? relation.type : "VIEW"],
  ];
  const own: [string, Detail][] = relation.kind === "table" ? [["Provider", relation.provider], ...bucketDetails(relation.bucket)] : [];
  const words: [string, Detail][] = [
    ...(relation.comment === undefined ? [] : [["Comment", relation.comment] as [string, Detail]]),
    ...(relation.collation === undefined ? [] : [["Collation", relation.collation] as [string, Detail]]),
  ];
  const properties: [string, Detail][] = shown.length > 0 ? [["Table Properties", sorted]] : [];
  const rest = relation.kind === "table" ? restOfTable(relation) : [];
  const view = relation.kind === "view" ? viewDetails(relation) : [];
  return new Map([...common, ...own, ...words, ...view, ...properties, ...rest, ["Schema", treeString(relation.columns)]]);
}

const restOfTable = (table: CatalogTable): [string, Detail][] => [
  ...(table.statistics ? [["Statistics", statisticsText(table.statistics)] as [string, Detail]] : []),
  ...storageDetails(table.location, table.options),
  ...(table.partitionColumns.length > 0
    ? ([
        ["Partition Provider", "Catalog"],
        ["Partition Columns", table.partitionColumns],
      ] as [string, Detail][])
    : []),
];

const viewDetails = (view: Extract<CatalogRelation, { kind: "view" }>): [string, Detail][] => [
  ["View Text", view.text],
  ["View Original Text", view.text],
  ["View Schema Mode", view.binding],
  ["View Catalog and Namespace", [view.currentCatalog, view.currentSchema].map(quoteIfNeeded).join(".")],
  ["View Query Output Columns", view.binding === "EVOLUTION" ? view.columns.fields.map(({ name }) => name) : view.queryColumns],
];

/** Source: Spark's CatalogTablePartition.toJsonLinkedHashMap. */
export const partitionDetails = (partition: CatalogPartition, table: CatalogTable): Details =>
  new Map<string, Detail>([
    [
      "Partition Values",
      Object.fromEntries(Object.entries(partition.values).map(([key, value]) => [key, value ?? "__HIVE_DEFAULT_PARTITION__"])),
    ],
    ...storageDetails(partitionLocation(table, partition), table.options),
    ["Created Time", dateText(partition.created)],
    ["Last Access", "UNKNOWN"],
    ...(partition.statistics ? [["Partition Statistics", statisticsText(partition.statistics)] as [string, Detail]] : []),
  ]);

/** A detail as a cell of DESCRIBE. */
export function detailText(detail: Detail): string {
  if (typeof detail === "string" || typeof detail === "number") return String(detail);
  if (isList(detail)) return `[${detail.map((item) => `\`${item.replaceAll("`", "``")}\``).join(", ")}]`;
  return `[${Object.entries(detail)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ")}]`;
}
const isList = (detail: Detail): detail is readonly string[] => Array.isArray(detail);

/** All details as lines. */
export const simpleString = (details: Details): string =>
  [...details]
    .map(([key, detail]) => {
      const value = detailText(detail);
      return value === "" ? key : `${key}: ${value}`;
    })
    .join("\n");
