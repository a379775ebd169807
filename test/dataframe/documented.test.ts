import { beforeAll, describe, expect, it, vi } from "vitest";
import { col, type DataFrame, functions as F, type SparkSession } from "../../lib/firecrest.ts";
import { openSession } from "../support/sessions.ts";

/** Behaviour that the docstrings of PySpark's DataFrame and Column show. */

let spark: SparkSession;
beforeAll(async () => {
  spark = await openSession();
});

const people = () =>
  spark.createDataFrame(
    [
      [10, 80, "Alice"],
      [5, null, "Bob"],
      [null, 10, "Tom"],
      [null, null, null],
    ],
    "age int, height int, name string",
  );
const valuesOf = async <T>(df: DataFrame<T>) => (await df.collect()).map((row) => Object.values(row as object));

describe("replace", () => {
  it("takes an old value and a new one, for the columns of their type", async () => {
    expect(await valuesOf(people().replace(10, 20))).toEqual([
      [20, 80, "Alice"],
      [5, null, "Bob"],
      [null, 20, "Tom"],
      [null, null, null],
    ]);
    expect(await valuesOf(people().replace(10, 18, "age").select("age", "height").limit(3))).toEqual([
      [18, 80],
      [5, null],
      [null, 10],
    ]);
  });
  it("takes NULL as the new value", async () => {
    expect(await valuesOf(people().na.replace("Alice", null).select("name"))).toEqual([[null], ["Bob"], ["Tom"], [null]]);
  });
  it("takes several old values, with a new one for each or one for all", async () => {
    expect(await valuesOf(people().na.replace(["Alice", "Bob"], ["A", "B"], "name").select("name"))).toEqual([
      ["A"],
      ["B"],
      ["Tom"],
      [null],
    ]);
    expect(await valuesOf(people().na.replace(["Alice", "Bob"], "X").select("name"))).toEqual([["X"], ["X"], ["Tom"], [null]]);
    expect(() => people().na.replace(["Alice", "Bob"], ["A"])).toThrow("2 old values, but 1 new");
  });
});

it("names one column as well as several where NULLs are filled or dropped, and takes no part of a name for it", async () => {
  const df = spark.createDataFrame([[null, null]], "name string, na string");
  expect(await df.fillna("x", "name").collect()).toEqual([{ name: "x", na: null }]);
  expect(await df.dropna("any", undefined, "name").count()).toBe(0);
});

it("gives the quantiles of several columns at once", async () => {
  const df = spark.createDataFrame(
    [
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 40],
      [5, 50],
    ],
    "col1 int, col2 int",
  );
  expect(await df.approxQuantile(["col1", "col2"], [0, 0.5, 1], 0.05)).toEqual([
    [1, 3, 5],
    [10, 30, 50],
  ]);
});

it("calls a column that is cast as before, and what is computed by its text", async () => {
  const df = spark.createDataFrame([["1"]], "a string");
  const a = col("a");
  expect(await df.select(a.cast("int"), a.try_cast("double"), F.concat(a, a).cast("int")).columns()).toEqual([
    "a",
    "a",
    "CAST(concat(a, a) AS INT)",
  ]);
  expect(await df.agg(F.sum(a.cast("int"))).columns()).toEqual(["sum(CAST(a AS INT))"]);
});

it("drops every column of a name, but refuses a column that may be one of several", async () => {
  const df = spark.range(1).crossJoin(spark.range(1).withColumn("x", F.lit(1)));
  expect(await df.drop("id").columns()).toEqual(["x"]);
  await expect(df.drop(col("id")).columns()).rejects.toMatchObject({ condition: "AMBIGUOUS_REFERENCE" });
  expect(await df.drop(col("nowhere")).columns()).toEqual(["id", "id", "x"]);
});

it("pivots by a field and calls the group by the field's name", async () => {
  const df = spark.createDataFrame(
    [[{ year: 2012, course: "Java", earnings: 5 }], [{ year: 2013, course: "dotNET", earnings: 7 }]],
    "sales struct<year int, course string, earnings int>",
  );
  expect(await df.groupBy("sales.year").pivot("sales.course").agg(F.sum("sales.earnings")).sort("year").collect()).toEqual([
    { year: 2012, Java: 5n, dotNET: null },
    { year: 2013, Java: null, dotNET: 7n },
  ]);
});

it("makes a column `value` of values and their type", async () => {
  expect(await spark.createDataFrame(["a", null], "STRING").collect()).toEqual([{ value: "a" }, { value: null }]);
  expect(await spark.createDataFrame([[1, 2]], "array<int>").collect()).toEqual([{ value: [1, 2] }]);
  expect(() => spark.createDataFrame([1, 2] as never)).toThrow('createDataFrame([1, 2], "int")');
});

it("draws strata by an object as by a map", async () => {
  const keys = spark.range(100).select(col("id").mod(3).cast("int").as("key"));
  expect(await keys.sampleBy("key", { 2: 1 }, 0).groupBy("key").count().collect()).toEqual([{ key: 2, count: 33n }]);
});

it("refuses patterns of names that are no Java pattern it knows, by name", async () => {
  const df = people();
  await expect(df.select(df.colRegex("`a(?i)ge`")).columns()).rejects.toMatchObject({ condition: "FIRECREST_UNSUPPORTED" });
  expect(await df.select(df.colRegex("`(AGE|name)`")).columns()).toEqual(["age", "name"]);
});

it("shows column names whole, whatever the cells are cut to", async () => {
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  await spark.createDataFrame([["truncated"]], "letters string").show(20, 3);
  const shown = print.mock.calls.at(-1)![0];
  print.mockRestore();
  expect(shown).toBe("+-------+\n|letters|\n+-------+\n|    tru|\n+-------+\n");
});
