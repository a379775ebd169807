import type { PendingFile, TaskMetrics, TaskOutput } from "../task/message.ts";
import { cancelAttempts, enqueue, startStage } from "./dispatch.ts";
import type { OutputSpec } from "./job-spec.ts";
import { holdCommit } from "./spending.ts";
import type { JobState, TaskState } from "./state.ts";
import { stageOf, type Turn } from "./turn.ts";

/** Accepts what an attempt wrote as its task's output, and starts the stages that waited for it. */
export function accept(turn: Turn, task: TaskState, attempt: number, output: TaskOutput, metrics: TaskMetrics): void {
  const { state } = turn;
  const stage = stageOf(turn, task);
  task.status = "succeeded";
  task.output = output;
  task.winner = attempt;
  stage.done++;
  stage.metrics = addMetrics(stage.metrics, metrics);
  holdCommit(state, output, 1);
  cancelAttempts(turn, task);
  if (stage.done < stage.partitions) return;
  if (stage.consumers.length === 0) state.openSinks--;
  for (const id of stage.consumers) {
    const consumer = state.stages[id]!;
    if (--consumer.missing === 0) startStage(turn, consumer);
  }
}

/** Forgets a task's output and has the task run again. */
export function withdraw(turn: Turn, task: TaskState): void {
  const { state } = turn;
  const stage = stageOf(turn, task);
  loseUploads(state, task.output);
  holdCommit(state, task.output, -1);
  delete task.output;
  delete task.winner;
  task.minAttempt = task.nextAttempt;
  const wasComplete = stage.done-- === stage.partitions;
  if (wasComplete) {
    if (stage.consumers.length === 0) state.openSinks++;
    for (const id of stage.consumers) state.stages[id]!.missing++;
  }
  enqueue(turn, task);
}

/** Takes back all that was read from a stage: what its readers wrote, what they are about to write, and so on downstream. */
export function rollBackReaders(turn: Turn, stage: number): void {
  const { state } = turn;
  for (const id of readersOf(state, stage)) {
    const { first, partitions } = state.stages[id]!;
    for (let index = first; index < first + partitions; index++) {
      const task = state.tasks[index]!;
      cancelAttempts(turn, task);
      if (task.status === "succeeded") withdraw(turn, task);
      else if (task.status === "running") enqueue(turn, task);
      task.minAttempt = task.nextAttempt;
    }
  }
}

/** The stages that read a stage, directly or through others, in the order of the graph. */
function readersOf(state: JobState, stage: number): readonly number[] {
  const found = new Set([stage]);
  // Readers come after what they read.
  for (const { id } of state.stages) if (state.spec.stages[id]!.inputs.some((input) => found.has(input.stage))) found.add(id);
  found.delete(stage);
  return [...found];
}

/** Remembers uploads that nobody will complete: all of an output's, except those of `kept`. */
export function loseUploads(state: JobState, lost: TaskOutput | undefined, kept?: TaskOutput): void {
  if (lost?.kind !== "files") return;
  const keptFiles: readonly PendingFile[] = kept?.kind === "files" ? kept.files : [];
  for (const { key, upload } of lost.files) {
    if (keptFiles.some((file) => file.key === key && file.upload === upload)) continue;
    const name = `${key} ${upload}`;
    if (state.losers[name]) continue;
    state.losers[name] = { key, upload };
    if (state.phase.kind === "cleaning") state.phase.again = true;
  }
}

/** Whether an output is what the stage's tasks write: a report that says otherwise cannot be used. */
export function fits(output: TaskOutput, expected: OutputSpec): boolean {
  if (output.kind !== expected.kind) return false;
  if (output.kind !== "shuffle" || expected.kind !== "shuffle") return true;
  const { partitions } = expected;
  return output.offsets.length === partitions + 1 && output.rows.length === partitions && output.checksums.length === partitions;
}

function addMetrics(a: TaskMetrics, b: TaskMetrics): TaskMetrics {
  return {
    wallMs: a.wallMs + b.wallMs,
    billedMs: a.billedMs + b.billedMs,
    cpuMs: a.cpuMs + b.cpuMs,
    rowsIn: a.rowsIn + b.rowsIn,
    rowsOut: a.rowsOut + b.rowsOut,
    bytesRead: a.bytesRead + b.bytesRead,
    bytesShuffleRead: a.bytesShuffleRead + b.bytesShuffleRead,
    bytesWritten: a.bytesWritten + b.bytesWritten,
    requests: a.requests + b.requests,
    storeReads: a.storeReads + b.storeReads,
    storeWrites: a.storeWrites + b.storeWrites,
    peakMemory: Math.max(a.peakMemory, b.peakMemory),
    spilledBytes: a.spilledBytes + b.spilledBytes,
  };
}
