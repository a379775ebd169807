import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { ExecutionError, RetryableError } from "../../engine/errors.ts";
import type { Clock, Random, TaskQueue } from "../../engine/ports/fabric.ts";
import { inParallel } from "../../engine/scheduler/parallel.ts";
import type { TaskMessage } from "../../engine/task/message.ts";
import type { TaskTier } from "./aws-settings.ts";
import type { Cancellations } from "./cancelled-attempts.ts";
import type { DirectLane, Envelope } from "./direct-lane.ts";
import { MAX_MESSAGE_BYTES, messageBody, packBatches } from "./sqs-batches.ts";
import { queueError, queueName } from "./sqs-errors.ts";

export interface SqsTaskQueueOptions {
  readonly sqs: SQSClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Ascending by memory. */
  readonly tiers: readonly TaskTier[];
  readonly lane: DirectLane;
  readonly cancellations: Cancellations;
}

/** Calls of SQS at once. */
const CALLS = 16;
/** Tries of what SQS refuses out of a batch it otherwise takes, and the longest first wait between them, which doubles: about 3 s in all. */
const TRIES = 6;
const FIRST_WAIT_MS = 100;

/**
 * One job's way to the task functions: directly while the fleet grows, else by the queue of the memory tier. Attempts of all
 * jobs share the queues; the job is the message group, so that SQS gives each its turn.
 */
export class SqsTaskQueue implements TaskQueue {
  readonly #options: SqsTaskQueueOptions;

  constructor(options: SqsTaskQueueOptions) {
    this.#options = options;
  }

  /**
   * Throws JOB_TOO_LARGE (terminal) for a message that SQS cannot carry, before any is sent. Where SQS goes on refusing some, it
   * throws for all: those that it took come a second time then, which their readers bear.
   */
  async send(messages: readonly TaskMessage[]): Promise<void> {
    const rest = await this.#options.lane.take(messages.map((message) => this.#envelope(message)));
    const byQueue = Object.values(Object.groupBy(rest, ({ queueUrl }) => queueUrl)) as Envelope[][];
    const batches = byQueue.flatMap(packBatches<Envelope>);
    const job = messages[0]?.job;
    if (job) await inParallel(batches, CALLS, (batch) => this.#sendBatch(batch, job));
  }

  async cancel(_job: string, attempts: readonly string[]): Promise<void> {
    // An attempt that was given up may never report its end.
    for (const attempt of attempts) this.#options.lane.ended(attempt);
    await this.#options.cancellations.add(attempts);
  }

  #envelope(task: TaskMessage): Envelope {
    const body = messageBody({ task });
    if (body.bytes > MAX_MESSAGE_BYTES)
      throw new ExecutionError("JOB_TOO_LARGE", {
        what: `the message of task attempt ${task.id} (${body.bytes} bytes)`,
        limit: `${MAX_MESSAGE_BYTES} bytes`,
        advice: "Give each task less to read: fewer, larger files, or other partitions (spark.sql.shuffle.partitions).",
      });
    const { tiers } = this.#options;
    const { functionName, queueUrl } = tiers.find(({ memoryMiB }) => memoryMiB * 1024 ** 2 >= task.memory) ?? tiers.at(-1)!;
    return { ...body, attempt: task.id, functionName, queueUrl };
  }

  async #sendBatch(batch: readonly Envelope[], job: string): Promise<void> {
    const { clock, random } = this.#options;
    let left = batch;
    for (let n = 1; ; n++) {
      const refused = await this.#sendOnce(left, job);
      if (refused.length === 0) return;
      left = refused.map(({ Id }) => left[Number(Id)]!);
      const detail = `${queueName(batch[0]!.queueUrl)} refused ${left.length} messages: ${refused[0]!.Code} ${refused[0]!.Message ?? ""}`;
      if (n >= TRIES) throw new RetryableError("THROTTLED", { detail });
      await clock.sleep(FIRST_WAIT_MS * 2 ** (n - 1) * (0.5 + random.next() / 2));
    }
  }

  async #sendOnce(batch: readonly Envelope[], job: string): Promise<readonly Refused[]> {
    const { queueUrl } = batch[0]!;
    const entries = batch.map(({ body }, i) => ({ Id: String(i), MessageBody: body, MessageGroupId: job }));
    try {
      const { Failed = [] } = await this.#options.sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
      return Failed;
    } catch (thrown) {
      throw queueError(queueUrl, thrown);
    }
  }
}

type Refused = { readonly Id?: string | undefined; readonly Code?: string | undefined; readonly Message?: string | undefined };
