import { readFile } from "node:fs/promises";
import { ExecutionError } from "../engine/errors.ts";
import { compareKeys } from "../engine/ports/key-order.ts";
import type {
  ByteRange,
  ListOptions,
  ObjectStat,
  ObjectStore,
  PendingUpload,
  PutOptions,
  TaggedStat,
  UploadedFile,
} from "../engine/ports/object-store.ts";

/** What was asked of a store, for tests and cost estimates. */
export interface RequestCounts {
  get: number;
  put: number;
  list: number;
  delete: number;
  /** Bytes that `get` gave. */
  bytesRead: number;
}

interface Stored {
  readonly bytes: Uint8Array;
  readonly modified: number;
  readonly tag: string;
}

interface Upload {
  readonly key: string;
  /** Once the file was sent. */
  readonly bytes?: Uint8Array;
}

/** Objects in memory under any key, `memory://...` by custom. `now` dates them. */
export class MemoryStore implements ObjectStore {
  readonly requests: RequestCounts = { get: 0, put: 0, list: 0, delete: 0, bytesRead: 0 };
  readonly #objects = new Map<string, Stored>();
  readonly #uploads = new Map<string, Upload>();
  readonly #now: () => number;
  #nextUpload = 1;
  #nextTag = 1;

  constructor(now: () => number = () => 0) {
    this.#now = now;
  }

  /** An object's bytes as they are, at once; not to be changed, and not counted. */
  peek(key: string): Uint8Array | undefined {
    return this.#objects.get(key)?.bytes;
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array> {
    const { bytes } = this.#objects.get(key) ?? missing(key);
    this.requests.get++;
    const part = new Uint8Array(bytes.subarray(range?.start ?? 0, range?.end ?? bytes.length));
    this.requests.bytesRead += part.length;
    return part;
  }

  async stat(key: string): Promise<TaggedStat | undefined> {
    this.requests.get++;
    const object = this.#objects.get(key);
    return object && { key, size: object.bytes.length, modified: object.modified, tag: object.tag };
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions = {}): Promise<boolean> {
    this.requests.put++;
    if (options.ifAbsent && this.#objects.has(key)) return false;
    this.#set(key, bytes.slice());
    return true;
  }

  async *list(prefix: string, { after = "" }: ListOptions = {}): AsyncGenerator<ObjectStat> {
    this.requests.list++;
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix) && compareKeys(key, after) > 0).sort(compareKeys);
    for (const key of keys) {
      const object = this.#objects.get(key);
      if (object) yield { key, size: object.bytes.length, modified: object.modified };
    }
  }

  async delete(keys: readonly string[]): Promise<void> {
    this.requests.delete++;
    for (const key of keys) this.#objects.delete(key);
  }

  async deleteIf(key: string, tag: string): Promise<boolean> {
    this.requests.delete++;
    const object = this.#objects.get(key);
    if (object && object.tag !== tag) return false;
    this.#objects.delete(key);
    return true;
  }

  async startUpload(key: string): Promise<string> {
    this.requests.put++;
    const upload = String(this.#nextUpload++);
    this.#uploads.set(upload, { key });
    return upload;
  }

  async uploadFile(key: string, upload: string, path: string): Promise<UploadedFile> {
    if (!this.#uploads.has(upload)) throw new ExecutionError("OBJECT_NOT_FOUND", { key: `upload ${upload}` });
    this.requests.put++;
    const bytes = new Uint8Array(await readFile(path));
    this.#uploads.set(upload, { key, bytes });
    return { size: bytes.length, parts: [] };
  }

  async completeUpload(key: string, upload: string): Promise<void> {
    this.requests.put++;
    const bytes = this.#uploads.get(upload)?.bytes;
    if (bytes) {
      this.#set(key, bytes);
      this.#uploads.delete(upload);
    } else if (!this.#objects.has(key)) {
      throw new ExecutionError("OBJECT_NOT_FOUND", { key: `upload ${upload} of ${key}` });
    }
  }

  async abortUpload(_key: string, upload: string): Promise<void> {
    this.requests.delete++;
    this.#uploads.delete(upload);
  }

  async *listUploads(prefix: string): AsyncGenerator<PendingUpload> {
    this.requests.list++;
    for (const [upload, { key }] of this.#uploads) if (key.startsWith(prefix)) yield { key, upload };
  }

  #set(key: string, bytes: Uint8Array): void {
    this.#objects.set(key, { bytes, modified: this.#now(), tag: String(this.#nextTag++) });
  }
}

const missing = (key: string): never => {
  throw new ExecutionError("OBJECT_NOT_FOUND", { key });
};
