import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { RetryableError } from "../../engine/errors.ts";
import type { Clock, Inbox, InboxMessage, Received } from "../../engine/ports/fabric.ts";
import { inParallel } from "../../engine/scheduler/parallel.ts";
import type { TaskReport } from "../../engine/task/message.ts";
import { MAX_BATCH, MAX_MESSAGE_BYTES } from "./sqs-batches.ts";
import { isMissingQueue, queueError, queueName } from "./sqs-errors.ts";

export interface SqsInboxOptions {
  readonly sqs: SQSClient;
  readonly clock: Clock;
  readonly queueUrl: string;
  /** Told of each report before the coordinator is. */
  readonly onReport?: (report: Pick<TaskReport, "id" | "outcome">) => void;
  readonly log: (message: string) => void;
}

/** Reports that no coordinator has read in this time are lost; by then the attempts' own deadlines have passed. */
const RETENTION_SECONDS = 4 * 3600;
/** A coordinator that dies between reading and its journal has them given out again so long after. */
const VISIBILITY_SECONDS = 10;
/** The longest poll of SQS, and how much longer its answer may take, ms. */
const MAX_WAIT_SECONDS = 20;
const ANSWER_MS = 10_000;
const DELETE_CALLS = 4;
const DELETE_TRIES = 3;
const DELETE_WAIT_MS = 200;

/** Makes a job's inbox, or finds it. Gives its URL. */
export async function createInbox(sqs: SQSClient, name: string): Promise<string> {
  const attributes = {
    MessageRetentionPeriod: String(RETENTION_SECONDS),
    VisibilityTimeout: String(VISIBILITY_SECONDS),
    MaximumMessageSize: String(MAX_MESSAGE_BYTES),
    SqsManagedSseEnabled: "true",
  };
  try {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return QueueUrl!;
  } catch (thrown) {
    // An earlier version of Firecrest has made it, with other attributes.
    if ((thrown as Error).name !== "QueueNameExists") throw queueError(name, thrown);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return QueueUrl!;
  }
}

/** Removes a job's inbox with what is in it. One that is gone is no error. */
export async function removeInbox(sqs: SQSClient, name: string): Promise<void> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  } catch (thrown) {
    if (!isMissingQueue(thrown)) throw queueError(name, thrown);
  }
}

/**
 * A job's inbox. Where the queue is gone, calls fail as if it did not answer: the coordinator that another has overtaken ends
 * with that, and if the job is not over the next one makes the queue again.
 */
export class SqsInbox implements Inbox {
  readonly #options: SqsInboxOptions;

  constructor(options: SqsInboxOptions) {
    this.#options = options;
  }

  async receive(max: number, waitMs: number, signal?: AbortSignal): Promise<readonly Received[]> {
    const messages = await this.#receive(Math.min(max, MAX_BATCH), Math.min(MAX_WAIT_SECONDS, Math.floor(waitMs / 1_000)), signal);
    const received: Received[] = [];
    const unreadable: string[] = [];
    for (const { Body, ReceiptHandle } of messages) {
      const message = parse(Body);
      if (!message) unreadable.push(ReceiptHandle!);
      else {
        // Its shape is checked by the scheduler (inbox-message.ts).
        received.push({ receipt: ReceiptHandle!, message: message as unknown as InboxMessage });
        this.#tell(message);
      }
    }
    if (unreadable.length > 0) await this.#drop(unreadable);
    return received;
  }

  /** Tries each a few times; throws where some stay, which then come again. */
  async delete(receipts: readonly string[]): Promise<void> {
    const batches = Array.from({ length: Math.ceil(receipts.length / MAX_BATCH) }, (_, i) =>
      receipts.slice(i * MAX_BATCH, (i + 1) * MAX_BATCH),
    );
    await inParallel(batches, DELETE_CALLS, (batch) => this.#deleteBatch(batch));
  }

  async #receive(count: number, seconds: number, signal: AbortSignal | undefined): Promise<readonly Message[]> {
    const { sqs, queueUrl } = this.#options;
    if (signal?.aborted) return [];
    try {
      const command = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: count, WaitTimeSeconds: seconds });
      const options = { requestTimeout: seconds * 1_000 + ANSWER_MS, ...(signal ? { abortSignal: signal } : {}) };
      const { Messages = [] } = await sqs.send(command, options);
      return Messages;
    } catch (thrown) {
      if (signal?.aborted) return [];
      throw queueError(queueUrl, thrown);
    }
  }

  #tell(message: Readonly<Record<string, unknown>>): void {
    const { report } = message as { report?: Partial<TaskReport> | null };
    if (typeof report?.id === "string" && report.outcome) this.#options.onReport?.({ id: report.id, outcome: report.outcome });
  }

  async #drop(receipts: readonly string[]): Promise<void> {
    const { queueUrl, log } = this.#options;
    log(`${queueName(queueUrl)} held ${receipts.length} messages that are not JSON; they are dropped`);
    await this.delete(receipts).catch((thrown: unknown) => log(`they will come again: ${String(thrown)}`));
  }

  async #deleteBatch(batch: readonly string[]): Promise<void> {
    const { sqs, queueUrl, clock } = this.#options;
    let left = batch;
    for (let n = 1; ; n++) {
      const entries = left.map((receipt, i) => ({ Id: String(i), ReceiptHandle: receipt }));
      const { Failed = [] } = await sqs
        .send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }))
        .catch((thrown: unknown) => Promise.reject(queueError(queueUrl, thrown)));
      if (Failed.length === 0) return;
      left = Failed.map(({ Id }) => left[Number(Id)]!);
      if (n >= DELETE_TRIES)
        throw new RetryableError("QUEUE_UNAVAILABLE", {
          queue: queueName(queueUrl),
          detail: `${left.length} messages stay: ${Failed[0]!.Code}`,
        });
      await clock.sleep(DELETE_WAIT_MS * n);
    }
  }
}

function parse(body: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const message: unknown = JSON.parse(body ?? "");
    return typeof message === "object" && message !== null ? (message as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
