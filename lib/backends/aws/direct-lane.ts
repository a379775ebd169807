import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { inParallel } from "../../engine/scheduler/parallel.ts";
import type { TaskReport } from "../../engine/task/message.ts";
import { afterQueueing, afterRefusal, directShare, newRamp, type Ramp } from "./ramp.ts";
import type { SizedBody } from "./sqs-batches.ts";

/** One attempt on its way to a function. */
export interface Envelope extends SizedBody {
  readonly attempt: string;
}

export interface DirectLaneOptions {
  readonly lambda: LambdaClient;
  readonly functionName: string;
  /** Most invocations of the function at once. */
  readonly most: number;
  readonly now: () => number;
  readonly log: (message: string) => void;
}

/** Asynchronous invocations of more bytes are billed, and throttled, as several. */
const MAX_DIRECT_BYTES = 256 * 1024;
/** Invocations under way at once: each is a request of some 20 ms. */
const CALLS = 32;

/**
 * Invokes the task function of one tier without its queue, as far as the ramp allows. Lambda keeps what it accepted in a queue of its own, and
 * tells the dead letters what it gave up. What is unaccounted for is forgotten with this coordinator: the next one may send as
 * many again, which the functions' own concurrency bounds.
 */
export class DirectLane {
  readonly #options: DirectLaneOptions;
  /** Attempts that went this way and have not ended; at most `most`. */
  readonly #unaccounted = new Set<string>();
  /** Those of them that have not started, and when they were sent (ms), the earliest first. */
  readonly #waiting = new Map<string, number>();
  #ramp: Ramp = newRamp;

  constructor(options: DirectLaneOptions) {
    this.#options = options;
  }

  /** Sends what may go this way and gives the rest, which is for the queue. */
  async take(envelopes: readonly Envelope[]): Promise<readonly Envelope[]> {
    const { most, now } = this.#options;
    const small = envelopes.filter(({ bytes }) => bytes <= MAX_DIRECT_BYTES);
    const load = { count: this.#unaccounted.size, waitingSince: this.#waiting.values().next().value };
    const direct = small.slice(0, directShare(this.#ramp, now(), small.length, load, most));
    // Counted before they are sent: another batch may be on its way at the same time.
    for (const { attempt } of direct) {
      this.#unaccounted.add(attempt);
      this.#waiting.set(attempt, now());
    }
    const taken = new Set(direct);
    const refused: Envelope[] = [];
    await inParallel(direct, CALLS, async (envelope) => {
      if (!(await this.#invoke(envelope))) refused.push(envelope);
    });
    const rest = [...refused, ...envelopes.filter((envelope) => !taken.has(envelope))];
    if (rest.length > 0) this.#ramp = afterQueueing(this.#ramp, now());
    return rest;
  }

  /** Takes notice of what an attempt reports of itself. */
  note({ id, outcome }: Pick<TaskReport, "id" | "outcome">): void {
    if (outcome === "started") this.#waiting.delete(id);
    else this.ended(id);
  }

  /** An attempt has ended, or is given up. */
  ended(attempt: string): void {
    this.#waiting.delete(attempt);
    this.#unaccounted.delete(attempt);
  }

  async #invoke({ attempt, body }: Envelope): Promise<boolean> {
    const { lambda, functionName, now, log } = this.#options;
    if (now() < this.#ramp.closedUntil) return this.#refuse(attempt);
    try {
      await lambda.send(new InvokeCommand({ FunctionName: functionName, InvocationType: "Event", Payload: Buffer.from(body) }));
      return true;
    } catch (thrown) {
      // Those that were under way with it say the same.
      if (now() >= this.#ramp.closedUntil)
        log(`${functionName} was not invoked directly: ${thrown instanceof Error ? thrown.name : String(thrown)}`);
      this.#ramp = afterRefusal(this.#ramp, now());
      return this.#refuse(attempt);
    }
  }

  #refuse(attempt: string): false {
    this.ended(attempt);
    return false;
  }
}
