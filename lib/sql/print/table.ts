import type { Expression } from "../syntax/expression.ts";
import type { ColumnDefinition, TableClauses, TableStatement } from "../syntax/statement.ts";
import { printAction } from "./alter.ts";
import { printColumn, printConstraint } from "./column-definition.ts";
import { printPartition } from "./data.ts";
import { printExpression } from "./expression.ts";
import { printText } from "./literal.ts";
import { printIdentifier, printIdentifiers, printName } from "./name.ts";
import { printQuery, words } from "./query.ts";
import { printProperties } from "./relation.ts";
import type { Printers } from "./statement.ts";
import { printSortItems } from "./window.ts";

export const tablePrinters: Printers<TableStatement> = {
  createTable: (table) =>
    words(
      table.create && "CREATE",
      table.create && table.replace && "OR",
      table.replace && "REPLACE",
      table.temporary && "TEMPORARY",
      table.external && "EXTERNAL",
      "TABLE",
      table.ifNotExists && "IF NOT EXISTS",
      printName(table.name),
      printElements(table),
      printTableClauses(table.clauses),
      table.query && `AS ${printQuery(table.query)}`,
    ),
  createTableLike: ({ name, like, ifNotExists, clauses }) =>
    words("CREATE TABLE", ifNotExists && "IF NOT EXISTS", `${printName(name)} LIKE ${printName(like)}`, printTableClauses(clauses)),
  dropTable: ({ name, ifExists, purge }) => words("DROP TABLE", ifExists && "IF EXISTS", printName(name), purge && "PURGE"),
  alterTable: ({ name, view, partition, action }) =>
    words(view ? "ALTER VIEW" : "ALTER TABLE", printName(name), partition && printPartition(partition), printAction(action)),
  truncateTable: ({ name, partition }) => words("TRUNCATE TABLE", printName(name), partition && printPartition(partition)),
  repairTable: ({ name, add, drop }) => words("MSCK REPAIR TABLE", printName(name), drop && (add ? "SYNC PARTITIONS" : "DROP PARTITIONS")),
  loadData: ({ path, local, overwrite, name, partition }) =>
    words(
      "LOAD DATA",
      local && "LOCAL",
      `INPATH ${printText(path)}`,
      overwrite && "OVERWRITE",
      `INTO TABLE ${printName(name)}`,
      partition && printPartition(partition),
    ),
};

function printElements({ columns = [], constraints = [] }: Extract<TableStatement, { kind: "createTable" }>): string {
  const elements = [...columns.map(printColumn), ...constraints.map(printConstraint)];
  return elements.length > 0 ? `(${elements.join(", ")})` : "";
}

/** USING to TBLPROPERTIES. */
export function printTableClauses(clauses: TableClauses): string {
  const { provider, options, partitionedBy, bucket, clusterBy, rowFormat, storedAs, location, comment, collation, properties } = clauses;
  return words(
    provider !== undefined && `USING ${printProvider(provider)}`,
    options && `OPTIONS ${printProperties(options)}`,
    partitionedBy && `PARTITIONED BY (${partitionedBy.map(printField).join(", ")})`,
    bucket && printBucket(bucket),
    clusterBy && `CLUSTER BY (${clusterBy.map(printName).join(", ")})`,
    rowFormat,
    storedAs !== undefined && `STORED AS ${storedAs}`,
    location !== undefined && `LOCATION ${printText(location)}`,
    comment !== undefined && `COMMENT ${printText(comment)}`,
    collation !== undefined && `DEFAULT COLLATION ${printIdentifier({ name: collation })}`,
    properties && `TBLPROPERTIES ${printProperties(properties)}`,
  );
}

/** A provider is kept as one text; its dots were between names. */
export function printProvider(provider: string): string {
  return provider
    .split(".")
    .map((name) => printIdentifier({ name }))
    .join(".");
}

function printField(field: Expression | ColumnDefinition): string {
  return "kind" in field ? printExpression(field) : printColumn(field);
}

function printBucket({ columns, sortedBy, buckets }: NonNullable<TableClauses["bucket"]>): string {
  const sorted = sortedBy && `SORTED BY (${printSortItems(sortedBy)})`;
  return words(`CLUSTERED BY (${printIdentifiers(columns)})`, sorted, `INTO ${buckets} BUCKETS`);
}
