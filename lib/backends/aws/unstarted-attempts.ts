import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "../../engine/ports/fabric.ts";
import type { TaskReport } from "../../engine/task/message.ts";
import type { Envelope } from "./direct-lane.ts";
import { queueName } from "./sqs-errors.ts";

export interface UnstartedAttemptsOptions {
  readonly sqs: SQSClient;
  readonly clock: Clock;
  readonly queueUrl: string;
  /** Puts attempts into the queue once more. */
  readonly send: (envelopes: readonly Envelope[]) => Promise<void>;
  readonly log: (message: string) => void;
}

/** Between two looks, and how long an attempt may be without a start before one looks for it, in ms: a cold start takes a few seconds. */
const LOOK_MS = 5_000;
const OVERDUE_MS = 10_000;
/** Times that an attempt is sent once more. */
const MAX_SENDS = 3;
/** Of the messages that are kept for it; what goes beyond waits for the queue. */
const MAX_BYTES = 64 * 1024 * 1024;

interface Unstarted {
  readonly envelope: Envelope;
  sentAt: number;
  sends: number;
}

/**
 * Attempts that went by a queue and have not started. A function that dies before its first sign of life leaves its message hidden
 * for the queue's whole visibility timeout, which AWS wants longer than any function runs. So where nothing waits in the
 * queue any more and an attempt has not started, it is sent once more: two starts of an attempt do no harm.
 */
export class UnstartedAttempts {
  readonly #options: UnstartedAttemptsOptions;
  readonly #unstarted = new Map<string, Unstarted>();
  readonly #closed = new AbortController();
  #bytes = 0;
  #looking: Promise<void> | undefined;

  constructor(options: UnstartedAttemptsOptions) {
    this.#options = options;
  }

  /** Attempts were sent to the queue. */
  sent(envelopes: readonly Envelope[]): void {
    for (const envelope of envelopes) {
      if (this.#unstarted.has(envelope.attempt) || this.#bytes + envelope.bytes > MAX_BYTES) continue;
      this.#unstarted.set(envelope.attempt, { envelope, sentAt: this.#options.clock.now(), sends: 0 });
      this.#bytes += envelope.bytes;
    }
    if (this.#unstarted.size > 0) this.#looking ??= this.#look();
  }

  /** An attempt has started, ended, or is given up. */
  forget(attempt: TaskReport["id"]): void {
    this.#bytes -= this.#unstarted.get(attempt)?.envelope.bytes ?? 0;
    this.#unstarted.delete(attempt);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#closed;
    while (this.#unstarted.size > 0 && !signal.aborted) {
      await clock.sleep(LOOK_MS, signal).catch(() => {});
      const overdue = signal.aborted ? [] : this.#overdue();
      if (overdue.length > 0) await this.#sendAgain(overdue);
    }
    this.#looking = undefined;
  }

  #overdue(): readonly Unstarted[] {
    const before = this.#options.clock.now() - OVERDUE_MS;
    return [...this.#unstarted.values()].filter(({ sentAt, sends }) => sentAt < before && sends < MAX_SENDS);
  }

  /** What fails here is tried again at the next look. */
  async #sendAgain(overdue: readonly Unstarted[]): Promise<void> {
    const { clock, queueUrl, send, log } = this.#options;
    try {
      if (await this.#isWaiting()) return;
      log(`${overdue.length} attempts left ${queueName(queueUrl)} and did not start: they are sent once more`);
      await send(overdue.map(({ envelope }) => envelope));
      for (const attempt of overdue) {
        attempt.sentAt = clock.now();
        attempt.sends++;
      }
    } catch (thrown) {
      log(`attempts that did not start could not be sent once more: ${String(thrown)}`);
    }
  }

  /** Whether messages of any job wait in the queue: then an attempt that has not started may be one of them. */
  async #isWaiting(): Promise<boolean> {
    const { sqs, queueUrl } = this.#options;
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["ApproximateNumberOfMessages"] });
    const { Attributes } = await sqs.send(command);
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0) > 0;
  }
}
