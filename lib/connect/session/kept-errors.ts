import { randomUUID } from "node:crypto";

/** As Spark's server keeps: the youngest of a session. */
const MOST = 20;

/** Errors that were told a client in short, until it asks for the whole. */
export class KeptErrors {
  readonly #errors = new Map<string, unknown>();

  /** Gives the id to ask by. */
  keep(error: unknown): string {
    const id = randomUUID();
    this.#errors.set(id, error);
    if (this.#errors.size > MOST) this.#errors.delete(this.#errors.keys().next().value!);
    return id;
  }
  /** Each once. */
  take(id: string): unknown {
    const error = this.#errors.get(id);
    this.#errors.delete(id);
    return error;
  }
}
