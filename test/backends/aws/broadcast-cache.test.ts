import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { BroadcastCache } from "../../../lib/backends/aws/broadcast-cache.ts";
import type { ByteRange } from "../../../lib/engine/ports/object-store.ts";
import { localStackUnavailable, sharedLocalStack } from "../../support/localstack.ts";
import { createBucket, openTestStore, realClock } from "../../support/s3-stores.ts";

const unavailable = localStackUnavailable();

describe.skipIf(unavailable)(`a warm worker's store${unavailable ? ` (skipped: ${unavailable})` : ""}`, { timeout: 120_000 }, () => {
  const bucket = `broadcasts-${randomUUID().slice(0, 8)}`;
  const key = (name: string) => `s3://${bucket}/${name}`;
  let open: (maxBytes: number) => BroadcastCache;

  beforeAll(async () => {
    const { client, store } = openTestStore((await sharedLocalStack()).endpoint);
    await createBucket(client, bucket);
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
    await Promise.all(["a.broadcast", "b.broadcast", "c.shuffle"].map((name) => store.put(key(name), bytes)));
    open = (maxBytes) => new BroadcastCache({ client, clock: realClock, random: { next: Math.random }, hedging: false }, maxBytes);
  }, 600_000);

  /** Bytes of a range, and the requests that it took. */
  async function read(store: BroadcastCache, name: string, range?: ByteRange): Promise<readonly [readonly number[], number]> {
    const before = store.counts().reads;
    const bytes = await store.get(key(name), range);
    return [[...bytes], store.counts().reads - before];
  }

  test("keeps each piece of a broadcast, and nothing else", async () => {
    const store = open(1_000);
    expect(await read(store, "a.broadcast", { start: 0, end: 2 })).toEqual([[0, 1], 1]);
    expect(await read(store, "a.broadcast", { start: 0, end: 2 })).toEqual([[0, 1], 0]);
    expect(await read(store, "a.broadcast", { start: 2, end: 4 })).toEqual([[2, 3], 1]);
    expect((await read(store, "a.broadcast"))[0].length).toBe(100);
    expect((await read(store, "a.broadcast"))[1]).toBe(0);
    await read(store, "c.shuffle", { start: 0, end: 2 });
    expect((await read(store, "c.shuffle", { start: 0, end: 2 }))[1]).toBe(1);
  });

  test("forgets what was not used for longest, and never keeps what is larger than its bound", async () => {
    const store = open(50);
    const [first, second, third] = [0, 20, 40].map((start) => ({ start, end: start + 20 }));
    await read(store, "a.broadcast", first);
    await read(store, "a.broadcast", second);
    await read(store, "a.broadcast", first);
    await read(store, "a.broadcast", third);
    expect((await read(store, "a.broadcast", first))[1]).toBe(0);
    expect((await read(store, "a.broadcast", second))[1]).toBe(1);
    await read(store, "b.broadcast");
    expect((await read(store, "b.broadcast"))[1]).toBe(1);
  });
});
