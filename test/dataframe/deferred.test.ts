import { describe, expect, test } from "vitest";
import type { DataFrame } from "../../lib/dataframe/dataframe.ts";
import { settle } from "../../lib/dataframe/deferred.ts";
import * as F from "../../lib/dataframe/functions.ts";
import type { Expression } from "../../lib/engine/expressions/expression.ts";
import { prettyName } from "../../lib/engine/expressions/print.ts";
import * as t from "../../lib/engine/types/data-type.ts";
import { bare, RecordingEngine, sessionOn } from "./support/recording-engine.ts";

const schema = t.structType([
  t.structField("n", t.integerType),
  t.structField("x", t.doubleType),
  t.structField("s", t.stringType),
  t.structField("b", t.booleanType),
]);
const frame = () => sessionOn(new RecordingEngine(schema)).read.parquet("/data");
const settled = async <T>(df: DataFrame<T>) => bare(await settle(df.plan)) as { expressions: Expression[]; condition: Expression };
const texts = async <T>(df: DataFrame<T>) => (await settled(df)).expressions.map((e) => prettyName(e));

describe("na.fill", () => {
  test("a number fills numeric columns, NaN among what it fills", async () => {
    const { expressions } = await settled(frame().na.fill(0));
    expect(expressions.map((e) => e.kind)).toEqual(["unresolvedAlias", "unresolvedAlias", "unresolvedAttribute", "unresolvedAttribute"]);
    expect(expressions[1]).toMatchObject({
      child: { name: "coalesce", args: [{ name: "nanvl" }, { kind: "cast", type: { kind: "double" } }] },
    });
  });
  test("text fills text, and only the columns asked for", async () => {
    expect((await settled(frame().fillna("-"))).expressions.map((e) => e.kind === "unresolvedAlias")).toEqual([false, false, true, false]);
    expect((await settled(frame().fillna(0, ["x"]))).expressions.map((e) => e.kind === "unresolvedAlias")).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });
  test("an object gives a value by column", async () => {
    expect((await settled(frame().fillna({ s: "-", b: false }))).expressions.map((e) => e.kind === "unresolvedAlias")).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

test("na.drop counts the columns that have a value, NaN not among them", async () => {
  const { condition } = await settled(frame().na.drop("any", undefined, ["n", "x"]));
  expect(prettyName(condition)).toBe(
    "((CASE WHEN (n IS NOT NULL) THEN 1 ELSE 0 END + CASE WHEN ((x IS NOT NULL) AND (NOT isnan(x))) THEN 1 ELSE 0 END) >= 2)",
  );
  expect(prettyName((await settled(frame().dropna("all"))).condition)).toMatch(/>= 1\)$/);
});

test("na.replace changes values in columns of their type", async () => {
  const replaced = await texts(
    frame().replace(
      new Map<number | string, number | string>([
        [1, 2],
        ["a", "z"],
      ]),
    ),
  );
  expect(replaced).toEqual([
    "CASE WHEN (n = CAST(1 AS DOUBLE)) THEN CAST(CAST(2 AS DOUBLE) AS INT) ELSE n END AS n",
    "CASE WHEN (x = CAST(1 AS DOUBLE)) THEN CAST(CAST(2 AS DOUBLE) AS DOUBLE) ELSE x END AS x",
    "CASE WHEN (s = a) THEN CAST(z AS STRING) ELSE s END AS s",
    "b",
  ]);
  const { expressions } = await settled(frame().replace({ a: "z" }));
  expect(expressions.map((e) => e.kind === "unresolvedAlias")).toEqual([false, false, true, false]);
});

test("a plan made later is made once, and keeps the id that df.col names", async () => {
  const df = frame().na.drop();
  const condition = df.col("n").gt(0);
  const plan = await settle(df.filter(condition).plan);
  const child = (plan as { child: { planId?: number } }).child;
  expect((condition.expression as unknown as { args: [{ planId?: number }] }).args[0].planId).toBe(child.planId);
  expect(((await settle(df.select("n").plan)) as { child: unknown }).child).toBe(child);
});

test("a plan that could not be made is tried again", async () => {
  const engine = new RecordingEngine(schema);
  const df = sessionOn(engine).read.parquet("/data").na.drop();
  const answer = engine.schema;
  engine.schema = () => Promise.reject(new Error("no store"));
  await expect(settle(df.plan)).rejects.toThrow("no store");
  engine.schema = answer;
  expect(await settle(df.plan)).toMatchObject({ kind: "filter" });
});

test("a pivot without values looks them up in order", async () => {
  const value = t.structType([t.structField("value", t.stringType)]);
  const engine = new RecordingEngine(value, [{ value: "north" }, { value: "south" }]);
  const df = sessionOn(engine).read.parquet("/data");
  const plan = await settle(df.groupBy("id").pivot("shop").agg(F.sum("amount")).plan);
  expect(plan).toMatchObject({ kind: "pivot", values: [{ value: "north", type: { kind: "string" } }, { value: "south" }] });
  expect(engine.plans).toMatchObject([{ kind: "limit", count: 10_001, child: { kind: "sort", child: { kind: "deduplicate" } } }]);
});

test("sums without names are of every numeric column that is not grouped by", async () => {
  const { aggregates } = (await settle(frame().groupBy("n").sum().plan)) as unknown as { aggregates: Expression[] };
  expect(aggregates.map((e) => prettyName(e))).toEqual(["n", "sum(x)"]);
});

test("the parts of a random split meet at the same bounds with the same seed", async () => {
  const parts = await Promise.all(frame().randomSplit([1, 3], 5).map(settled));
  expect(parts).toMatchObject([
    { kind: "sample", lowerBound: 0, upperBound: 0.25, seed: 5n },
    { lowerBound: 0.25, upperBound: 1, seed: 5n, child: { kind: "sort", global: false } },
  ]);
  expect(() => frame().randomSplit([0, 0])).toThrow(RangeError);
});

test("describe computes every statistic in one pass", async () => {
  const plan = await settle(frame().describe("n", "s").plan);
  expect(plan).toMatchObject({ kind: "project", child: { kind: "aggregate", child: { kind: "read" } } });
  expect((plan as unknown as { child: { aggregates: unknown[] } }).child.aggregates).toHaveLength(1 + 5 * 2);
  await expect(settle(frame().summary("middle").plan)).rejects.toThrow(/The statistic 'middle' is not recognized/);
});

test("sampleBy keeps a row by chance of its stratum", () => {
  const condition = bare(frame().sampleBy("s", new Map([["a", 0.5]]), 1).plan) as { condition: Expression };
  expect(condition.condition).toMatchObject({ name: "<", args: [{ name: "rand", args: [{ value: 1n }] }, { name: "when" }] });
  expect(() => frame().sampleBy("s", new Map([["a", 2]]))).toThrow(RangeError);
});

test("a sort key may be a column's position, descending where negative", async () => {
  expect(await settled(frame().orderBy(-2, "s"))).toMatchObject({
    kind: "sort",
    order: [
      { child: { nameParts: ["x"] }, ascending: false, nullsFirst: false },
      { child: { nameParts: ["s"] }, ascending: true },
    ],
  });
  await expect(settle(frame().orderBy(9).plan)).rejects.toThrow(/there is no column 9/);
});
