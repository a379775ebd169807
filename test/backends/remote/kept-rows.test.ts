import { readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { LocalServer } from "../../../apps/cli/local-server.ts";
import type { RemoteEngine } from "../../../lib/backends/remote/remote-engine.ts";
import { arrowToParquet } from "../../../lib/engine/kernel/arrow-in.ts";
import { col, functions as F, type SparkSession } from "../../../lib/firecrest.ts";
import { jobClient, startJobServer } from "../../support/job-server.ts";
import { forcedExchanges, openSession, temporaryFolder } from "../../support/sessions.ts";

let server: LocalServer;
let spark: SparkSession;
let root: string;
beforeAll(async () => {
  root = join(await temporaryFolder(), "jobs");
  server = await startJobServer({ folder: root });
  spark = await openSession({ "spark.master": server.url });
});

/** What the service keeps for engines. */
const places = (): string[] => {
  const scratch = join(root, "scratch");
  return readdirSync(root).includes("scratch")
    ? readdirSync(scratch, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("/"))
    : [];
};
const jobs = async () => (await jobClient(server.url).list(100)).length;

test("what is cached is computed once, and goes with the cache", async () => {
  const chance = spark.range(5).select(col("id"), F.uuid().alias("one")).cache();
  const before = await jobs();
  const rows = await chance.orderBy("id").collect();
  expect(await chance.orderBy("id").collect()).toEqual(rows);
  expect(
    await chance
      .filter(col("one").eq(rows[2]!.one as string))
      .select("id")
      .collect(),
  ).toEqual([{ id: 2n }]);
  // One more that writes them.
  expect((await jobs()) - before).toBe(4);
  expect(places()).not.toEqual([]);
  await chance.unpersist();
  expect(places()).toEqual([]);
});

test("columns of what was cached are named from above and from below", async () => {
  const range = spark.range(3);
  const doubled = range.select(range.col("id"), col("id").multiply(2).alias("double")).cache();
  expect(await doubled.filter(range.col("id").gt(1)).select(doubled.col("double")).collect()).toEqual([{ double: 4n }]);
  expect(await doubled.select("double", "id").dtypes()).toEqual([
    ["double", "bigint"],
    ["id", "bigint"],
  ]);
  await doubled.unpersist();
});

test("caches of caches, in subqueries too, are kept from the inside out", async () => {
  const inner = spark.range(4).withColumn("one", F.uuid()).cache();
  const outer = inner.withColumn("two", F.uuid()).cache();
  outer.createOrReplaceTempView("outer_rows");
  inner.createOrReplaceTempView("inner_rows");
  const text = "SELECT count(*) AS n FROM outer_rows WHERE one IN (SELECT one FROM inner_rows)";
  expect(await (await spark.sql(text)).collect()).toEqual([{ n: 4n }]);
  await outer.unpersist();
  await inner.unpersist();
  expect(places()).toEqual([]);
});

test("what is cached keeps its order, whatever the sizes of its files", async () => {
  const uneven = await openSession({ "spark.master": server.url, ...forcedExchanges });
  const grows = uneven
    .range(0, 300, 1, 3)
    .withColumn("text", F.expr("repeat(uuid(), CAST(id AS INT))"))
    .orderBy("id")
    .select("id", "text")
    .cache();
  await grows.count();
  expect((await grows.select("id").collect()).map(({ id }) => Number(id))).toEqual(Array.from({ length: 300 }, (_, i) => i));
});

test("a checkpoint outlives the files that it came from", async () => {
  const path = join(await temporaryFolder(), "numbers");
  await spark.range(3).write.parquet(path);
  const kept = await spark.read.parquet(path).checkpoint();
  await spark.range(9).write.mode("overwrite").parquet(path);
  expect(await kept.count()).toBe(3);
  await rm(path, { recursive: true });
  expect(await kept.filter(kept.col("id").gt(0)).count()).toBe(2);
});

test("rows that a job cannot keep leave no place behind", async () => {
  const broken = spark.range(3).select(F.expr("1 / (id - 1)").alias("x")).cache();
  await expect(broken.count()).rejects.toMatchObject({ condition: "DIVIDE_BY_ZERO" });
  await broken.unpersist();
});

test("rows that an engine sends are read by plans, and go with the engine", async () => {
  const other = await openSession({ "spark.master": server.url });
  const { scratch } = other.engine as RemoteEngine;
  const table = await other.range(10).toArrow();
  const { tableToIPC } = await import("apache-arrow");
  const path = await scratch.put("parquet", await arrowToParquet(tableToIPC(table)));
  expect(await other.read.parquet(path).count()).toBe(10);
  const kept = places().length;
  await other.stop();
  expect(places().length).toBeLessThan(kept);
});
