import type { Happening } from "./event.ts";

/** Something for the coordinator to fold, and the inbox's receipt for it where it came from there. */
export interface Letter {
  /** Absent where the inbox's message says nothing: it is only to be deleted. */
  readonly happening: Happening | undefined;
  readonly receipt?: string;
}

/** Where receivers, timers and carried-out commands leave what happened until the coordinator's next turn. */
export class Mailbox {
  #letters: Letter[] = [];
  #failure: { readonly thrown: unknown } | undefined;
  #arrived: () => void = () => {};
  #taken: () => void = () => {};

  get size(): number {
    return this.#letters.length;
  }

  post(...letters: readonly Letter[]): void {
    this.#letters.push(...letters);
    this.#arrived();
  }

  /** Wakes the coordinator without a letter. */
  ring(): void {
    this.#arrived();
  }

  /** Has the next `take` throw. */
  fail(thrown: unknown): void {
    this.#failure ??= { thrown };
    this.#arrived();
  }

  /** All letters, as soon as there are any, or none after a ring. */
  async take(atMost: number): Promise<readonly Letter[]> {
    if (this.#letters.length === 0 && !this.#failure) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
      this.#arrived = () => {};
    }
    if (this.#failure) throw this.#failure.thrown;
    const letters = this.#letters.splice(0, atMost);
    this.#taken();
    return letters;
  }

  /** Resolves once the coordinator has taken what was there. */
  async room(): Promise<void> {
    await new Promise<void>((resolve) => {
      const before = this.#taken;
      this.#taken = () => {
        this.#taken = () => {};
        before();
        resolve();
      };
    });
  }
}
