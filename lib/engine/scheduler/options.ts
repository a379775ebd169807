import type { Prices } from "../cost/prices.ts";
import { noUsage, type Usage } from "../cost/usage.ts";

/** The scheduler's bounds. They are journaled with the submission, so that every replay decides as the first run did. Times in ms. */
export interface SchedulerOptions {
  /** Failures of one task that fail the job; `spark.task.maxFailures`. */
  readonly maxTaskFailures: number;
  /** Runs of one task again because readers could not read what it wrote. */
  readonly maxTaskReruns: number;
  /** Failures and reruns of all tasks together that fail the job. */
  readonly maxJobRetries: number;
  /** Wait before the n-th retry: `firstMs * 2 ** (n - 1)`, at most `maxMs`, times a random factor in [0.5, 1). */
  readonly backoff: { readonly firstMs: number; readonly maxMs: number };
  /** An attempt that does not start in this time is given up; longer than any queueing that is no fault. */
  readonly startTimeoutMs: number;
  /** An attempt that started, and has neither ended nor reported its start again, is given up; longer than a worker's time limit. */
  readonly runTimeoutMs: number;
  /** Times that one attempt is sent to a throttling queue before it counts as failed. */
  readonly maxSends: number;
  /** Attempts in flight: begins at `initial`, grows by one with each start within `promptMs` of its launch, halves when throttled. */
  readonly window: { readonly initial: number; readonly max: number; readonly promptMs: number };
  /** Bytes, ascending. A task begins at the smallest that holds its stage's estimate; out of memory retries one up. */
  readonly memoryTiers: readonly number[];
  /** Blocks that one task may read: at up to 300 bytes each they must fit into a message of 1 MiB. */
  readonly maxBlocksPerTask: number;
  readonly maxTasks: number;
  /** Blocks that all tasks write together: at about 30 bytes each they are in the coordinator's state and its snapshots. */
  readonly maxBlocks: number;
  /** Tries of one commit step: about six minutes. */
  readonly maxStepTries: number;
  /** Tries of the clean-up, for which the job's answer waits: about ten seconds. */
  readonly maxCleanTries: number;
  /** Output files that one commit step completes, and so the most that a recovery completes again. */
  readonly commitBatch: number;
  /** Files that an overwrite may replace. */
  readonly maxReplacedFiles: number;
  /** How long the end of a job waits for attempts that it cancelled. */
  readonly drainMs: number;
  /** Events between snapshots of the journal; no fewer than the job has tasks, so that snapshots cost little. */
  readonly snapshotEvery: number;
  /** The job ends with JOB_TIMEOUT after this time. */
  readonly maxJobMs?: number;
  /** What usage costs; absent: nothing. */
  readonly prices?: Prices;
  /** US dollars. The job ends with JOB_COST_LIMIT before it has cost more; cost-cap.ts says what that rests on. */
  readonly maxDollars?: number;
  /** How long an attempt may run on after it should have stopped: until another coordinator takes a job over and tells it. */
  readonly cancelNoticeMs: number;
  /** Bytes of disk that each worker has. */
  readonly scratchBytes: number;
  /** The most that an attempt takes besides its time and its blocks, and the end of the job besides its files: held back from `maxDollars`. */
  readonly costReserve: { readonly attempt: Usage; readonly end: Usage };
  /** Copies of slow tasks; absent: none. */
  readonly speculation?: SpeculationOptions;
}

/** As `spark.speculation.*`, with the mean of the finished tasks' times instead of the median. */
export interface SpeculationOptions {
  readonly intervalMs: number;
  /** The share of a stage's tasks that must be done first. */
  readonly quantile: number;
  /** How many times slower than the mean a task must be. */
  readonly multiplier: number;
  readonly minTaskRuntimeMs: number;
}

export const defaultOptions: SchedulerOptions = {
  maxTaskFailures: 4,
  maxTaskReruns: 4,
  maxJobRetries: 1_000,
  backoff: { firstMs: 100, maxMs: 30_000 },
  startTimeoutMs: 5 * 60_000,
  runTimeoutMs: 16 * 60_000,
  maxSends: 100,
  window: { initial: 64, max: 1_000, promptMs: 2_000 },
  memoryTiers: [1769, 3538, 7076, 10_240].map((mebibytes) => mebibytes * 1024 * 1024),
  maxBlocksPerTask: 3_000,
  maxTasks: 100_000,
  maxBlocks: 5_000_000,
  maxStepTries: 20,
  maxCleanTries: 8,
  commitBatch: 500,
  maxReplacedFiles: 1_000_000,
  drainMs: 2_000,
  snapshotEvery: 2_000,
  cancelNoticeMs: 45_000,
  scratchBytes: 512 * 1024 * 1024,
  costReserve: {
    attempt: { ...noUsage, invocations: 1, storeReads: 1_000, storeWrites: 20, queueRequests: 50 },
    end: { ...noUsage, gbSeconds: 60, storeReads: 50, storeWrites: 50, queueRequests: 200 },
  },
};
