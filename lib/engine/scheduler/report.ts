import { ExecutionError } from "../errors.ts";
import type { BlockRef, TaskReport } from "../task/message.ts";
import { conclude } from "./commit.ts";
import { dispatch, forget, growWindow } from "./dispatch.ts";
import { end, endDrain } from "./ending.ts";
import type { EventOf } from "./event.ts";
import { accept, fits, loseUploads, rollBackReaders, withdraw } from "./outputs.ts";
import { countRerun, failTask, rest, spendRetry } from "./retry.ts";
import { beginAccrual, chargeLostWorker } from "./spending.ts";
import { type AttemptState, attemptId, type TaskState } from "./state.ts";
import { specOf, type Turn } from "./turn.ts";

type Succeeded = Extract<TaskReport, { readonly outcome: "succeeded" }>;
type Failed = Extract<TaskReport, { readonly outcome: "failed" }>;

/** Answers a report while the job runs. One of an unknown task, or of an attempt that was never launched, changes nothing. */
export function onReport(turn: Turn, { report }: EventOf<"report">): void {
  const task = taskOf(turn, report);
  if (!task) return;
  const attempt = task.attempts.find(({ number }) => number === report.attempt);
  if (report.outcome === "started") onStarted(turn, task, attempt, report.worker);
  else {
    if (attempt) forget(turn, task, attempt, report);
    if (report.outcome === "succeeded") onSucceeded(turn, task, report);
    // A report of an attempt that was cancelled or given up says nothing about those that go on.
    else if (attempt && attempt.status !== "cancelled") onFailed(turn, task, report);
  }
  if (turn.state.phase.kind === "running") dispatch(turn);
}

/** Answers a report when the outcome of the job no longer depends on it. */
export function onLateReport(turn: Turn, { report }: EventOf<"report">): void {
  const task = taskOf(turn, report);
  if (!task || report.outcome === "started") return;
  const attempt = task.attempts.find(({ number }) => number === report.attempt);
  if (attempt) forget(turn, task, attempt, report);
  if (report.outcome === "succeeded") loseUploads(turn.state, report.output, task.output);
  endDrain(turn);
}

function taskOf(turn: Turn, report: TaskReport): TaskState | undefined {
  const stage = turn.state.stages[report.stage];
  const { partition, attempt } = report;
  if (report.job !== turn.state.spec.job || !stage || !(partition >= 0 && partition < stage.partitions)) return undefined;
  const task = turn.state.tasks[stage.first + partition];
  return task && attempt >= 0 && attempt < task.nextAttempt ? task : undefined;
}

/** A start, or (said again) a sign of life: the attempt has its time from now on. */
function onStarted(turn: Turn, task: TaskState, attempt: AttemptState | undefined, worker: string): void {
  if (!attempt || attempt.status === "cancelled") return;
  attempt.deadline = turn.at + turn.state.options.runTimeoutMs;
  const isFirst = attempt.status !== "started";
  if (!isFirst && attempt.worker === worker) return;
  // A queue gives a message out again when its worker is gone.
  if (!isFirst) chargeLostWorker(turn.state, task, attempt, turn.at);
  attempt.status = "started";
  attempt.worker = worker;
  attempt.startedAt = turn.at;
  beginAccrual(turn.state, attempt);
  if (isFirst) growWindow(turn, attempt);
}

/** The first success of a task that is heard of wins, even of an attempt that had been given up. */
function onSucceeded(turn: Turn, task: TaskState, report: Succeeded): void {
  const { state } = turn;
  if (task.status === "succeeded" || report.attempt < task.minAttempt) {
    loseUploads(state, report.output, task.output);
    return;
  }
  if (!fits(report.output, specOf(turn, task).output)) {
    const message = `task ${report.id} wrote ${report.output.kind} that does not fit its stage`;
    end(turn, { kind: "failed", error: new ExecutionError("INTERNAL_ERROR", { message }).toJSON() });
    return;
  }
  const stage = state.stages[task.stage]!;
  stage.runMs += report.metrics.wallMs;
  stage.runs++;
  accept(turn, task, report.attempt, report.output, report.metrics);
  if (state.openSinks === 0) conclude(turn);
}

function onFailed(turn: Turn, task: TaskState, { error, lostBlock }: Failed): void {
  const producer = lostBlock && producerOf(turn, task, lostBlock);
  if (!producer) {
    failTask(turn, task, error);
    return;
  }
  // A lost block is not its reader's failure; that it cannot go on for ever is seen to by the job's budget.
  if (!spendRetry(turn)) {
    end(turn, { kind: "failed", error });
    return;
  }
  if (lostBlock.producer === currentOf(producer)) {
    if (!countRerun(turn, producer)) return;
    withdraw(turn, producer);
    if (specOf(turn, producer).indeterminate) rollBackReaders(turn, producer.stage);
  }
  rest(turn, task, 1);
}

/** The task that wrote a block, where it is one that `reader` reads from. */
function producerOf(turn: Turn, reader: TaskState, { producer }: BlockRef): TaskState | undefined {
  const [stageId, partition] = producer.split(".").map(Number) as [number, number];
  if (!specOf(turn, reader).inputs.some((input) => input.stage === stageId)) return undefined;
  const stage = turn.state.stages[stageId]!;
  return partition >= 0 && partition < stage.partitions ? turn.state.tasks[stage.first + partition] : undefined;
}

const currentOf = (task: TaskState): string | undefined => (task.winner === undefined ? undefined : attemptId(task, task.winner));
