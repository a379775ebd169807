import type { Inbox, InboxMessage, Received } from "../../engine/ports/fabric.ts";

/** An inbox within one process: messages come once and in order. */
export class MemoryInbox implements Inbox {
  readonly #messages: Received[] = [];
  #next = 0;
  #wake: (() => void) | undefined;

  put(message: InboxMessage): void {
    this.#messages.push({ receipt: String(this.#next++), message });
    this.#wake?.();
  }

  async receive(max: number, waitMs: number, signal?: AbortSignal): Promise<readonly Received[]> {
    if (this.#messages.length === 0) await this.#arrival(waitMs, signal);
    return this.#messages.splice(0, max);
  }

  async delete(): Promise<void> {}

  #arrival(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      signal?.addEventListener("abort", done);
      this.#wake = done;
      if (signal?.aborted) done();
    });
  }
}
