import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { col, functions as F, SparkSession, T, Window } from "../../lib/firecrest.ts";

let spark: SparkSession;
/** Named in `using`: the function that reads it runs elsewhere. */
declare const mark: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "firecrest-api-"));
  await writeFile(join(folder, "sales.csv"), SALES);
  spark = await SparkSession.builder.appName("api").master("local[1]").config("spark.sql.session.timeZone", "UTC").getOrCreate();
});
afterAll(async () => {
  await spark?.stop();
  await rm(folder, { recursive: true, force: true });
});

const SALES = "id,shop,amount\n1,north,10.5\n2,north,20\n3,south,5\n4,south,\n5,north,7\n6,east,-1\n";
const sales = () => spark.read.option("header", "true").schema("id string, shop string, amount double").csv(join(folder, "sales.csv"));

test("the example of the front page: the largest sales of each shop, as JSON and as files", async () => {
  const largest = Window.partitionBy("shop").orderBy(col("amount").desc());
  const top = sales().filter(col("amount").gt(0)).withColumn("rank", F.row_number().over(largest)).filter(col("rank").le(2));
  expect(await top.orderBy("shop", "rank").toJSON().collect()).toEqual([
    '{"id":"2","shop":"north","amount":20.0,"rank":1}',
    '{"id":"1","shop":"north","amount":10.5,"rank":2}',
    '{"id":"3","shop":"south","amount":5.0,"rank":1}',
  ]);
  const out = join(folder, "top");
  await top.write.mode("overwrite").partitionBy("shop").parquet(out);
  expect((await readdir(out)).filter((name) => !name.startsWith(".")).sort()).toEqual(["_SUCCESS", "shop=north", "shop=south"]);
  expect(await spark.read.parquet(out).count()).toBe(3);
});

describe("rows", () => {
  test("have values of their types", async () => {
    const rows = await spark.range(2).select("id", col("id").cast("decimal(5,2)").as("d"), F.lit(null).cast("date").as("n")).collect();
    expect(rows.map((row) => [row.id, String(row.d), row.n])).toEqual([
      [0n, "0.00", null],
      [1n, "1.00", null],
    ]);
  });
  test("come one by one, and leaving the loop early is no error", async () => {
    const seen: bigint[] = [];
    for await (const { id } of spark.range(100)) {
      seen.push(id);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([0n, 1n, 2n]);
    expect(await spark.range(5).count()).toBe(5);
  });
  test("are sorted by position, and found by patterns of names", async () => {
    expect(await spark.range(3).orderBy(-1).take(1)).toEqual([{ id: 2n }]);
    const wide = spark.range(1).withColumns({ a1: F.lit(1), a2: F.lit(2) });
    expect(await wide.select(wide.colRegex("`a.*`")).columns()).toEqual(["a1", "a2"]);
  });
  test("head, take, tail and isEmpty", async () => {
    const df = spark.range(5);
    expect(await df.head()).toEqual({ id: 0n });
    expect(await df.take(2)).toEqual([{ id: 0n }, { id: 1n }]);
    expect(await df.tail(2)).toEqual([{ id: 3n }, { id: 4n }]);
    expect(await df.filter(col("id").lt(0)).isEmpty()).toBe(true);
    expect(await df.filter(col("id").lt(0)).head()).toBeNull();
  });
  test("go in as objects, as arrays with names, and with a schema", async () => {
    const found = spark.createDataFrame([
      { name: "a", n: 1 },
      { name: "b", n: 2 },
    ]);
    expect(await found.dtypes()).toEqual([
      ["name", "string"],
      ["n", "bigint"],
    ]);
    expect(await spark.createDataFrame([["x", true]], ["name", "flag"]).collect()).toEqual([{ name: "x", flag: true }]);
    const typed = spark.createDataFrame([{ n: 1 }], T.StructType([T.StructField("n", T.ShortType())]));
    expect(await typed.dtypes()).toEqual([["n", "smallint"]]);
    const table = await found.toArrow();
    expect(await spark.createDataFrame(table).count()).toBe(2);
  });
  test("show prints what Spark prints", async () => {
    const print = vi.spyOn(console, "log").mockImplementation(() => {});
    await sales().orderBy("id").show(2);
    expect(print.mock.calls[0]![0]).toBe(
      "+---+-----+------+\n| id| shop|amount|\n+---+-----+------+\n|  1|north|  10.5|\n|  2|north|  20.0|\n+---+-----+------+\nonly showing top 2 rows",
    );
    print.mockRestore();
  });
});

describe("groups", () => {
  test("agg puts out keys and aggregates under Spark's names", async () => {
    const df = sales().groupBy("shop").agg(F.sum("amount"), F.count("*")).orderBy("shop");
    expect(await df.collect()).toEqual([
      { shop: "east", "sum(amount)": -1, "count(1)": 1n },
      { shop: "north", "sum(amount)": 37.5, "count(1)": 3n },
      { shop: "south", "sum(amount)": 5, "count(1)": 2n },
    ]);
  });
  test("a pivot finds its values", async () => {
    const df = sales().groupBy().pivot("shop").agg(F.count("*"));
    expect(await df.collect()).toEqual([{ east: 1n, north: 3n, south: 2n }]);
  });
});

describe("missing values", () => {
  test("are dropped or filled", async () => {
    expect(await sales().na.drop().count()).toBe(5);
    expect(await sales().na.fill(0).filter(col("amount").eq(0)).count()).toBe(1);
    expect(await sales().replace({ north: "N" }).filter(col("shop").eq("N")).count()).toBe(3);
  });

  test("are put in the place of NaN, which columns of integers have none of", async () => {
    const rows = await spark.sql("SELECT * FROM VALUES (1, 2.5D), (3, double('NaN')) AS t(n, x)");
    expect(await rows.replace(new Map([[Number.NaN, null]])).collect()).toEqual([
      { n: 1, x: 2.5 },
      { n: 3, x: null },
    ]);
  });
});

describe("statistics", () => {
  test("describe counts, and gives means, bounds and deviations as text", async () => {
    const rows = await sales().describe("amount").collect();
    expect(rows.map((row) => row.summary)).toEqual(["count", "mean", "stddev", "min", "max"]);
    expect(rows.map((row) => row.amount)).toEqual(["5", "8.3", "7.758865896508329", "-1.0", "20.0"]);
  });
  test("quantiles are values of the column", async () => {
    expect(await spark.range(1, 102).approxQuantile("id", [0, 0.5, 1], 0)).toEqual([1, 51, 101]);
  });
  test("crosstab counts pairs", async () => {
    const df = spark.createDataFrame([
      { a: "x", b: "p" },
      { a: "x", b: "q" },
      { a: "y", b: "p" },
      { a: "x", b: "p" },
    ]);
    expect(await df.crosstab("a", "b").orderBy("a_b").collect()).toEqual([
      { a_b: "x", p: 2n, q: 1n },
      { a_b: "y", p: 1n, q: 0n },
    ]);
  });
  test("frequent items are those of more than a share of the rows", async () => {
    const df = spark.createDataFrame([{ a: "x" }, { a: "x" }, { a: "x" }, { a: "y" }]);
    expect(await df.freqItems(["a"], 0.5).collect()).toEqual([{ a_freqItems: ["x"] }]);
  });
  test("the parts of a random split hold every row once", async () => {
    const parts = await Promise.all(
      spark
        .range(100)
        .randomSplit([1, 2], 3)
        .map((part) => part.collect()),
    );
    const ids = parts.flat().map((row) => row.id);
    expect(ids.toSorted((a, b) => Number(a - b))).toEqual(Array.from({ length: 100 }, (_, i) => BigInt(i)));
  });
});

describe("functions of the user's", () => {
  test("see values of a row, and what they name", async () => {
    const shout = F.udf((s: string | null) => (s === null ? null : s.toUpperCase() + mark), "string", { using: { mark: "!" } });
    expect(await sales().limit(1).select(shout("shop").as("loud")).collect()).toEqual([{ loud: "NORTH!" }]);
  });
  test("an error tells whose it is", async () => {
    const fail = F.udf(
      () => {
        throw new Error("no luck");
      },
      "int",
      { name: "fail" },
    );
    await expect(spark.range(1).select(fail()).collect()).rejects.toThrow(/\[FAILED_EXECUTE_UDF\].*fail.*no luck/s);
  });
});

test("a cached DataFrame is computed once", async () => {
  const df = spark.range(3).withColumn("r", F.rand()).cache();
  expect(await df.collect()).toEqual(await df.collect());
  await df.unpersist();
});

test("a name that is no column is an error at the line that wrote it", async () => {
  const failed = await sales()
    .select(col("amuont"))
    .collect()
    .catch((error) => error);
  expect(failed.condition).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
  expect(failed.message).toContain("`amount`");
  expect(failed.origin).toMatch(/api\.test\.ts:\d+:\d+$/);
});
