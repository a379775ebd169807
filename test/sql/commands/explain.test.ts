import { afterAll, beforeAll, expect, test } from "vitest";
import { SparkSession } from "../../../lib/firecrest.ts";

let spark: SparkSession;
beforeAll(async () => {
  spark = await SparkSession.builder.master("local[1]").create();
  await spark.sql("CREATE TEMPORARY VIEW v AS SELECT 1 AS x");
});
afterAll(() => spark.stop());

const explained = async (text: string): Promise<string> =>
  String(Object.values((await (await spark.sql(`EXPLAIN ${text}`)).collect())[0]!)[0]).replaceAll(/#\d+/g, "#0");

/** As Spark 4.1.1 lays them out. */
test.each([
  ["DESCRIBE QUERY SELECT 1", "Execute DescribeQueryCommand\n   +- DescribeQueryCommand SELECT 1"],
  ["DESCRIBE v", "Execute DescribeTableCommand\n   +- DescribeTableCommand `v`, false, [col_name#0, data_type#0, comment#0]"],
  ["SET a=b", "Execute SetCommand\n   +- SetCommand (a,Some(b))"],
  ["SHOW COLUMNS IN v", "Execute ShowColumnsCommand\n   +- ShowColumnsCommand `v`, [col_name#0]"],
  ["SHOW FUNCTIONS", "Execute ShowFunctionsCommand\n   +- ShowFunctionsCommand default, true, true, [function#0]"],
  [
    "SHOW DATABASES",
    "Execute ShowNamespacesCommand\n   +- ShowNamespacesCommand [namespace#0]\n      +- ResolvedNamespace V2SessionCatalog(spark_catalog)",
  ],
  ["CLEAR CACHE", "Execute ClearCacheCommand$\n   +- ClearCacheCommand$"],
])("EXPLAIN %s shows the command", async (statement, physical) => {
  expect(await explained(statement)).toBe(`== Physical Plan ==\n${physical}\n\n`);
});

test("EXPLAIN EXTENDED shows a command before and after names are looked up", async () => {
  const resolved = "DescribeTableCommand `v`, false, [col_name#0, data_type#0, comment#0]";
  expect(await explained("EXTENDED DESCRIBE v")).toBe(
    [
      "== Parsed Logical Plan ==\n'DescribeRelation false, [col_name#0, data_type#0, comment#0]\n+- 'UnresolvedTableOrView [v], DESCRIBE TABLE, true\n",
      `== Analyzed Logical Plan ==\ncol_name: string, data_type: string, comment: string\n${resolved}\n`,
      `== Optimized Logical Plan ==\n${resolved}\n`,
      `== Physical Plan ==\nExecute DescribeTableCommand\n   +- ${resolved}\n`,
    ].join("\n"),
  );
});

test("a command is explained, not run", async () => {
  await explained("SET spark.sql.caseSensitive=true");
  expect(spark.conf.get("spark.sql.caseSensitive")).toBe("false");
  await expect(explained("TRUNCATE TABLE v")).rejects.toMatchObject({ condition: "FIRECREST_UNSUPPORTED" });
});
