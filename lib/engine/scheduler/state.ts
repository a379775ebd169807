import { noUsage, type Usage } from "../cost/usage.ts";
import type { SerializedError } from "../errors.ts";
import type { PendingUpload } from "../ports/object-store.ts";
import type { TaskMetrics, TaskOutput } from "../task/message.ts";
import type { CommitStep } from "./command.ts";
import { type JobSpec, taskCount } from "./job-spec.ts";
import type { SchedulerOptions } from "./options.ts";
import { noSpending, type Spending } from "./spending.ts";
import type { Timer } from "./timers.ts";

/**
 * All that a coordinator knows of its job: fold(transition, events). Plain JSON, linear in tasks; a snapshot is its text.
 *
 * It is changed in place, because persistent maps would cost more than the events themselves at thousands of completions a
 * second. The fold owns it: nobody else writes to it, and the same events always give the same state and commands.
 */
export interface JobState {
  readonly spec: JobSpec;
  readonly options: SchedulerOptions;
  /** When it was submitted, in ms since 1970. */
  begunAt: number;
  phase: Phase;
  readonly stages: StageState[];
  /** Every stage's tasks, one stage after the other. A task's index here names it in timers and queues. */
  readonly tasks: TaskState[];
  /** Indexes of tasks to launch, first in first out from `readyHead`; may hold tasks that are no longer ready. */
  readonly ready: number[];
  readyHead: number;
  /** A heap by `at` (timers.ts); may hold timers that no longer matter. */
  readonly timers: Timer[];
  /** Attempts in flight that count against the window, and how many may. */
  inFlight: number;
  window: number;
  /** The window is not halved again before then. */
  calmUntil: number;
  /** Cancelled attempts that may still run. */
  strays: number;
  /** Failures and reruns of all tasks. */
  retries: number;
  /** Stages that nobody reads and that are not complete. */
  openSinks: number;
  /** Numbers the commit steps and clean-ups issued. */
  ordinal: number;
  /** Uploads that nobody will complete, each under `key upload`. */
  readonly losers: Record<string, PendingUpload>;
  readonly spending: Spending;
  /** Of all coordinators, as far as they said. */
  coordinatorUsage: Usage;
}

/**
 *     submitted --> running --> committing --> draining --> cleaning --> finished
 *                      |          (files)          ^
 *                      +---------------------------+  failed, cancelled, or nothing to commit
 *
 * `draining` waits, for a bounded time, until cancelled attempts have ended. From `committing` on (after its survey) a
 * cancellation comes too late.
 */
export type Phase =
  | { readonly kind: "submitted" }
  | { readonly kind: "running" }
  | Committing
  | { readonly kind: "draining"; readonly verdict: Verdict; readonly until: number }
  | Cleaning
  | { readonly kind: "finished"; readonly verdict: Verdict };
export type PhaseKind = Phase["kind"];

export interface Committing extends StepState {
  readonly kind: "committing";
  step: CommitStep;
  /** The first task whose files are in the current batch, and the first whose files are not. */
  from: number;
  to: number;
  replaced: readonly string[];
  /** Tag of the `_SUCCESS` that was there before. */
  marker?: string;
  /** Why the commit is taken back. */
  verdict?: Verdict;
}
export interface Cleaning extends StepState {
  readonly kind: "cleaning";
  readonly verdict: Verdict;
  /** Whether an upload turned up that the clean-up in progress does not know. */
  again: boolean;
}
interface StepState {
  /** Of the command in progress. */
  ordinal: number;
  tries: number;
  /** When the step is tried again; absent while it is in progress. */
  retryAt?: number;
}

export type Verdict =
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed"; readonly error: SerializedError }
  | { readonly kind: "cancelled"; readonly reason: string };

/**
 *     waiting --> running --> complete
 *        ^          | ^          |
 *        +----------+ +----------+
 *     an input lost a block    a reader could not read a task's output
 *
 * Follows from the counts: complete where all tasks are done, else waiting where an input is not complete (`stageStatus`).
 */
export interface StageState {
  readonly id: number;
  /** Index of its first task. */
  readonly first: number;
  readonly partitions: number;
  /** Stages that read it. */
  readonly consumers: readonly number[];
  /** Inputs that are not complete. */
  missing: number;
  done: number;
  /** Tasks that wait for the inputs. */
  parked: number[];
  failures: number;
  inFlight: number;
  /** Milliseconds and number of finished runs, for speculation. */
  runMs: number;
  runs: number;
  /** Of all accepted attempts. */
  metrics: TaskMetrics;
  /** Of all attempts that have ended: also failed ones, and lost ones until they were given up. */
  usage: Usage;
}
export type StageStatus = "waiting" | "running" | "complete";

/**
 *     parked --> ready --> running --> succeeded
 *       ^ ^        ^         |  |         |
 *       | |        +-backoff-+  |         |
 *       | +---------------------+         |
 *       +---------------------------------+  output lost
 *
 * A success of any of its attempts is accepted in every state before `succeeded`.
 */
export interface TaskState {
  readonly index: number;
  readonly stage: number;
  readonly partition: number;
  status: "parked" | "ready" | "running" | "backoff" | "succeeded";
  /** Attempts in flight. */
  attempts: AttemptState[];
  nextAttempt: number;
  /** Successes of earlier attempts are no longer accepted: their output was lost, or their input has changed. */
  minAttempt: number;
  failures: number;
  reruns: number;
  /** Index into the memory tiers. */
  tier: number;
  /** When a task in backoff becomes ready. */
  retryAt: number;
  /** The accepted attempt and what it wrote. */
  winner?: number;
  output?: TaskOutput;
}

/**
 *     sent --> started --> (reported or given up: forgotten)
 *     |  ^        |              ^
 *     v  |        v              |
 *    unsent   cancelled ---------+
 */
export interface AttemptState {
  readonly number: number;
  status: "sent" | "unsent" | "started" | "cancelled";
  sends: number;
  readonly launchedAt: number;
  startedAt: number;
  /** When it is given up, or (unsent) sent again. */
  deadline: number;
  /** When its timer is due: not after the deadline. */
  timerAt: number;
  /** Index of the memory tier that it was given. */
  readonly tier: number;
  /** Messages of it that may have arrived: each may have a worker run it. */
  arrivals: number;
  /** Dollars held for each of them, and that the attempt is expected to take besides (spending.ts). */
  readonly reserve: number;
  readonly expected: number;
  /** Who runs it, once its start was heard of. */
  worker?: string;
  /** Of a cancelled attempt: how long it is known to have run until then. */
  ranMs?: number;
}

export const stageStatus = (stage: StageState): StageStatus =>
  stage.done === stage.partitions ? "complete" : stage.missing > 0 ? "waiting" : "running";

/** Whether a job may still be ended from outside: once files become visible that comes too late. */
export const mayBeStopped = (phase: Phase): boolean =>
  phase.kind === "submitted" || phase.kind === "running" || (phase.kind === "committing" && phase.step === "survey");

export const attemptId = (task: TaskState, attempt: number): string => `${task.stage}.${task.partition}.${attempt}`;

/** A job of which nothing has happened yet. One with too many tasks, which submission.ts refuses, gets none. */
export function newJob(spec: JobSpec, options: SchedulerOptions): JobState {
  const tooLarge = taskCount(spec) > options.maxTasks;
  const tasks: TaskState[] = [];
  const stages = spec.stages.map((given, id): StageState => {
    const stage = tooLarge ? { ...given, partitions: 0 } : given;
    const first = tasks.length;
    const tier = firstTier(stage.memoryEstimate ?? 0, options.memoryTiers);
    for (let partition = 0; partition < stage.partitions; partition++) tasks.push(newTask(tasks.length, id, partition, tier));
    return {
      id,
      first,
      partitions: stage.partitions,
      consumers: spec.stages.flatMap((other, i) => (other.inputs.some((input) => input.stage === id) ? [i] : [])),
      missing: new Set(stage.inputs.filter((input) => (spec.stages[input.stage]?.partitions ?? 0) > 0).map((input) => input.stage)).size,
      done: 0,
      parked: Array.from({ length: stage.partitions }, (_, partition) => first + partition),
      failures: 0,
      inFlight: 0,
      runMs: 0,
      runs: 0,
      metrics: noMetrics,
      usage: noUsage,
    };
  });
  return {
    spec,
    options,
    begunAt: 0,
    phase: { kind: "submitted" },
    stages,
    tasks,
    ready: [],
    readyHead: 0,
    timers: [],
    inFlight: 0,
    window: options.window.initial,
    calmUntil: 0,
    strays: 0,
    retries: 0,
    openSinks: stages.filter((stage) => stage.consumers.length === 0 && stage.partitions > 0).length,
    ordinal: 0,
    losers: {},
    spending: { ...noSpending },
    coordinatorUsage: noUsage,
  };
}

const newTask = (index: number, stage: number, partition: number, tier: number): TaskState => ({
  index,
  stage,
  partition,
  status: "parked",
  attempts: [],
  nextAttempt: 0,
  minAttempt: 0,
  failures: 0,
  reruns: 0,
  tier,
  retryAt: 0,
});

function firstTier(estimate: number, tiers: readonly number[]): number {
  const found = tiers.findIndex((bytes) => bytes >= estimate);
  return found < 0 ? tiers.length - 1 : found;
}

export const noMetrics: TaskMetrics = {
  wallMs: 0,
  billedMs: 0,
  cpuMs: 0,
  rowsIn: 0,
  rowsOut: 0,
  bytesRead: 0,
  bytesShuffleRead: 0,
  bytesWritten: 0,
  requests: 0,
  storeReads: 0,
  storeWrites: 0,
  peakMemory: 0,
  spilledBytes: 0,
};
