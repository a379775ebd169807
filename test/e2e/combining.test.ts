import { beforeAll, describe, expect, it } from "vitest";
import { col, type DataFrame, functions as F, type SparkSession } from "../../lib/firecrest.ts";
import { forcedExchanges, openSession } from "../support/sessions.ts";

/** Every shuffle takes two passes; seven partitions are three ranges, of which the last has one partition only. */
const combining = {
  ...forcedExchanges,
  "spark.sql.shuffle.partitions": "7",
  "spark.default.parallelism": "7",
  "spark.firecrest.shuffle.combineAbove": "1",
};

const ROWS = 2_000;
const numbers = (spark: SparkSession): DataFrame =>
  spark.range(0, ROWS, 1, 5).select(col("id"), col("id").mod(41).alias("key"), col("id").multiply(7919).mod(ROWS).alias("shuffled"));

const programs: Readonly<Record<string, (spark: SparkSession) => DataFrame>> = {
  "an aggregate by a key": (spark) => numbers(spark).groupBy("key").agg(F.count("*").alias("n"), F.sum("id").alias("sum")).orderBy("key"),
  "a join of two combined shuffles": (spark) =>
    numbers(spark)
      .alias("a")
      .join(numbers(spark).select(col("shuffled").alias("other"), col("key").alias("side")), col("id").eq(col("other")))
      .select("id", "key", "side")
      .orderBy("id"),
  "a sort by sampled ranges": (spark) => numbers(spark).orderBy("shuffled").select("shuffled", "id"),
  "an aggregate of everything in one partition": (spark) => numbers(spark).agg(F.count("*"), F.sum("shuffled")),
};

describe("a shuffle in two passes", () => {
  let plain: SparkSession;
  let combined: SparkSession;

  beforeAll(async () => {
    [plain, combined] = await Promise.all([openSession(), openSession(combining)]);
  }, 60_000);

  it.each(Object.entries(programs))("gives the same rows in the same order as one task for %s", { timeout: 60_000 }, async (_, program) => {
    const [one, many] = await Promise.all([program(plain).toJSON().collect(), program(combined).toJSON().collect()]);
    expect(one.length).toBeGreaterThan(0);
    expect(many).toEqual(one);
  });

  it("spreads rows over all partitions of a round robin, the last range's too", { timeout: 60_000 }, async () => {
    const counts = await numbers(combined)
      .repartition(7)
      .groupBy(F.spark_partition_id().alias("partition"))
      .count()
      .orderBy("partition")
      .collect();
    expect(counts.map((row) => row.partition)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(counts.reduce((sum, row) => sum + Number(row.count), 0)).toBe(ROWS);
  });

  it("keeps the rows of a key in one partition, and sends keys to all of them", { timeout: 60_000 }, async () => {
    const places = numbers(combined).repartition(7, "key").select("key", F.spark_partition_id().alias("partition"));
    const keys = await places.groupBy("key").agg(F.count_distinct("partition").alias("partitions"), F.count("*").alias("n")).collect();
    expect(keys.map((row) => Number(row.partitions))).toEqual(Array.from({ length: 41 }, () => 1));
    expect(keys.reduce((sum, row) => sum + Number(row.n), 0)).toBe(ROWS);
    const [used] = await places.agg(F.count_distinct("partition").alias("partitions")).collect();
    expect(Number(used!.partitions)).toBe(7);
  });
});
