import type { Query } from "../syntax/query.ts";
import type { Assignment, DataStatement, MergeClause, PartitionValue } from "../syntax/statement.ts";
import { printExpression, printExpressions } from "./expression.ts";
import { printText } from "./literal.ts";
import { printIdentifier, printIdentifiers, printName } from "./name.ts";
import { printClauses, printQuery, printSelectBody, printWith, words } from "./query.ts";
import { printProperties, printRelation, printTableAlias } from "./relation.ts";
import type { Printers } from "./statement.ts";

type Insert = Extract<DataStatement, { kind: "insert" }>;

export const dataPrinters: Printers<DataStatement> = {
  insert: (insert) => words(printTarget(insert), printQuery(insert.query)),
  insertDirectory: ({ local, path, format, options, query }) =>
    words(
      "INSERT OVERWRITE",
      local && "LOCAL",
      "DIRECTORY",
      path !== undefined && printText(path),
      format && `USING ${printName(format)}`,
      options && `OPTIONS ${printProperties(options)}`,
      printQuery(query),
    ),
  multiInsert: printMultiInsert,
  delete: ({ with: definitions, target, alias, where }) =>
    words(
      definitions && printWith(definitions),
      `DELETE FROM ${printName(target)}`,
      alias && printTableAlias(alias),
      where && `WHERE ${printExpression(where)}`,
    ),
  update: ({ with: definitions, target, alias, assignments, where }) =>
    words(
      definitions && printWith(definitions),
      `UPDATE ${printName(target)}`,
      alias && printTableAlias(alias),
      `SET ${printAssignments(assignments)}`,
      where && `WHERE ${printExpression(where)}`,
    ),
  merge: ({ with: definitions, target, targetAlias, source, on, schemaEvolution, clauses }) =>
    words(
      definitions && printWith(definitions),
      "MERGE",
      schemaEvolution && "WITH SCHEMA EVOLUTION",
      `INTO ${printName(target)}`,
      targetAlias && printTableAlias(targetAlias),
      `USING ${printRelation(source)} ON ${printExpression(on)}`,
      ...clauses.map(printMergeClause),
    ),
};

/** `INSERT INTO t PARTITION (...) (a, b)`. */
function printTarget(insert: Insert): string {
  const { target, table, overwrite, partition, ifPartitionNotExists, columns, byName, replaceWhere, options } = insert;
  return words(
    overwrite ? "INSERT OVERWRITE" : "INSERT INTO",
    table && "TABLE",
    printName(target),
    options && `WITH ${printProperties(options)}`,
    replaceWhere && `REPLACE WHERE ${printExpression(replaceWhere)}`,
    partition && printPartition(partition),
    ifPartitionNotExists && "IF NOT EXISTS",
    byName && "BY NAME",
    columns && `(${printIdentifiers(columns)})`,
  );
}

/** The common FROM first, as each insertion has it; a WITH before it. */
function printMultiInsert({ inserts }: Extract<DataStatement, { kind: "multiInsert" }>): string {
  const [first] = inserts;
  const { body, with: definitions } = first!.query;
  if (body.kind !== "select") return inserts.map(dataPrinters.insert).join(" ");
  const { kind, from, hints, lateralViews, start, end } = body;
  const source = printSelectBody({ kind, hints, items: [], ...(from ? { from } : {}), lateralViews, start, end });
  return words(
    definitions && printWith(definitions),
    source,
    ...inserts.map((insert) => words(printTarget(insert), withoutFrom(insert.query))),
  );
}

/** A query whose FROM stands elsewhere. */
function withoutFrom(query: Query): string {
  const { body, with: _, ...clauses } = query;
  if (body.kind !== "select") return printQuery(query);
  const { from: __, ...select } = body;
  return words(printSelectBody({ ...select, lateralViews: [] }), printClauses(clauses));
}

/** `PARTITION (a = 1, b)`. */
export function printPartition(values: readonly PartitionValue[]): string {
  return `PARTITION (${values.map(({ column, value }) => words(printIdentifier(column), value && `= ${printExpression(value)}`)).join(", ")})`;
}

export function printAssignments(assignments: readonly Assignment[]): string {
  return assignments.map(({ column, value }) => `${printName(column)} = ${printExpression(value)}`).join(", ");
}

const WHEN = { matched: "WHEN MATCHED", notMatched: "WHEN NOT MATCHED", notMatchedBySource: "WHEN NOT MATCHED BY SOURCE" };

function printMergeClause({ when, condition, action }: MergeClause): string {
  return words(WHEN[when], condition && `AND ${printExpression(condition)}`, "THEN", printMergeAction(action));
}

function printMergeAction(action: MergeClause["action"]): string {
  if (action.kind === "delete") return "DELETE";
  if (action.kind === "update") return `UPDATE SET ${action.assignments === "all" ? "*" : printAssignments(action.assignments)}`;
  if (action.values === "all") return "INSERT *";
  return `INSERT (${(action.columns ?? []).map(printName).join(", ")}) VALUES (${printExpressions(action.values)})`;
}
