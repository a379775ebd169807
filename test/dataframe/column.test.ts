import { describe, expect, test } from "vitest";
import { type Column, col, lit } from "../../lib/dataframe/column.ts";
import { when } from "../../lib/dataframe/functions/conditional.ts";
import { row_number } from "../../lib/dataframe/functions/ranking.ts";
import { Window } from "../../lib/dataframe/window.ts";
import { prettyName } from "../../lib/engine/expressions/print.ts";
import { bare } from "./support/recording-engine.ts";

const name = (column: Column<unknown, string>) => prettyName(column.expression);
const tree = (column: Column<unknown, string>) => bare(column.expression);

describe("names", () => {
  test("dots separate parts, backticks keep them together", () => {
    expect(tree(col("a.b"))).toEqual({ kind: "unresolvedAttribute", nameParts: ["a", "b"] });
    expect(tree(col("`a.b`"))).toEqual({ kind: "unresolvedAttribute", nameParts: ["a.b"] });
  });
  test("stars stand for all columns, of one alias where it is named", () => {
    expect(tree(col("*"))).toEqual({ kind: "unresolvedStar" });
    expect(tree(col("t.*"))).toEqual({ kind: "unresolvedStar", target: ["t"] });
  });
  test("an alias of one column may carry metadata, a generator takes several names", () => {
    expect(tree(col("a").as("b", { metadata: { unit: "s" } }))).toMatchObject({ names: ["b"], metadata: { unit: "s" } });
    expect(tree(col("a").alias("k", "v"))).toMatchObject({ kind: "unresolvedAlias", names: ["k", "v"] });
  });
});

describe("operators", () => {
  test("a string given to an operator is text, not a column", () => {
    expect(tree(col("a").eq("b"))).toMatchObject({ name: "=", args: [{ nameParts: ["a"] }, { kind: "literal", value: "b" }] });
  });
  test("each has the name of the registry", () => {
    const a = col("a");
    const made = [a.gt(1), a.ge(1), a.lt(1), a.le(1), a.plus(1), a.minus(1), a.multiply(1), a.divide(1), a.mod(1), a.eqNullSafe(1)];
    expect(made.map((c) => (c.expression as { name: string }).name)).toEqual([">", ">=", "<", "<=", "+", "-", "*", "/", "%", "<=>"]);
  });
  test("they print as Spark names columns", () => {
    expect(name(col("a").plus(1).gt(col("b")))).toBe("((a + 1) > b)");
    expect(name(col("a").neq(2))).toBe("(NOT (a = 2))");
    expect(name(col("a").between(1, 5))).toBe("((a >= 1) AND (a <= 5))");
  });
  test("isin takes values, or one array of them", () => {
    expect(tree(col("a").isin(1, 2))).toEqual(tree(col("a").isin([1, 2])));
    expect(tree(col("a").isin([]))).toMatchObject({ kind: "literal", value: false });
  });
  test("a cast remembers that the user wrote it, try_cast its mode", () => {
    expect(tree(col("a").cast("int"))).toEqual({ kind: "cast", child: tree(col("a")), type: { kind: "integer" }, explicit: true });
    expect(tree(col("a").try_cast("int"))).toMatchObject({ mode: "try" });
  });
});

describe("fields of structs", () => {
  const extract = { kind: "unresolvedExtract", child: { nameParts: ["s"] }, key: { value: "a" } };
  test("a nested field changes its struct, which is put back", () => {
    expect(tree(col("s").withField("a.b", lit(1)))).toMatchObject({
      name: "with_field",
      args: [{ nameParts: ["s"] }, { value: "a" }, { name: "with_field", args: [extract, { value: "b" }, { value: 1 }] }],
    });
  });
  test("fields are dropped one after the other", () => {
    expect(tree(col("s").dropFields("x", "a.b"))).toMatchObject({
      name: "with_field",
      args: [{ name: "drop_fields" }, { value: "a" }, { name: "drop_fields", args: [{ kind: "unresolvedExtract" }, { value: "b" }] }],
    });
  });
});

test("JavaScript's own operators on a column are refused where the compiler has not", () => {
  expect(() => (col("a") as never) > 1).toThrow(/An operator of JavaScript on a column is not supported .* Use its methods/);
  expect(`${col("a").plus(1)}`).toBe("Column<'(a + 1)'>");
});

describe("when", () => {
  test("branches and otherwise gather in one call", () => {
    const size = when(col("a").lt(1), "s").when(col("a").lt(5), "m").otherwise("l");
    expect(size.expression).toMatchObject({ name: "when", args: [{}, { value: "s" }, {}, { value: "m" }, { value: "l" }] });
  });
  test("nothing follows otherwise, and nothing but when begins", () => {
    expect(() => when(col("a"), 1).otherwise(2).when(col("b"), 3)).toThrow(/otherwise\(\) ends the chain/);
    expect(() => lit(1).otherwise(2)).toThrow(/Begin with functions.when/);
  });
});

describe("order and windows", () => {
  test("NULLs come first where ascending and last where descending, unless said otherwise", () => {
    expect(col("a").asc().expression).toMatchObject({ ascending: true, nullsFirst: true });
    expect(col("a").desc().expression).toMatchObject({ ascending: false, nullsFirst: false });
    expect(col("a").desc_nulls_first().expression).toMatchObject({ ascending: false, nullsFirst: true });
  });
  test("a window holds its partitions, its order and its frame", () => {
    const window = Window.partitionBy("shop").orderBy(col("day").desc()).rowsBetween(Window.unboundedPreceding, Window.currentRow);
    expect(tree(row_number().over(window))).toMatchObject({
      kind: "window",
      function: { name: "row_number" },
      partitionBy: [{ nameParts: ["shop"] }],
      orderBy: [{ ascending: false }],
      frame: { unit: "rows", lower: { kind: "unboundedPreceding" }, upper: { kind: "currentRow" } },
    });
  });
  test("rowsBetween counts whole rows", () => {
    expect(() => Window.rowsBetween(-1.5, 0)).toThrow(RangeError);
    expect(Window.rowsBetween(-1, 2).parts.frame).toMatchObject({ lower: { offset: { value: -1 } }, upper: { offset: { value: 2 } } });
  });
});

test("a column knows the line of the program that made it", () => {
  const made = col("missing");
  expect((made.expression as { origin?: string }).origin).toMatch(/column\.test\.ts:\d+:\d+$/);
});
