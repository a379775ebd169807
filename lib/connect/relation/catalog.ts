import { lowerCased } from "../../dataframe/reader.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { StructType } from "../../engine/types/data-type.ts";
import type { Catalog, CreateExternalTable, CreateTable } from "../protocol/spark/connect/catalog_pb.js";
import { engineType } from "../type/data-type.ts";
import * as rows from "./catalog-rows.ts";
import { catalogStatements } from "./catalog-statements.ts";
import { unpersistAll } from "./persisted.ts";
import type { Scope } from "./scope.ts";
import { malformed } from "./unsupported.ts";

type Given = Catalog["catType"];
type Case = NonNullable<Given["case"]>;
type ValueOf<C extends Case> = Extract<Given, { case: C }>["value"];
type Answers = { readonly [C in Case]: (value: ValueOf<C>, t: Scope) => Promise<LogicalPlan> };

/** What a question about the catalog, or a change of it, answers with: done by the time its plan is there, as Spark does it. */
export async function catalogOf({ catType }: Catalog, t: Scope): Promise<LogicalPlan> {
  if (catType.case === undefined) throw malformed("A catalog relation asks for nothing.");
  return (ANSWERS[catType.case] as (value: unknown, t: Scope) => Promise<LogicalPlan>)(catType.value, t);
}

const nothing = async (done: Promise<unknown>): Promise<LogicalPlan> => {
  await done;
  return rows.nothing();
};
const inDatabase = (name: string, database: string | undefined): string => (database === undefined ? name : `${database}.${name}`);

const ANSWERS: Answers = {
  ...catalogStatements,
  currentDatabase: async (_, { spark }) => rows.text(spark.catalog.currentDatabase()),
  setCurrentDatabase: ({ dbName }, { spark }) => nothing(spark.catalog.setCurrentDatabase(dbName)),
  listDatabases: async ({ pattern }, { spark }) => rows.databases(await spark.catalog.listDatabases(pattern)),
  getDatabase: async ({ dbName }, { spark }) => rows.databases([await spark.catalog.getDatabase(dbName)]),
  databaseExists: async ({ dbName }, { spark }) => rows.truth(await spark.catalog.databaseExists(dbName)),
  listTables: async ({ dbName, pattern }, { spark }) => rows.tables(await spark.catalog.listTables(dbName, pattern)),
  getTable: async ({ tableName, dbName }, { spark }) => rows.tables([await spark.catalog.getTable(inDatabase(tableName, dbName))]),
  tableExists: async ({ tableName, dbName }, { spark }) => rows.truth(await spark.catalog.tableExists(tableName, dbName)),
  listColumns: async ({ tableName, dbName }, { spark }) => rows.columns(await spark.catalog.listColumns(tableName, dbName)),
  listFunctions: async ({ dbName, pattern }, { spark }) => rows.functions(await spark.catalog.listFunctions(dbName, pattern)),
  getFunction: async ({ functionName, dbName }, { spark }) =>
    rows.functions([await spark.catalog.getFunction(inDatabase(functionName, dbName))]),
  functionExists: async ({ functionName, dbName }, { spark }) => rows.truth(await spark.catalog.functionExists(functionName, dbName)),
  createExternalTable: createTable,
  createTable,
  dropTempView: async ({ viewName }, { spark }) => rows.truth(spark.catalog.dropTempView(viewName)),
  dropGlobalTempView: async ({ viewName }, { spark }) => rows.truth(spark.catalog.dropGlobalTempView(viewName)),
  recoverPartitions: ({ tableName }, { spark }) => nothing(spark.catalog.recoverPartitions(tableName)),
  isCached: async ({ tableName }, { spark }) => rows.truth(await spark.catalog.isCached(tableName)),
  cacheTable: ({ tableName }, { spark }) => nothing(spark.catalog.cacheTable(tableName)),
  uncacheTable: ({ tableName }, { spark }) => nothing(spark.catalog.uncacheTable(tableName)),
  clearCache: async (_, { spark }) => {
    await unpersistAll(spark);
    return nothing(spark.catalog.clearCache());
  },
  refreshTable: ({ tableName }, { spark }) => nothing(spark.catalog.refreshTable(tableName)),
  refreshByPath: ({ path }, { spark }) => nothing(spark.catalog.refreshByPath(path)),
  currentCatalog: async (_, { spark }) => rows.text(spark.catalog.currentCatalog()),
  setCurrentCatalog: ({ catalogName }, { spark }) => nothing(spark.catalog.setCurrentCatalog(catalogName)),
  listCatalogs: async ({ pattern }, { spark }) => rows.catalogs(await spark.catalog.listCatalogs(pattern)),
};

/** The table's rows, by its name. */
async function createTable(message: CreateTable | CreateExternalTable, { spark }: Scope): Promise<LogicalPlan> {
  const { tableName, path, source, schema, options } = message;
  const columns = schema && engineType(schema);
  await spark.catalog.createTable(tableName, {
    options: lowerCased(options),
    ...(path === undefined ? {} : { path }),
    ...(source === undefined ? {} : { source }),
    ...(columns?.kind === "struct" && columns.fields.length > 0 ? { schema: columns satisfies StructType } : {}),
    ...("description" in message && message.description ? { description: message.description } : {}),
  });
  return spark.catalog.plan(tableName);
}
