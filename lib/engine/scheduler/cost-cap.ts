import { endReserve, expectedOf, exposureAt, reserveOf } from "./spending.ts";
import { type JobState, mayBeStopped, type TaskState } from "./state.ts";

/**
 * The cap: a job is stopped before it costs more than `maxDollars`. At any moment what it has spent, what its attempts have
 * accrued since their start, and what stopping would take - each attempt's notice, the end of the job - stay below it.
 * Launches that would not fit wait until attempts have ended for less than was held for them. The bound rests on this:
 *
 * - A worker stops within `cancelNoticeMs` of when it should: this covers that its start is heard of late, that the
 *   coordinator dies and another takes over, clocks that differ, and the cancellation's way to the worker.
 * - Besides its time an attempt makes no more requests than `costReserve.attempt` and two reads a block.
 * - A message runs one attempt; one that was sent again may run another. The queue itself hardly ever delivers one twice.
 * - The job's end takes no more than `costReserve.end`, and one write for each file that it makes visible.
 */

/** When the attempts in flight will have used up what the cap leaves; undefined where that never happens. */
export function capReachedAt(state: JobState): number | undefined {
  const { options, spending, begunAt, phase } = state;
  if (options.maxDollars === undefined || !mayBeStopped(phase)) return undefined;
  const room = options.maxDollars - endReserve(state) - exposureAt(state, begunAt);
  if (spending.running > 0) return begunAt + Math.max(0, Math.floor(room / spending.rate));
  return room < 0 ? begunAt : undefined;
}

/** Whether a task may be launched now. Alone it may take all that is left; beside others it must leave them what they will take. */
export function affords(state: JobState, task: TaskState, at: number): boolean {
  const { maxDollars } = state.options;
  if (maxDollars === undefined) return true;
  const alone = state.inFlight + state.strays === 0;
  const others = alone ? 0 : state.spending.expected + expectedOf(state, task);
  return exposureAt(state, at) + others + reserveOf(state, task) + endReserve(state) <= maxDollars;
}
