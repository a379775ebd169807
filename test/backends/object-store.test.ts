import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FileStore } from "../../lib/backends/local/file-store.ts";
import { MemoryStore } from "../../lib/backends/memory-store.ts";
import type { ObjectStore } from "../../lib/engine/ports/object-store.ts";

const text = (s: string) => new TextEncoder().encode(s);
const keys = async (store: ObjectStore, prefix: string) => {
  const found: string[] = [];
  for await (const { key } of store.list(prefix)) found.push(key.slice(prefix.length));
  return found;
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "store-"));
});
afterAll(() => rm(folder, { recursive: true }));

let nextId = 0;
const stores: Record<"MemoryStore" | "FileStore", () => { store: ObjectStore; root: string }> = {
  MemoryStore: () => ({ store: new MemoryStore(), root: "memory://bucket/" }),
  FileStore: () => ({ store: new FileStore(() => String(nextId++)), root: `${folder}/${nextId++}/` }),
};

describe.each(Object.entries(stores))("%s", (_name, make) => {
  it("gives back what was put, whole or by range", async () => {
    const { store, root } = make();
    expect(await store.put(`${root}a/b/c.txt`, text("hello world"))).toBe(true);
    expect(await store.get(`${root}a/b/c.txt`)).toEqual(text("hello world"));
    expect(await store.get(`${root}a/b/c.txt`, { start: 6, end: 9 })).toEqual(text("wor"));
    expect(await store.get(`${root}a/b/c.txt`, { start: 6, end: 99 })).toEqual(text("world"));
    expect(await store.stat(`${root}a/b/c.txt`)).toMatchObject({ size: 11 });
  });

  it("tells a missing object from an empty one", async () => {
    const { store, root } = make();
    await store.put(`${root}empty`, text(""));
    expect(await store.get(`${root}empty`)).toEqual(text(""));
    expect(await store.stat(`${root}none`)).toBeUndefined();
    await expect(store.get(`${root}none`)).rejects.toMatchObject({ condition: "OBJECT_NOT_FOUND" });
  });

  it("lets exactly one of many writers put an absent object", async () => {
    const { store, root } = make();
    const wins = await Promise.all(Array.from({ length: 20 }, (_, i) => store.put(`${root}fence`, text(`w${i}`), { ifAbsent: true })));
    expect(wins.filter(Boolean)).toHaveLength(1);
    expect(await store.get(`${root}fence`)).toEqual(text(`w${wins.indexOf(true)}`));
    expect(await keys(store, root)).toEqual(["fence"]);
  });

  it("lists by prefix in the order of keys, folders and name prefixes alike", async () => {
    const { store, root } = make();
    for (const key of ["b/2", "a.txt", "a/1", "a-b", "ab"]) await store.put(root + key, text(key));
    expect(await keys(store, root)).toEqual(["a-b", "a.txt", "a/1", "ab", "b/2"]);
    expect(await keys(store, `${root}a`)).toEqual(["-b", ".txt", "/1", "b"]);
    expect(await keys(store, `${root}nowhere/`)).toEqual([]);
  });

  it("shows an upload only once it is complete, and completing twice is no error", async () => {
    const { store, root } = make();
    const local = join(folder, `local-${nextId++}`);
    await writeFile(local, "content");
    const upload = await store.startUpload(`${root}out/part`);
    const file = await store.uploadFile(`${root}out/part`, upload, local);
    expect(file.size).toBe(7);
    expect(await keys(store, root)).toEqual([]);
    await store.completeUpload(`${root}out/part`, upload, file);
    await store.completeUpload(`${root}out/part`, upload, file);
    expect(await keys(store, root)).toEqual(["out/part"]);
    expect(await store.get(`${root}out/part`)).toEqual(text("content"));
  });

  it("forgets an aborted upload", async () => {
    const { store, root } = make();
    const local = join(folder, `local-${nextId++}`);
    await writeFile(local, "content");
    const upload = await store.startUpload(`${root}out/part`);
    const file = await store.uploadFile(`${root}out/part`, upload, local);
    await store.abortUpload(`${root}out/part`, upload);
    await store.abortUpload(`${root}out/part`, upload);
    await expect(store.completeUpload(`${root}out/part`, upload, file)).rejects.toThrow();
    expect(await keys(store, root)).toEqual([]);
  });

  it("deletes what is there and does not mind what is not", async () => {
    const { store, root } = make();
    await store.put(`${root}x`, text("x"));
    await store.delete([`${root}x`, `${root}y`]);
    expect(await store.stat(`${root}x`)).toBeUndefined();
  });
});

describe("FileStore", () => {
  it("leaves no temporary file behind", async () => {
    const { store, root } = stores.FileStore();
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
