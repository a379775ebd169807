import { afterAll, beforeAll, expect, test } from "vitest";
import { functions as F, Observation, SparkSession } from "../../lib/firecrest.ts";

let spark: SparkSession;

beforeAll(async () => {
  spark = await SparkSession.builder.master("local[1]").create();
});
afterAll(() => spark?.stop());

test("an observation has its aggregates over all rows that pass, once an action has run", async () => {
  const seen = new Observation("seen");
  const df = spark
    .range(10)
    .observe(seen, F.count(F.lit(1)).as("rows"), F.max("id").as("most"))
    .filter("id < 3");
  expect(await df.count()).toBe(3);
  expect(await seen.get).toEqual({ rows: 10n, most: 9n });
});

test("observed rows are those of the result, whatever chance they hang on", async () => {
  const seen = new Observation();
  const df = spark.range(100).withColumn("r", F.rand()).observe(seen, F.sum("r").as("sum"));
  const rows = (await df.collect()) as { r: number }[];
  expect((await seen.get).sum).toBeCloseTo(
    rows.reduce((sum, { r }) => sum + r, 0),
    9,
  );
});

test("what is no aggregate is refused before the job begins, and an observation belongs to one DataFrame", async () => {
  await expect(spark.range(3).observe("bad", F.col("id")).collect()).rejects.toMatchObject({ condition: "MISSING_GROUP_BY" });
  const seen = new Observation("seen");
  await spark.range(3).observe(seen, F.count("id")).collect();
  await expect(spark.range(3).observe(seen, F.count("id")).collect()).rejects.toThrow(/used by another DataFrame/);
});

test("a column from below a cache keeps its meaning above it", async () => {
  const base = spark.range(5);
  const df = base.withColumn("double", F.col("id").plus(4)).cache();
  const rows = await df.filter(base.col("id").gt(3)).collect();
  expect(rows).toEqual([{ id: 4n, double: 8n }]);
  await df.unpersist();
});

test("rows and columns change places, and columns are brought to a schema by their names", async () => {
  const df = spark.createDataFrame(
    [
      ["r1", 1, 2],
      ["r2", 3, 4],
    ],
    ["n", "x", "y"],
  );
  expect(await df.transpose().collect()).toEqual([
    { key: "x", r1: 1n, r2: 3n },
    { key: "y", r1: 2n, r2: 4n },
  ]);
  expect(await df.to("Y string, z int").collect()).toEqual([
    { Y: "2", z: null },
    { Y: "4", z: null },
  ]);
  await expect(df.to("n int").collect()).rejects.toMatchObject({ condition: "INVALID_COLUMN_OR_FIELD_DATA_TYPE" });
  await expect(df.to("n string not null").collect()).rejects.toMatchObject({ condition: "NULLABLE_COLUMN_OR_FIELD" });
});
