import { dollarsOf } from "../cost/cost.ts";
import { noPrices } from "../cost/prices.ts";
import { addUsage, noUsage, queueRequestsOf, runtimeUsage, type Usage } from "../cost/usage.ts";
import type { TaskOutput, TaskReport } from "../task/message.ts";
import type { SchedulerOptions } from "./options.ts";
import type { AttemptState, JobState, TaskState } from "./state.ts";

/**
 * What a job has spent, and what its attempts may still come to, in dollars. Sums only, so that each event costs the same
 * however many attempts are in flight. An attempt is charged by its report; one that ends without a report, until it was
 * given up, and what it may have used unseen counts as unreported: against the cap (cost-cap.ts), in no bill.
 */
export interface Spending {
  /** Of the stages' usage and the coordinator's. */
  spent: number;
  unreported: number;
  /** For attempts in flight: each message's reserve, and the time that cancelled ones had run. */
  held: number;
  /** For making the files of accepted attempts visible. */
  commit: number;
  /** What attempts in flight are expected to take, going by those before. It holds back launches, and nothing else. */
  expected: number;
  /** Attempts that run; their dollars a ms; and the sum of each one's dollars a ms times its start, in ms since the job began. */
  running: number;
  rate: number;
  offset: number;
}

export const noSpending: Spending = { spent: 0, unreported: 0, held: 0, commit: 0, expected: 0, running: 0, rate: 0, offset: 0 };

/** The report that an attempt ends with. */
export type FinalReport = Exclude<TaskReport, { readonly outcome: "started" }>;

const pricesOf = ({ prices = noPrices }: SchedulerOptions) => prices;

/** A block's reference in a task message, and the rest of the message, in bytes: about. */
const BLOCK_BYTES = 300;
const MESSAGE_BYTES = 2_000;
/** Reads of one block: the second is a hedge or a retry. */
const READS_PER_BLOCK = 2;

const blocksRead = (state: JobState, task: TaskState): number =>
  state.spec.stages[task.stage]!.inputs.reduce((sum, input) => sum + state.stages[input.stage]!.partitions, 0);

/** What each message of a task's next attempt may come to before its worker is heard of, or after it was told to stop. */
export function reserveOf(state: JobState, task: TaskState): number {
  const { options } = state;
  const time = runtimeUsage(options.memoryTiers[task.tier]!, options.scratchBytes, options.cancelNoticeMs);
  const blocks = { ...noUsage, storeReads: READS_PER_BLOCK * blocksRead(state, task) };
  return dollarsOf(addUsage(addUsage(time, options.costReserve.attempt), blocks), pricesOf(options));
}

/** What the next attempt of a task is expected to take, going by those of its stage that succeeded. */
export function expectedOf({ options, stages }: JobState, task: TaskState): number {
  const { runMs, runs } = stages[task.stage]!;
  return rateOf(options, task.tier) * (runs > 0 ? runMs / runs : options.cancelNoticeMs);
}

/** Dollars a ms. */
const rateOf = (options: SchedulerOptions, tier: number): number =>
  dollarsOf(runtimeUsage(options.memoryTiers[tier]!, options.scratchBytes, 1), pricesOf(options));

/** An attempt is launched; its first message goes out. */
export function holdFor(state: JobState, attempt: AttemptState): void {
  state.spending.expected += attempt.expected;
  holdAgain(state, attempt);
}

/** A message of the attempt goes out, perhaps beside one that arrived. */
export function holdAgain({ spending }: JobState, attempt: AttemptState): void {
  attempt.arrivals++;
  spending.held += attempt.reserve;
}

/** The queue surely did not take the attempt's last message. */
export function releaseRefused({ spending }: JobState, attempt: AttemptState): void {
  attempt.arrivals--;
  spending.held -= attempt.reserve;
}

export function beginAccrual({ spending, options, begunAt }: JobState, { tier, startedAt }: AttemptState): void {
  const rate = rateOf(options, tier);
  spending.running++;
  spending.rate += rate;
  spending.offset += rate * (startedAt - begunAt);
}

function endAccrual({ spending, options, begunAt }: JobState, { tier, startedAt }: AttemptState): void {
  const rate = rateOf(options, tier);
  spending.running--;
  spending.rate -= rate;
  spending.offset -= rate * (startedAt - begunAt);
  // Sums of fractions drift; here they are known.
  if (spending.running === 0) Object.assign(spending, { rate: 0, offset: 0 });
}

/** Another worker has begun the attempt, so the one before is lost: it is charged until now. */
export function chargeLostWorker(state: JobState, task: TaskState, attempt: AttemptState, at: number): void {
  const { memoryTiers, scratchBytes } = state.options;
  endAccrual(state, attempt);
  charge(state, task, { ...runtimeUsage(memoryTiers[attempt.tier]!, scratchBytes, ranMs(attempt, at)), invocations: 1, queueRequests: 1 });
}

/** An attempt was told to stop: what it takes from now on is its notice. */
export function stopAccrual(state: JobState, attempt: AttemptState, at: number): void {
  attempt.ranMs = ranMs(attempt, at);
  if (attempt.status === "started") endAccrual(state, attempt);
  state.spending.held += rateOf(state.options, attempt.tier) * attempt.ranMs;
}

/** Milliseconds that an attempt is known to have run. Coordinators' clocks differ, so that it may seem to end before its start. */
const ranMs = ({ status, ranMs: known, startedAt }: AttemptState, at: number): number =>
  known ?? (status === "started" ? Math.max(0, at - startedAt) : 0);

/** Charges an attempt that has ended, by its report where there is one, and lets go of what was held for it. */
export function settle(state: JobState, task: TaskState, attempt: AttemptState, at: number, report?: FinalReport): void {
  const { spending, options } = state;
  if (attempt.status === "started") endAccrual(state, attempt);
  spending.held -= attempt.arrivals * attempt.reserve + rateOf(options, attempt.tier) * (attempt.ranMs ?? 0);
  spending.expected -= attempt.expected;
  const explained = report?.metrics ? 1 : 0;
  spending.unreported += Math.max(0, attempt.arrivals - explained) * attempt.reserve;
  charge(state, task, usageOf(state, task, attempt, at, report));
}

function charge({ stages, spending, options }: JobState, task: TaskState, usage: Usage): void {
  const stage = stages[task.stage]!;
  stage.usage = addUsage(stage.usage, usage);
  spending.spent += dollarsOf(usage, pricesOf(options));
}

function usageOf(state: JobState, task: TaskState, attempt: AttemptState, at: number, report: FinalReport | undefined): Usage {
  const { memoryTiers, scratchBytes } = state.options;
  const ms = report?.metrics?.billedMs ?? ranMs(attempt, at);
  const began = report !== undefined || ms > 0;
  // A worker's trigger receives and deletes the message; the worker sends two reports.
  const message = queueRequestsOf(MESSAGE_BYTES + BLOCK_BYTES * blocksRead(state, task)) + 1;
  const reports = (began ? 1 : 0) + (report ? queueRequestsOf(reportBytes(report)) : 0);
  return {
    ...runtimeUsage(memoryTiers[attempt.tier]!, scratchBytes, ms),
    invocations: began ? 1 : 0,
    storeReads: report?.metrics?.storeReads ?? 0,
    storeWrites: report?.metrics?.storeWrites ?? 0,
    queueRequests: attempt.arrivals * message + reports,
  };
}

/** Bytes of a report, about: as JSON, each partition's offset, row count and checksum take up to 40 characters. */
function reportBytes(report: FinalReport): number {
  return MESSAGE_BYTES + (report.outcome === "succeeded" ? outputBytes(report.output) : 0);
}

function outputBytes(output: TaskOutput): number {
  switch (output.kind) {
    case "shuffle":
      return 40 * output.rows.length;
    case "result":
      return output.inline?.length ?? 0;
    case "files":
      return output.files.reduce((sum, { file }) => sum + BLOCK_BYTES + 50 * file.parts.length, 0);
    case "broadcast":
      return 0;
  }
}

/** With nothing in flight nothing is held; the sums' drift ends here. */
export function settleAll({ spending }: JobState): void {
  Object.assign(spending, { held: 0, expected: 0 });
}

/** Holds what completing an accepted attempt's files takes, or lets go of it where the output is lost (`sign` -1). */
export function holdCommit({ spending, options }: JobState, output: TaskOutput | undefined, sign: 1 | -1): void {
  if (output?.kind === "files") spending.commit += sign * output.files.length * pricesOf(options).storeWrite;
}

/** Charges what the coordinator itself has used. */
export function chargeCoordinator(state: JobState, usage: Usage): void {
  state.coordinatorUsage = addUsage(state.coordinatorUsage, usage);
  state.spending.spent += dollarsOf(usage, pricesOf(state.options));
}

/** The most that the job may have come to by then, and would still come to if it were stopped, but for its end. */
export const exposureAt = ({ spending: s, begunAt }: JobState, at: number): number =>
  s.spent + s.unreported + s.held + s.commit + s.rate * (at - begunAt) - s.offset;

/** What the end of a job takes besides: the coordinator's last minute, the clean-up. */
export const endReserve = ({ options }: JobState): number => dollarsOf(options.costReserve.end, pricesOf(options));
