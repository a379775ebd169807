import type { SQSClient } from "@aws-sdk/client-sqs";
import { RetryableError } from "../../engine/errors.ts";
import type { Clock } from "../../engine/ports/fabric.ts";
import type { ObjectStore } from "../../engine/ports/object-store.ts";
import { insist, type Patience } from "../../engine/scheduler/insist.ts";
import type { TaskMessage, TaskReport } from "../../engine/task/message.ts";
import type { WorkerPool } from "../local/worker-pool.ts";
import { cancelledAttempts } from "./cancelled-attempts.ts";
import type { FunctionLog } from "./function-log.ts";
import { HeldMessage } from "./held-message.ts";
import { lostAttempt } from "./lost-attempt.ts";
import type { InboxSender } from "./sqs-inbox-sender.ts";
import type { QueuedDelivery, TaskDelivery } from "./task-delivery.ts";

export interface AttemptPorts {
  readonly sqs: SQSClient;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly pool: Pick<WorkerPool, "run" | "cancel">;
  readonly inbox: Pick<InboxSender, "send">;
  readonly queueUrl: (name: string) => Promise<string>;
  /** Names the function's execution environment. */
  readonly worker: string;
  readonly heartbeatMs: number;
  readonly log: FunctionLog;
}

/** Why an attempt is stopped before its end. */
type Stop = "cancelled" | "time is up" | "message lost";

/** Of a report, without which the coordinator learns of the end only by a time-out: some ten seconds. */
const REPORT_PATIENCE: Patience = { tries: 6, firstWaitMs: 300 };

/**
 * Runs one delivered attempt to its report, in a worker process, so that this one stays free to keep the message, to look
 * whether the attempt is still wanted, and to stop it in time: no user's code holds it up.
 *
 * Throws where the report could not be sent: then the delivery has failed, and comes again or goes to the dead letters.
 */
export async function runAttempt(delivery: TaskDelivery, deadline: number, ports: AttemptPorts): Promise<void> {
  const { message, queued } = delivery;
  const { inbox, clock, log } = ports;
  // Whoever had it before did not come to its end. It is told of at once: the same attempt again would hardly fare better.
  if (queued && queued.receiveCount > 1) {
    log("warn", `attempt ${message.id} was delivered ${queued.receiveCount} times; its worker counts as lost`);
    await insist(clock, REPORT_PATIENCE, () =>
      inbox.send(message.job, { kind: "task", report: lostAttempt(message, "it was delivered again") }),
    );
    return;
  }
  const held = queued && hold(queued, ports);
  try {
    await new AttemptRun(message, ports).toReport(deadline, held);
  } finally {
    await held?.release();
  }
}

function hold({ queueName, receiptHandle }: QueuedDelivery, ports: AttemptPorts): HeldMessage {
  const { sqs, clock, queueUrl, heartbeatMs, log } = ports;
  return new HeldMessage({
    sqs,
    clock,
    queueUrl: () => queueUrl(queueName),
    receiptHandle,
    heartbeatMs,
    log: (text) => log("warn", text),
  });
}

class AttemptRun {
  readonly #message: TaskMessage;
  readonly #ports: AttemptPorts;
  readonly #ended = new AbortController();
  readonly #startedAt: number;
  #stop: Stop | undefined;

  constructor(message: TaskMessage, ports: AttemptPorts) {
    this.#message = message;
    this.#ports = ports;
    this.#startedAt = ports.clock.now();
  }

  async toReport(deadline: number, held: HeldMessage | undefined): Promise<void> {
    const { clock, inbox, log } = this.#ports;
    const { job, id } = this.#message;
    const started = this.#tellStart(held?.first);
    held?.lost.addEventListener("abort", () => this.#end("message lost"), { once: true, signal: this.#ended.signal });
    void this.#watchTime(deadline);
    void this.#watchCancellation();
    const report = this.#judge(await this.#run());
    this.#ended.abort();
    const told = await insist(clock, REPORT_PATIENCE, () => inbox.send(job, { kind: "task", report }));
    if (told) log(report.outcome === "failed" ? "warn" : "info", this.#summary(report));
    else log("info", `attempt ${id}: the job is over, its report is dropped`);
    // The function is frozen once its handler returns.
    await started;
  }

  /**
   * The end is told in any case, so that a start that could not be costs nothing but time. Told once the message is held: who
   * has heard of a start need not fear that a death right after it stays hidden for long.
   */
  async #tellStart(held: Promise<void> | undefined): Promise<void> {
    await held;
    const { inbox, worker, log } = this.#ports;
    const { job, id, stage, partition, attempt } = this.#message;
    try {
      const told = await inbox.send(job, { kind: "task", report: { job, id, stage, partition, attempt, outcome: "started", worker } });
      if (!told) this.#end("cancelled");
    } catch (thrown) {
      log("warn", `attempt ${id}: its start was not told: ${text(thrown)}`);
    }
  }

  #run(): Promise<TaskReport> {
    return new Promise((resolve) => {
      // The start was told already: what the pool says of it comes later.
      this.#ports.pool.run(this.#message, (report) => report.outcome !== "started" && resolve(report));
    });
  }

  #end(why: Stop): void {
    if (this.#stop || this.#ended.signal.aborted) return;
    this.#stop = why;
    const { job, id } = this.#message;
    this.#ports.log("warn", `attempt ${id} is stopped: ${why}`);
    this.#ports.pool.cancel(new Set([id]), job);
  }

  /** Never throws, as the other watch. */
  async #watchTime(deadline: number): Promise<void> {
    const { clock } = this.#ports;
    await clock.sleep(Math.max(0, deadline - clock.now()), this.#ended.signal).then(
      () => this.#end("time is up"),
      () => {},
    );
  }

  /** Looks with each heartbeat whether the attempt was cancelled, or its job has ended and taken its program away. */
  async #watchCancellation(): Promise<void> {
    const { store, clock, heartbeatMs, log } = this.#ports;
    const { prefix, id, program } = this.#message;
    const { signal } = this.#ended;
    for (;;) {
      await clock.sleep(heartbeatMs, signal).catch(() => {});
      if (signal.aborted || this.#stop) return;
      try {
        const [cancelled, code] = await Promise.all([cancelledAttempts(prefix, store), store.stat(program)]);
        if (cancelled.has(id) || !code) this.#end("cancelled");
      } catch (thrown) {
        log("warn", `attempt ${id}: cannot see whether it is cancelled: ${text(thrown)}`);
      }
    }
  }

  /** What a report means, given that the attempt was stopped: an interrupted statement does not know why. */
  #judge(report: TaskReport): TaskReport {
    if (report.outcome !== "failed" || this.#stop !== "time is up") return report;
    const { id } = this.#message;
    const seconds = String(Math.round((this.#ports.clock.now() - this.#startedAt) / 1_000));
    return { ...report, error: new RetryableError("TASK_TIMEOUT", { attempt: id, seconds }).toJSON() };
  }

  #summary(report: TaskReport): string {
    const { id } = this.#message;
    if (report.outcome === "succeeded") {
      const { wallMs, rowsOut, peakMemory } = report.metrics;
      return `attempt ${id} gave ${rowsOut} rows in ${Math.round(wallMs)} ms; its worker's memory peaked at ${peakMemory >> 20} MiB`;
    }
    return `attempt ${id} ${report.outcome === "failed" ? `failed: ${report.error.condition}` : "started"}`;
  }
}

const text = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
