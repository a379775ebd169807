import { describe, expectTypeOf, test } from "vitest";
import { col, lit } from "../../lib/dataframe/column.ts";
import type { DataFrame } from "../../lib/dataframe/dataframe.ts";
import * as F from "../../lib/dataframe/functions.ts";
import type { Row } from "../../lib/dataframe/row.ts";
import type { Decimal, Timestamp, Value } from "../../lib/engine/types/values.ts";
import { RecordingEngine, sessionOn } from "./support/recording-engine.ts";

/** These are checked by the compiler: a wrong type here fails `tsc`. */
type RowsOf<D> = D extends DataFrame<infer T> ? T : never;

const spark = sessionOn(new RecordingEngine());
const sales = spark.read.schema("id string, shop string not null, amount double").csv("/data/sales.csv");
const shops = spark.read.schema("shop string, city string").parquet("/data/shops");
const loose = spark.read.parquet("/data/anything");

describe("rows of a schema", () => {
  test("DDL text known to the compiler gives the type of a row", () => {
    expectTypeOf<RowsOf<typeof sales>>().toEqualTypeOf<{
      readonly id: string | null;
      readonly shop: string;
      readonly amount: number | null;
    }>();
  });
  test("text with types in brackets, or no schema, gives Row", () => {
    const nested = spark.read.schema("id int, tags array<string>").parquet("/data");
    expectTypeOf<RowsOf<typeof nested>>().toEqualTypeOf<Row>();
    expectTypeOf<RowsOf<typeof loose>>().toEqualTypeOf<Row>();
  });
  test("rows in the program give their own type", () => {
    const made = () => spark.createDataFrame([{ at: new Date(0), name: "a" }]);
    expectTypeOf<RowsOf<ReturnType<typeof made>>>().toEqualTypeOf<{ readonly at: Timestamp; readonly name: string }>();
  });
  test("a caller may vouch for a type", () => {
    expectTypeOf<RowsOf<ReturnType<typeof loose.as<{ readonly n: bigint }>>>>().toEqualTypeOf<{ readonly n: bigint }>();
  });
});

describe("transformations", () => {
  test("select follows names, aliases, casts and functions", () => {
    const made = sales.select("id", col("amount").cast("decimal").as("exact"), F.upper("shop").as("loud"), col("amount"));
    expectTypeOf<RowsOf<typeof made>>().toEqualTypeOf<{
      readonly id: string | null;
      readonly exact: Decimal | null;
      readonly loud: string | null;
      readonly amount: number | null;
    }>();
  });
  test("select of a column without a name gives Row", () => {
    const made = sales.select("id", col("amount").plus(1));
    expectTypeOf<RowsOf<typeof made>>().toEqualTypeOf<Row>();
  });
  test("select of a star keeps every column", () => {
    const made = sales.select("*", lit(1).cast("int").as("one"));
    expectTypeOf<RowsOf<typeof made>["amount"]>().toEqualTypeOf<number | null>();
    expectTypeOf<RowsOf<typeof made>["one"]>().toEqualTypeOf<number | null>();
  });
  test("a loose DataFrame becomes typed by selecting", () => {
    const made = loose.select("a", F.count("b").as("n"));
    expectTypeOf<RowsOf<typeof made>["n"]>().toEqualTypeOf<bigint>();
    expectTypeOf<keyof RowsOf<typeof made>>().toEqualTypeOf<"a" | "n">();
  });
  test("any DataFrame may be passed where a plain one is asked for", () => {
    const clean = (frame: DataFrame): DataFrame => frame.dropDuplicates();
    expectTypeOf(clean(sales)).toEqualTypeOf<DataFrame>();
  });
  test("names that are no column of a typed DataFrame do not compile", () => {
    // @ts-expect-error
    sales.select("typo");
    // @ts-expect-error
    sales.groupBy("typo");
    // @ts-expect-error
    sales.orderBy("typo");
    // @ts-expect-error
    sales.join(shops, "id");
    // @ts-expect-error
    sales.col("typo");
    loose.select("anything").orderBy("anything");
  });
  test("withColumn, rename and drop change the row", () => {
    const wide = sales.withColumn("large", col("amount").gt(10)).withColumnRenamed("id", "key").drop("shop");
    expectTypeOf<RowsOf<typeof wide>>().toEqualTypeOf<{
      readonly key: string | null;
      readonly amount: number | null;
      readonly large: boolean | null;
    }>();
  });
  test("withColumns and literals keep their types", () => {
    const wide = sales.select("id").withColumns({ one: lit(1), at: lit(new Date(0)), big: F.length("id") });
    expectTypeOf<RowsOf<typeof wide>>().toEqualTypeOf<{
      readonly id: string | null;
      readonly one: number;
      readonly at: Timestamp;
      readonly big: number | null;
    }>();
  });
  test("groups put out their keys and the named aggregates", () => {
    const totals = sales.groupBy("shop").agg(F.count("*").as("n"), F.sum("amount").as("total"));
    expectTypeOf<RowsOf<typeof totals>>().toEqualTypeOf<{ readonly shop: string; readonly n: bigint; readonly total: Value }>();
    const counts = sales.groupBy("shop").count();
    expectTypeOf<RowsOf<typeof counts>>().toEqualTypeOf<{ readonly shop: string; readonly count: bigint }>();
  });
  test("joins put columns of both together, NULL where a side may miss", () => {
    const left = sales.join(shops, "shop", "left");
    expectTypeOf<RowsOf<typeof left>["city"]>().toEqualTypeOf<string | null>();
    expectTypeOf<RowsOf<typeof left>["shop"]>().toEqualTypeOf<string>();
    const semi = sales.join(shops, "shop", "left_semi");
    expectTypeOf<RowsOf<typeof semi>>().toEqualTypeOf<RowsOf<typeof sales>>();
    const outer = sales.join(shops, sales.col("shop").eq(shops.col("shop")), "full");
    expectTypeOf<RowsOf<typeof outer>["amount"]>().toEqualTypeOf<number | null>();
  });
});

test("a union by name has the columns of both, NULL where a side lacks one", () => {
  const both = sales.select("id", "shop").unionByName(shops, true);
  expectTypeOf<RowsOf<typeof both>>().toEqualTypeOf<{
    readonly id: string | null;
    readonly shop: string | null;
    readonly city: string | null;
  }>();
});

test("rows, counts and iterators have the row's type", () => {
  expectTypeOf(sales.collect).returns.resolves.toEqualTypeOf<RowsOf<typeof sales>[]>();
  expectTypeOf(sales.first).returns.resolves.toEqualTypeOf<RowsOf<typeof sales> | null>();
  expectTypeOf(sales.count).returns.resolves.toEqualTypeOf<number>();
  expectTypeOf(sales.toJSON().collect).returns.resolves.toEqualTypeOf<string[]>();
});
