import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FileStore } from "../../lib/backends/local/file-store.ts";
import { JobStore } from "../../lib/backends/local/job-store.ts";
import { MemoryStore } from "../../lib/backends/memory-store.ts";
import { SimulatedStore } from "../../lib/backends/simulated/simulated-store.ts";
import { World } from "../../lib/backends/simulated/world.ts";
import type { ObjectStore } from "../../lib/engine/ports/object-store.ts";
import { objectStoreContract } from "../support/object-store-contract.ts";

const text = (s: string) => new TextEncoder().encode(s);

let folder = "";
let nextId = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "store-"));
});
afterAll(() => rm(folder, { recursive: true }));

const newFileStore = () => new FileStore(() => String(nextId++));

objectStoreContract("MemoryStore", async () => ({ store: new MemoryStore(), root: "memory://bucket/" }));
objectStoreContract("FileStore", async () => ({ store: newFileStore(), root: `${folder}/${nextId++}/` }));
objectStoreContract("JobStore", async () => {
  // Listings of what is above are merged.
  const inMemory = (key: string) => key.includes("/a/2/");
  return { store: new JobStore(newFileStore(), new MemoryStore(), inMemory), root: `${folder}/${nextId++}/` };
});
objectStoreContract("SimulatedStore", async () => ({ store: simulatedStore(), root: "sim://bucket/" }));

/** Virtual time passes while a call waits for its answer. */
function simulatedStore(): ObjectStore {
  const world = new World(1);
  // The storm is over by then.
  world.now = 3_600_000;
  const simulated = new SimulatedStore(world);
  const store = simulated.seenBy({ name: "test", alive: true, mortality: "coordinatorDied", pausedUntil: 0 });
  const run = async <T>(answer: Promise<T>): Promise<T> => {
    const [settled] = await Promise.allSettled([answer, world.run(Number.POSITIVE_INFINITY, () => false)]);
    if (settled.status === "rejected") throw settled.reason;
    return settled.value;
  };
  async function* runAll<T>(answers: AsyncIterable<T>): AsyncGenerator<T> {
    yield* await run(Array.fromAsync(answers));
  }
  return {
    get: (...call) => run(store.get(...call)),
    stat: (...call) => run(store.stat(...call)),
    put: (...call) => run(store.put(...call)),
    list: (...call) => runAll(store.list(...call)),
    delete: (...call) => run(store.delete(...call)),
    deleteIf: (...call) => run(store.deleteIf(...call)),
    startUpload: (...call) => run(store.startUpload(...call)),
    uploadFile: async (key, upload, path) => {
      simulated.localFiles.set(path, await readFile(path));
      return run(store.uploadFile(key, upload, path));
    },
    completeUpload: (...call) => run(store.completeUpload(...call)),
    abortUpload: (...call) => run(store.abortUpload(...call)),
    listUploads: (...call) => runAll(store.listUploads!(...call)),
  };
}

describe("FileStore", () => {
  it("leaves no temporary file behind", async () => {
    const [store, root] = [newFileStore(), `${folder}/${nextId++}/`];
    await store.put(`${root}a`, text("1"));
    await store.put(`${root}a`, text("2"), { ifAbsent: true });
    expect(await readdir(root)).toEqual(["a"]);
  });
});

describe("MemoryStore", () => {
  it("counts requests and bytes", async () => {
    const store = new MemoryStore();
    await store.put("memory://k", text("0123456789"));
    await store.get("memory://k", { start: 2, end: 5 });
    expect(store.requests).toEqual({ get: 1, put: 1, list: 0, delete: 0, bytesRead: 3 });
  });
});
