import { expect, test } from "vitest";
import { functions as F } from "../../lib/firecrest.ts";
import { openSession } from "../support/sessions.ts";

/** NULLs inside structs and arrays are the least values, wherever values are compared. Expected values are Spark 4.1.1's. */

const spark = await openSession();

test.each([
  ["greatest(array(NULL, 3), array(1, 2))", "[1,2]"],
  ["least(array(NULL, 3), array(1, 2))", "[null,3]"],
  ["array_max(array(array(NULL, 3), array(1, 2), NULL))", "[1,2]"],
  ["array_min(array(array(NULL, 3), array(1, 2), NULL))", "[null,3]"],
  ["sort_array(array(array(NULL, 3), array(1, 2), NULL))", "[null,[null,3],[1,2]]"],
  ["sort_array(array(array(NULL, 3), array(1, 2), NULL), false)", "[[1,2],[null,3],null]"],
  ["array_sort(array(array(2), NULL, array(CAST(NULL AS INT))))", "[[null],[2],null]"],
  ["greatest(named_struct('a', NULL, 'b', 2), named_struct('a', 1, 'b', 1))", '{"a":1,"b":1}'],
])("%s is %s", async (expression, expected) => {
  const [row] = await spark.range(1).selectExpr(`${expression} AS value`).collect();
  expect(JSON.stringify(row!.value)).toBe(expected);
});

test.each([1, 3])("the row of the greatest and of the least struct is found over %d partitions", async (partitions) => {
  const rows = spark.createDataFrame(
    [
      { name: "z", price: null },
      { name: "a", price: 5 },
      { name: "b", price: 7 },
    ],
    "name string, price int",
  );
  const [row] = await rows
    .repartition(partitions)
    .selectExpr("name", "struct(price, name) AS key")
    .groupBy()
    .agg(F.max_by("name", "key").alias("most"), F.min_by("name", "key").alias("least"))
    .collect();
  expect(row).toEqual({ most: "b", least: "z" });
});
