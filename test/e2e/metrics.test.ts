import { stat } from "node:fs/promises";
import { beforeAll, expect, it } from "vitest";
import type { JobProgress, StageProgress } from "../../lib/dataframe/engine-port.ts";
import type { DataFrame, SparkSession } from "../../lib/firecrest.ts";
import { forcedExchanges, openSession, temporaryFolder } from "../support/sessions.ts";

let spark: SparkSession;
let table: string;

beforeAll(async () => {
  [spark, table] = await Promise.all([openSession(forcedExchanges), temporaryFolder().then((folder) => `${folder}/rows`)]);
  const rows = spark.range(0, 20_000, 1, 2);
  await rows.select("id", rows.col("id").cast("string").alias("text")).write.parquet(table);
}, 30_000);

async function stagesOf(df: DataFrame): Promise<readonly StageProgress[]> {
  let latest: JobProgress = { stages: [] };
  const { chunks } = await spark.engine.execute(df.plan, spark.conf.forEngine(), { onProgress: (progress) => (latest = progress) });
  for await (const _ of chunks);
  return latest.stages;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

it("counts the rows that each stage reads, from files and from shuffles", async () => {
  const df = spark.read.parquet(table);
  const stages = await stagesOf(df.groupBy(df.col("id").mod(10).alias("bucket")).count());
  const [scan, ...later] = stages;
  expect(scan!.rowsIn).toBe(20_000);
  // Each map task that has every bucket sends ten rows.
  expect(later.map((stage) => stage.rowsIn)).toEqual([10 * scan!.tasks]);
});

it("reads rows once for the subqueries of an operator that aggregate the same ones, wherever they are written", async () => {
  spark.read.parquet(table).createOrReplaceTempView("counted");
  const value = (call: string) => `(SELECT ${call} FROM counted WHERE text <> '7')`;
  const rowsRead = async (query: string) => (await stagesOf(await spark.sql(query)))[0]!.rowsIn;
  expect(await rowsRead(`SELECT ${value("max(id)")} AS a, ${value("min(text)")} AS b, ${value("1 + max(id)")} AS c`)).toBe(20_000);
  const conditions = `id > ${value("max(id)")} - 10 AND id < ${value("count(*)")} AND (id <> 5 OR ${value("max(id)")} = 3)`;
  const stages = await stagesOf(await spark.sql(`SELECT id FROM range(100) WHERE ${conditions}`));
  expect(sum(stages.map((stage) => stage.rowsIn))).toBeLessThan(2 * 20_000);
});

it("reads rows once for equal subqueries of several operators", async () => {
  spark.read.parquet(table).createOrReplaceTempView("counted");
  const value = "(SELECT max(length(text)) FROM counted)";
  const stages = await stagesOf(
    await spark.sql(`SELECT id, ${value} AS a FROM range(10) WHERE id < ${value} GROUP BY id HAVING id + 1 < ${value}`),
  );
  expect(sum(stages.map((stage) => stage.rowsIn))).toBeLessThan(2 * 20_000);
});

it("counts the bytes of the columns that are read, and of no others", async () => {
  const df = spark.read.parquet(table);
  const sizes = await Promise.all((await df.inputFiles()).map(async (file) => (await stat(file)).size));
  const bytesOf = async (frame: DataFrame) => sum((await stagesOf(frame)).map((stage) => stage.bytesRead));
  const [all, id] = [await bytesOf(df), await bytesOf(df.select("id"))];
  expect(id).toBeGreaterThan(0);
  expect(id).toBeLessThan(all);
  expect(all).toBeLessThan(sum(sizes));
});

it("counts the bytes of the files written", async () => {
  const target = `${table}-copy`;
  const metrics = await spark.engine.write(
    { kind: "write", child: spark.read.parquet(table).plan, path: target, format: "parquet", mode: "error", partitionBy: [], options: {} },
    spark.conf.forEngine(),
  );
  const files = await spark.read.parquet(target).inputFiles();
  expect(metrics.bytesWritten).toBe(sum(await Promise.all(files.map(async (file) => (await stat(file)).size))));
});

it("leaves the numbers of partitions to the backend where nobody set them", async () => {
  const two = await openSession({ "spark.executor.instances": "2", "spark.executor.cores": "1" });
  expect(two.conf.get("spark.sql.shuffle.partitions")).toBe("200");
  expect(two.conf.forEngine()).not.toHaveProperty(["spark.sql.shuffle.partitions"]);
  expect(two.conf.forEngine()).not.toHaveProperty(["spark.sql.files.maxPartitionBytes"]);
  let latest: JobProgress = { stages: [] };
  const { chunks } = await two.engine.execute(two.range(100).groupBy("id").count().plan, two.conf.forEngine(), {
    onProgress: (progress) => (latest = progress),
  });
  for await (const _ of chunks);
  expect(latest.stages.map((stage) => stage.tasks).every((tasks) => tasks <= 4)).toBe(true);
});
