import { afterAll, beforeAll, expect, it } from "vitest";
import { SparkSession } from "../../../lib/firecrest.ts";

let spark: SparkSession;
beforeAll(async () => {
  spark = await SparkSession.builder.master("local[2]").create();
});
afterAll(() => spark.stop());

it("each level of a recursion draws Spark's numbers for a seed of its own", async () => {
  const drawn = await spark.sql(`WITH RECURSIVE r(n, v) AS (
    SELECT 1, CAST(floor(rand(82374) * 5 + 1) AS INT)
    UNION ALL
    SELECT n + 1, CAST(floor(rand(237685) * 5 + 1) AS INT) FROM r WHERE n < 5
  ) SELECT v FROM r`);
  const values = (await drawn.collect()).map((row) => Object.values(row)[0] as number);
  expect(values.sort()).toEqual([1, 3, 4, 4, 5]);
});
