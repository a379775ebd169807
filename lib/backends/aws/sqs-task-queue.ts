import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { ExecutionError, RetryableError } from "../../engine/errors.ts";
import type { Clock, Random, TaskQueue } from "../../engine/ports/fabric.ts";
import { inParallel } from "../../engine/scheduler/parallel.ts";
import type { TaskMessage, TaskReport } from "../../engine/task/message.ts";
import type { Cancellations } from "./cancelled-attempts.ts";
import type { DirectLane, Envelope } from "./direct-lane.ts";
import { MAX_MESSAGE_BYTES, messageBody, packBatches } from "./sqs-batches.ts";
import { queueError, queueName } from "./sqs-errors.ts";
import { UnstartedAttempts } from "./unstarted-attempts.ts";

/** The ways to the functions of one memory tier. */
export interface TierRoute {
  readonly memoryMiB: number;
  readonly queueUrl: string;
  readonly lane: DirectLane;
}

export interface SqsTaskQueueOptions {
  readonly sqs: SQSClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Ascending by memory. */
  readonly routes: readonly TierRoute[];
  readonly cancellations: Cancellations;
  readonly log: (message: string) => void;
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
  readonly #unstarted = new Map<TierRoute, UnstartedAttempts>();

  constructor(options: SqsTaskQueueOptions) {
    this.#options = options;
  }

  /**
   * Throws JOB_TOO_LARGE (terminal) for a message that SQS cannot carry, before any is sent. Where SQS goes on refusing some, it
   * throws for all: those that it took come a second time then, which their readers bear.
   */
  async send(messages: readonly TaskMessage[]): Promise<void> {
    const { job } = messages[0] ?? {};
    if (job === undefined) return;
    const envelopes = Map.groupBy(messages.map(envelopeOf), ({ memory }) => this.#routeOf(memory));
    await inParallel([...envelopes], this.#options.routes.length, async ([route, ofTier]) => {
      const rest = await route.lane.take(ofTier);
      await this.#enqueue(rest, route.queueUrl, job);
      this.#unstartedOf(route, job).sent(rest);
    });
  }

  /** Takes notice of what an attempt reports of itself. */
  note(report: Pick<TaskReport, "id" | "outcome">): void {
    for (const { lane } of this.#options.routes) lane.note(report);
    for (const unstarted of this.#unstarted.values()) unstarted.forget(report.id);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#unstarted.values()].map((unstarted) => unstarted.close()));
  }

  async cancel(_job: string, attempts: readonly string[]): Promise<void> {
    // An attempt that was given up may never report its end.
    for (const { lane } of this.#options.routes) for (const attempt of attempts) lane.ended(attempt);
    for (const unstarted of this.#unstarted.values()) for (const attempt of attempts) unstarted.forget(attempt);
    await this.#options.cancellations.add(attempts);
  }

  /** The smallest tier that has the memory, or the largest. */
  #routeOf(memory: number): TierRoute {
    const { routes } = this.#options;
    return routes.find(({ memoryMiB }) => memoryMiB * 1024 ** 2 >= memory) ?? routes.at(-1)!;
  }

  #unstartedOf(route: TierRoute, job: string): UnstartedAttempts {
    const known = this.#unstarted.get(route);
    if (known) return known;
    const { sqs, clock, log } = this.#options;
    const { queueUrl } = route;
    const made = new UnstartedAttempts({ sqs, clock, queueUrl, log, send: (envelopes) => this.#enqueue(envelopes, queueUrl, job) });
    this.#unstarted.set(route, made);
    return made;
  }

  #enqueue(envelopes: readonly Envelope[], queueUrl: string, job: string): Promise<void> {
    return inParallel(packBatches(envelopes), CALLS, (batch) => this.#sendBatch(batch, queueUrl, job));
  }

  async #sendBatch(batch: readonly Envelope[], queueUrl: string, job: string): Promise<void> {
    const { clock, random } = this.#options;
    let left = batch;
    for (let n = 1; ; n++) {
      const refused = await this.#sendOnce(left, queueUrl, job);
      if (refused.length === 0) return;
      left = refused.map(({ Id }) => left[Number(Id)]!);
      const detail = `${queueName(queueUrl)} refused ${left.length} messages: ${refused[0]!.Code} ${refused[0]!.Message ?? ""}`;
      if (n >= TRIES) throw new RetryableError("THROTTLED", { detail });
      await clock.sleep(FIRST_WAIT_MS * 2 ** (n - 1) * (0.5 + random.next() / 2));
    }
  }

  async #sendOnce(batch: readonly Envelope[], queueUrl: string, job: string): Promise<readonly Refused[]> {
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

function envelopeOf(task: TaskMessage): Envelope & { readonly memory: number } {
  const body = messageBody({ task });
  if (body.bytes > MAX_MESSAGE_BYTES)
    throw new ExecutionError("JOB_TOO_LARGE", {
      what: `the message of task attempt ${task.id} (${body.bytes} bytes)`,
      limit: `${MAX_MESSAGE_BYTES} bytes`,
      advice: "Give each task less to read: fewer, larger files, or other partitions (spark.sql.shuffle.partitions).",
    });
  return { ...body, attempt: task.id, memory: task.memory };
}
