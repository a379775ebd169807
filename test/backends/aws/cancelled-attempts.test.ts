import { expect, test } from "vitest";
import { Cancellations, cancelledAttempts } from "../../../lib/backends/aws/cancelled-attempts.ts";
import { MemoryStore } from "../../../lib/backends/memory-store.ts";

const PREFIX = "memory://jobs/j/work";
const KEY = `${PREFIX}/cancelled.json`;

test("nothing is cancelled where nobody has cancelled", async () => {
  expect(await cancelledAttempts(PREFIX, new MemoryStore())).toEqual(new Set());
});

test("a coordinator adds to what those before it cancelled, and reads that once", async () => {
  const store = new MemoryStore();
  await new Cancellations(PREFIX, store).add(["0.0.0"]);
  const next = new Cancellations(PREFIX, store);
  const reads = store.requests.get;
  await Promise.all([next.add(["0.1.0"]), next.add(["0.2.0", "0.1.0"])]);
  expect(store.requests.get - reads).toBe(1);
  expect(await cancelledAttempts(PREFIX, store)).toEqual(new Set(["0.0.0", "0.1.0", "0.2.0"]));
});

test("only the latest ten thousand are kept", async () => {
  const store = new MemoryStore();
  const all = Array.from({ length: 10_001 }, (_, i) => `0.${i}.0`);
  await new Cancellations(PREFIX, store).add(all);
  const kept = await cancelledAttempts(PREFIX, store);
  expect(kept.size).toBe(10_000);
  expect([kept.has("0.0.0"), kept.has("0.10000.0")]).toEqual([false, true]);
});

test("a failed write is told, and the next one holds what it should have written", async () => {
  const store = new MemoryStore();
  const put = store.put.bind(store);
  store.put = () => Promise.reject(new Error("no"));
  const cancellations = new Cancellations(PREFIX, store);
  await expect(cancellations.add(["0.0.0"])).rejects.toThrow("no");
  store.put = put;
  await cancellations.add(["0.1.0"]);
  expect(JSON.parse(new TextDecoder().decode(await store.get(KEY)))).toEqual(["0.0.0", "0.1.0"]);
});
