import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SparkSession } from "../../../lib/firecrest.ts";

const folder = mkdtempSync(join(tmpdir(), "firecrest-session-"));
let spark: SparkSession;

beforeAll(async () => {
  spark = await SparkSession.builder.master("local[1]").config("spark.sql.warehouse.dir", folder).create();
});
afterAll(async () => {
  await spark.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (text: string): Promise<unknown[][]> => (await (await spark.sql(text)).collect()).map((row) => Object.values(row));
const condition = (text: string) => expect(run(text)).rejects;

test("variables are declared, set and dropped", async () => {
  await run("DECLARE x INT DEFAULT 5");
  await run("SET VAR x = x + 2");
  expect(await run("SELECT x, system.session.x + 1 AS y")).toEqual([[7, 8]]);
  await run("SET VAR x = DEFAULT");
  expect(await run("SELECT x")).toEqual([[5]]);
  await condition("DECLARE x INT").toMatchObject({ condition: "VARIABLE_ALREADY_EXISTS" });
  await condition("SET VAR nope = 1").toMatchObject({ condition: "UNRESOLVED_VARIABLE" });
  await run("DROP TEMPORARY VARIABLE x");
  await condition("DROP TEMPORARY VARIABLE x").toMatchObject({ condition: "VARIABLE_NOT_FOUND" });
});

test("current_schema() is where USE went, and no name without parentheses", async () => {
  await run("CREATE DATABASE elsewhere");
  await run("USE elsewhere");
  expect(await run("SELECT current_schema() AS a, upper(current_database()) AS b")).toEqual([["elsewhere", "ELSEWHERE"]]);
  await condition("SELECT current_schema").toMatchObject({ condition: "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION" });
  await run("USE default");
  await run("DROP DATABASE elsewhere");
});

test("EXECUTE IMMEDIATE takes parameters and gives variables values", async () => {
  expect(await run("EXECUTE IMMEDIATE 'SELECT :a + ?' USING 4 AS a").catch((e) => e.condition)).toBeDefined();
  expect(await run("EXECUTE IMMEDIATE 'SELECT :a + 1' USING 4 AS a")).toEqual([[5]]);
  await run("DECLARE found INT");
  await run("EXECUTE IMMEDIATE 'SELECT 41' INTO found");
  expect(await run("SELECT found")).toEqual([[41]]);
  expect(await run("EXECUTE IMMEDIATE 'EXECUTE IMMEDIATE \\'SELECT 1\\''")).toEqual([[1]]);
});

test("EXECUTE IMMEDIATE puts values in wherever a literal may stand", async () => {
  expect(await run("EXECUTE IMMEDIATE 'SELECT CAST(? AS DECIMAL(?, ?)) = 5, ''a'' ?' USING 5, 10, 2, 'b'")).toEqual([[true, "ab"]]);
  expect(await run("EXECUTE IMMEDIATE 'SELECT :m[:k]' USING map('it''s', 7) AS m, 'it''s' AS k")).toEqual([[7]]);
  await run("EXECUTE IMMEDIATE 'CREATE TEMPORARY VIEW bound AS SELECT :x AS x' USING 5 AS x");
  expect(await run("SELECT x FROM bound")).toEqual([[5]]);
  await condition("EXECUTE IMMEDIATE 'SELECT ?, :a' USING 1 AS a").toMatchObject({ condition: "INVALID_QUERY_MIXED_QUERY_PARAMETERS" });
  await condition("EXECUTE IMMEDIATE 'SELECT :a' USING 1").toMatchObject({ condition: "ALL_PARAMETERS_MUST_BE_NAMED" });
  await condition("EXECUTE IMMEDIATE 'SELECT ?' USING (SELECT 1)").toMatchObject({ condition: "UNSUPPORTED_EXPR_FOR_PARAMETER" });
});

test("a variable is called by its name, by its value inside an expression, and by both where IDENTIFIER( ) names it", async () => {
  await run("DECLARE OR REPLACE shown = 'a'");
  expect(await (await spark.sql("SELECT shown, upper(shown), IDENTIFIER('shown')")).columns()).toEqual([
    "shown",
    "upper(variablereference(system.session.shown='a'))",
    "variablereference(system.session.shown='a')",
  ]);
});

test("variables take DEFAULT, and values that fit; declarations take no queries and no aggregates", async () => {
  await run("DECLARE OR REPLACE first INT DEFAULT 3");
  await run("DECLARE OR REPLACE second VARCHAR(3)");
  await run("SET VAR (first, second) = (SELECT DEFAULT, 'abc')");
  expect(await run("SELECT first, second")).toEqual([[3, "abc"]]);
  await condition("SET VAR second = 'abcd'").toMatchObject({ condition: "EXCEED_LIMIT_LENGTH" });
  await condition("SET VAR first = DEFAULT + 1").toMatchObject({ condition: "DEFAULT_PLACEMENT_INVALID" });
  await condition("SET VAR first").toMatchObject({ condition: "INVALID_SET_SYNTAX" });
  await condition("DECLARE bad = (SELECT 1)").toMatchObject({ condition: "INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION" });
  await condition("DECLARE bad = count(1)").toMatchObject({ condition: "UNSUPPORTED_EXPR_FOR_OPERATOR" });
});

test("what outlives the session has no variables of it", async () => {
  await run("DECLARE OR REPLACE passing INT DEFAULT 1");
  const refused = { condition: "INVALID_TEMP_OBJ_REFERENCE", messageParameters: { tempObj: "VARIABLE", tempObjName: "`passing`" } };
  await condition("CREATE VIEW lasting AS SELECT passing").toMatchObject(refused);
  await condition("CREATE FUNCTION lasting() RETURNS INT RETURN passing").toMatchObject(refused);
  await condition("CREATE TABLE lasting (a INT DEFAULT passing)").toMatchObject({
    condition: "INVALID_DEFAULT_VALUE.UNRESOLVED_EXPRESSION",
  });
  await run("CREATE TEMPORARY VIEW fleeting AS SELECT passing");
  expect(await run("SELECT * FROM fleeting")).toEqual([[1]]);
});

test("settings are shown, set and reset, and values that mean nothing are refused", async () => {
  await run("SET spark.sql.ansi.enabled=false");
  expect(await run("SET spark.sql.ansi.enabled")).toEqual([["spark.sql.ansi.enabled", "false"]]);
  await run("RESET spark.sql.ansi.enabled");
  expect(await run("SET spark.sql.ansi.enabled")).toEqual([["spark.sql.ansi.enabled", "true"]]);
  await condition("SET spark.sql.session.timeZone=Nowhere").toMatchObject({ condition: "INVALID_CONF_VALUE.TIME_ZONE" });
  await condition("SET spark.sql.warehouse.dir=/x").toMatchObject({ condition: "CANNOT_MODIFY_STATIC_CONFIG" });
});

test("functions in SQL are called, replaced and dropped, and may not call themselves", async () => {
  await run("CREATE FUNCTION twice(x INT) RETURNS INT RETURN x * 2");
  expect(await run("SELECT twice(21)")).toEqual([[42]]);
  await run("CREATE OR REPLACE FUNCTION twice(x INT) RETURNS INT RETURN x + x + 0");
  await condition("CREATE FUNCTION twice(x INT) RETURNS INT RETURN x").toMatchObject({ condition: "ROUTINE_ALREADY_EXISTS" });
  await condition("CREATE OR REPLACE FUNCTION twice(x INT) RETURNS INT RETURN twice(x)").toMatchObject({
    condition: "CYCLIC_FUNCTION_REFERENCE",
  });
  await run("CREATE TEMPORARY FUNCTION upto(n INT) RETURNS TABLE (i INT) RETURN SELECT n UNION ALL SELECT n + 1");
  expect(await run("SELECT * FROM upto(2) ORDER BY i")).toHaveLength(2);
  await run("DROP FUNCTION twice");
  await condition("SELECT twice(1)").toMatchObject({ condition: "UNRESOLVED_ROUTINE" });
});

test("global temporary views are seen by all sessions of an engine, others by their own", async () => {
  const other = spark.newSession();
  await run("CREATE GLOBAL TEMP VIEW everywhere AS SELECT 1 AS a");
  await run("CREATE TEMP VIEW here AS SELECT 1 AS a");
  expect(await other.sql("SELECT * FROM global_temp.everywhere").then((df) => df.count())).toBe(1);
  await expect(other.sql("SELECT * FROM here").then((df) => df.count())).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
});
