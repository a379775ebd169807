import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FileStore } from "../../lib/backends/local/file-store.ts";

let root: string;
let store: FileStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "firecrest-"));
  let ids = 0;
  store = new FileStore(() => `id-${++ids}`);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function upload(key: string): Promise<string> {
  const local = join(root, "local");
  await writeFile(local, "rows");
  const id = await store.startUpload(key);
  await store.uploadFile(key, id, local);
  return id;
}

it("lists the uploads below a folder that nobody has completed, so that those of dead workers can be aborted", async () => {
  const pending = { key: `${root}/out/shop=a.b/part-0.parquet`, upload: await upload(`${root}/out/shop=a.b/part-0.parquet`) };
  const done = `${root}/out/part-1`;
  await store.completeUpload(done, await upload(done));
  await upload(`${root}/other/part-2`);
  expect(await Array.fromAsync(store.listUploads(`${root}/out/`))).toEqual([pending]);
  await store.abortUpload(pending.key, pending.upload);
  expect(await Array.fromAsync(store.listUploads(`${root}/out/`))).toEqual([]);
  expect(await Array.fromAsync(store.listUploads(`${root}/missing/`))).toEqual([]);
});
