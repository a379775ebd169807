import { cancelAttempts, forget } from "./dispatch.ts";
import type { EventOf } from "./event.ts";
import { attemptId, type Cleaning, type TaskState, type Verdict } from "./state.ts";
import { addTimer } from "./timers.ts";
import { backoffMs, type Turn } from "./turn.ts";

/** Ends the job: cancels what is in flight, waits a while for it, cleans up. */
export function end(turn: Turn, verdict: Verdict): void {
  const { state, at } = turn;
  turn.launches.length = 0;
  for (const task of state.tasks) cancelAttempts(turn, task);
  const until = at + state.options.drainMs;
  state.phase = { kind: "draining", verdict, until };
  addTimer(state.timers, { at: until, kind: "phase" });
  endDrain(turn);
}

/** Goes on to the clean-up once no attempt runs, or none can be waited for any longer. */
export function endDrain(turn: Turn): void {
  const { phase, strays } = turn.state;
  if (phase.kind !== "draining" || (strays > 0 && turn.at < phase.until)) return;
  turn.state.phase = { kind: "cleaning", verdict: phase.verdict, ordinal: 0, tries: 0, again: false };
  clean(turn, turn.state.phase);
}

/** Asks the attempts that a job's end waits for to end, once more. */
export function cancelStrays(turn: Turn): void {
  for (const task of turn.state.tasks) for (const attempt of task.attempts) turn.cancels.push(attemptId(task, attempt.number));
}

/** Issues the clean-up. */
export function clean(turn: Turn, phase: Cleaning): void {
  const { state } = turn;
  const { job, prefix, commit } = state.spec;
  const succeeded = phase.verdict.kind === "succeeded";
  phase.ordinal = ++state.ordinal;
  phase.again = false;
  delete phase.retryAt;
  turn.commands.push({
    kind: "clean",
    ordinal: phase.ordinal,
    job,
    prefix,
    keep: succeeded ? state.tasks.flatMap((task) => (task.output?.kind === "result" && task.output.key ? [task.output.key] : [])) : [],
    uploads: [...Object.values(state.losers), ...(succeeded ? [] : state.tasks.flatMap(uploadsOf))],
    ...(commit ? { folder: commit.folder } : {}),
  });
}

const uploadsOf = ({ output }: TaskState) => (output?.kind === "files" ? output.files.map(({ key, upload }) => ({ key, upload })) : []);

export function onCleaned(turn: Turn, { ordinal }: EventOf<"stepped">): void {
  const phase = turn.state.phase as Cleaning;
  if (ordinal !== phase.ordinal) return;
  if (phase.again) {
    clean(turn, phase);
    return;
  }
  finish(turn, phase.verdict);
}

/** What cannot be cleaned stays: the job's answer does not depend on it. */
export function onCleanFailed(turn: Turn, { ordinal, error }: EventOf<"stepFailed">): void {
  const phase = turn.state.phase as Cleaning;
  if (ordinal !== phase.ordinal) return;
  if (error.class === "terminal" || ++phase.tries >= turn.state.options.maxCleanTries) {
    finish(turn, phase.verdict);
    return;
  }
  phase.retryAt = turn.at + backoffMs(turn, phase.tries);
  addTimer(turn.state.timers, { at: phase.retryAt, kind: "phase" });
}

function finish(turn: Turn, verdict: Verdict): void {
  // Attempts that were not waited for are charged as far as they are known to have run.
  for (const task of turn.state.tasks) for (const attempt of [...task.attempts]) forget(turn, task, attempt);
  turn.state.phase = { kind: "finished", verdict };
  turn.state.timers.length = 0;
  turn.commands.push({ kind: "finish" });
}
