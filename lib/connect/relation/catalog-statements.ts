import { parseAttributeName } from "../../engine/expressions/build.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Catalog } from "../protocol/spark/connect/catalog_pb.js";
import * as rows from "./catalog-rows.ts";
import type { Scope } from "./scope.ts";

type Case = NonNullable<Catalog["catType"]["case"]>;
type ValueOf<C extends Case> = Extract<Catalog["catType"], { case: C }>["value"];

/** Parts of the catalog that are statements of SQL, as Spark's Catalog has them. */
export const catalogStatements = {
  dropTable: ({ tableName, ifExists, purge }: ValueOf<"dropTable">, t: Scope) =>
    done(t, `DROP TABLE ${when(ifExists, "IF EXISTS ")}${quoted(tableName)}${when(purge, " PURGE")}`),
  dropView: ({ viewName, ifExists }: ValueOf<"dropView">, t: Scope) =>
    done(t, `DROP VIEW ${when(ifExists, "IF EXISTS ")}${quoted(viewName)}`),
  createDatabase: ({ dbName, ifNotExists, properties }: ValueOf<"createDatabase">, t: Scope) =>
    done(t, `CREATE DATABASE ${when(ifNotExists, "IF NOT EXISTS ")}${quoted(dbName)}${databaseClauses(properties)}`),
  dropDatabase: ({ dbName, ifExists, cascade }: ValueOf<"dropDatabase">, t: Scope) =>
    done(t, `DROP DATABASE ${when(ifExists, "IF EXISTS ")}${quoted(dbName)}${when(cascade, " CASCADE")}`),
  truncateTable: ({ tableName }: ValueOf<"truncateTable">, t: Scope) => done(t, `TRUNCATE TABLE ${quoted(tableName)}`),
  analyzeTable: ({ tableName, noScan }: ValueOf<"analyzeTable">, t: Scope) =>
    done(t, `ANALYZE TABLE ${quoted(tableName)} COMPUTE STATISTICS${when(noScan, " NOSCAN")}`),
  listPartitions: async ({ tableName }: ValueOf<"listPartitions">, t: Scope) =>
    rows.texts(await columnOf(t, `SHOW PARTITIONS ${quoted(tableName)}`, "partition"), "partition"),
  listViews: async ({ dbName, pattern }: ValueOf<"listViews">, { spark }: Scope) => {
    const found = await spark.catalog.listTables(dbName, pattern);
    return rows.tables(found.filter(({ tableType, isTemporary }) => tableType === "VIEW" || isTemporary));
  },
  getTableProperties: async ({ tableName }: ValueOf<"getTableProperties">, t: Scope) => {
    const found = await rowsOf(t, `SHOW TBLPROPERTIES ${quoted(tableName)}`);
    return rows.pairs(found.map(({ key, value }) => [String(key), String(value)] as const));
  },
  getCreateTableString: async ({ tableName, asSerde }: ValueOf<"getCreateTableString">, t: Scope) =>
    rows.texts(await columnOf(t, `SHOW CREATE TABLE ${quoted(tableName)}${when(asSerde, " AS SERDE")}`, "createtab_stmt")),
} as const;

const when = (given: boolean, text: string): string => (given ? text : "");
const quoted = (name: string): string => sqlId(parseAttributeName(name));
const literal = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** A comment and a place are properties of their own. */
function databaseClauses({ comment, location, ...others }: Readonly<Record<string, string>>): string {
  const listed = Object.entries(others).map(([key, value]) => `${literal(key)} = ${literal(value)}`);
  return [
    comment === undefined ? "" : ` COMMENT ${literal(comment)}`,
    location === undefined ? "" : ` LOCATION ${literal(location)}`,
    listed.length > 0 ? ` WITH DBPROPERTIES (${listed.join(", ")})` : "",
  ].join("");
}

async function done({ spark }: Scope, statement: string): Promise<LogicalPlan> {
  await spark.sql(statement);
  return rows.nothing();
}
const rowsOf = async ({ spark }: Scope, statement: string) => (await spark.sql(statement)).collect();
const columnOf = async (t: Scope, statement: string, name: string): Promise<string[]> =>
  (await rowsOf(t, statement)).map((row) => String(row[name]));
