import type { Name } from "../syntax/span.ts";
import type { DescribeStatement } from "../syntax/statement.ts";
import { printPartition } from "./data.ts";
import { printText } from "./literal.ts";
import { printName } from "./name.ts";
import { printQuery, words } from "./query.ts";
import { type Printers, printStatement } from "./statement.ts";

export const describePrinters: Printers<DescribeStatement> = {
  describeTable: ({ table, extended, asJson, partition, column }) =>
    words(
      "DESCRIBE TABLE",
      extended && "EXTENDED",
      printName(table),
      partition && printPartition(partition),
      column && printName(column),
      asJson && "AS JSON",
    ),
  describeQuery: ({ query }) => `DESCRIBE QUERY ${printQuery(query)}`,
  describeFunction: ({ name, extended }) => words("DESCRIBE FUNCTION", extended && "EXTENDED", printFunctionName(name)),
  describeSchema: ({ name, extended }) => words("DESCRIBE SCHEMA", extended && "EXTENDED", printName(name)),
  describeCatalog: ({ name, extended }) => words("DESCRIBE CATALOG", extended && "EXTENDED", printName(name)),
  explain: ({ mode, statement }) => words("EXPLAIN", mode !== "simple" && mode.toUpperCase(), printStatement(statement)),
};

/** Operators are functions as well; a text names each of them. */
function printFunctionName(name: Name): string {
  const only = name.kind === "name" && name.parts.length === 1 ? name.parts[0] : undefined;
  return only && !/^\w/.test(only.name) ? printText(only.name) : printName(name);
}
