import type { TaskOutput } from "../../engine/task/message.ts";

/** What the tasks of a job's last stage wrote, in the order of their partitions, each as soon as it is final. Read once. */
export class TaskOutputs implements AsyncIterable<TaskOutput> {
  readonly #outputs: TaskOutput[] = [];
  #ended = false;
  #wake = Promise.withResolvers<void>();

  readonly add = (output: TaskOutput): void => {
    this.#outputs.push(output);
    this.#wake.resolve();
  };

  /** The job is over: `all` are its outputs, of which some may be known. A failed job has none. */
  end(all: readonly TaskOutput[]): void {
    this.#outputs.push(...all.slice(this.#outputs.length));
    this.#ended = true;
    this.#wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TaskOutput, void, undefined> {
    for (let next = 0; ; next++) {
      while (next >= this.#outputs.length) {
        if (this.#ended) return;
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
      }
      yield this.#outputs[next]!;
    }
  }
}
