import type { Name } from "../syntax/span.ts";
import type { ShowStatement } from "../syntax/statement.ts";
import { printPartition } from "./data.ts";
import { printText } from "./literal.ts";
import { printName } from "./name.ts";
import { words } from "./query.ts";
import type { Printers } from "./statement.ts";

const within = (name: Name | undefined) => name && `IN ${printName(name)}`;
const like = (pattern: string | undefined) => pattern !== undefined && `LIKE ${printText(pattern)}`;

export const showPrinters: Printers<ShowStatement> = {
  showSchemas: ({ in: name, pattern }) => words("SHOW SCHEMAS", within(name), like(pattern)),
  showCatalogs: ({ pattern }) => words("SHOW CATALOGS", like(pattern)),
  showTables: ({ in: name, pattern }) => words("SHOW TABLES", within(name), like(pattern)),
  showViews: ({ in: name, pattern }) => words("SHOW VIEWS", within(name), like(pattern)),
  showTableExtended: ({ in: name, pattern, partition }) =>
    words("SHOW TABLE EXTENDED", within(name), like(pattern), partition && printPartition(partition)),
  showColumns: ({ table, in: name }) => words(`SHOW COLUMNS IN ${printName(table)}`, within(name)),
  showPartitions: ({ table, partition }) => words(`SHOW PARTITIONS ${printName(table)}`, partition && printPartition(partition)),
  showFunctions: ({ scope, in: name, pattern }) => words("SHOW", scope?.toUpperCase(), "FUNCTIONS", within(name), like(pattern)),
  showCreateTable: ({ table, asSerde }) => words(`SHOW CREATE TABLE ${printName(table)}`, asSerde && "AS SERDE"),
  showProperties: ({ table, key }) => words(`SHOW TBLPROPERTIES ${printName(table)}`, key !== undefined && `(${printText(key)})`),
  showCurrentSchema: () => "SHOW CURRENT SCHEMA",
  showCollations: ({ pattern }) => words("SHOW COLLATIONS", like(pattern)),
};
