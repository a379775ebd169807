import { expect, test } from "vitest";
import { openSession } from "../../support/sessions.ts";

// Answers of Spark 4.3.
const spark = await openSession();
const V = `parse_json('{"a":1,"arr":[1,2,3],"o":{"x":null}}')`;
const edited = async (expression: string): Promise<unknown> =>
  Object.values((await (await spark.sql(`SELECT to_json(${expression}) v`)).first()) as object)[0];

test.each([
  [`variant_insert(${V}, '$.n[1].q', 2)`, '{"a":1,"arr":[1,2,3],"n":[null,{"q":2}],"o":{"x":null}}'],
  [`variant_insert(${V}, '$.arr[5][1]', 2)`, '{"a":1,"arr":[1,2,3,null,null,[null,2]],"o":{"x":null}}'],
  [`variant_insert(${V}, '$.arr[1]', 9)`, '{"a":1,"arr":[1,9,2,3],"o":{"x":null}}'],
  [`try_variant_insert(${V}, '$.a', 2)`, null],
  [`variant_set(${V}, '$.arr[1]', 9)`, '{"a":1,"arr":[1,9,3],"o":{"x":null}}'],
  [`variant_set(${V}, '$.n.m', 9, false)`, '{"a":1,"arr":[1,2,3],"o":{"x":null}}'],
  [`try_variant_set(${V}, '$.a.b', 9)`, null],
  [`variant_delete(${V}, '$.o.x', NULL, '$.arr[0]', '$.a.b')`, '{"a":1,"arr":[2,3],"o":{}}'],
  [`variant_array_append(${V}, '$.arr', 1)`, '{"a":1,"arr":[1,2,3,1],"o":{"x":null}}'],
  [`variant_array_append(${V}, '$.zz', 1)`, '{"a":1,"arr":[1,2,3],"o":{"x":null}}'],
  [`try_variant_array_append(${V}, '$.a', 1)`, null],
  [`variant_strip_nulls(parse_json('[1,null,[null],{"a":null}]'))`, "[1,[],{}]"],
  [`variant_strip_nulls(parse_json('[1,null,[null],{"a":null}]'), false)`, "[1,null,[null],{}]"],
])("%s is %s", async (expression, answer) => {
  expect(await edited(expression)).toBe(answer);
});

test("a path that does not fit says where, and a field that is there is not inserted", async () => {
  await expect(edited(`variant_set(${V}, '$.o.x.y', 9)`)).rejects.toMatchObject({
    condition: "VARIANT_PATH_TYPE_MISMATCH",
    messageParameters: { path: "$.o.x.y", failedAt: "$.o.x", functionName: "`variant_set`" },
  });
  await expect(edited(`variant_insert(${V}, '$.a', 2)`)).rejects.toMatchObject({ condition: "VARIANT_DUPLICATE_KEY" });
  await expect(edited(`variant_delete(${V}, '$')`)).rejects.toMatchObject({ condition: "INVALID_VARIANT_PATH" });
});
