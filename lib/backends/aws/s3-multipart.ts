import { type FileHandle, open } from "node:fs/promises";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { ExecutionError } from "../../engine/errors.ts";
import type { ByteRange, ObjectStat, PendingUpload, UploadedFile } from "../../engine/ports/object-store.ts";
import { inParallel } from "../../engine/scheduler/parallel.ts";
import { addressOf, keyAt, prefixOf } from "./s3-address.ts";
import { TornAnswer } from "./s3-errors.ts";
import type { S3Requests } from "./s3-requests.ts";

/** Limits of S3: 10,000 parts of 5 MiB or more. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;
const MIB = 1 << 20;
/** Up to 80 GB all parts have this size, so that those under way together take 32 MiB of memory. */
const PART_BYTES = 8 * MIB;
const PARALLEL_PARTS = 4;

/** Where the parts of a file lie. An empty file has one, which is empty. */
export function partsOf(size: number): ByteRange[] {
  const partBytes = Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS / MIB) * MIB);
  const count = Math.max(1, Math.ceil(size / partBytes));
  return Array.from({ length: count }, (_, i) => ({ start: i * partBytes, end: Math.min(size, (i + 1) * partBytes) }));
}

/** Objects that come in parts under their final name and that nobody sees before they are complete. */
export class S3Uploads {
  readonly #client: S3Client;
  readonly #requests: S3Requests;
  readonly #stat: (key: string) => Promise<ObjectStat | undefined>;

  constructor(client: S3Client, requests: S3Requests, stat: (key: string) => Promise<ObjectStat | undefined>) {
    this.#client = client;
    this.#requests = requests;
    this.#stat = stat;
  }

  start(key: string): Promise<string> {
    const address = addressOf(key);
    return this.#requests.run({
      key,
      billed: "write",
      send: (abortSignal) => this.#client.send(new CreateMultipartUploadCommand(address), { abortSignal }),
      receive: async ({ UploadId }) => UploadId ?? without(key, "the upload's id"),
    });
  }

  async sendFile(key: string, upload: string, path: string): Promise<UploadedFile> {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const ranges = partsOf(size);
      const parts: string[] = [];
      await inParallel([...ranges.entries()], PARALLEL_PARTS, async ([i, range]) => {
        parts[i] = await this.#sendPart(key, upload, i + 1, file, range);
      });
      return { size, parts };
    } finally {
      await file.close();
    }
  }

  /**
   * S3 forgets an upload's id with its end. So an unknown id with an object of the right size in place was completed, by a call whose answer
   * was lost or by another coordinator: keys carry the attempt, so no other upload would have put it there. Otherwise it was aborted.
   */
  async complete(key: string, upload: string, { size, parts }: UploadedFile): Promise<void> {
    const MultipartUpload = { Parts: parts.map((ETag, i) => ({ ETag, PartNumber: i + 1 })) };
    const input = { ...addressOf(key), UploadId: upload, MultipartUpload };
    const completed = await this.#requests.run<unknown, boolean>({
      key,
      billed: "write",
      send: (abortSignal) => this.#client.send(new CompleteMultipartUploadCommand(input), { abortSignal }),
      receive: async () => true,
      otherwise: { "no upload": false },
    });
    if (!completed && (await this.#stat(key))?.size !== size)
      throw new ExecutionError("OBJECT_NOT_FOUND", { key: `upload ${upload} of ${key}` });
  }

  async abort(key: string, upload: string): Promise<void> {
    const input = { ...addressOf(key), UploadId: upload };
    await this.#requests.run<unknown, void>({
      key,
      billed: "free",
      send: (abortSignal) => this.#client.send(new AbortMultipartUploadCommand(input), { abortSignal }),
      receive: async () => {},
      otherwise: { "no upload": undefined },
    });
  }

  async *list(prefix: string): AsyncGenerator<PendingUpload> {
    const { Bucket, Key } = prefixOf(prefix);
    let from: { readonly KeyMarker?: string | undefined; readonly UploadIdMarker?: string | undefined } = {};
    for (;;) {
      const input = { Bucket, Prefix: Key, ...from };
      const page = await this.#requests.run({
        key: prefix,
        billed: "write",
        send: (abortSignal) => this.#client.send(new ListMultipartUploadsCommand(input), { abortSignal }),
        receive: async (answer) => answer,
      });
      for (const { Key: key, UploadId } of page.Uploads ?? [])
        if (key !== undefined && UploadId !== undefined) yield { key: keyAt(Bucket, key), upload: UploadId };
      if (!page.IsTruncated) return;
      from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }

  /** The bytes are read where the request begins, so that waiting ones take no memory. */
  #sendPart(key: string, upload: string, number: number, file: FileHandle, { start, end }: ByteRange): Promise<string> {
    const address = { ...addressOf(key), UploadId: upload, PartNumber: number };
    return this.#requests.run({
      key,
      billed: "write",
      bytes: end - start,
      send: async (abortSignal) => {
        const Body = await readFrom(file, start, end);
        return this.#client.send(new UploadPartCommand({ ...address, Body }), { abortSignal });
      },
      receive: async ({ ETag }) => ETag ?? without(key, "the part's tag"),
    });
  }
}

async function readFrom(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  for (let filled = 0; filled < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) throw new ExecutionError("INTERNAL_ERROR", { message: "a file became shorter while it was uploaded" });
    filled += bytesRead;
  }
  return bytes;
}

const without = (key: string, what: string): never => {
  throw new TornAnswer(`the answer for ${key} lacks ${what}`);
};
