import { affords } from "./cost-cap.ts";
import { launch } from "./dispatch.ts";
import type { SpeculationOptions } from "./options.ts";
import { type JobState, type StageState, stageStatus } from "./state.ts";
import { addTimer } from "./timers.ts";
import type { Turn } from "./turn.ts";

/** Looks for slow tasks from time to time, where the options ask for it. */
export function speculateLater(turn: Turn): void {
  const { speculation } = turn.state.options;
  if (speculation) addTimer(turn.state.timers, { at: turn.at + speculation.intervalMs, kind: "speculation" });
}

/** Launches a copy of each task that runs much longer than its stage's finished ones; the first to succeed wins. */
export function speculate(turn: Turn): void {
  const { state } = turn;
  const { speculation } = state.options;
  if (!speculation) return;
  for (const stage of state.stages) {
    if (stageStatus(stage) !== "running" || stage.runs === 0 || stage.done < speculation.quantile * stage.partitions) continue;
    copySlowTasks(turn, stage, thresholdMs(stage, speculation));
  }
  speculateLater(turn);
}

const thresholdMs = ({ runMs, runs }: StageState, { multiplier, minTaskRuntimeMs }: SpeculationOptions): number =>
  Math.max(minTaskRuntimeMs, (multiplier * runMs) / runs);

function copySlowTasks(turn: Turn, stage: StageState, limitMs: number): void {
  const { state, at } = turn;
  for (const task of tasksOf(state, stage)) {
    if (state.inFlight >= state.window) return;
    const [only, ...others] = task.attempts;
    const isSlow = task.status === "running" && only?.status === "started" && others.length === 0 && at - only.startedAt > limitMs;
    if (isSlow && affords(state, task, at)) launch(turn, task);
  }
}

const tasksOf = (state: JobState, { first, partitions }: StageState) => state.tasks.slice(first, first + partitions);
