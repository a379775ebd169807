import { createHash } from "node:crypto";
import { ExecutionError, RetryableError } from "../../engine/errors.ts";
import { compareKeys } from "../../engine/ports/key-order.ts";
import type { ByteRange, ObjectStat, ObjectStore, PendingUpload, TaggedStat, UploadedFile } from "../../engine/ports/object-store.ts";
import type { Actor, CallFaults, World } from "./world.ts";

interface Upload extends PendingUpload {
  readonly startedAt: number;
  bytes?: Uint8Array;
}

/** The one object store of a simulation: what is in it, as all actors see it. */
export class SimulatedStore {
  readonly objects = new Map<string, { bytes: Uint8Array; modified: number }>();
  readonly uploads = new Map<string, Upload>();
  /** Local files of all workers, by path: what `uploadFile` sends. */
  readonly localFiles = new Map<string, Uint8Array>();
  /** When each actor last listed a prefix, for objects or for uploads. */
  readonly #listedAt = new Map<string, Map<string, number>>();
  /** Called after each visible change. */
  onChange: (key: string, by: string) => void = () => {};
  /** Has `put` overwrite what it must not: a store without the fence. */
  fenceless = false;
  /** Has `deleteIf` delete whatever is there. */
  careless = false;
  readonly #world: World;
  #uploads = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** The store as one actor calls it. */
  seenBy(actor: Actor): ObjectStore {
    const call = <T>(what: string, effect: () => T): Promise<T> => this.#world.call(actor, what, storeFaults, effect);
    const list = <T>(what: string, effect: () => readonly T[]): AsyncIterable<T> => ({
      async *[Symbol.asyncIterator]() {
        yield* await call(what, effect);
      },
    });
    return {
      get: (key, range) => call(`get ${key}`, () => this.#get(key, range)),
      stat: (key) => call(`stat ${key}`, () => this.#stat(key)),
      put: (key, bytes, options) => call(`put ${key}`, () => this.#put(key, bytes, options?.ifAbsent ?? false, actor.name)),
      list: (prefix, options) => list(`list ${prefix}`, () => this.#list(prefix, options?.after ?? "", actor.name)),
      delete: (keys) => call(`delete ${keys.join(" ")}`, () => this.#delete(keys, actor.name)),
      deleteIf: (key, tag) => call(`delete ${key} if ${tag}`, () => this.#deleteIf(key, tag, actor.name)),
      startUpload: (key) => call(`start upload ${key}`, () => this.#startUpload(key)),
      uploadFile: (key, upload, path) => call(`upload ${key} ${upload}`, () => this.#uploadFile(key, upload, path)),
      completeUpload: (key, upload) => call(`complete ${key} ${upload}`, () => this.#completeUpload(key, upload, actor.name)),
      abortUpload: (key, upload) => call(`abort ${key} ${upload}`, () => void this.uploads.delete(upload)),
      listUploads: (prefix) => list(`list uploads ${prefix}`, () => this.#listUploads(prefix, actor.name)),
    };
  }

  /**
   * What stood below a prefix before then has been seen by whoever cleaned up. A coordinator that has lost its job may list
   * late and do nothing about it: of each one's last listing the earliest counts.
   */
  sweptAt(prefix: string): number {
    return Math.min(...(this.#listedAt.get(prefix)?.values() ?? []));
  }

  #noteListing(prefix: string, by: string): void {
    this.#listedAt.set(prefix, (this.#listedAt.get(prefix) ?? new Map<string, number>()).set(by, this.#world.now));
  }

  #get(key: string, range: ByteRange | undefined): Uint8Array {
    const object = this.objects.get(key);
    if (!object) throw new ExecutionError("OBJECT_NOT_FOUND", { key });
    return range ? object.bytes.slice(range.start, range.end) : object.bytes.slice();
  }

  #stat(key: string): TaggedStat | undefined {
    const object = this.objects.get(key);
    return object && { key, size: object.bytes.length, modified: object.modified, tag: tagOf(object.bytes) };
  }

  #put(key: string, bytes: Uint8Array, ifAbsent: boolean, by: string): boolean {
    if (ifAbsent && this.objects.has(key) && !this.fenceless) return false;
    this.objects.set(key, { bytes: new Uint8Array(bytes), modified: this.#world.now });
    this.onChange(key, by);
    return true;
  }

  #list(prefix: string, after: string, by: string): ObjectStat[] {
    // A listing that begins in the middle has not seen what is below the prefix.
    if (after === "") this.#noteListing(prefix, by);
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && compareKeys(key, after) > 0).sort(compareKeys);
    return keys.map((key) => {
      const { bytes, modified } = this.objects.get(key)!;
      return { key, size: bytes.length, modified };
    });
  }

  #delete(keys: readonly string[], by: string): void {
    for (const key of keys) if (this.objects.delete(key)) this.onChange(key, by);
  }

  #deleteIf(key: string, tag: string, by: string): boolean {
    const found = this.#stat(key);
    if (found && found.tag !== tag && !this.careless) return false;
    this.#delete([key], by);
    return true;
  }

  #startUpload(key: string): string {
    const upload = `upload-${++this.#uploads}`;
    this.uploads.set(upload, { key, upload, startedAt: this.#world.now });
    return upload;
  }

  #uploadFile(key: string, id: string, path: string): UploadedFile {
    const upload = this.uploads.get(id);
    const bytes = this.localFiles.get(path)!;
    if (!upload) throw new ExecutionError("OBJECT_NOT_FOUND", { key });
    upload.bytes = new Uint8Array(bytes);
    return { size: bytes.length, parts: [] };
  }

  #completeUpload(key: string, id: string, by: string): void {
    const upload = this.uploads.get(id);
    if (upload?.bytes) {
      this.objects.set(key, { bytes: upload.bytes, modified: this.#world.now });
      this.uploads.delete(id);
      this.completed.add(id);
      this.onChange(key, by);
    } else if (!this.completed.has(id)) throw new ExecutionError("OBJECT_NOT_FOUND", { key });
  }

  readonly completed = new Set<string>();

  #listUploads(prefix: string, by: string): PendingUpload[] {
    this.#noteListing(uploadsBelow(prefix), by);
    return [...this.uploads.values()].filter(({ key }) => key.startsWith(prefix));
  }
}

/** As S3's: of the content, so that two empty objects have the same. */
const tagOf = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

export const uploadsBelow = (prefix: string): string => `uploads of ${prefix}`;

const storeFaults: CallFaults = {
  unavailable: "storeUnavailable",
  lostAnswer: "storeAnswerLost",
  slow: "storeSlow",
  error: (what) => new RetryableError("STORE_UNAVAILABLE", { key: what, detail: "simulated" }),
};
