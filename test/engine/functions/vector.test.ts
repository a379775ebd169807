import { expect, test } from "vitest";
import { openSession } from "../../support/sessions.ts";

// Answers of Spark 4.3, and the examples of its documentation.
const spark = await openSession();
const one = async (expression: string): Promise<unknown> =>
  Object.values((await (await spark.sql(`SELECT ${expression} v`)).first()) as object)[0];

test.each([
  ["vector_cosine_similarity(array(1.0F, 2.0F, 3.0F), array(4.0F, 5.0F, 6.0F))", "0.9746319"],
  ["vector_inner_product(array(1.0F, 2.0F, 3.0F), array(4.0F, 5.0F, 6.0F))", "32.0"],
  ["vector_l2_distance(array(1.0F, 2.0F, 3.0F), array(4.0F, 5.0F, 6.0F))", "5.196152"],
  ["vector_norm(array(3.0F, 4.0F))", "5.0"],
  ["vector_norm(array(3.0F, 4.0F), 1.0F)", "7.0"],
  ["vector_norm(array(3.0F, 4.0F), float('inf'))", "4.0"],
  ["vector_normalize(array(3.0F, 4.0F), 1.0F)", "[0.42857143, 0.5714286]"],
  ["vector_cosine_similarity(array(0.0F), array(1.0F))", null],
  ["vector_norm(array(3.0F, NULL))", null],
])("%s is %s", async (expression, answer) => {
  expect(await one(`CAST(${expression} AS STRING)`)).toBe(answer);
});

test("vectors of a group are summed element by element, those with NULL in them left out", async () => {
  const rows = "VALUES (array(1.0F, 2.0F)), (array(3.0F, 4.0F)), (NULL), (array(9.0F, NULL)) AS t(v)";
  const [row] = await (await spark.sql(`SELECT vector_sum(v) s, vector_avg(v) a FROM ${rows}`)).collect();
  expect(row).toEqual({ s: [4, 6], a: [2, 3] });
});

test("vectors of two lengths and degrees that are no norm's are refused with Spark's conditions", async () => {
  await expect(one("vector_inner_product(array(1.0F), array(1.0F, 2.0F))")).rejects.toMatchObject({
    condition: "VECTOR_DIMENSION_MISMATCH",
  });
  await expect(one("vector_norm(array(1.0F), 3.0F)")).rejects.toMatchObject({ condition: "INVALID_VECTOR_NORM_DEGREE" });
});
