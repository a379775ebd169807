import { beforeAll, describe, expect, it } from "vitest";
import { col, type DataFrame, functions as F, type SparkSession, Window } from "../../lib/firecrest.ts";
import { forcedExchanges, openSession, temporaryFolder } from "../support/sessions.ts";

/** Every program gives the same rows as one stage in one process and as many tasks with every exchange in two. */

type Tables = { readonly sales: DataFrame; readonly shops: DataFrame };

const programs: Readonly<Record<string, (tables: Tables) => DataFrame>> = {
  "a filter and a projection": ({ sales }) => sales.filter(col("amount").gt(500)).select("id", col("amount").multiply(2).alias("twice")),
  "aggregates by a key": ({ sales }) =>
    sales
      .groupBy("shop")
      .agg(
        F.count("*").alias("n"),
        F.sum("amount").alias("sum"),
        F.avg("price").alias("avg"),
        F.min("day").alias("first"),
        F.max("note").alias("last"),
        F.stddev("units").alias("deviation"),
        F.count_distinct("note").alias("notes"),
      ),
  "partial aggregates by a computed key": ({ sales }) =>
    sales.groupBy(col("id").mod(7).alias("bucket")).agg(F.sum("units"), F.avg("amount"), F.corr("units", "id").alias("c")),
  "an aggregate without keys": ({ sales }) => sales.agg(F.count("*"), F.sum("price"), F.max("id")),
  "an aggregate of no rows": ({ sales }) => sales.filter(col("id").lt(0)).agg(F.count("*"), F.sum("price")),
  "collected sets": ({ sales }) => sales.groupBy("shop").agg(F.array_sort(F.collect_set("note")).alias("notes")),
  percentiles: ({ sales }) => sales.groupBy("shop").agg(F.percentile("units", 0.5).alias("median"), F.median("id").alias("m")),
  "a rollup with its grouping id": ({ sales }) => sales.rollup("shop", "note").agg(F.sum("units").alias("u"), F.grouping_id().alias("g")),
  "a cube": ({ sales }) => sales.cube("shop", col("id").mod(3).alias("m")).count(),
  "a pivot": ({ sales }) => sales.groupBy("note").pivot("shop", [1, 2, 3]).agg(F.sum("units")),
  "an unpivot": ({ shops }) => shops.select("shop", "floors", "desks").unpivot(["shop"], ["floors", "desks"], "what", "n"),
  "distinct rows": ({ sales }) => sales.select("shop", "note").distinct(),
  "dropped duplicates": ({ sales }) => sales.select("shop").dropDuplicates(["shop"]),
  "an inner join": ({ sales, shops }) => sales.join(shops, "shop").select("id", "city", "floors"),
  "a left join with unmatched rows": ({ sales, shops }) =>
    sales.join(shops, sales.col("shop").eq(shops.col("shop")), "left").select("id", "city"),
  "a right join": ({ sales, shops }) => sales.filter(col("id").lt(50)).join(shops, "shop", "right").select("shop", "id", "city"),
  "a full join": ({ sales, shops }) => sales.filter(col("id").lt(50)).join(shops, "shop", "full").select("shop", "id", "city"),
  "a semi join": ({ sales, shops }) => sales.join(shops.filter(col("floors").gt(2)), "shop", "left_semi"),
  "an anti join": ({ sales, shops }) => sales.join(shops, "shop", "left_anti").select("id"),
  "a join on NULL-safe equality": ({ sales, shops }) =>
    sales.join(shops, sales.col("shop").eqNullSafe(shops.col("shop")), "left").select("id", "city"),
  "a join with a condition besides its keys": ({ sales, shops }) =>
    sales
      .join(
        shops,
        sales
          .col("shop")
          .eq(shops.col("shop"))
          .and(sales.col("units").gt(shops.col("floors").multiply(10))),
      )
      .select("id", "city"),
  "a join without keys": ({ sales, shops }) =>
    sales
      .filter(col("id").lt(20))
      .join(shops, sales.col("units").lt(shops.col("desks")))
      .select("id", "city"),
  "a full join without keys": ({ sales, shops }) =>
    sales
      .filter(col("id").lt(20))
      .join(shops, sales.col("units").lt(shops.col("desks")), "full")
      .select("id", "city"),
  "a cross join": ({ shops }) => shops.select("city").crossJoin(shops.select(col("floors").alias("f"))),
  "a self join": ({ shops }) =>
    shops
      .alias("a")
      .join(shops.alias("b"), col("a.floors").eq(col("b.floors")))
      .select("a.city", col("b.city").alias("other")),
  "a join of aggregates": ({ sales, shops }) => sales.groupBy("shop").count().join(shops, "shop").select("city", "count"),
  "ranks within a window": ({ sales }) => {
    const window = Window.partitionBy("shop").orderBy(col("amount").desc(), "id");
    return sales.select(
      "id",
      F.row_number().over(window).alias("row"),
      F.rank().over(window).alias("rank"),
      F.lag("units", 2).over(window).alias("before"),
    );
  },
  "a running sum over a frame": ({ sales }) =>
    sales.select("id", F.sum("units").over(Window.partitionBy("shop").orderBy("id").rowsBetween(-3, Window.currentRow)).alias("running")),
  "a window without partitions": ({ sales }) => sales.select("id", F.ntile(4).over(Window.orderBy("id")).alias("quarter")),
  "a union by name": ({ sales, shops }) => sales.select("shop", "note").unionByName(shops.select(col("city").alias("note"), "shop")),
  "an intersection": ({ sales, shops }) => sales.select("shop").intersect(shops.select("shop")),
  "an intersection of all rows": ({ sales, shops }) => sales.select("shop").intersectAll(shops.select("shop")),
  "an exception": ({ sales, shops }) => shops.select("shop").exceptAll(sales.select("shop").distinct()),
  "exploded arrays": ({ sales }) => sales.select("id", F.explode(F.split("note", "-")).alias("word")),
  "outer positions": ({ shops }) => shops.select("shop", F.posexplode_outer(F.when(col("floors").gt(2), F.array("floors", "desks")))),
  repartitions: ({ sales }) => sales.repartition(4, "note").select("id").repartition(2).coalesce(1),
  "a repartition by range": ({ sales }) => sales.repartitionByRange(3, "amount").select("id", "amount"),
  "a user's function": ({ sales }) =>
    sales.select("id", F.udf((units: number | null) => (units === null ? null : units + 1), "int")(col("units")).alias("more")),
};

/** Programs whose rows come in an order. */
const ordered: Readonly<Record<string, (tables: Tables) => DataFrame>> = {
  "a global sort with NULLs and two directions": ({ sales }) =>
    sales.select("shop", "amount", "id").orderBy(col("shop").asc_nulls_last(), col("amount").desc(), "id"),
  "the top rows": ({ sales }) => sales.orderBy(col("amount").desc(), "id").limit(17),
  "an offset into a sort": ({ sales }) => sales.orderBy("id").offset(100).limit(5),
  "a sort of strings": ({ sales }) => sales.select("note", "id").orderBy(F.desc("note"), "id"),
  "a sort after an aggregate": ({ sales }) => sales.groupBy("note").agg(F.sum("units").alias("u")).orderBy("u", "note"),
};

describe("numbers of rows", () => {
  it("by a seed are the same in every run, below 1, and may stand in filters, sorts and aggregates", async () => {
    const spark = await openSession();
    const rows = spark.range(0, 2_000, 1, 4);
    const drawn = rows.filter(F.rand(42).lt(0.25)).orderBy(F.rand(7)).select("id");
    const [once, again] = [await drawn.collect(), await drawn.collect()];
    expect(again).toEqual(once);
    expect(once.length).toBeGreaterThan(400);
    expect(once.length).toBeLessThan(600);
    const [bounds] = await rows
      .select(F.rand(1).alias("even"), F.randn(3).alias("normal"))
      .agg(F.min("even").alias("least"), F.max("even").alias("most"), F.avg("normal").alias("mean"))
      .collect();
    expect(bounds!.least).toBeGreaterThanOrEqual(0);
    expect(bounds!.most).toBeLessThan(1);
    expect(Math.abs(Number(bounds!.mean))).toBeLessThan(0.1);
  });

  it("that grow are unique across partitions, in a filter too", async () => {
    const spark = await openSession();
    const ids = await spark
      .range(0, 100, 1, 4)
      .filter(F.monotonically_increasing_id().ge(0))
      .select(F.monotonically_increasing_id().alias("i"))
      .collect();
    expect(new Set(ids.map((row) => row.i)).size).toBe(100);
  });

  it("split a frame without losing or repeating a row", async () => {
    const spark = await openSession();
    const parts = spark.range(0, 1_000, 1, 3).randomSplit([0.3, 0.5, 0.2], 11);
    const ids = (await Promise.all(parts.map((part) => part.collect()))).flat().map((row) => Number(row.id));
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
  });
});

const ROWS = 3_000;

async function writeTables(spark: SparkSession, folder: string): Promise<void> {
  const id = col("id");
  const sales = spark
    .range(0, ROWS, 1, 1)
    .select(
      id.cast("int").alias("id"),
      F.when(id.mod(11).eq(0), F.lit(null)).otherwise(id.mod(5)).cast("int").alias("shop"),
      id.multiply(7919).mod(1009).cast("double").alias("amount"),
      id.multiply(31).mod(977).cast("decimal(12,2)").alias("price"),
      id.mod(97).cast("int").alias("units"),
      F.concat(F.lit("note-"), id.mod(13).cast("string")).alias("note"),
      F.date_add(F.lit("2024-01-01").cast("date"), id.mod(366).cast("int")).alias("day"),
    );
  await sales.repartition(6).write.parquet(`${folder}/sales`);
  const shops = spark.createDataFrame(
    [1, 2, 3, 4, 8, 9, null].map((shop, i) => ({ shop, city: `city ${i}`, floors: (i % 4) + 1, desks: i * 20 })),
    "shop int, city string, floors int, desks int",
  );
  await shops.write.parquet(`${folder}/shops`);
}

/** Rows as text; floating-point numbers to 12 digits, since sums in another order round differently. */
async function rowsOf(frame: DataFrame): Promise<string[]> {
  const lines: string[] = await frame.toJSON().collect();
  return lines.map((line) => line.replace(/-?\d+\.\d+(?:E-?\d+)?/g, (number) => Number(number).toPrecision(12)));
}

describe("one partition against many", () => {
  let one: Tables;
  let many: Tables;

  beforeAll(async () => {
    const [folder, small, forced] = await Promise.all([temporaryFolder(), openSession(), openSession(forcedExchanges)]);
    await writeTables(small, folder);
    const open = (spark: SparkSession) => ({ sales: spark.read.parquet(`${folder}/sales`), shops: spark.read.parquet(`${folder}/shops`) });
    [one, many] = [open(small), open(forced)];
  }, 60_000);

  for (const [name, program] of Object.entries(programs)) {
    it(`gives the same rows for ${name}`, async () => {
      const [single, spread] = await Promise.all([rowsOf(program(one)), rowsOf(program(many))]);
      expect(single.length).toBeGreaterThan(0);
      expect(spread.sort()).toEqual(single.sort());
    });
  }

  for (const [name, program] of Object.entries(ordered)) {
    it(`gives the same rows in the same order for ${name}`, async () => {
      const [single, spread] = await Promise.all([rowsOf(program(one)), rowsOf(program(many))]);
      expect(single.length).toBeGreaterThan(0);
      expect(spread).toEqual(single);
    });
  }
});
