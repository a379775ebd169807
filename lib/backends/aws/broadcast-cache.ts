import type { ByteRange } from "../../engine/ports/object-store.ts";
import { S3Store, type S3StoreOptions } from "./s3-store.ts";

/** Every task of a stage reads the whole of a broadcast: what writes one is named so (run-task.ts). */
const BROADCAST = /\.broadcast$/;

/**
 * The store of a warm worker: pieces of broadcasts stay in memory for the tasks that follow, the latest used last to go. They
 * are never out of date: a key is written by one attempt, and its readers check what they get.
 */
export class BroadcastCache extends S3Store {
  readonly #maxBytes: number;
  readonly #pieces = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(options: S3StoreOptions, maxBytes: number) {
    super(options);
    this.#maxBytes = maxBytes;
  }

  override async get(key: string, range?: ByteRange): Promise<Uint8Array> {
    if (!BROADCAST.test(key)) return super.get(key, range);
    const name = range ? `${key} ${range.start}-${range.end}` : key;
    const piece = this.#pieces.get(name) ?? (await super.get(key, range));
    this.#keep(name, piece);
    return piece;
  }

  #keep(name: string, piece: Uint8Array): void {
    if (piece.byteLength > this.#maxBytes) return;
    this.#drop(name);
    this.#pieces.set(name, piece);
    this.#bytes += piece.byteLength;
    for (const oldest of this.#pieces.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#drop(oldest);
    }
  }

  #drop(name: string): void {
    this.#bytes -= this.#pieces.get(name)?.byteLength ?? 0;
    this.#pieces.delete(name);
  }
}
