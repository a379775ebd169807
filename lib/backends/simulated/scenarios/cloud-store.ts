import type { ObjectStat, ObjectStore } from "../../../engine/ports/object-store.ts";
import { lambda, s3 } from "../aws-limits.ts";
import type { SeededRandom } from "../seeded-random.ts";
import type { World } from "../world.ts";
import { RequestRate, type Spread, storeAnswer } from "./latency.ts";

/** Parts of an upload, and how many are under way (aws/s3-multipart.ts); an object of one part is a single put (shuffle/write.ts). */
const PART_BYTES = 8 * 1024 * 1024;
const PARALLEL_PARTS = 4;

/** S3 as time and requests: of what is written only keys and sizes are kept. */
export class CloudStore {
  /** Requests as they are billed, by whom. */
  readonly counts = {
    workerReads: 0,
    workerWrites: 0,
    coordinatorReads: 0,
    coordinatorWrites: 0,
    journalBytes: 0,
    snapshotBytes: 0,
    largestPut: 0,
  };
  /** By prefix, as S3 counts: a job's own objects are one, each table's files another. */
  readonly reads = new Map<string, RequestRate>();
  readonly writes = new RequestRate(s3.putsPerSecond);
  readonly #world: World;
  readonly #random: SeededRandom;
  /** Objects that the job's end will delete. */
  #objects = 0;

  constructor(world: World, random: SeededRandom) {
    this.#world = world;
    this.#random = random;
  }

  /** Reads of one prefix. */
  readsOf(prefix: string): RequestRate {
    const rate = this.reads.get(prefix) ?? new RequestRate(s3.getsPerSecond);
    this.reads.set(prefix, rate);
    return rate;
  }

  /** The time that a worker's object takes without its bytes: one request, or an upload's begin, its parts and its end. */
  written(bytes: number): number {
    this.#objects++;
    const parts = bytes <= PART_BYTES ? 0 : Math.ceil(bytes / PART_BYTES);
    const rounds = parts === 0 ? 1 : 2 + Math.ceil(parts / PARALLEL_PARTS);
    const requests = parts === 0 ? 1 : 2 + parts;
    let ms = this.writes.take(this.#world.now, requests);
    for (let i = 0; i < requests; i++) {
      const answer = storeAnswer(this.#random, s3.put, Math.min(bytes, PART_BYTES));
      this.counts.workerWrites += answer.requests;
      if (i < rounds) ms += answer.ms;
    }
    return ms;
  }

  /** The store as the coordinator calls it. */
  readonly port: ObjectStore = {
    put: async (key, bytes) => {
      if (key.endsWith(".snapshot.json")) this.counts.snapshotBytes += bytes.length;
      else this.counts.journalBytes += bytes.length;
      this.counts.largestPut = Math.max(this.counts.largestPut, bytes.length);
      await this.#call(s3.put, bytes.length, "coordinatorWrites");
      return true;
    },
    get: () => this.#missing(),
    stat: () => this.#missing(),
    list: (prefix) => this.#list(prefix),
    delete: () => this.#call(s3.put, 0),
    deleteIf: () => this.#missing(),
    startUpload: () => this.#missing(),
    uploadFile: () => this.#missing(),
    completeUpload: () => this.#call(s3.put, 0, "coordinatorWrites"),
    abortUpload: () => this.#call(s3.put, 0),
  };

  /** Nothing in a scenario reads what only its size is kept of. */
  #missing(): Promise<never> {
    return Promise.reject(new TypeError("a scenario's store keeps no bytes"));
  }

  async *#list(prefix: string): AsyncGenerator<ObjectStat> {
    for (let key = 0; key < this.#objects || key === 0; key++) {
      if (key % s3.pageKeys === 0) await this.#call(s3.put, 0, "coordinatorWrites");
      if (key < this.#objects) yield { key: `${prefix}object-${key}`, size: 0, modified: 0 };
    }
  }

  #call(spread: Spread, bytes: number, billed?: "coordinatorReads" | "coordinatorWrites"): Promise<void> {
    const answer = storeAnswer(this.#random, spread, bytes);
    if (billed) this.counts[billed] += answer.requests;
    return new Promise((resolve) => this.#world.after(answer.ms + bytes / lambda.threadPerMs, resolve));
  }
}
