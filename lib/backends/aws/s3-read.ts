import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { MAX_READ_BYTES } from "../../engine/byte-ranges.ts";
import { RetryableError } from "../../engine/errors.ts";
import type { ByteRange, TaggedStat } from "../../engine/ports/object-store.ts";
import { inParallel } from "../../engine/scheduler/parallel.ts";
import { addressOf } from "./s3-address.ts";
import { fill, readable } from "./s3-body.ts";
import { TornAnswer } from "./s3-errors.ts";
import type { S3Requests } from "./s3-requests.ts";

/** What the first request for a whole object asks for. Most are smaller, and what is asked for counts as under way. */
const FIRST_PIECE_BYTES = 8 << 20;
/** Requests under way at once for one read: saturates a function's network. */
const PARALLEL_PIECES = 16;

/** A part of an object as one request brings it. */
interface Piece {
  readonly bytes: Uint8Array;
  /** Names the version that it is of; undefined where the object ends before it. */
  readonly tag: string | undefined;
  /** Size of the whole object in bytes; undefined as above. */
  readonly total: number | undefined;
}

/** Reads objects whole or by range, checked against the lengths that S3 announces. */
export class S3Reader {
  readonly #client: S3Client;
  readonly #requests: S3Requests;

  constructor(client: S3Client, requests: S3Requests) {
    this.#client = client;
    this.#requests = requests;
  }

  stat(key: string): Promise<TaggedStat | undefined> {
    const address = addressOf(key);
    return this.#requests.run<HeadObjectCommandOutput, TaggedStat | undefined>({
      key,
      billed: "read",
      hedge: { bytes: 0 },
      send: (abortSignal) => this.#client.send(new HeadObjectCommand(address), { abortSignal }),
      receive: async ({ ContentLength = 0, LastModified, ETag = "" }) => ({
        key,
        size: ContentLength,
        modified: LastModified?.getTime() ?? 0,
        tag: ETag,
      }),
      otherwise: { "no object": undefined },
    });
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array> {
    return range ? this.#range(key, range) : this.#whole(key);
  }

  /** The first piece tells how many there are. Most objects that are read whole are small. */
  async #whole(key: string): Promise<Uint8Array> {
    const first = await this.#piece(key, { start: 0, end: FIRST_PIECE_BYTES }, undefined, 0);
    if (first.total === undefined || first.total <= FIRST_PIECE_BYTES) return first.bytes;
    const bytes = new Uint8Array(first.total);
    bytes.set(first.bytes);
    await this.#pieces(key, { start: FIRST_PIECE_BYTES, end: first.total }, bytes.subarray(FIRST_PIECE_BYTES), first.tag);
    return bytes;
  }

  async #range(key: string, range: ByteRange): Promise<Uint8Array> {
    const size = range.end - range.start;
    // No range of HTTP is empty. The object must be there all the same.
    if (size <= 0) return (await this.#piece(key, { start: 0, end: 1 })).bytes.subarray(0, 0);
    if (size <= MAX_READ_BYTES) return (await this.#piece(key, range)).bytes;
    const bytes = new Uint8Array(size);
    return bytes.subarray(0, await this.#pieces(key, range, bytes));
  }

  /** Reads a range in parallel into `target`; gives how many bytes of it the object has. All pieces must be of one version. */
  async #pieces(key: string, { start, end }: ByteRange, target: Uint8Array, knownTag?: string): Promise<number> {
    const starts = Array.from({ length: Math.ceil((end - start) / MAX_READ_BYTES) }, (_, i) => start + i * MAX_READ_BYTES);
    const tags = new Set(knownTag === undefined ? [] : [knownTag]);
    let size = 0;
    await inParallel(starts, PARALLEL_PIECES, async (from) => {
      const piece = { start: from, end: Math.min(end, from + MAX_READ_BYTES) };
      const { bytes, tag } = await this.#piece(key, piece, target.subarray(from - start, piece.end - start));
      size += bytes.length;
      if (tag !== undefined) tags.add(tag);
    });
    if (tags.size > 1) throw new RetryableError("STORE_UNAVAILABLE", { key, detail: "it was overwritten while it was read" });
    return size;
  }

  #piece(key: string, range: ByteRange, target?: Uint8Array, expected = range.end - range.start): Promise<Piece> {
    const input = { ...addressOf(key), Range: `bytes=${range.start}-${range.end - 1}` };
    return this.#requests.run<GetObjectCommandOutput, Piece>({
      key,
      billed: "read",
      bytes: range.end - range.start,
      hedge: { bytes: expected },
      send: (abortSignal) => this.#client.send(new GetObjectCommand(input), { abortSignal }),
      receive: (answer) => receive(answer, range, target),
      otherwise: { "beyond the end": { bytes: new Uint8Array(), tag: undefined, total: undefined } },
      discard: ({ Body }) => readable(Body).destroy(),
    });
  }
}

async function receive(answer: GetObjectCommandOutput, { start, end }: ByteRange, target: Uint8Array | undefined): Promise<Piece> {
  const body = readable(answer.Body);
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.ContentRange ?? "")?.map(Number) ?? [];
  if (first !== start || total === undefined || last !== Math.min(end, total) - 1) {
    body.destroy();
    throw new TornAnswer(`asked for bytes ${start}-${end - 1}, it answered with ${answer.ContentRange ?? "no range"}`);
  }
  const bytes = target ? target.subarray(0, last + 1 - start) : new Uint8Array(last + 1 - start);
  await fill(bytes, body);
  return { bytes, tag: answer.ETag, total };
}
