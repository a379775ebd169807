import { parquetReadObjects } from "hyparquet";
import { expect, test } from "vitest";
import type { Json } from "../../../lib/engine/logical/json-values.ts";
import { rowsToArrow } from "../../../lib/engine/types/convert.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { typeToJson } from "../../../lib/engine/types/json.ts";
import { Decimal } from "../../../lib/engine/types/values.ts";
import { parquetPage } from "../../../lib/service/http/parquet-page.ts";

const page = (rows: readonly object[], schema: t.StructType) => parquetPage(rowsToArrow(rows, schema), typeToJson(schema) as Json);

test("a page as Parquet holds the same values under the same names", async () => {
  const schema = t.structType([
    t.structField("id", t.longType),
    t.structField("price", t.decimalType(10, 2)),
    t.structField("tags", t.arrayType(t.stringType)),
  ]);
  const bytes = await page(
    [
      { id: 2n ** 60n, price: new Decimal(1250n, 2), tags: ["a", null] },
      { id: null, price: null, tags: [] },
    ],
    schema,
  );
  const file = new Uint8Array(bytes).buffer;
  expect(await parquetReadObjects({ file })).toEqual([
    { id: 2n ** 60n, price: 12.5, tags: ["a", null] },
    { id: null, price: null, tags: [] },
  ]);
});

test.each<[string, t.DataType]>([
  ["an interval", t.calendarIntervalType],
  ["an interval inside", t.arrayType(t.calendarIntervalType)],
  ["a struct without fields", t.structType([])],
])("%s has no place in Parquet", async (_, type) => {
  await expect(page([], t.structType([t.structField("x", type)]))).rejects.toMatchObject({ condition: "NOT_ACCEPTABLE" });
});
