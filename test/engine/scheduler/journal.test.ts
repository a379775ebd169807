import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../../lib/backends/memory-store.ts";
import { SeededRandom } from "../../../lib/backends/simulated/seeded-random.ts";
import { RetryableError } from "../../../lib/engine/errors.ts";
import type { ObjectStore } from "../../../lib/engine/ports/object-store.ts";
import { Journal } from "../../../lib/engine/scheduler/journal.ts";
import { Driver, reads, result, shuffle, specOf, stage } from "./driver.ts";

const slept: number[] = [];
const clock = {
  now: () => 0,
  sleep: async (ms: number) => {
    slept.push(ms);
  },
};
const open = (store: ObjectStore, seed = 1) => new Journal({ store, clock, random: new SeededRandom(seed, 1) }, "memory://jobs/job", "job");
const segment = (number: number) => `memory://jobs/job/journal/${String(number).padStart(8, "0")}.json`;

/** A job with some history, and its journal: one segment an event. */
async function history(store: ObjectStore, snapshotEvery = 1_000) {
  const job = new Driver(specOf([stage(2, shuffle(1)), stage(1, result, reads(0))]), { snapshotEvery });
  job.started("0.0.0");
  job.failed("0.1.0");
  job.wait();
  job.succeeded("0.0.0");
  job.succeeded("0.1.1");
  const journal = open(store);
  const replica = new Driver(job.state.spec, { snapshotEvery });
  await journal.append(job.events.slice(0, 1));
  for (const event of job.events.slice(1)) {
    replica.feed(event);
    await journal.append([event]);
    await journal.snapshot(replica.state);
  }
  return { job, journal };
}

const keysOf = async (store: ObjectStore) => (await Array.fromAsync(store.list("memory://"))).map(({ key }) => key);
const edit = async (store: ObjectStore, key: string, change: (text: string) => string) =>
  store.put(key, new TextEncoder().encode(change(new TextDecoder().decode(await store.get(key)))));

describe("the journal", () => {
  it("gives the state back by folding its events", async () => {
    const store = new MemoryStore();
    const { job } = await history(store);
    expect(await open(store).replay()).toEqual(job.state);
    expect(await open(new MemoryStore()).replay()).toBeUndefined();
  });

  it("replays from the newest snapshot, and reads no segment before it", async () => {
    const store = new MemoryStore();
    const { job } = await history(store, 3);
    expect((await keysOf(store)).filter((key) => key.includes("snapshot"))).toHaveLength(2);
    const before = store.requests.get;
    expect(await open(store).replay()).toEqual(job.state);
    expect(store.requests.get - before).toBe(1);
  });

  it("falls back on an older snapshot, and on the segments, where a snapshot is torn", async () => {
    const store = new MemoryStore();
    const { job } = await history(store, 3);
    for (const key of (await keysOf(store)).filter((key) => key.includes("snapshot"))) await edit(store, key, (text) => text.slice(0, -5));
    expect(await open(store).replay()).toEqual(job.state);
  });

  it("stops the coordinator that finds the next segment written by another", async () => {
    const store = new MemoryStore();
    const { job, journal } = await history(store);
    const successor = open(store, 2);
    await successor.replay();
    await successor.append([{ at: 1, random: 0, kind: "recovered" }]);
    await expect(journal.append([{ at: 1, random: 0, kind: "recovered" }])).rejects.toMatchObject({
      condition: "JOB_TAKEN_OVER",
      class: "terminal",
    });
    await successor.append([{ at: 2, random: 0, kind: "timer" }]);
    expect(await keysOf(store)).toHaveLength(job.events.length + 2);
  });

  it("recognizes its own segment where the answer to the first put was lost", async () => {
    const store = new MemoryStore();
    const journal = open(store);
    const put = store.put.bind(store);
    store.put = async (...args) => {
      await put(...args);
      store.put = put;
      throw new RetryableError("STORE_UNAVAILABLE", { key: "k", detail: "test" });
    };
    await journal.append([{ at: 1, random: 0, kind: "timer" }]);
    await journal.append([{ at: 2, random: 0, kind: "timer" }]);
    expect(await keysOf(store)).toEqual([segment(1), segment(2)]);
  });

  it("gives up a store that stays away after a bounded number of tries", async () => {
    const store = new MemoryStore();
    let puts = 0;
    store.put = async () => {
      puts++;
      throw new RetryableError("STORE_UNAVAILABLE", { key: "k", detail: "test" });
    };
    slept.length = 0;
    await expect(open(store).append([])).rejects.toMatchObject({ condition: "STORE_UNAVAILABLE" });
    expect(puts).toBe(9);
    expect(slept.reduce((sum, ms) => sum + ms)).toBe(12_750);
  });

  it.each<[string, (store: ObjectStore) => Promise<unknown>, RegExp]>([
    ["a segment is missing", (store) => store.delete([segment(2)]), /00000002.json: it is missing/],
    ["the first segment is missing", (store) => store.delete([segment(1)]), /00000001.json: it is missing/],
    ["a segment is torn", (store) => edit(store, segment(3), (text) => text.slice(0, -3)), /00000003.json: its checksum/],
    [
      "a segment is cut in its first line",
      (store) => edit(store, segment(3), (text) => text.slice(0, 9)),
      /00000003.json: its first line is torn/,
    ],
    ["a segment is damaged", (store) => edit(store, segment(3), (text) => text.replace("0.1.0", "0.0.0")), /00000003.json: its checksum/],
    ["a segment is empty", (store) => edit(store, segment(3), () => ""), /first line/],
    ["a segment stands under another's number", async (store) => store.put(segment(3), await store.get(segment(2))), /it is number 2/],
    ["another version wrote it", (store) => edit(store, segment(1), (text) => text.replace('"version":2', '"version":99')), /version 99/],
  ])("says where it cannot be read when %s", async (_, harm, message) => {
    const store = new MemoryStore();
    await history(store);
    await harm(store);
    const replay = open(store).replay();
    await expect(replay).rejects.toMatchObject({ condition: "JOURNAL_CORRUPT" });
    await expect(replay).rejects.toThrow(message);
  });
});
