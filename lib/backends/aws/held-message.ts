import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "../../engine/ports/fabric.ts";

export interface HoldOptions {
  readonly sqs: SQSClient;
  readonly clock: Clock;
  /** Asked for with each renewal; whoever gives it keeps it. */
  readonly queueUrl: () => Promise<string>;
  readonly receiptHandle: string;
  /** The message stays hidden for three of these, and is renewed every one. */
  readonly heartbeatMs: number;
  readonly log: (message: string) => void;
}

/** How many heartbeats a message stays hidden: one renewal may fail, and the next still comes in time. */
const HEARTBEATS_HIDDEN = 3;
/** Waits between tries of a renewal: a share of the heartbeat. */
const TRIES_A_HEARTBEAT = 5;

/**
 * Keeps a received message from being given to others, for as long as its holder lives: dead holders are noticed within three
 * heartbeats, however long the queue itself would have waited. `lost` tells that it may be somebody else's now.
 */
export class HeldMessage {
  readonly #options: HoldOptions;
  readonly #lost = new AbortController();
  readonly #released = new AbortController();
  readonly #renewing: Promise<void>;
  #settleFirst: () => void = () => {};
  /** Settles after the first renewal, whether it succeeded or not: from then on a dead holder is noticed soon. */
  readonly first = new Promise<void>((resolve) => {
    this.#settleFirst = resolve;
  });

  constructor(options: HoldOptions) {
    this.#options = options;
    this.#renewing = this.#renew();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Stops renewing. The message stays hidden for what is left of its time. */
  async release(): Promise<void> {
    this.#released.abort();
    await this.#renewing;
  }

  async #renew(): Promise<void> {
    const { clock, heartbeatMs, log } = this.#options;
    const { signal } = this.#released;
    let hiddenUntil = clock.now() + heartbeatMs * HEARTBEATS_HIDDEN;
    while (!signal.aborted) {
      const asked = clock.now();
      const failure = await this.#extend();
      this.#settleFirst();
      if (failure === undefined) hiddenUntil = asked + heartbeatMs * HEARTBEATS_HIDDEN;
      else if (failure === "gone" || clock.now() >= hiddenUntil) {
        log("the message of this invocation is no longer held");
        this.#lost.abort();
        return;
      }
      const wait = failure === undefined ? heartbeatMs : heartbeatMs / TRIES_A_HEARTBEAT;
      await clock.sleep(wait, signal).catch(() => {});
    }
  }

  /** undefined where it succeeded. */
  async #extend(): Promise<"gone" | "failed" | undefined> {
    const { sqs, queueUrl, receiptHandle, heartbeatMs, log } = this.#options;
    const seconds = Math.ceil((heartbeatMs * HEARTBEATS_HIDDEN) / 1_000);
    try {
      const input = { QueueUrl: await queueUrl(), ReceiptHandle: receiptHandle, VisibilityTimeout: seconds };
      await sqs.send(new ChangeMessageVisibilityCommand(input), { abortSignal: this.#released.signal });
      return undefined;
    } catch (thrown) {
      if (this.#released.signal.aborted) return undefined;
      const name = (thrown as Error).name;
      log(`a heartbeat failed: ${name}`);
      return GONE.has(name) ? "gone" : "failed";
    }
  }
}

/** The message was deleted, is visible again, or its queue is gone. */
const GONE = new Set([
  "MessageNotInflight",
  "ReceiptHandleIsInvalid",
  "InvalidParameterValue",
  "InvalidParameterValueException",
  "QueueDoesNotExist",
]);
