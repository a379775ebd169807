import { ExecutionError, RetryableError } from "../engine/errors.ts";
import type { ObjectStore } from "../engine/ports/object-store.ts";

/** Versions of an object that stay: whoever is further behind than this when it writes has read a stale state for very long. */
const KEPT_VERSIONS = 16;
/** Attempts of a change whose object others keep changing. */
const MOST_ATTEMPTS = 50;
/** Objects that one listing gives at most: a statement shows them all. */
const MOST_LISTED = 100_000;

/** What a dropped object's last version takes: `null`; no object is as small. */
const DROPPED_BYTES = 4;

/** The newest version of an object; `value` is undefined where it was dropped or never was. */
interface Latest<T> {
  readonly version: number;
  readonly value: T | undefined;
}

/**
 * JSON objects with atomic changes on a store that only knows put-if-absent: each change writes the next version under a key of its own,
 * so of two changes to one version one fails and begins again. A dropped object is a version with `null`.
 *
 *     prefix/name/000000000001.json   { "schema": "default", ... }
 *     prefix/name/000000000002.json   null
 */
export class VersionedObjects<T> {
  readonly #store: Pick<ObjectStore, "get" | "put" | "list" | "delete">;
  readonly #prefix: string;

  /** `prefix` without a slash at the end. */
  constructor(store: Pick<ObjectStore, "get" | "put" | "list" | "delete">, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  async get(name: string): Promise<T | undefined> {
    return (await this.#latest(name)).value;
  }

  /** Names below a folder of names (`default/`), or all; a name is one folder deeper. Sorted. */
  async names(folder = ""): Promise<readonly string[]> {
    const found = new Set<string>();
    // Versions of one name come in their order, so the last one counts.
    for await (const { key, size } of this.#store.list(`${this.#prefix}/${folder}`)) {
      const name = key.slice(this.#prefix.length + 1, key.lastIndexOf("/"));
      if (size > DROPPED_BYTES) found.add(name);
      else found.delete(name);
      if (found.size > MOST_LISTED)
        throw new ExecutionError("INTERNAL_ERROR", { message: `more than ${MOST_LISTED} objects below ${this.#prefix}/${folder}` });
    }
    return [...found].sort();
  }

  /** Writes what `change` makes of the object; undefined drops it. Gives what was written. `change` may run again. */
  async change(name: string, change: (value: T | undefined) => T | undefined): Promise<T | undefined> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const { version, value } = await this.#latest(name);
      const changed = change(value);
      if (changed === undefined && value === undefined) return undefined;
      const bytes = new TextEncoder().encode(JSON.stringify(changed ?? null));
      if (!(await this.#store.put(this.#key(name, version + 1), bytes, { ifAbsent: true }))) continue;
      if (version + 1 > KEPT_VERSIONS) await this.#store.delete([this.#key(name, version + 1 - KEPT_VERSIONS)]);
      return changed;
    }
    throw new RetryableError("STORE_UNAVAILABLE", { key: this.#key(name, 0), detail: "others keep changing it." });
  }

  async #latest(name: string): Promise<Latest<T>> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      let newest: string | undefined;
      for await (const { key } of this.#store.list(`${this.#prefix}/${name}/`)) newest = key;
      if (newest === undefined) return { version: 0, value: undefined };
      try {
        const value = JSON.parse(new TextDecoder().decode(await this.#store.get(newest))) as T | null;
        return { version: Number(newest.slice(newest.lastIndexOf("/") + 1, -".json".length)), value: value ?? undefined };
      } catch (thrown) {
        if (!(thrown instanceof ExecutionError && thrown.condition === "OBJECT_NOT_FOUND")) throw thrown;
      }
    }
    throw new RetryableError("STORE_UNAVAILABLE", { key: this.#key(name, 0), detail: "others keep changing it." });
  }

  #key(name: string, version: number): string {
    return `${this.#prefix}/${name}/${String(version).padStart(12, "0")}.json`;
  }
}
