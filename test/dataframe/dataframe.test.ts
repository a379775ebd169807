import { describe, expect, test } from "vitest";
import { col } from "../../lib/dataframe/column.ts";
import type { DataFrame } from "../../lib/dataframe/dataframe.ts";
import * as F from "../../lib/dataframe/functions.ts";
import { REFUSED } from "../../lib/dataframe/refused.ts";
import { bare, RecordingEngine, sessionOn } from "./support/recording-engine.ts";

const spark = sessionOn(new RecordingEngine());
const sales = spark.read.option("Header", true).schema("id string, shop string, amount double").csv("/data/sales.csv");
const shops = spark.read.schema("shop string, city string").parquet("/data/shops");
const SALES = bare(sales.plan);
const SHOPS = bare(shops.plan);
const name = (...nameParts: string[]) => ({ kind: "unresolvedAttribute", nameParts });
const planOf = <T>(df: DataFrame<T>) => bare(df.plan);

test("a read holds its format, paths, options by lower-case name and schema", () => {
  expect(SALES).toMatchObject({ kind: "read", format: "csv", paths: ["/data/sales.csv"], options: { header: "true" } });
  expect(SALES).toMatchObject({ schema: { fields: [{ name: "id" }, { name: "shop" }, { name: "amount", dataType: { kind: "double" } }] } });
});

describe("columns", () => {
  test("select takes names, columns and arrays of them", () => {
    const expressions = [name("id"), name("shop"), { kind: "unresolvedAlias", child: name("amount"), names: ["a"] }];
    expect(planOf(sales.select(["id", "shop"], col("amount").as("a")))).toEqual({ kind: "project", expressions, child: SALES });
  });
  test("withColumn, rename, drop and toDF are nodes of their own", () => {
    expect(planOf(sales.withColumn("x", col("id")))).toEqual({
      kind: "withColumns",
      columns: [{ name: "x", expression: name("id") }],
      child: SALES,
    });
    expect(planOf(sales.withColumnRenamed("id", "key"))).toEqual({ kind: "rename", names: [["id", "key"]], child: SALES });
    expect(planOf(sales.drop("shop", "id"))).toEqual({ kind: "drop", columns: [], names: ["shop", "id"], child: SALES });
    expect(planOf(sales.drop(col("shop")))).toEqual({ kind: "drop", columns: [name("shop")], child: SALES });
    expect(planOf(sales.toDF("a", "b", "c"))).toEqual({ kind: "toNames", names: ["a", "b", "c"], child: SALES });
  });
  test("drop takes a name with dots as it is", () => {
    expect(planOf(spark.table(viewOf(sales)).drop("a.b"))).toMatchObject({ names: ["a.b"] });
  });
  test("a pattern of names stands in backticks", () => {
    expect(sales.colRegex("`a.*`").expression).toMatchObject({ kind: "unresolvedRegex", pattern: "a.*", planId: sales.plan.planId });
    expect(sales.colRegex("amount").expression).toMatchObject(name("amount"));
  });
  test("df.col asks that DataFrame and no other", () => {
    const attribute = sales.col("shop").expression as { planId?: number };
    expect(attribute.planId).toBe(sales.plan.planId);
    expect(attribute.planId).not.toBe(sales.filter(col("id")).plan.planId);
  });
});

describe("rows and order", () => {
  test("filters take columns", () => {
    expect(planOf(sales.where(col("amount").gt(0)))).toMatchObject({ kind: "filter", condition: { name: ">" }, child: SALES });
  });
  test("sorts are global, or within partitions", () => {
    expect(planOf(sales.orderBy("shop", col("amount").desc()))).toMatchObject({
      global: true,
      order: [{ child: name("shop"), ascending: true }, { ascending: false }],
    });
    expect(planOf(sales.orderBy(["shop", "id"]))).toEqual(planOf(sales.orderBy("shop", "id")));
    expect(planOf(sales.sortWithinPartitions("shop"))).toMatchObject({ kind: "sort", global: false });
  });
  test("repartition is by hash of columns, evenly without any", () => {
    expect(planOf(sales.repartition(4, "shop"))).toMatchObject({ scheme: "hash", partitions: 4, expressions: [name("shop")] });
    expect(planOf(sales.repartition("shop"))).not.toHaveProperty("partitions");
    expect(planOf(sales.repartition(4))).toMatchObject({ scheme: "roundRobin", expressions: [] });
    expect(planOf(sales.repartitionByRange("shop"))).toMatchObject({ scheme: "range", expressions: [{ kind: "sortOrder" }] });
    expect(planOf(sales.coalesce(1))).toMatchObject({ scheme: "coalesce", partitions: 1 });
    expect(() => sales.repartition(0)).toThrow(RangeError);
  });
  test("duplicates are dropped by all columns, or by some", () => {
    expect(planOf(sales.distinct())).toEqual({ kind: "deduplicate", child: SALES });
    expect(planOf(sales.dropDuplicates(["shop"]))).toEqual({ kind: "deduplicate", columns: ["shop"], child: SALES });
  });
  test("a sample keeps its seed, and a fraction above 1 needs replacement", () => {
    expect(planOf(sales.sample(0.1, 7))).toMatchObject({ lowerBound: 0, upperBound: 0.1, withReplacement: false, seed: 7n });
    expect(planOf(sales.sample(true, 2, 7))).toMatchObject({ upperBound: 2, withReplacement: true });
    expect(() => sales.sample(1.5)).toThrow(RangeError);
  });
});

describe("groups", () => {
  test("an aggregate puts out its grouping columns first, named as they are", () => {
    const plan = planOf(sales.groupBy(F.upper("shop").as("s")).agg(F.sum("amount").as("total")));
    const upper = { kind: "unresolvedFunction", name: "upper", args: [name("shop")] };
    expect(plan).toMatchObject({ kind: "aggregate", grouping: [upper], child: SALES });
    expect(plan).toMatchObject({ aggregates: [{ kind: "unresolvedAlias", child: upper, names: ["s"] }, { names: ["total"] }] });
  });
  test("count is a column `count`, and functions may stand by name", () => {
    expect(planOf(sales.groupBy("shop").count())).toMatchObject({ aggregates: [name("shop"), { names: ["count"] }] });
    expect(planOf(sales.groupBy().agg({ amount: "max", "*": "count" }))).toMatchObject({
      aggregates: [{ name: "max" }, { name: "count", args: [{ value: 1 }] }],
    });
  });
  test("rollup, cube and grouping sets keep their columns once", () => {
    expect(planOf(sales.rollup("id", "shop").count())).toMatchObject({ groupingSets: { kind: "rollup" } });
    expect(planOf(sales.cube("id", "shop").count())).toMatchObject({ groupingSets: { kind: "cube" } });
    const sets = sales.groupingSets([["shop"], ["shop", "id"], []], "id", "shop");
    expect(planOf(sets.count())).toMatchObject({ groupingSets: { kind: "sets", sets: [[1], [1, 0], []] } });
    expect(() => sales.groupingSets([["amount"]], "id")).toThrow(/not among the grouping columns/);
  });
  test("a pivot with values is one node", () => {
    const plan = planOf(sales.groupBy("id").pivot("shop", ["north", "south"]).agg(F.sum("amount")));
    expect(plan).toMatchObject({ kind: "pivot", grouping: [name("id")], column: name("shop"), values: [{ value: "north" }, {}] });
  });
  test("unpivot of all columns has no values", () => {
    expect(planOf(sales.unpivot("id", null, "key", "value"))).toEqual({
      kind: "unpivot",
      ids: [name("id")],
      variableColumnName: "key",
      valueColumnNames: ["value"],
      child: SALES,
    });
  });
});

describe("two DataFrames", () => {
  test("a join is on names or on a condition, of a type by Spark's names", () => {
    expect(planOf(sales.join(shops, "shop", "left_outer"))).toEqual({
      kind: "join",
      type: "left",
      left: SALES,
      right: SHOPS,
      using: ["shop"],
    });
    const both = [sales.col("shop").eq(shops.col("shop")), sales.col("id").isNotNull()];
    expect(planOf(sales.join(shops, both))).toMatchObject({ type: "inner", condition: { name: "and", args: [{ name: "=" }, {}] } });
    expect(planOf(sales.crossJoin(shops))).toEqual({ kind: "join", type: "cross", left: SALES, right: SHOPS });
    expect(() => sales.join(shops, "shop", "sideways" as never)).toThrow(/\[UNSUPPORTED_JOIN_TYPE\] Unsupported join type 'sideways'/);
  });
  test("set operations keep duplicates or not", () => {
    const operations = [sales.intersect(sales), sales.intersectAll(sales), sales.subtract(sales), sales.exceptAll(sales)];
    expect(operations.map(planOf)).toMatchObject([
      { operation: "intersect", all: false },
      { operation: "intersect", all: true },
      { operation: "except", all: false },
      { operation: "except", all: true },
    ]);
    expect(planOf(sales.unionByName(shops, true))).toMatchObject({ byName: true, allowMissingColumns: true, children: [SALES, SHOPS] });
  });
  test("broadcast is a hint", () => {
    expect(planOf(F.broadcast(shops))).toEqual({ kind: "hint", name: "broadcast", parameters: [], child: SHOPS });
  });
});

describe("keeping and sharing", () => {
  test("cache marks the DataFrame itself, once, and unpersist takes the mark away", async () => {
    const engine = new RecordingEngine();
    const kept = sessionOn(engine).range(3);
    const before = bare(kept.plan);
    const { planId } = kept.plan;
    expect(kept.cache()).toBe(kept);
    expect(kept.cache().plan).toMatchObject({ kind: "cached", planId, child: { kind: "range" } });
    const { key } = kept.plan as { key: string };
    await kept.unpersist();
    expect(engine.uncached).toEqual([key]);
    expect(bare(kept.plan)).toEqual(before);
  });
  test("views are found in any case, and replaced only on demand", () => {
    sales.createOrReplaceTempView("Sales");
    expect(planOf(spark.table("sales"))).toEqual({ kind: "subqueryAlias", alias: "sales", child: SALES });
    expect(() => sales.createTempView("SALES")).toThrow(/\[TEMP_TABLE_OR_VIEW_ALREADY_EXISTS\]/);
    expect(spark.catalog.dropTempView("sales")).toBe(true);
    expect(planOf(spark.table("sales"))).toEqual({ kind: "unresolvedRelation", nameParts: ["sales"], currentSchema: "default" });
  });
  test("the same plan made twice has the same semantics", () => {
    const made = () => sales.filter(col("amount").gt(0)).select("id");
    expect(made().sameSemantics(made())).toBe(true);
    expect(made().semanticHash()).toBe(made().semanticHash());
    expect(made().sameSemantics(sales.filter(col("amount").gt(1)).select("id"))).toBe(false);
  });
});

test("a node knows the line of the program that made it", () => {
  expect(sales.limit(1).plan.origin).toMatch(/dataframe\.test\.ts:\d+:\d+$/);
});

test("what Firecrest does not have says so by name", () => {
  const owners = {
    DataFrame: sales,
    Column: col("a"),
    DataFrameReader: spark.read,
    DataFrameWriter: sales.write,
    DataFrameWriterV2: sales.writeTo("t"),
    SparkSession: spark,
  };
  for (const [name, { methods, ...more }] of Object.entries(REFUSED)) {
    const owner = owners[name as keyof typeof owners] as unknown as Record<string, () => void>;
    for (const method of Object.keys(methods)) expect(() => owner[method]!()).toThrow(`${name}.${method} is not supported`);
    for (const property of Object.keys("properties" in more ? more.properties : {}))
      expect(() => owner[property]).toThrow(`${name}.${property} is not supported`);
  }
});

function viewOf<T>(df: DataFrame<T>): string {
  df.createOrReplaceTempView("view_of_sales");
  return "view_of_sales";
}
