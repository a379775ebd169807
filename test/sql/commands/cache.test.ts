import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SparkSession } from "../../../lib/firecrest.ts";

const folder = mkdtempSync(join(tmpdir(), "firecrest-cache-"));
let spark: SparkSession;

beforeAll(async () => {
  spark = await SparkSession.builder.master("local[2]").config("spark.sql.warehouse.dir", join(folder, "warehouse")).create();
});
afterAll(async () => {
  await spark.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (text: string): Promise<unknown[][]> => (await (await spark.sql(text)).collect()).map((row) => Object.values(row));

test("CACHE TABLE of a query keeps its rows", async () => {
  await run("CACHE TABLE drawn AS SELECT rand() AS x FROM range(3)");
  const once = await run("SELECT * FROM drawn ORDER BY x");
  expect(await run("SELECT * FROM drawn ORDER BY x")).toEqual(once);
  expect(await run("SELECT count(*) FROM drawn a JOIN drawn b ON a.x = b.x")).toEqual([[3n]]);
  expect(await spark.catalog.isCached("drawn")).toBe(true);
  await run("UNCACHE TABLE drawn");
  expect(await spark.catalog.isCached("drawn")).toBe(false);
  expect(await run("SELECT * FROM drawn ORDER BY x")).not.toEqual(once);
});

test("rows of a cached table are those of before until it is written to or refreshed", async () => {
  await run("CREATE TABLE kept (a INT) USING csv");
  await run("INSERT INTO kept VALUES (1)");
  await run("CACHE TABLE kept");
  const [path] = (await run("DESCRIBE EXTENDED kept")).filter(([key]) => key === "Location").map(([, value]) => String(value));
  const file = (name: string) => join(path!.replace("file:", ""), name);
  writeFileSync(file("more.csv"), "2\n");
  expect(await run("SELECT * FROM kept ORDER BY a")).toEqual([[1]]);
  await run("REFRESH TABLE kept");
  expect(await run("SELECT * FROM kept ORDER BY a")).toEqual([[1], [2]]);
  const held = await spark.sql("SELECT sum(a) AS s FROM kept");
  await run("INSERT INTO kept VALUES (3)");
  expect(await held.collect()).toEqual([{ s: 6n }]);
  await spark.sql("SELECT 10 AS a").then((rows) => rows.write.insertInto("kept"));
  expect(await held.collect()).toEqual([{ s: 16n }]);
  expect(readdirSync(path!.replace("file:", "")).length).toBeGreaterThan(1);
  await run("TRUNCATE TABLE kept");
  expect(await run("SELECT * FROM kept")).toEqual([]);
});

test("a view over a table that is written to is computed again", async () => {
  await run("CREATE TABLE base (a INT) USING parquet");
  await run("CREATE TEMPORARY VIEW doubled AS SELECT a * 2 AS b FROM base");
  await run("CACHE LAZY TABLE doubled");
  await run("INSERT INTO base VALUES (4)");
  expect(await run("SELECT * FROM doubled")).toEqual([[8]]);
  await run("INSERT INTO base VALUES (5)");
  expect(await run("SELECT * FROM doubled ORDER BY b")).toEqual([[8], [10]]);
  await run("CREATE OR REPLACE TEMPORARY VIEW doubled AS SELECT 1 AS b");
  expect(await spark.catalog.isCached("doubled")).toBe(false);
  expect(await run("SELECT * FROM doubled")).toEqual([[1]]);
});

test("another session of the engine knows a cached table", async () => {
  await run("CACHE LAZY TABLE base");
  const other = spark.newSession();
  expect(await other.catalog.isCached("base")).toBe(true);
  await (await other.sql("CLEAR CACHE")).collect();
  expect(await spark.catalog.isCached("base")).toBe(false);
});

test("a query that fails leaves no view", async () => {
  await expect(run("CACHE TABLE broken AS SELECT 1 / (id - id) AS q FROM range(2)")).rejects.toThrow();
  await expect(run("SELECT * FROM broken")).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
});

test("what Parquet has no type for is computed each time", async () => {
  await run("CACHE TABLE untyped AS SELECT NULL AS x, a FROM base");
  expect(await run("SELECT * FROM untyped ORDER BY a")).toEqual([
    [null, 4],
    [null, 5],
  ]);
});
