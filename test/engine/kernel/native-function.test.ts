import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { type Column, col, type DataFrame, functions as F, type SparkSession } from "../../../lib/firecrest.ts";
import { openSession, temporaryFolder } from "../../support/sessions.ts";

let spark: SparkSession;
let log: string;
/** 1,000 rows in a row group. All but `id` have five values, so Parquet writes dictionaries; `escaped` is bad where `number` is 0. */
let repeated: DataFrame;

beforeAll(async () => {
  const [session, folder] = await Promise.all([openSession({ "spark.executor.instances": "1" }), temporaryFolder()]);
  spark = session;
  log = `${folder}/calls`;
  const number = col("id").mod(5);
  const escaped = F.when(number.eq(0), "%zz").otherwise(F.concat(F.lit("%4"), number.cast("string")));
  await spark
    .range(0, 1000, 1, 1)
    .select("id", number.alias("number"), F.concat(F.lit("n"), number.cast("string")).alias("text"), escaped.alias("escaped"))
    .write.parquet(`${folder}/repeated`);
  repeated = spark.read.parquet(`${folder}/repeated`);
}, 60_000);

/** The values that a program's function was called with, sorted. The program is given a function that gives its argument back. */
async function calls(type: "bigint" | "string", program: (noted: (column: string | Column) => Column) => DataFrame): Promise<string[]> {
  await writeFile(log, "");
  const noted = F.udf(
    (value: unknown) => {
      process.getBuiltinModule("node:fs").appendFileSync(log, `${value}\n`);
      return value;
    },
    type,
    { name: "noted", using: { log } },
  );
  await program(noted).collect();
  return (await readFile(log, "utf8")).split("\n").slice(0, -1).toSorted();
}

const times = (count: number, ...values: readonly string[]) => values.flatMap((value) => Array.from({ length: count }, () => value));

describe("a user's function is called with the values of the rows, and with no others", () => {
  it("where a file keeps repeated numbers in a dictionary", async () => {
    expect(await calls("bigint", (noted) => repeated.select(noted("number")))).toEqual(times(200, "0", "1", "2", "3", "4"));
  });

  it("where a file keeps repeated texts in a dictionary", async () => {
    expect(await calls("string", (noted) => repeated.select(noted("text")))).toEqual(times(200, "n0", "n1", "n2", "n3", "n4"));
  });

  it("where a filter removed some of a dictionary's values", async () => {
    const kept = () => repeated.filter(col("id").mod(5).ge(3));
    expect(await calls("string", (noted) => kept().select(noted("text")))).toEqual(times(200, "n3", "n4"));
  });

  it("in a filter above an outer join of which every row has a partner", async () => {
    const left = spark.range(3);
    const right = spark.range(3).withColumnRenamed("id", "k");
    expect(await calls("bigint", (noted) => left.join(right, col("id").eq(col("k")), "left").filter(noted("k").ge(1)))).toEqual([
      "0",
      "1",
      "2",
    ]);
  });

  it("below an aggregate", async () => {
    expect(await calls("bigint", (noted) => repeated.agg(F.sum(noted("number"))))).toEqual(times(200, "0", "1", "2", "3", "4"));
  });

  it("in the branch of a CASE that a row takes", async () => {
    const either = (noted: (column: Column) => Column) => F.when(col("id").lt(2), noted(col("id"))).otherwise(noted(col("id").plus(10)));
    expect(await calls("bigint", (noted) => spark.range(4).select(either(noted)))).toEqual(["0", "1", "12", "13"]);
  });

  it("once a row where its argument is a constant, and not at all without rows", async () => {
    expect(await calls("bigint", (noted) => spark.range(3).select(noted(F.lit(7n))))).toEqual(["7", "7", "7"]);
    expect(
      await calls("bigint", (noted) =>
        spark
          .range(3)
          .filter(col("id").gt(9))
          .select(noted(F.lit(7n))),
      ),
    ).toEqual([]);
    expect(await calls("bigint", (noted) => spark.range(0).select(noted("id")))).toEqual([]);
  });

  it("with null where a row has NULL", async () => {
    const some = () => repeated.select(F.when(col("number").gt(0), col("number")).alias("n")).limit(5);
    expect(await calls("bigint", (noted) => some().select(noted("n")))).toEqual(["1", "2", "3", "4", "null"]);
  });
});

describe("a built-in function", () => {
  it("does not fail for a dictionary's values that a filter removed", async () => {
    const kept = repeated.filter(col("id").mod(5).ge(1));
    expect(await kept.select(F.url_decode("escaped").alias("text")).distinct().orderBy("text").collect()).toEqual([
      { text: "A" },
      { text: "B" },
      { text: "C" },
      { text: "D" },
    ]);
  });
});

describe("a vectorised function", () => {
  it("gets a typed array of a file's repeated numbers without NULL", async () => {
    const typed = F.arrow_udf((numbers: ArrayLike<bigint>) => Array.from(numbers, () => ArrayBuffer.isView(numbers)), "boolean");
    expect(await repeated.select(typed("number").alias("typed")).distinct().collect()).toEqual([{ typed: true }]);
  });
});

describe("a user's function that gives decimals", () => {
  it("takes part in arithmetic that is first tried in 64 bits", async () => {
    const same = F.udf((value: unknown) => value, "decimal(15,2)");
    const price = col("id").cast("decimal(15,2)");
    const rows = await spark
      .range(3)
      .select(same(price).multiply(same(price)).cast("string").alias("square"))
      .collect();
    expect(rows).toEqual([{ square: "0.0000" }, { square: "1.0000" }, { square: "4.0000" }]);
  });
});

it("the NULL of a function that a constant NULL was given to has the function's type", async () => {
  const rows = await spark.sql(
    "SELECT to_number(CAST(NULL AS STRING), '99.9') AS n, array(try_add(CAST(NULL AS DECIMAL(3, 1)), 1.5)) AS list",
  );
  expect(await rows.collect()).toEqual([{ n: null, list: [null] }]);
});
