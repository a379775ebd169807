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

test("EXECUTE IMMEDIATE takes parameters and gives variables values", async () => {
  expect(await run("EXECUTE IMMEDIATE 'SELECT :a + ?' USING 4 AS a").catch((e) => e.condition)).toBeDefined();
  expect(await run("EXECUTE IMMEDIATE 'SELECT :a + 1' USING 4 AS a")).toEqual([[5]]);
  await run("DECLARE found INT");
  await run("EXECUTE IMMEDIATE 'SELECT 41' INTO found");
  expect(await run("SELECT found")).toEqual([[41]]);
  expect(await run("EXECUTE IMMEDIATE 'EXECUTE IMMEDIATE \\'SELECT 1\\''")).toEqual([[1]]);
});

test("settings are shown, set and reset, and values that mean nothing are refused", async () => {
  await run("SET spark.sql.ansi.enabled=false");
  expect(await run("SET spark.sql.ansi.enabled")).toEqual([["spark.sql.ansi.enabled", "false"]]);
  await run("RESET spark.sql.ansi.enabled");
  expect(await run("SET spark.sql.ansi.enabled")).toEqual([["spark.sql.ansi.enabled", "true"]]);
  await condition("SET spark.sql.session.timeZone=Nowhere").toMatchObject({ condition: "INVALID_CONF_VALUE.REQUIREMENT" });
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
