import { RecordBatchStreamWriter, tableFromArrays, tableFromIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { MemoryStore } from "../../../lib/backends/memory-store.ts";
import { joined, partsOf, resultPages, resultStream, sizeOf } from "../../../lib/engine/result/pages.ts";
import type { ResultOutput } from "../../../lib/engine/task/message.ts";

const numbers = [[1, 2, 3], [4], [5, 6]] as const;
const streams = numbers.map((values) =>
  RecordBatchStreamWriter.writeAll(tableFromArrays({ n: Int32Array.from(values) }).batches).toUint8Array(true),
);

function written(where: "inline" | "object"): { output: ResultOutput; bytes: Uint8Array } {
  const parts = streams.map((stream) => partsOf([stream]));
  const { head } = parts[0]!;
  const bytes = joined(
    head,
    parts.flatMap(({ batch }) => batch),
  );
  const output: ResultOutput = {
    kind: "result",
    ...(where === "inline" ? { inline: Buffer.from(bytes).toString("base64") } : { key: "memory://result" }),
    bytes: bytes.byteLength,
    rows: 6,
    head: head.byteLength,
    pages: parts.map(({ batch }, i) => ({ bytes: sizeOf(batch), rows: numbers[i]!.length })),
  };
  return { output, bytes };
}

const valuesOf = (stream: Uint8Array): number[] => [...tableFromIPC(stream).getChild("n")!];

test("the object of a result is one stream that any Arrow reader takes", () => {
  const { bytes } = written("object");
  expect(valuesOf(bytes)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(tableFromIPC(bytes).batches.length).toBe(3);
});

test.each(["inline", "object"] as const)("each page of an %s result is a stream by itself", async (where) => {
  const { output, bytes } = written(where);
  const store = new MemoryStore(() => 0);
  await store.put("memory://result", bytes);
  const pages: number[][] = [];
  for await (const page of resultPages(output, store)) pages.push(valuesOf(page));
  expect(pages).toEqual(numbers);
  expect(valuesOf(await resultStream(output, 1, 3, store))).toEqual([4, 5, 6]);
  expect(valuesOf(await resultStream(output, 3, 3, store))).toEqual([]);
});
