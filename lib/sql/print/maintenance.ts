import type { MaintenanceStatement } from "../syntax/statement.ts";
import { printPartition } from "./data.ts";
import { printText } from "./literal.ts";
import { printName } from "./name.ts";
import { printQuery, words } from "./query.ts";
import { printProperties } from "./relation.ts";
import type { Printers } from "./statement.ts";

export const maintenancePrinters: Printers<MaintenanceStatement> = {
  cacheTable: ({ name, lazy, options, query }) =>
    words(
      "CACHE",
      lazy && "LAZY",
      `TABLE ${printName(name)}`,
      options && `OPTIONS ${printProperties(options)}`,
      query && `AS ${printQuery(query)}`,
    ),
  uncacheTable: ({ name, ifExists }) => words("UNCACHE TABLE", ifExists && "IF EXISTS", printName(name)),
  clearCache: () => "CLEAR CACHE",
  refreshTable: ({ name }) => `REFRESH TABLE ${printName(name)}`,
  refreshPath: ({ path }) => `REFRESH ${printText(path)}`,
  analyzeTable: ({ table, partition, noScan, columns }) =>
    words(
      `ANALYZE TABLE ${printName(table)}`,
      partition && printPartition(partition),
      "COMPUTE STATISTICS",
      noScan && "NOSCAN",
      columns && (columns === "all" ? "FOR ALL COLUMNS" : `FOR COLUMNS ${columns.map(printName).join(", ")}`),
    ),
  analyzeTables: ({ in: schema, noScan }) =>
    words("ANALYZE TABLES", schema && `IN ${printName(schema)}`, "COMPUTE STATISTICS", noScan && "NOSCAN"),
};
