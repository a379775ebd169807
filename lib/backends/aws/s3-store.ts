import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  type DeleteObjectsCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ExecutionError, RetryableError } from "../../engine/errors.ts";
import type { Clock, Random } from "../../engine/ports/fabric.ts";
import type {
  ByteRange,
  ListOptions,
  ObjectStat,
  ObjectStore,
  PendingUpload,
  PutOptions,
  TaggedStat,
  UploadedFile,
} from "../../engine/ports/object-store.ts";
import { type HedgePolicy, s3Hedging } from "./hedge.ts";
import type { FlightLimits } from "./in-flight.ts";
import { addressOf, keyAt, prefixOf } from "./s3-address.ts";
import { MAX_SOCKETS } from "./s3-client.ts";
import { S3Uploads } from "./s3-multipart.ts";
import { S3Reader } from "./s3-read.ts";
import { S3Requests, type StoreCounts } from "./s3-requests.ts";

export interface S3StoreOptions {
  readonly client: S3Client;
  readonly clock: Clock;
  readonly random: Random;
  /** false: each request goes out once at a time, whatever it takes. */
  readonly hedging?: HedgePolicy | false;
  readonly limits?: FlightLimits;
}

/** Half of the sockets: the others are for hedges. */
const LIMITS: FlightLimits = { requests: MAX_SOCKETS / 2, bytes: 256 << 20 };
/** Bytes. Larger puts take a share of the network that a second one would not leave alone. */
const MAX_HEDGED_PUT = 8 << 20;
/** Keys in one request. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const DELETE_BATCH = 1_000;

/** S3 as the object store: keys are `s3://bucket/key`. Retries, hedges and counts are in s3-requests.ts. */
export class S3Store implements ObjectStore {
  readonly #client: S3Client;
  readonly #requests: S3Requests;
  readonly #reader: S3Reader;
  readonly #uploads: S3Uploads;

  constructor({ client, clock, random, hedging = s3Hedging, limits = LIMITS }: S3StoreOptions) {
    this.#client = client;
    this.#requests = new S3Requests({ clock, random, limits, hedging: hedging || undefined });
    this.#reader = new S3Reader(client, this.#requests);
    this.#uploads = new S3Uploads(client, this.#requests, (key) => this.stat(key));
  }

  /** What was sent since the store was made: a task's share is the difference. */
  counts(): StoreCounts {
    return this.#requests.counts();
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array> {
    return this.#reader.get(key, range);
  }

  async stat(key: string): Promise<TaggedStat | undefined> {
    return this.#reader.stat(key);
  }

  /**
   * A put that got no answer is sent again. With `ifAbsent` the second then finds what the first wrote and gives false: who needs to know whose
   * it is compares the bytes, as the journal does.
   */
  async put(key: string, bytes: Uint8Array, { ifAbsent = false, once = false }: PutOptions = {}): Promise<boolean> {
    const input = { ...addressOf(key), Body: bytes, ...(ifAbsent ? { IfNoneMatch: "*" } : {}) };
    return this.#requests.run<unknown, boolean>({
      key,
      billed: "write",
      bytes: bytes.length,
      hedge: once && !ifAbsent && bytes.length <= MAX_HEDGED_PUT ? { bytes: bytes.length } : undefined,
      send: (abortSignal) => this.#client.send(new PutObjectCommand(input), { abortSignal }),
      receive: async () => true,
      ...(ifAbsent ? { otherwise: { "precondition failed": false } } : {}),
    });
  }

  async *list(prefix: string, { after }: ListOptions = {}): AsyncGenerator<ObjectStat> {
    const { Bucket, Key: Prefix } = prefixOf(prefix);
    let from: Pick<ListObjectsV2CommandInput, "StartAfter" | "ContinuationToken"> = after ? { StartAfter: addressOf(after).Key } : {};
    for (;;) {
      const input: ListObjectsV2CommandInput = { Bucket, Prefix, ...from };
      const page: ListObjectsV2CommandOutput = await this.#requests.run({
        key: prefix,
        billed: "write",
        send: (abortSignal) => this.#client.send(new ListObjectsV2Command(input), { abortSignal }),
        receive: async (answer) => answer,
      });
      for (const { Key = "", Size = 0, LastModified } of page.Contents ?? [])
        yield { key: keyAt(Bucket, Key), size: Size, modified: LastModified?.getTime() ?? 0 };
      if (page.NextContinuationToken === undefined) return;
      from = { ContinuationToken: page.NextContinuationToken };
    }
  }

  async delete(keys: readonly string[]): Promise<void> {
    const byBucket = Map.groupBy(keys.map(addressOf), ({ Bucket }) => Bucket);
    for (const [bucket, addresses] of byBucket)
      for (let i = 0; i < addresses.length; i += DELETE_BATCH)
        await this.#deleteBatch(
          bucket,
          addresses.slice(i, i + DELETE_BATCH).map(({ Key }) => Key),
        );
  }

  async #deleteBatch(bucket: string, keys: readonly string[]): Promise<void> {
    const input = { Bucket: bucket, Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true } };
    await this.#requests.run({
      key: keyAt(bucket, keys[0]!),
      billed: "free",
      send: (abortSignal) => this.#client.send(new DeleteObjectsCommand(input), { abortSignal }),
      receive: async (answer) => throwUnlessDeleted(bucket, answer),
    });
  }

  /** Whether S3 calls a missing object missing or not the expected one, it is gone. */
  async deleteIf(key: string, tag: string): Promise<boolean> {
    const input = { ...addressOf(key), IfMatch: tag };
    const matched = await this.#requests.run<unknown, boolean>({
      key,
      billed: "free",
      send: (abortSignal) => this.#client.send(new DeleteObjectCommand(input), { abortSignal }),
      receive: async () => true,
      otherwise: { "precondition failed": false, "no object": true },
    });
    return matched || (await this.stat(key)) === undefined;
  }

  async startUpload(key: string): Promise<string> {
    return this.#uploads.start(key);
  }

  async uploadFile(key: string, upload: string, path: string): Promise<UploadedFile> {
    return this.#uploads.sendFile(key, upload, path);
  }

  async completeUpload(key: string, upload: string, file: UploadedFile): Promise<void> {
    await this.#uploads.complete(key, upload, file);
  }

  async abortUpload(key: string, upload: string): Promise<void> {
    await this.#uploads.abort(key, upload);
  }

  listUploads(prefix: string): AsyncIterable<PendingUpload> {
    return this.#uploads.list(prefix);
  }
}

/** Some keys of a batch may fail. Deleting the others again is no harm, so the whole batch is sent again where that may help. */
function throwUnlessDeleted(bucket: string, { Errors = [] }: DeleteObjectsCommandOutput): void {
  const [first] = Errors.toSorted((a, b) => Number(mayPassLater(a.Code)) - Number(mayPassLater(b.Code)));
  if (!first) return;
  const key = keyAt(bucket, first.Key ?? "");
  const detail = `${first.Code}: ${first.Message} (${Errors.length} objects could not be deleted)`;
  throw mayPassLater(first.Code)
    ? new RetryableError("STORE_UNAVAILABLE", { key, detail })
    : new ExecutionError("STORE_REFUSED", { key, detail });
}
const mayPassLater = (code: string | undefined): boolean =>
  code === "InternalError" || code === "SlowDown" || code === "ServiceUnavailable";
