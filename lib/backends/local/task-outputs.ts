import { ExecutionError } from "../../engine/errors.ts";
import type { EarlyPage } from "../../engine/result/pages.ts";
import type { TaskOutput } from "../../engine/task/message.ts";

/** A page of a task that still runs, or all that a task wrote, the pages that were taken before included. */
export type Taken = { readonly kind: "page"; readonly page: EarlyPage } | { readonly kind: "output"; readonly output: TaskOutput };

/**
 * What the tasks of a job's last stage write, in the order of their partitions, each as soon as it is final, and before that page by page
 * where pages are told. Read once.
 */
export class TaskOutputs implements AsyncIterable<Taken> {
  readonly #outputs: TaskOutput[] = [];
  /** By partition the pages of the attempt that told last. */
  readonly #early = new Map<number, EarlyPage[]>();
  /** The partition that is read. */
  #next = 0;
  #ended = false;
  #wake = Promise.withResolvers<void>();

  readonly add = (output: TaskOutput): void => {
    this.#outputs.push(output);
    this.#wake.resolve();
  };

  /** Another attempt's pages take the place of those of one that has failed. */
  readonly addPage = (partition: number, page: EarlyPage): void => {
    if (partition < this.#next) return;
    const pages = this.#early.get(partition);
    if (pages?.[0]?.key === page.key) pages.push(page);
    else this.#early.set(partition, [page]);
    this.#wake.resolve();
  };

  /** The job is over: `all` are its outputs, of which some may be known. A failed job has none. */
  end(all: readonly TaskOutput[]): void {
    this.#outputs.push(...all.slice(this.#outputs.length));
    this.#ended = true;
    this.#wake.resolve();
  }

  /** Throws WORKER_LOST where an attempt has failed of which pages were taken: the next one may have its rows in another order. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Taken, void, undefined> {
    for (; ; this.#next++) {
      const output = yield* this.#partition();
      if (!output) return;
      this.#early.delete(this.#next);
    }
  }

  /** What is read of one partition. Gives whether there was one. */
  async *#partition(): AsyncGenerator<Taken, boolean, undefined> {
    let from: string | undefined;
    let given = 0;
    for (;;) {
      const output = this.#outputs[this.#next];
      const early = this.#early.get(this.#next) ?? [];
      const key = output ? keyOf(output) : early[0]?.key;
      if (from !== undefined && key !== undefined && key !== from) throw repeated(from);
      if (output) {
        yield { kind: "output", output };
        return true;
      }
      const page = early[given];
      if (page) {
        from = page.key;
        given += 1;
        yield { kind: "page", page };
      } else if (this.#ended) return false;
      else {
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
      }
    }
  }
}

/** Whatever was small enough to have no object of its own had no page either. */
const keyOf = (output: TaskOutput): string => ("key" in output && output.key !== undefined ? output.key : "");

const repeated = (key: string): ExecutionError =>
  new ExecutionError("WORKER_LOST", {
    attempt: key.split("/").slice(-3).join("."),
    reason: "its first rows had been read, and another attempt may have others",
  });
