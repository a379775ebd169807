import { AnalysisError } from "../../engine/errors.ts";
import { runScript } from "../script/run-script.ts";
import type { StatementOutcome } from "../session/outcome.ts";
import type { StatementContext } from "../session/statement-context.ts";
import type { Statement } from "../syntax/statement.ts";
import { alterTable } from "./alter-table.ts";
import { analyzeTable, analyzeTables } from "./analyze.ts";
import { cacheTable, clearCache, refreshPath, refreshTable, uncacheTable } from "./cache.ts";
import { createTable, createTableLike } from "./create-table.ts";
import { createTempViewUsing, createView, dropView } from "./create-view.ts";
import { describeCatalog, describeFunction, describeQuery, describeSchema, describeTable } from "./describe.ts";
import { dropTable } from "./drop-table.ts";
import { executeImmediate } from "./execute-immediate.ts";
import { explain } from "./explain.ts";
import { createFunction, dropFunction, refreshFunction } from "./function.ts";
import { insert, insertDirectory, multiInsert } from "./insert.ts";
import { repairTable, truncateTable } from "./partition-commands.ts";
import { runQuery } from "./query.ts";
import { deleteRows, loadData, mergeRows, updateRows } from "./row-level.ts";
import { alterSchema, comment, createSchema, dropSchema, setCatalog, use } from "./schema.ts";
import { reset, set, setTimeZone } from "./settings.ts";
import * as show from "./show.ts";
import { declareVariable, dropVariable, setVariable, setVariableQuery } from "./variable.ts";

/** The member of the union whose `kind` may be K. */
export type Of<K extends Statement["kind"], S = Statement> = S extends { readonly kind: infer T } ? (K extends T ? S : never) : never;
export type Command<K extends Statement["kind"]> = (statement: Of<K>, context: StatementContext) => Promise<StatementOutcome>;

const commands: { readonly [K in Statement["kind"]]: Command<K> } = {
  query: runQuery,
  compound: runScript,
  insert,
  insertDirectory,
  multiInsert,
  delete: deleteRows,
  update: updateRows,
  merge: mergeRows,
  createTable,
  createTableLike,
  dropTable,
  alterTable,
  truncateTable,
  repairTable,
  loadData,
  createView,
  createTempViewUsing,
  dropView,
  createSchema,
  dropSchema,
  alterSchema,
  comment,
  use,
  setCatalog,
  createFunction,
  dropFunction,
  refreshFunction,
  showSchemas: show.showSchemas,
  showCatalogs: show.showCatalogs,
  showTables: show.showTables,
  showViews: show.showViews,
  showTableExtended: show.showTableExtended,
  showColumns: show.showColumns,
  showPartitions: show.showPartitions,
  showFunctions: show.showFunctions,
  showCreateTable: show.showCreateTable,
  showProperties: show.showProperties,
  showCurrentSchema: show.showCurrentSchema,
  showCollations: show.showCollations,
  describeTable,
  describeQuery,
  describeFunction,
  describeSchema,
  describeCatalog,
  explain,
  set,
  setTimeZone,
  reset,
  declareVariable,
  setVariable,
  setVariableQuery,
  dropVariable,
  executeImmediate,
  resource: async ({ action }) => {
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `${action.toUpperCase()} of jars, files and archives`,
      advice: "User functions travel with the plans that call them.",
    });
  },
  cacheTable,
  uncacheTable,
  clearCache,
  refreshTable,
  refreshPath,
  analyzeTable,
  analyzeTables,
};

/** Statements after which all tables have the rows that they had. */
const CHANGES_NO_ROWS =
  /^(?:query|show|describe|explain|set|reset|use|declare|dropVariable|createView|createFunction|execute|resource|cache|uncache|clearCache|analyze)/;

/** Runs a statement of any kind. */
export async function runCommand(statement: Statement, context: StatementContext): Promise<StatementOutcome> {
  try {
    return await (commands[statement.kind] as (s: Statement, c: StatementContext) => Promise<StatementOutcome>)(statement, context);
  } finally {
    if (!CHANGES_NO_ROWS.test(statement.kind)) context.session.cached.outdate();
  }
}
