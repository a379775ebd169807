import { compareKeys } from "../../engine/ports/key-order.ts";
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

/**
 * The store of an embedded coordinator: files, but journals and programs in memory. Nobody can take a job over when this process is gone
 * (its workers end with it), so on disk they would only cost time. `inMemory` says which keys those are.
 */
export class JobStore implements ObjectStore {
  readonly #files: ObjectStore;
  readonly #memory: ObjectStore;
  readonly #inMemory: (key: string) => boolean;

  constructor(files: ObjectStore, memory: ObjectStore, inMemory: (key: string) => boolean) {
    this.#files = files;
    this.#memory = memory;
    this.#inMemory = inMemory;
  }

  get(key: string, range?: ByteRange): Promise<Uint8Array> {
    return this.#of(key).get(key, range);
  }
  stat(key: string): Promise<TaggedStat | undefined> {
    return this.#of(key).stat(key);
  }
  put(key: string, bytes: Uint8Array, options?: PutOptions): Promise<boolean> {
    return this.#of(key).put(key, bytes, options);
  }
  async hasFolder(path: string): Promise<boolean> {
    return (await this.#of(path).hasFolder?.(path)) ?? false;
  }
  async *list(prefix: string, options?: ListOptions): AsyncGenerator<ObjectStat> {
    if (this.#inMemory(prefix)) return yield* this.#memory.list(prefix, options);
    const kept: ObjectStat[] = [];
    for await (const object of this.#memory.list(prefix, options)) kept.push(object);
    for await (const object of this.#files.list(prefix, options)) {
      while (kept[0] && compareKeys(kept[0].key, object.key) < 0) yield kept.shift()!;
      yield object;
    }
    yield* kept;
  }
  async delete(keys: readonly string[]): Promise<void> {
    const [memory, files] = [keys.filter(this.#inMemory), keys.filter((key) => !this.#inMemory(key))];
    if (memory.length > 0) await this.#memory.delete(memory);
    if (files.length > 0) await this.#files.delete(files);
  }
  deleteIf(key: string, tag: string): Promise<boolean> {
    return this.#of(key).deleteIf(key, tag);
  }
  startUpload(key: string): Promise<string> {
    return this.#files.startUpload(key);
  }
  uploadFile(key: string, upload: string, path: string): Promise<UploadedFile> {
    return this.#files.uploadFile(key, upload, path);
  }
  completeUpload(key: string, upload: string, file: UploadedFile): Promise<void> {
    return this.#files.completeUpload(key, upload, file);
  }
  abortUpload(key: string, upload: string): Promise<void> {
    return this.#files.abortUpload(key, upload);
  }
  async *listUploads(prefix: string): AsyncGenerator<PendingUpload> {
    if (this.#files.listUploads) yield* this.#files.listUploads(prefix);
  }
  localPath(key: string): string | undefined {
    return this.#files.localPath?.(key);
  }

  #of(key: string): ObjectStore {
    return this.#inMemory(key) ? this.#memory : this.#files;
  }
}
