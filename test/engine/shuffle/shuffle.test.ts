import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DiskScratch } from "../../../lib/backends/local/disk-scratch.ts";
import { MemoryStore } from "../../../lib/backends/memory-store.ts";
import { newAttribute } from "../../../lib/engine/expressions/build.ts";
import { Kernel } from "../../../lib/engine/kernel/connection.ts";
import { columnName } from "../../../lib/engine/kernel/names.ts";
import { decodeHeader, encodeHeader } from "../../../lib/engine/shuffle/block.ts";
import { fetchBlocks, parallelReads } from "../../../lib/engine/shuffle/read.ts";
import { fromTransport } from "../../../lib/engine/shuffle/transport.ts";
import { writeShuffle } from "../../../lib/engine/shuffle/write.ts";
import type { BlockRef, TaskMessage } from "../../../lib/engine/task/message.ts";
import { openLeaves } from "../../../lib/engine/task/open-leaves.ts";
import { calendarIntervalType, decimalType, longType, stringType } from "../../../lib/engine/types/data-type.ts";
import { session } from "../../support/plans.ts";

const folder = join(tmpdir(), `firecrest-${randomUUID()}`);
const scratch = new DiskScratch(folder);
const store = new MemoryStore();
let kernel: Kernel;

beforeAll(async () => {
  kernel = await Kernel.open({ threads: 2, memory: 500_000_000, spillFolder: join(tmpdir(), `firecrest-${randomUUID()}`) });
});
afterAll(async () => {
  kernel.close();
  await scratch.close();
});

const id = newAttribute("id", longType);
const text = newAttribute("text", stringType);
const columns = [id, text];
const rows = `SELECT range AS ${columnName(id)}, 'row ' || range AS ${columnName(text)} FROM range(1000)`;

/** Writes rows to 4 partitions by id; gives the blocks a reader of each partition would get. */
async function written(key: string): Promise<BlockRef[]> {
  const output = await writeShuffle(rows, columns, `CAST(${columnName(id)} % 4 AS INTEGER)`, 4, { kernel, scratch, store, key });
  return output.rows.map((count, p) => ({
    key,
    start: output.offsets[p]!,
    end: output.offsets[p + 1]!,
    rows: count,
    checksum: output.checksums[p]!,
    producer: "0.0.0",
  }));
}

const read = (files: readonly string[]) =>
  kernel.query(fromTransport(`read_parquet([${files.map((name) => `'${scratch.path(name)}'`).join(", ")}])`, columns));

describe("a shuffle object", () => {
  it("is one request where it is small, and an upload, with nothing seen before its end, where it is large", async () => {
    const before = store.requests.put;
    await written("memory://small");
    expect(store.requests.put - before).toBe(1);
    const large = `SELECT range AS ${columnName(id)}, md5(range::VARCHAR) || md5((range + 1)::VARCHAR) AS ${columnName(text)} FROM range(300000)`;
    const output = await writeShuffle(large, columns, "0", 1, { kernel, scratch, store, key: "memory://large" });
    expect(output.offsets[1]).toBeGreaterThan(8 * 1024 * 1024);
    expect(store.requests.put - before).toBe(1 + 3);
  });

  it("is read by many requests at once where blocks are small, and by few where they are large", () => {
    const block = (bytes: number) => ({ start: 0, end: bytes });
    expect(parallelReads([block(1_000), block(2_000)])).toBe(64);
    expect(parallelReads([block(1_000), block(100 * 1024 * 1024)])).toBe(16);
    expect(parallelReads([])).toBe(64);
  });

  it("is fetched once by a task that reads it in several places", async () => {
    const blocks = (await written("memory://twice")).slice(0, 2);
    const leaf = { kind: "shuffleRead", stage: 3, output: columns } as const;
    const leaves = [leaf, { ...leaf }];
    const message = { partition: 0, splits: {}, blocks: { 3: blocks } } as unknown as TaskMessage;
    const sourceOf = () => {
      throw new TypeError("no scan");
    };
    const before = store.requests.get;
    const opened = await openLeaves(leaves, message, { store, scratch, session, sourceOf });
    expect([store.requests.get - before, opened.requests]).toEqual([2, 2]);
    expect([opened.rowsIn, opened.bytesShuffleRead]).toEqual([1000, blocks[1]!.end - blocks[0]!.start]);
    for (const read of leaves) expect(await kernel.query(opened.sql.get(read)!)).toHaveLength(500);
  });

  it("holds each partition's rows in one range, read by one request", async () => {
    const blocks = await written("memory://one");
    expect(blocks.map((b) => b.rows)).toEqual([250, 250, 250, 250]);
    const before = store.requests.get;
    const { files, requests } = await fetchBlocks([blocks[2]!], "two", store, scratch);
    expect([store.requests.get - before, requests]).toEqual([1, 1]);
    const found = await read(files);
    expect(found).toHaveLength(250);
    expect(found.every((row) => Number(row[`id#${id.id}`]) % 4 === 2)).toBe(true);
  });

  it("that is gone, cut short or changed is a lost block that names its producer", async () => {
    const [block] = await written("memory://damaged");
    const bytes = await store.get("memory://damaged");
    const damages: readonly [string, (b: Uint8Array) => Uint8Array][] = [
      ["cut short", (b) => b.slice(0, block!.end - 10)],
      ["changed in the header", (b) => b.map((byte, i) => (i === 1 ? byte ^ 0xff : byte))],
      ["changed in the rows", (b) => b.map((byte, i) => (i === block!.end - 40 ? byte ^ 0xff : byte))],
    ];
    for (const [how, damage] of damages) {
      await store.delete(["memory://damaged"]);
      await store.put("memory://damaged", damage(bytes));
      await expect(fetchBlocks([block!], "damaged", store, scratch), how).rejects.toMatchObject({ condition: "SHUFFLE_BLOCK_LOST", block });
    }
    await store.delete(["memory://damaged"]);
    await expect(fetchBlocks([block!], "damaged", store, scratch)).rejects.toMatchObject({
      condition: "SHUFFLE_BLOCK_LOST",
      class: "retryable",
    });
  });

  it("keeps intervals to the microsecond and decimals in their type", async () => {
    const interval = newAttribute("i", calendarIntervalType);
    const price = newAttribute("d", decimalType(38, 4));
    const select = `SELECT INTERVAL '14 months 3 days 4.000005 seconds' AS ${columnName(interval)}, CAST(0.5 AS DECIMAL(4, 4)) AS ${columnName(price)}`;
    const output = await writeShuffle(select, [interval, price], "0", 1, { kernel, scratch, store, key: "memory://types" });
    const block = { key: "memory://types", start: 0, end: output.offsets[1]!, rows: 1, checksum: output.checksums[0]!, producer: "0.0.0" };
    const { files } = await fetchBlocks([block], "types", store, scratch);
    const source = fromTransport(`read_parquet('${scratch.path(files[0]!)}')`, [interval, price]);
    const [row] = await kernel.query(
      `SELECT CAST(${columnName(interval)} AS VARCHAR) AS i, typeof(${columnName(price)}) AS t FROM (${source})`,
    );
    expect(row).toEqual({ i: "1 year 2 months 3 days 00:00:04.000005", t: "DECIMAL(38,4)" });
  });
});

describe("a block's header", () => {
  it("tells where its files lie", () => {
    const header = encodeHeader([10, 20]);
    expect(decodeHeader(header, header.length + 30)).toEqual([
      { start: header.length, end: header.length + 10 },
      { start: header.length + 10, end: header.length + 30 },
    ]);
  });
  it("that does not add up to the block is refused, as are too many files", () => {
    const header = encodeHeader([10]);
    expect(decodeHeader(header, header.length + 11)).toBeUndefined();
    expect(decodeHeader(new Uint8Array([255, 255, 255, 255, 0, 0]), 6)).toBeUndefined();
    expect(decodeHeader(new Uint8Array([1]), 1)).toBeUndefined();
  });
});
