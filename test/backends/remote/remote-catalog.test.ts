import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { LocalServer } from "../../../apps/cli/local-server.ts";
import { col, type SparkSession } from "../../../lib/firecrest.ts";
import { jobClient, startJobServer } from "../../support/job-server.ts";
import { openSession, temporaryFolder } from "../../support/sessions.ts";

let server: LocalServer;
let spark: SparkSession;
let root: string;
beforeAll(async () => {
  root = join(await temporaryFolder(), "jobs");
  server = await startJobServer({ folder: root });
  spark = await openSession({ "spark.master": server.url });
});

const rowsOf = async (text: string, session = spark) => (await (await session.sql(text)).collect()).map((row) => Object.values(row));

test("statements make, fill, change and drop tables of the service", async () => {
  await spark.sql("CREATE SCHEMA shop");
  await spark.sql("USE shop");
  await spark.sql("CREATE TABLE orders PARTITIONED BY (odd) AS SELECT id, id % 2 AS odd FROM range(10)");
  await spark.sql("INSERT INTO orders VALUES (100, 7)");
  expect(await rowsOf("SELECT odd, count(*) FROM orders GROUP BY odd ORDER BY odd")).toEqual([
    [0n, 5n],
    [1n, 5n],
    [7n, 1n],
  ]);
  expect((await rowsOf("SHOW PARTITIONS orders")).flat()).toEqual(["odd=0", "odd=1", "odd=7"]);
  await spark.sql("ALTER TABLE orders RENAME TO sales");
  expect(await spark.table("sales").filter(col("odd").eq(7)).count()).toBe(1);
  expect(await spark.catalog.tableExists("shop.orders")).toBe(false);
  await spark.sql("CREATE VIEW large AS SELECT id FROM sales WHERE id > 50");
  expect(await rowsOf("SELECT * FROM large")).toEqual([[100n]]);
  expect((await spark.table("large").schema()).fields.map(({ name }) => name)).toEqual(["id"]);
  await spark.sql("DROP VIEW large");
  await spark.sql("DROP TABLE sales");
  expect(
    readdirSync(join(root, "warehouse", "shop.db"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".parquet")),
  ).toEqual([]);
  await spark.sql("USE default");
  await spark.sql("DROP SCHEMA shop");
  expect((await spark.catalog.listDatabases()).map(({ name }) => name)).toEqual(["default"]);
});

test("tables and functions are there for every session, temporary views for one", async () => {
  const other = await openSession({ "spark.master": server.url });
  await spark.range(3).write.saveAsTable("numbers");
  await spark.sql("CREATE FUNCTION twice(x BIGINT) RETURNS BIGINT RETURN x * 2");
  spark.range(5).createOrReplaceTempView("mine");
  expect(await rowsOf("SELECT sum(twice(id)) FROM numbers", other)).toEqual([[6n]]);
  await expect(rowsOf("SELECT * FROM mine", other)).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_NOT_FOUND" });
  await expect(spark.range(3).write.saveAsTable("numbers")).rejects.toMatchObject({ condition: "TABLE_OR_VIEW_ALREADY_EXISTS" });
});

test("a text that runs at the service finds the same tables", async () => {
  await spark.range(4).write.saveAsTable("counted");
  const jobs = jobClient(server.url);
  let status = await jobs.submitSql({ text: "SELECT count(*) FROM counted" }, { idempotencyKey: crypto.randomUUID() });
  for await (status of jobs.follow(status));
  expect(status).toMatchObject({ state: "succeeded", result: { rows: 1 } });
});

test.each([
  ["the service's own objects", { what: "list", prefix: "ROOT/jobs/" }],
  ["what is no object of a catalog", { what: "get", key: "ROOT/warehouse/numbers/_SUCCESS" }],
  ["a way out of a folder", { what: "get", key: "ROOT/warehouse/_firecrest_catalog/../../index/x" }],
  ["jobs, which nobody deletes", { what: "delete", keys: ["ROOT/jobs/x/status.json"] }],
] as const)("refuses %s", async (_, request) => {
  const given = JSON.parse(JSON.stringify(request).replaceAll("ROOT", root));
  await expect(jobClient(server.url).warehouse(given)).rejects.toMatchObject({ condition: "FORBIDDEN" });
});
