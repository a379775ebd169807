import type { Command, Launch } from "./command.ts";
import type { JobState, TaskState } from "./state.ts";

/** One event's fold in progress. */
export interface Turn {
  readonly state: JobState;
  readonly at: number;
  random: number;
  readonly commands: Command[];
  readonly launches: Launch[];
  readonly cancels: string[];
}

const GOLDEN = 0.618033988749895;

/** How long to wait before the n-th try again (n from 1). Draws from the event's random number, spread over its uses. */
export function backoffMs(turn: Turn, tries: number): number {
  const { firstMs, maxMs } = turn.state.options.backoff;
  turn.random = (turn.random + GOLDEN) % 1;
  return Math.ceil(Math.min(maxMs, firstMs * 2 ** Math.min(tries - 1, 30)) * (0.5 + turn.random / 2));
}

export const stageOf = (turn: Turn, task: TaskState) => turn.state.stages[task.stage]!;
export const specOf = (turn: Turn, task: TaskState) => turn.state.spec.stages[task.stage]!;
