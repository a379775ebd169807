import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ListOptions, ObjectStore } from "../../lib/engine/ports/object-store.ts";

export interface OpenedStore {
  readonly store: ObjectStore;
  /** Begins all keys, ends with a slash; nothing is below it. */
  readonly root: string;
}

/** What the port promises, for every store that implements it. */
export function objectStoreContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`${name} as an object store`, () => {
    let folder = "";
    let files = 0;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "store-contract-"));
    });
    afterAll(() => rm(folder, { recursive: true }));

    const upload = async (store: ObjectStore, key: string, content: string) => {
      const local = join(folder, `local-${files++}`);
      await writeFile(local, content);
      const id = await store.startUpload(key);
      return { id, file: await store.uploadFile(key, id, local) };
    };

    it("gives back what was put, whole or by range", async () => {
      const { store, root } = await open();
      expect(await store.put(`${root}a/b/c.txt`, text("hello world"))).toBe(true);
      expect(await store.get(`${root}a/b/c.txt`)).toEqual(text("hello world"));
      expect(await store.get(`${root}a/b/c.txt`, { start: 6, end: 9 })).toEqual(text("wor"));
      expect(await store.stat(`${root}a/b/c.txt`)).toMatchObject({ key: `${root}a/b/c.txt`, size: 11 });
    });

    it("cuts a range where the object ends", async () => {
      const { store, root } = await open();
      await store.put(`${root}x`, text("hello world"));
      expect(await store.get(`${root}x`, { start: 6, end: 99 })).toEqual(text("world"));
      expect(await store.get(`${root}x`, { start: 11, end: 99 })).toEqual(text(""));
      expect(await store.get(`${root}x`, { start: 4, end: 4 })).toEqual(text(""));
    });

    it("overwrites what is there", async () => {
      const { store, root } = await open();
      await store.put(`${root}x`, text("the first"));
      expect(await store.put(`${root}x`, text("second"))).toBe(true);
      expect(await store.get(`${root}x`)).toEqual(text("second"));
    });

    it("tells a missing object from an empty one", async () => {
      const { store, root } = await open();
      await store.put(`${root}empty`, text(""));
      expect(await store.get(`${root}empty`)).toEqual(text(""));
      expect(await store.get(`${root}empty`, { start: 0, end: 5 })).toEqual(text(""));
      expect(await store.stat(`${root}empty`)).toMatchObject({ size: 0 });
      expect(await store.stat(`${root}none`)).toBeUndefined();
      await expect(store.get(`${root}none`)).rejects.toMatchObject({ condition: "OBJECT_NOT_FOUND" });
      await expect(store.get(`${root}none`, { start: 0, end: 0 })).rejects.toMatchObject({ condition: "OBJECT_NOT_FOUND" });
    });

    it("lets exactly one of many writers put an absent object", async () => {
      const { store, root } = await open();
      const wins = await Promise.all(Array.from({ length: 20 }, (_, i) => store.put(`${root}fence`, text(`w${i}`), { ifAbsent: true })));
      expect(wins.filter(Boolean)).toHaveLength(1);
      expect(await store.get(`${root}fence`)).toEqual(text(`w${wins.indexOf(true)}`));
      expect(await keys(store, root)).toEqual(["fence"]);
    });

    it("lists by prefix in the order of keys, folders and name prefixes alike", async () => {
      const { store, root } = await open();
      for (const key of ["b/2", "a.txt", "a/1", "a-b", "ab"]) await store.put(root + key, text(key));
      expect(await keys(store, root)).toEqual(["a-b", "a.txt", "a/1", "ab", "b/2"]);
      expect(await keys(store, `${root}a`)).toEqual(["-b", ".txt", "/1", "b"]);
      expect(await keys(store, `${root}nowhere/`)).toEqual([]);
    });

    it("lists only the keys behind the one it is given, which need not exist", async () => {
      const { store, root } = await open();
      for (const key of ["a/1", "a/2/x", "a/2/y", "a/3", "b"]) await store.put(root + key, text(key));
      expect(await keys(store, root, { after: `${root}a/2/x` })).toEqual(["a/2/y", "a/3", "b"]);
      expect(await keys(store, root, { after: `${root}a/2` })).toEqual(["a/2/x", "a/2/y", "a/3", "b"]);
      expect(await keys(store, `${root}a/`, { after: `${root}a/25` })).toEqual(["3"]);
      expect(await keys(store, root, { after: `${root}b` })).toEqual([]);
    });

    it("lists keys in the order of their bytes in UTF-8", async () => {
      const { store, root } = await open();
      // U+FF5E and U+1F600: their UTF-16 units compare the other way around.
      for (const key of ["😀", "～", "é", "z"]) await store.put(root + key, text(key));
      expect(await keys(store, root)).toEqual(["z", "é", "～", "😀"]);
      expect(await keys(store, root, { after: `${root}～` })).toEqual(["😀"]);
    });

    it("takes keys with blanks, signs and letters of any script", async () => {
      const { store, root } = await open();
      const names = ["a b", "a+b", "a%20b", "a%b", "day=1/x y=ü&ß", "a?b#c", "'a\"b'", "日本/語.parquet", "a&amp;b<c>"];
      for (const name of names) await store.put(root + name, text(name));
      for (const name of names) {
        expect(await store.get(root + name), name).toEqual(text(name));
        expect(await store.stat(root + name), name).toMatchObject({ key: root + name });
      }
      expect((await keys(store, root)).sort()).toEqual(names.toSorted());
      await store.delete(names.map((name) => root + name));
      expect(await keys(store, root)).toEqual([]);
    });

    it("shows an upload only once it is complete, and completing twice is no error", async () => {
      const { store, root } = await open();
      const { id, file } = await upload(store, `${root}out/day=1 ü/part`, "content");
      expect(file.size).toBe(7);
      expect(await keys(store, root)).toEqual([]);
      await store.completeUpload(`${root}out/day=1 ü/part`, id, file);
      await store.completeUpload(`${root}out/day=1 ü/part`, id, file);
      expect(await keys(store, root)).toEqual(["out/day=1 ü/part"]);
      expect(await store.get(`${root}out/day=1 ü/part`)).toEqual(text("content"));
    });

    it("uploads an empty file", async () => {
      const { store, root } = await open();
      const { id, file } = await upload(store, `${root}empty`, "");
      await store.completeUpload(`${root}empty`, id, file);
      expect(await store.stat(`${root}empty`)).toMatchObject({ size: 0 });
    });

    it("forgets an aborted upload, and aborting what is unknown or complete is no error", async () => {
      const { store, root } = await open();
      const { id, file } = await upload(store, `${root}out/part`, "content");
      await store.abortUpload(`${root}out/part`, id);
      await store.abortUpload(`${root}out/part`, id);
      await expect(store.completeUpload(`${root}out/part`, id, file)).rejects.toThrow();
      expect(await keys(store, root)).toEqual([]);
      const second = await upload(store, `${root}out/other`, "content");
      await store.completeUpload(`${root}out/other`, second.id, second.file);
      await store.abortUpload(`${root}out/other`, second.id);
      expect(await keys(store, root)).toEqual(["out/other"]);
    });

    it("lists the uploads below a prefix that nobody has completed", async () => {
      const { store, root } = await open();
      const first = await upload(store, `${root}out/shop=a b/part-0`, "rows");
      const done = await upload(store, `${root}out/part-1`, "rows");
      await store.completeUpload(`${root}out/part-1`, done.id, done.file);
      await upload(store, `${root}other/part-2`, "rows");
      const pending = async (prefix: string) =>
        (await Array.fromAsync(store.listUploads!(prefix))).map(({ key, upload }) => ({ key, upload }));
      expect(await pending(`${root}out/`)).toEqual([{ key: `${root}out/shop=a b/part-0`, upload: first.id }]);
      await store.abortUpload(`${root}out/shop=a b/part-0`, first.id);
      expect(await pending(`${root}out/`)).toEqual([]);
      expect(await pending(`${root}nowhere/`)).toEqual([]);
    });

    it("deletes what is there and does not mind what is not", async () => {
      const { store, root } = await open();
      await store.put(`${root}x`, text("x"));
      await store.delete([`${root}x`, `${root}y`]);
      expect(await store.stat(`${root}x`)).toBeUndefined();
      await store.delete([]);
    });

    it("deletes on condition that the object is still the one that was seen", async () => {
      const { store, root } = await open();
      await store.put(`${root}x`, text("the first"));
      const seen = await store.stat(`${root}x`);
      await store.put(`${root}x`, text("another"));
      expect(await store.deleteIf(`${root}x`, seen!.tag)).toBe(false);
      expect(await store.get(`${root}x`)).toEqual(text("another"));
      expect(await store.deleteIf(`${root}x`, (await store.stat(`${root}x`))!.tag)).toBe(true);
      expect(await store.stat(`${root}x`)).toBeUndefined();
      expect(await store.deleteIf(`${root}x`, seen!.tag)).toBe(true);
    });
  });
}

const text = (s: string) => new TextEncoder().encode(s);
const keys = async (store: ObjectStore, prefix: string, options?: ListOptions) => {
  const found: string[] = [];
  for await (const { key } of store.list(prefix, options)) found.push(key.slice(prefix.length));
  return found;
};
