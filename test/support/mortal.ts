import type { Inbox } from "../../lib/engine/ports/fabric.ts";
import type { ObjectStore } from "../../lib/engine/ports/object-store.ts";

/** When a process dies: at its n-th call of the store, before the call has its effect or after. */
export interface Death {
  readonly call: number;
  readonly effect: "before" | "after";
}

const never = new Promise<never>(() => {});

/** What a process sees of the world until it dies: from then on no call is made and none is answered. */
export class Mortal {
  calls = 0;
  readonly died: Promise<void>;
  readonly #death: Death | undefined;
  #dead = false;
  #die: () => void = () => {};

  constructor(death?: Death) {
    this.#death = death;
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  store(inner: ObjectStore): ObjectStore {
    const call = <T>(make: () => Promise<T>): Promise<T> => this.#call(make);
    return {
      get: (key, range) => call(() => inner.get(key, range)),
      stat: (key) => call(() => inner.stat(key)),
      put: (key, bytes, options) => call(() => inner.put(key, bytes, options)),
      list: (prefix, options) => this.#list(() => inner.list(prefix, options)),
      delete: (keys) => call(() => inner.delete(keys)),
      deleteIf: (key, tag) => call(() => inner.deleteIf(key, tag)),
      startUpload: (key) => call(() => inner.startUpload(key)),
      uploadFile: (key, upload, path) => call(() => inner.uploadFile(key, upload, path)),
      completeUpload: (key, upload, file) => call(() => inner.completeUpload(key, upload, file)),
      abortUpload: (key, upload) => call(() => inner.abortUpload(key, upload)),
      ...(inner.listUploads ? { listUploads: (prefix: string) => this.#list(() => inner.listUploads!(prefix)) } : {}),
    };
  }

  /** Messages that only the dead have seen come again: none is taken from it once it is dead. */
  inbox(inner: Inbox): Inbox {
    return {
      receive: (max, waitMs, signal) => (this.#dead ? never : inner.receive(max, waitMs, signal)),
      delete: (receipts) => (this.#dead ? never : inner.delete(receipts)),
    };
  }

  async *#list<T>(list: () => AsyncIterable<T>): AsyncGenerator<T> {
    yield* await this.#call(() => Array.fromAsync(list()));
  }

  async #call<T>(make: () => Promise<T>): Promise<T> {
    if (this.#dead) return never;
    const due = this.#death?.call === ++this.calls;
    if (due && this.#death?.effect === "before") return this.#end();
    const value = await make();
    if (due) return this.#end();
    return this.#dead ? never : value;
  }

  #end(): Promise<never> {
    this.#dead = true;
    this.#die();
    return never;
  }
}
