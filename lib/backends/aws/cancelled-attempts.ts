import { FirecrestError } from "../../engine/errors.ts";
import type { ObjectStore } from "../../engine/ports/object-store.ts";

/** `<prefix>/cancelled.json`: the attempts of a job that should stop. The coordinator writes it, tasks look at it. */

/** The latest that are kept: some 150 KB. Earlier ones have had the time to look, or end on their own. */
const MOST_CANCELLED = 10_000;

const keyOf = (prefix: string): string => `${prefix}/cancelled.json`;

export async function cancelledAttempts(prefix: string, store: ObjectStore): Promise<ReadonlySet<string>> {
  try {
    const attempts: unknown = JSON.parse(new TextDecoder().decode(await store.get(keyOf(prefix))));
    return new Set(Array.isArray(attempts) ? attempts : []);
  } catch (thrown) {
    if (thrown instanceof FirecrestError && thrown.condition === "OBJECT_NOT_FOUND") return new Set();
    throw thrown;
  }
}

/** One coordinator's account of them, begun with what coordinators before it have cancelled. Two at once may lose some: best effort. */
export class Cancellations {
  readonly #prefix: string;
  readonly #store: ObjectStore;
  #attempts: Set<string> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(prefix: string, store: ObjectStore) {
    this.#prefix = prefix;
    this.#store = store;
  }

  /** Calls run one after the other, so that the object only grows. */
  add(attempts: readonly string[]): Promise<void> {
    const written = this.#writing.then(() => this.#write(attempts));
    this.#writing = written.catch(() => {});
    return written;
  }

  async #write(attempts: readonly string[]): Promise<void> {
    this.#attempts ??= new Set(await cancelledAttempts(this.#prefix, this.#store));
    for (const attempt of attempts) this.#attempts.add(attempt);
    for (const oldest of this.#attempts) {
      if (this.#attempts.size <= MOST_CANCELLED) break;
      this.#attempts.delete(oldest);
    }
    await this.#store.put(keyOf(this.#prefix), new TextEncoder().encode(JSON.stringify([...this.#attempts])));
  }
}
