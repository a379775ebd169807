import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Column, col, lit } from "../../lib/dataframe/column.ts";
import * as F from "../../lib/dataframe/functions.ts";
import { prettyName } from "../../lib/engine/expressions/print.ts";
import { callableFunctions } from "../../lib/engine/functions/registry.ts";
import { bare } from "./support/recording-engine.ts";

const exported = new Set(Object.keys(F));
/** The functions of pyspark.sql.functions in Spark 4.1, by its reference. */
const pyspark = readFileSync(new URL("./pyspark-functions.txt", import.meta.url), "utf8")
  .trim()
  .split(/\s+/);

/** What Column's methods and PySpark's other names for a function call. */
const BY_OTHER_NAMES = new Set("+ - * / % & | ^ ~ = < <= > >= <=> and or not in map div if between".split(" "));
/** SQL functions that PySpark has no function for: `call_function` reaches them. */
const SQL_ONLY = new Set(
  "any int bigint boolean date double float smallint tinyint decimal string binary timestamp approx_top_k approx_top_k_accumulate approx_top_k_combine approx_top_k_estimate case from_avro from_protobuf luhn_check percentile_cont percentile_disc schema_of_avro space sql_keywords time to_avro to_protobuf try_remainder variant_explode collations".split(
    " ",
  ),
);
const tree = (column: Column<unknown, string>) => bare(column.expression);

describe("names", () => {
  test("every function of PySpark is there", () => {
    expect(pyspark.filter((name) => !exported.has(name))).toEqual([]);
  });
  test("every function that SQL can name is there by one of its names", () => {
    const reachable = (name: string) => exported.has(name) || [BY_OTHER_NAMES, SQL_ONLY].some((names) => names.has(name));
    const hidden = callableFunctions().filter((entry) => !entry.names.some(reachable));
    expect(hidden.map((entry) => entry.names[0])).toEqual([]);
  });
});

test("each calls the engine's function of its own name, but for PySpark's synonyms", () => {
  /** These take more than columns: lambdas, DataFrames, functions, SQL text; or make no call. */
  const others = new Set(
    "aggregate array_sort arrow_udf arrow_udtf asc asc_nulls_first asc_nulls_last broadcast call_function call_udf col column desc desc_nulls_first desc_nulls_last exists expr filter forall lit map_filter map_zip_with pandas_udf partitioning reduce transform transform_keys transform_values udf udtf unwrap_udt zip_with".split(
      " ",
    ),
  );
  const called = Object.entries(F)
    .filter(([name]) => !others.has(name))
    .map(([name, exported]) => {
      const f = exported as unknown as (...columns: Column<unknown, string>[]) => Column;
      const made = f(...Array.from({ length: Math.max(1, f.length) }, () => col("a"))).expression;
      return [name, (made as { name: string }).name] as const;
    });
  expect(Object.fromEntries(called.filter(([name, call]) => name !== call))).toEqual({
    approxCountDistinct: "approx_count_distinct",
    bitwiseNOT: "~",
    bitwise_not: "~",
    countDistinct: "count",
    count_distinct: "count",
    create_map: "map",
    listagg_distinct: "listagg",
    mean: "avg",
    negate: "negative",
    pow: "power",
    random: "rand",
    shiftLeft: "shiftleft",
    shiftRight: "shiftright",
    shiftRightUnsigned: "shiftrightunsigned",
    string_agg_distinct: "string_agg",
    sumDistinct: "sum",
    sum_distinct: "sum",
    timestamp_add: "timestampadd",
    timestamp_diff: "timestampdiff",
    toDegrees: "degrees",
    toRadians: "radians",
  });
});

describe("arguments", () => {
  test("a string is a column's name where PySpark takes a column, and text where it takes a value", () => {
    expect(tree(F.lpad("name", 5, "x"))).toMatchObject({ args: [{ nameParts: ["name"] }, { value: 5 }, { value: "x" }] });
    expect(tree(F.concat("a", col("b")))).toMatchObject({ args: [{ nameParts: ["a"] }, { nameParts: ["b"] }] });
    expect(tree(F.date_format("d", "yyyy"))).toMatchObject({ args: [{ nameParts: ["d"] }, { value: "yyyy" }] });
  });
  test("those left out are not there, and none may be left out before one that is given", () => {
    expect(tree(F.to_date("d"))).toMatchObject({ args: [{}] });
    expect((tree(F.to_date("d")) as { args: unknown[] }).args).toHaveLength(1);
    expect(() => F.aes_encrypt("a", "k", undefined, "p")).toThrow(/argument 3 of aes_encrypt is undefined/);
  });
  test("defaults that show in a column's name are written out, as PySpark does", () => {
    expect(prettyName(F.split("s", ",").expression)).toBe("split(s, ,, -1)");
    expect(prettyName(F.sort_array("a").expression)).toBe("sort_array(a, true)");
    expect(tree(F.lag("a"))).toMatchObject({ args: [{}, { value: 1 }] });
  });
  test("intervals fill parts that are left out with zero", () => {
    expect(tree(F.make_interval(undefined, undefined, undefined, "d"))).toMatchObject({
      args: [{ value: 0 }, { value: 0 }, { value: 0 }, { nameParts: ["d"] }, { value: 0 }, { value: 0 }, { value: 0 }],
    });
  });
  test("trimmed characters come first, as in Spark's function", () => {
    expect(tree(F.trim("a", lit("x")))).toMatchObject({ name: "trim", args: [{ value: "x" }, { nameParts: ["a"] }] });
  });
  test("rand without a seed draws one, so that a plan computes the same again", () => {
    expect(tree(F.rand())).toMatchObject({ name: "rand", args: [{ kind: "literal", type: { kind: "long" } }] });
    expect(tree(F.rand(7))).toMatchObject({ args: [{ value: 7 }] });
  });
});

describe("aggregates", () => {
  test("count of a star counts rows", () => {
    expect(tree(F.count("*"))).toMatchObject({ name: "count", args: [{ value: 1 }] });
  });
  test("distinct and ignored NULLs are marks on the call", () => {
    expect(tree(F.count_distinct("a", "b"))).toMatchObject({ name: "count", distinct: true, args: [{}, {}] });
    expect(tree(F.first("a", true))).toMatchObject({ name: "first", ignoreNulls: true });
    expect(tree(F.first("a"))).not.toHaveProperty("ignoreNulls");
  });
});

describe("lambdas", () => {
  test("a function becomes a lambda whose variables are its parameters", () => {
    const made = F.transform("xs", (x, i) => x.plus(i)).expression as unknown as {
      args: [unknown, { parameters: { id: number; name: string }[]; body: { args: { id: number }[] } }];
    };
    const [, lambda] = made.args;
    expect(lambda.parameters.map((parameter) => parameter.name)).toEqual(["x", "y"]);
    expect(lambda.body.args.map((arg) => arg.id)).toEqual(lambda.parameters.map((parameter) => parameter.id));
  });
  test("nested lambdas have variables of their own", () => {
    const ids: number[] = [];
    const idOf = (column: Column) => (column.expression as { id: number }).id;
    F.transform("a", (x: Column) =>
      F.transform(x, (y: Column) => {
        ids.push(idOf(x), idOf(y));
        return x.plus(y);
      }),
    );
    expect(ids[0]).not.toBe(ids[1]);
  });
  test("a lambda has parameters and gives a column", () => {
    expect(() => F.transform("a", (() => lit(1)) as never)).toThrow(/1 to 3 parameters/);
    expect(() => F.filter("a", ((_x: Column) => true) as never)).toThrow(/must return a column/);
  });
});
