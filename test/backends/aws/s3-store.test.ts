import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListPartsCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { presign } from "../../../lib/backends/aws/s3-presign.ts";
import { coalesce } from "../../../lib/engine/byte-ranges.ts";
import { localStackUnavailable, sharedLocalStack } from "../../support/localstack.ts";
import { objectStoreContract } from "../../support/object-store-contract.ts";
import { createBucket, openTestStore } from "../../support/s3-stores.ts";

const MIB = 1 << 20;
const bucket = "firecrest-s3-store";
const text = (s: string) => new TextEncoder().encode(s);
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe.skipIf(localStackUnavailable())("against LocalStack", () => {
  let opened: ReturnType<typeof openTestStore>;
  let folder: string;
  let roots = 0;
  const newRoot = () => `s3://${bucket}/root ${roots++}/`;

  beforeAll(async () => {
    opened = openTestStore((await sharedLocalStack()).endpoint);
    await createBucket(opened.client, bucket);
    folder = await mkdtemp(join(tmpdir(), "s3-store-"));
  }, 900_000);
  afterAll(async () => {
    opened?.client.destroy();
    if (folder) await rm(folder, { recursive: true });
  });

  objectStoreContract("S3Store", async () => ({ store: opened.store, root: newRoot() }));

  it("reads what is larger than one request in parallel pieces", { timeout: 120_000 }, async () => {
    const { store } = opened;
    const key = `${newRoot()}large`;
    const bytes = new Uint8Array(randomBytes(18 * MIB + 5));
    await store.put(key, bytes);
    const before = store.counts().reads;
    expect(digest(await store.get(key))).toBe(digest(bytes));
    expect(store.counts().reads - before).toBe(2);
    expect(digest(await store.get(key, { start: 2 * MIB, end: 40 * MIB }))).toBe(digest(bytes.subarray(2 * MIB)));
  });

  it("takes a range as large as the engine joins them in one request", { timeout: 120_000 }, async () => {
    const { store } = opened;
    const key = `${newRoot()}ranges`;
    const bytes = new Uint8Array(randomBytes(17 * MIB));
    await store.put(key, bytes);
    const wanted = [
      { start: 3, end: 9 * MIB },
      { start: 9 * MIB + 5, end: 16 * MIB },
    ];
    const before = store.counts().reads;
    const read = await Promise.all(coalesce(wanted).map((range) => store.get(key, range)));
    expect(read.map(digest)).toEqual([digest(bytes.subarray(3, 16 * MIB))]);
    expect(store.counts().reads - before).toBe(1);
  });

  it("uploads a file in parts of 8 MiB", { timeout: 120_000 }, async () => {
    const { store, client } = opened;
    const key = `${newRoot()}parts`;
    const path = join(folder, "parts");
    const bytes = new Uint8Array(randomBytes(20 * MIB));
    await writeFile(path, bytes);
    const before = store.counts();
    const upload = await store.startUpload(key);
    const file = await store.uploadFile(key, upload, path);
    expect(file.parts).toHaveLength(3);
    const { Parts } = await client.send(
      new ListPartsCommand({ Bucket: bucket, Key: key.slice(`s3://${bucket}/`.length), UploadId: upload }),
    );
    expect(Parts?.map(({ Size }) => Size)).toEqual([8 * MIB, 8 * MIB, 4 * MIB]);
    await store.completeUpload(key, upload, file);
    expect(store.counts()).toEqual({ reads: before.reads, writes: before.writes + 5 });
    expect(digest(await store.get(key))).toBe(digest(bytes));
  });

  it("takes an unknown upload for completed only where an object of its size stands", async () => {
    const { store } = opened;
    const root = newRoot();
    await writeFile(join(folder, "seven"), "content");
    const upload = await store.startUpload(`${root}x`);
    const file = await store.uploadFile(`${root}x`, upload, join(folder, "seven"));
    await store.abortUpload(`${root}x`, upload);
    await store.put(`${root}x`, text("another"));
    await store.completeUpload(`${root}x`, upload, file);
    await store.put(`${root}x`, text("of another size"));
    await expect(store.completeUpload(`${root}x`, upload, file)).rejects.toMatchObject({ condition: "OBJECT_NOT_FOUND" });
  });

  it("lists and deletes more objects than one request takes", { timeout: 180_000 }, async () => {
    const { store } = opened;
    const root = newRoot();
    const names = Array.from({ length: 1_050 }, (_, i) => String(i).padStart(5, "0"));
    await Promise.all(names.map((name) => store.put(root + name, text(name))));
    const before = store.counts().writes;
    const listed = (await Array.fromAsync(store.list(root))).map(({ key }) => key.slice(root.length));
    expect(listed).toEqual(names);
    expect(store.counts().writes - before).toBe(2);
    await store.delete(names.map((name) => root + name));
    expect(await Array.fromAsync(store.list(root))).toEqual([]);
  });

  it("says that there is no such bucket, and what to check", async () => {
    const { store } = opened;
    await expect(store.get("s3://firecrest-nowhere/x")).rejects.toMatchObject({
      condition: "STORE_REFUSED",
      class: "terminal",
      messageParameters: { key: "s3://firecrest-nowhere/x", detail: expect.stringMatching(/^NoSuchBucket/) },
    });
    await expect(Array.fromAsync(store.list("s3://firecrest-nowhere/x"))).rejects.toMatchObject({ condition: "STORE_REFUSED" });
  });

  it("gives addresses by which others read and write an object without credentials", async () => {
    const { store, client } = opened;
    const key = `${newRoot()}by address ü+%`;
    const put = await fetch(await presign(client, key, 60, "PUT"), { method: "PUT", body: "by address" });
    expect(put.status).toBe(200);
    expect(await store.get(key)).toEqual(text("by address"));
    const get = await fetch(await presign(client, key, 60, "GET"));
    expect(await get.text()).toBe("by address");
  });
});
