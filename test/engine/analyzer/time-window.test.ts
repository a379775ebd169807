import { describe, expect, it } from "vitest";
import { col, functions as F } from "../../../lib/firecrest.ts";
import { openSession } from "../../support/sessions.ts";

const spark = await openSession();
const clicks = spark
  .createDataFrame(
    [
      ["2024-01-01 00:07:00", 1],
      ["2024-01-01 00:02:00", 2],
      [null, 4],
    ],
    "t string, v int",
  )
  .select(col("t").cast("timestamp").alias("t"), "v");
const minutes = (rows: readonly object[]) =>
  rows.map((row) => Object.values(row).map((value) => (typeof value === "object" ? String(value).slice(11, 16) : Number(value))));
const bounds = [col("window.start"), col("window.end")];

describe("time windows", () => {
  it("hold each time once where they do not slide, and no row without a time", async () => {
    const counted = clicks.groupBy(F.window("t", "5 minutes")).agg(F.sum("v").alias("v")).orderBy("window.start");
    expect(await counted.columns()).toEqual(["window", "v"]);
    expect(minutes(await counted.select(...bounds, "v").collect())).toEqual([
      ["00:00", "00:05", 2],
      ["00:05", "00:10", 1],
    ]);
  });

  it("hold a time several times where they slide", async () => {
    const counted = clicks.groupBy(F.window("t", "10 minutes", "5 minutes")).agg(F.sum("v").alias("v"));
    expect(
      minutes(
        await counted
          .orderBy("window.start")
          .select(...bounds, "v")
          .collect(),
      ),
    ).toEqual([
      ["23:55", "00:05", 2],
      ["00:00", "00:10", 3],
      ["00:05", "00:15", 1],
    ]);
  });

  it("may leave gaps, and slide in a projection beside all columns", async () => {
    const projected = clicks.select("*", F.window("t", "10 minutes", "5 minutes")).orderBy("v", "window.start");
    expect(await projected.columns()).toEqual(["t", "v", "window"]);
    expect(minutes(await projected.select("v", ...bounds).collect())).toEqual([
      [1, "00:00", "00:10"],
      [1, "00:05", "00:15"],
      [2, "23:55", "00:05"],
      [2, "00:00", "00:10"],
    ]);
  });

  it("are one in an operator", async () => {
    const two = clicks.select(F.window("t", "5 minutes"), F.window("t", "6 minutes").alias("w"));
    await expect(two.collect()).rejects.toMatchObject({ condition: "_LEGACY_ERROR_TEMP_1039" });
  });
});

describe("a star behind a struct", () => {
  it("stands for its fields", async () => {
    const framed = spark.range(1).select(F.struct(F.lit(1).alias("a"), F.lit("x").alias("b")).alias("s"));
    expect(await framed.select(col("s.*"), F.lit(2).alias("c")).collect()).toEqual([{ a: 1, b: "x", c: 2 }]);
    await expect(framed.select(col("t.*")).collect()).rejects.toMatchObject({ condition: "CANNOT_RESOLVE_STAR_EXPAND" });
    await expect(spark.range(1).select(col("id.*")).collect()).rejects.toMatchObject({ condition: "CANNOT_RESOLVE_STAR_EXPAND" });
  });
});

describe("columns of one name", () => {
  it("keep their types", async () => {
    const rows = await spark.range(1).select("id", F.lit("x").alias("id")).toDF("a", "b").collect();
    expect(rows).toEqual([{ a: 0n, b: "x" }]);
    expect(await spark.range(1).select("id", F.lit("x").alias("id")).collect()).toEqual([{ id: "x" }]);
  });
});

describe("the current time", () => {
  it("is the same wherever it is asked for", async () => {
    const [row] = await spark
      .range(1)
      .select(
        F.now().eq(F.current_timestamp()).alias("now"),
        F.curdate().eq(F.current_date()).alias("date"),
        F.localtimestamp().cast("date").eq(F.current_date()).alias("local"),
        F.unix_timestamp().eq(F.unix_seconds(F.now())).alias("seconds"),
        F.hour(F.current_time()).eq(F.hour(F.now())).alias("time"),
        F.current_timezone().alias("zone"),
      )
      .collect();
    expect(row).toEqual({ now: true, date: true, local: true, seconds: true, time: true, zone: "UTC" });
    await expect(spark.range(1).select(F.current_time(7)).collect()).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
    });
  });
});

describe("NaN in rows of the user's", () => {
  it("is the greatest number, in aggregates and filters", async () => {
    const numbers = spark.createDataFrame([[1.1], [Number.NaN], [3.3]], "v double");
    expect(await numbers.select(F.max("v").alias("v")).collect()).toEqual([{ v: Number.NaN }]);
    expect(await numbers.filter(col("v").gt(5)).collect()).toEqual([{ v: Number.NaN }]);
  });
});
