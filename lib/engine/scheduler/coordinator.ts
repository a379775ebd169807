import { noUsage, type Usage, usageSince } from "../cost/usage.ts";
import type { Clock, Inbox, Random, TaskQueue } from "../ports/fabric.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { BlockRef, TaskMessage, TaskOutput } from "../task/message.ts";
import type { Command } from "./command.ts";
import { nextDeadline } from "./deadlines.ts";
import type { Happening, SchedulerEvent } from "./event.ts";
import { readMessage } from "./inbox-message.ts";
import type { JobSpec } from "./job-spec.ts";
import { Journal } from "./journal.ts";
import { type Letter, Mailbox } from "./mailbox.ts";
import { defaultOptions, type SchedulerOptions } from "./options.ts";
import { type PerformPorts, perform } from "./perform.ts";
import { type JobOutcome, outcomeOf, type Progress, progressOf } from "./progress.ts";
import { type JobState, newJob } from "./state.ts";
import { transition } from "./transition.ts";

export interface CoordinatorPorts {
  readonly store: ObjectStore;
  readonly queue: TaskQueue;
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly random: Random;
}

export interface JobRequest {
  readonly spec: JobSpec;
  readonly ports: CoordinatorPorts;
  /** Makes an attempt's message. `blocks` are what it reads of each input stage, by stage id; those without rows are left out. */
  readonly message: (
    stage: number,
    partition: number,
    attempt: number,
    memory: number,
    blocks: Readonly<Record<number, readonly BlockRef[]>>,
  ) => TaskMessage;
  readonly options?: SchedulerOptions;
  /** Calls of the inbox at once; several keep up with a queue that gives few messages a call. */
  readonly receivers?: number;
  /** Called after each batch of events. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called with what the last stage's tasks wrote, in the order of their partitions, each as soon as nothing can take it back. */
  readonly onOutput?: (output: TaskOutput) => void;
  /** What this coordinator itself has used since it began; absent where nobody bills it. */
  readonly usage?: () => Usage;
  /** Cancels the job. */
  readonly signal?: AbortSignal;
  /** Stops this coordinator between two batches and leaves the job to the next one. */
  readonly handOver?: AbortSignal;
  /** Another fold in place of `transition`; for tests that see a broken one caught. */
  readonly fold?: typeof transition;
}

/** Messages in one receive, how long it waits for them in ms, events in one segment, letters that may wait for the next turn. */
const RECEIVE_MAX = 100;
const RECEIVE_WAIT_MS = 20_000;
const MAX_BATCH = 2_000;
const MAX_LETTERS = 10_000;
/** Failures of the inbox in a row that stop the coordinator, and the waits between them in ms: about 45 s in all. */
const MAX_RECEIVE_FAILURES = 12;
const RECEIVE_BACKOFF_MS = 50;
const MAX_RECEIVE_BACKOFF_MS = 10_000;

/**
 * Runs a job to its end, or takes over one that another coordinator has left: its journal, if there is one, decides.
 * Each turn folds what happened into the state, appends it to the journal, and only then carries out what follows.
 *
 * The journal stays below `spec.prefix`, and so do the result's objects: who asked for the job deletes them.
 * Throws JOB_TAKEN_OVER where another coordinator has the job now, and what the store or the inbox throws when they stay
 * away for long; the job is not over then, and another call goes on with it.
 */
export async function runJob(request: JobRequest): Promise<JobOutcome> {
  const run = new JobRun(request);
  try {
    return await run.toEnd();
  } finally {
    run.stop();
  }
}

class JobRun {
  readonly #request: JobRequest;
  readonly #ports: CoordinatorPorts;
  readonly #performing: PerformPorts;
  readonly #journal: Journal;
  readonly #mailbox = new Mailbox();
  readonly #stopped = new AbortController();
  readonly #fold: typeof transition;
  /** As far as the journal has it. */
  #used = noUsage;
  /** Partitions of the last stage whose outputs `onOutput` has. */
  #given = 0;
  #alarm: { readonly at: number; readonly off: AbortController } | undefined;

  constructor(request: JobRequest) {
    const { ports, spec, message } = request;
    this.#request = request;
    this.#ports = ports;
    this.#fold = request.fold ?? transition;
    this.#journal = new Journal(ports, spec.prefix, spec.job);
    this.#performing = {
      store: ports.store,
      queue: ports.queue,
      clock: ports.clock,
      job: spec.job,
      message: ({ stage, partition, attempt, memory, blocks }) => message(stage, partition, attempt, memory, blocks),
    };
  }

  async toEnd(): Promise<JobOutcome> {
    const { spec, options = defaultOptions, handOver } = this.#request;
    const replayed = await this.#journal.replay(this.#fold);
    const over = replayed && outcomeOf(replayed);
    if (over) return over;
    let state = await this.#turn(replayed ?? newJob(spec, options), [
      { happening: replayed ? { kind: "recovered" } : { kind: "submitted", spec, options } },
    ]);
    this.#listen();
    for (;;) {
      const outcome = outcomeOf(state);
      if (outcome) return outcome;
      if (handOver?.aborted) return { kind: "handedOver" };
      this.#setAlarm(nextDeadline(state));
      state = await this.#turn(state, await this.#mailbox.take(MAX_BATCH));
    }
  }

  stop(): void {
    this.#stopped.abort();
    this.#alarm?.off.abort();
  }

  /** Folds a batch of letters, makes it last, and begins what follows from it. */
  async #turn(before: JobState, letters: readonly Letter[]): Promise<JobState> {
    let state = before;
    const events: SchedulerEvent[] = [];
    const commands: Command[] = [];
    const fold = (happening: Happening) => {
      const event = { at: this.#ports.clock.now(), random: this.#ports.random.next(), ...happening };
      const answer = this.#fold(state, event);
      state = answer.state;
      events.push(event);
      for (const command of answer.commands) commands.push(command);
    };
    // A job must begin with its submission.
    if (letters.length > 0 && state.phase.kind !== "submitted") this.#sayUsed(fold);
    for (const { happening } of letters) if (happening) fold(happening);
    if ((nextDeadline(state) ?? Number.POSITIVE_INFINITY) <= this.#ports.clock.now()) fold({ kind: "timer" });
    if (events.length > 0) await this.#journal.append(events);
    const receipts = letters.flatMap(({ receipt }) => (receipt === undefined ? [] : [receipt]));
    // Messages that stay come again, and change nothing.
    if (receipts.length > 0) void this.#ports.inbox.delete(receipts).catch(() => {});
    for (const command of commands) void perform(command, this.#performing).then((happenings) => this.#post(happenings));
    if (events.length > 0) this.#request.onProgress?.(progressOf(state));
    this.#giveOutputs(state);
    await this.#journal.snapshot(state);
    return state;
  }

  /** What reads an indeterminate stage may have to run again with other rows: its outputs are final with the job. */
  #giveOutputs({ stages, tasks }: JobState): void {
    const { onOutput, spec } = this.#request;
    const last = stages.at(-1);
    if (!onOutput || !last || spec.stages.slice(0, -1).some((stage) => stage.indeterminate)) return;
    for (; this.#given < last.partitions; this.#given++) {
      const { status, output } = tasks[last.first + this.#given]!;
      if (status !== "succeeded" || !output) return;
      onOutput(output);
    }
  }

  #sayUsed(fold: (happening: Happening) => void): void {
    const used = this.#request.usage?.();
    if (!used) return;
    fold({ kind: "used", usage: usageSince(this.#used, used) });
    this.#used = used;
  }

  #post(happenings: readonly Happening[]): void {
    if (happenings.length > 0) this.#mailbox.post(...happenings.map((happening) => ({ happening })));
  }

  #listen(): void {
    const { signal, handOver, receivers = 1 } = this.#request;
    const cancel = () => this.#post([{ kind: "cancelled", reason: String(signal?.reason) }]);
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { signal: this.#stopped.signal });
    handOver?.addEventListener("abort", () => this.#mailbox.ring(), { signal: this.#stopped.signal });
    for (let i = 0; i < receivers; i++) void this.#receive().catch((thrown: unknown) => this.#mailbox.fail(thrown));
  }

  async #receive(): Promise<void> {
    const { inbox, clock } = this.#ports;
    const { signal } = this.#stopped;
    for (let failures = 0; !signal.aborted; ) {
      try {
        const received = await inbox.receive(RECEIVE_MAX, RECEIVE_WAIT_MS, signal);
        if (received.length > 0)
          this.#mailbox.post(...received.map(({ receipt, message }) => ({ receipt, happening: readMessage(message) })));
        failures = 0;
      } catch (thrown) {
        if (signal.aborted) return;
        if (++failures >= MAX_RECEIVE_FAILURES) throw thrown;
        await clock.sleep(Math.min(MAX_RECEIVE_BACKOFF_MS, RECEIVE_BACKOFF_MS * 2 ** failures), signal);
      }
      if (this.#mailbox.size > MAX_LETTERS) await this.#mailbox.room();
    }
  }

  /** Rings at the next deadline. An alarm that is due before it may stay: it wakes the coordinator once for nothing. */
  #setAlarm(at: number | undefined): void {
    if (at === undefined || (this.#alarm && this.#alarm.at <= at)) return;
    this.#alarm?.off.abort();
    const alarm = { at, off: new AbortController() };
    this.#alarm = alarm;
    const ring = () => {
      if (this.#alarm !== alarm) return;
      this.#alarm = undefined;
      this.#mailbox.ring();
    };
    void this.#ports.clock.sleep(Math.max(0, at - this.#ports.clock.now()), alarm.off.signal).then(ring, () => {});
  }
}
