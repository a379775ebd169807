/** Results by key, the least recently asked for forgotten first. A failure is not kept. */
export class Memory {
  readonly #most: number;
  readonly #kept = new Map<string, Promise<unknown>>();

  constructor(most: number) {
    this.#most = most;
  }

  readonly remember = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const known = this.#kept.get(key) as Promise<T> | undefined;
    const value = known ?? make();
    this.#kept.delete(key);
    this.#kept.set(key, value);
    if (this.#kept.size > this.#most) this.#kept.delete(this.#kept.keys().next().value!);
    if (!known) value.catch(() => this.#kept.delete(key));
    return value;
  };
}
