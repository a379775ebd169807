/** Brings one job to its end, or to where `handOver` stops it. Must not throw. */
export type RunJob = (job: string, handOver: AbortSignal) => Promise<void>;

/**
 * Jobs of this process: at most `most` run at once, the others wait in the order in which they came. A job that is woken while it
 * waits or runs is there already.
 */
export class JobRunner {
  readonly #most: number;
  readonly #run: RunJob;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #closed = new AbortController();

  constructor(most: number, run: RunJob) {
    this.#most = most;
    this.#run = run;
  }

  /** Jobs that wait or run. */
  get size(): number {
    return this.#waiting.size + this.#running.size;
  }

  wake(job: string): void {
    if (this.#closed.signal.aborted || this.#running.has(job)) return;
    this.#waiting.add(job);
    this.#startNext();
  }

  /** Starts no more jobs and waits until those that run have been handed over. */
  async close(): Promise<void> {
    this.#closed.abort();
    this.#waiting.clear();
    await Promise.all(this.#running.values());
  }

  #startNext(): void {
    for (const job of this.#waiting) {
      if (this.#running.size >= this.#most) return;
      this.#waiting.delete(job);
      const run = this.#run(job, this.#closed.signal).finally(() => {
        this.#running.delete(job);
        this.#startNext();
      });
      this.#running.set(job, run);
    }
  }
}
