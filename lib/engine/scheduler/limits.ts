import { dollarsText } from "../cost/cost-text.ts";
import { ExecutionError } from "../errors.ts";
import { capReachedAt } from "./cost-cap.ts";
import { end } from "./ending.ts";
import type { JobState } from "./state.ts";
import { addTimer } from "./timers.ts";
import type { Turn } from "./turn.ts";

/** Ends the job where its cap is reached, or where nothing runs and the next task would not fit under it. */
export function keepWithinCap(turn: Turn): void {
  const { state, at } = turn;
  const { maxDollars } = state.options;
  const reachedAt = capReachedAt(state) ?? Number.POSITIVE_INFINITY;
  if (maxDollars === undefined || (reachedAt > at && !isStuck(state))) return;
  const spent = dollarsText(state.spending.spent);
  end(turn, { kind: "failed", error: new ExecutionError("JOB_COST_LIMIT", { spent, limit: dollarsText(maxDollars) }).toJSON() });
}

/** Only the cap holds tasks back while nothing is in flight: nothing will make room any more. */
const isStuck = ({ phase, inFlight, strays, ready, readyHead }: JobState): boolean =>
  phase.kind === "running" && inFlight + strays === 0 && readyHead < ready.length;

/** Ends the job after `maxJobMs`, where the options ask for it. */
export function timeOutLater({ state, at }: Turn): void {
  const { maxJobMs } = state.options;
  if (maxJobMs !== undefined) addTimer(state.timers, { at: at + maxJobMs, kind: "timeout" });
}

export function timeOut(turn: Turn): void {
  const { maxJobMs } = turn.state.options;
  // What the commit is about to show has been paid for.
  if (maxJobMs === undefined || turn.state.phase.kind !== "running") return;
  end(turn, { kind: "failed", error: new ExecutionError("JOB_TIMEOUT", { seconds: String(maxJobMs / 1_000) }).toJSON() });
}
