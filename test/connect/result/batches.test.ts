import { tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { type ResultOptions, resultBatches } from "../../../lib/connect/result/batches.ts";
import { sizeOf } from "../../../lib/connect/result/ipc-stream.ts";
import type { Execution, JobMetrics } from "../../../lib/dataframe/engine-port.ts";
import { RuntimeConfig } from "../../../lib/dataframe/runtime-config.ts";
import { rowsToArrow } from "../../../lib/engine/types/convert.ts";
import { integerType, type StructType, stringType, structField, structType } from "../../../lib/engine/types/data-type.ts";

const executionOf = (schema: StructType, chunks: readonly Uint8Array[]): Execution => ({
  schema,
  chunks: (async function* () {
    yield* chunks;
  })(),
  metrics: () => ({}) as JobMetrics,
});

async function batchesOf(execution: Execution, conf: Record<string, string> = {}, options: ResultOptions = {}) {
  const found = [];
  for await (const batch of resultBatches(execution, { spark: { conf: new RuntimeConfig(conf) } } as never, options)) found.push(batch);
  return found;
}

const schema = structType([structField("n", integerType, false), structField("text", stringType)]);
const rows = (from: number, count: number) => Array.from({ length: count }, (_, i) => ({ n: from + i, text: `row ${from + i}` }));

test("each batch is a stream of its own with Spark's nullability, and says which rows are in it", async () => {
  const chunks = [rowsToArrow(rows(0, 3), schema), rowsToArrow(rows(3, 2), schema)];
  const batches = await batchesOf(executionOf(schema, chunks));
  expect(batches.map(({ rows, startOffset }) => [rows, startOffset])).toEqual([
    [3n, 0n],
    [2n, 3n],
  ]);
  const tables = batches.map(({ data }) => tableFromIPC(Buffer.concat(data)));
  expect(tables.map((table) => table.schema.fields.map((field) => `${field.name} ${field.nullable}`))).toEqual([
    ["n false", "text true"],
    ["n false", "text true"],
  ]);
  expect(tables.flatMap((table) => table.toArray().map((row) => row.text))).toEqual(rows(0, 5).map((row) => row.text));
});

test("a result without rows is one batch that tells the schema", async () => {
  const empty = rowsToArrow([], schema);
  const batches = await batchesOf(executionOf(schema, [empty, empty]));
  expect(batches.map(({ rows, startOffset }) => [rows, startOffset])).toEqual([[0n, 0n]]);
  expect(tableFromIPC(Buffer.concat(batches[0]!.data)).schema.fields.map((field) => String(field))).toEqual(["n: Int32", "text: Utf8"]);
});

test("a batch far above the session's bound is cut into batches below it", async () => {
  const many = rows(0, 5_000);
  const batches = await batchesOf(executionOf(schema, [rowsToArrow(many, schema)]), { "spark.connect.grpc.arrow.maxBatchSize": "8k" });
  expect(batches.length).toBeGreaterThan(8);
  expect(Math.max(...batches.map(({ data }) => sizeOf(data)))).toBeLessThanOrEqual(8 * 1024);
  let offset = 0n;
  for (const batch of batches) {
    expect(batch.startOffset).toBe(offset);
    offset += batch.rows;
  }
  expect(
    batches.flatMap(({ data }) =>
      tableFromIPC(Buffer.concat(data))
        .toArray()
        .map((row) => row.text),
    ),
  ).toEqual(many.map((row) => row.text));
});

test("columns of one name keep their own types when their batch is cut", async () => {
  const twice = structType([structField("a", integerType), structField("b", integerType)]);
  const bytes = rowsToArrow(
    rows(0, 4_000).map(({ n }) => ({ a: n, b: -n })),
    twice,
  );
  const named = structType([structField("x", integerType), structField("x", integerType)]);
  const batches = await batchesOf(executionOf(named, [bytes]), { "spark.connect.grpc.arrow.maxBatchSize": "4k" });
  expect(batches.length).toBeGreaterThan(4);
  expect(batches.flatMap(({ data }) => [...tableFromIPC(Buffer.concat(data)).getChildAt(1)!])).toEqual(
    rows(0, 4_000).map(({ n }) => 0 - n),
  );
});

test("a client that puts chunks together gets a large batch as chunks of its bytes", async () => {
  const bytes = rowsToArrow(rows(0, 1_000), schema);
  const batches = await batchesOf(executionOf(schema, [bytes]), {}, { chunking: { preferredBytes: 2_048 } });
  expect(batches.map(({ chunk }) => chunk?.index)).toEqual(batches.map((_, i) => BigInt(i)));
  expect(new Set(batches.map(({ rows, chunk }) => `${rows} ${chunk?.count}`))).toEqual(new Set([`1000 ${batches.length}`]));
  expect(tableFromIPC(Buffer.concat(batches.flatMap(({ data }) => data))).numRows).toBe(1_000);
});
