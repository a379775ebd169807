import { issue } from "./commit.ts";
import { capReachedAt } from "./cost-cap.ts";
import { arm, dispatch, forget, resend } from "./dispatch.ts";
import { clean, endDrain } from "./ending.ts";
import { timeOut } from "./limits.ts";
import { giveUp, rest, retry } from "./retry.ts";
import { speculate } from "./speculation.ts";
import { type JobState, stageStatus } from "./state.ts";
import { type Timer, takeTimer } from "./timers.ts";
import { stageOf, type Turn } from "./turn.ts";

/** When the job next needs a `timer` event, if nothing else happens before. */
export function nextDeadline(state: JobState): number | undefined {
  const timer = state.timers[0]?.at;
  const cap = capReachedAt(state);
  return timer === undefined || cap === undefined ? (timer ?? cap) : Math.min(timer, cap);
}

/** Answers all deadlines that have passed. */
export function onTimer(turn: Turn): void {
  const { state } = turn;
  while (state.timers.length > 0 && state.timers[0]!.at <= turn.at) {
    const timer = takeTimer(state.timers)!;
    answers[timer.kind](turn, timer);
  }
  if (state.phase.kind === "running") dispatch(turn);
}

const answers: { readonly [K in Timer["kind"]]: (turn: Turn, timer: Timer) => void } = {
  attempt: onAttemptDue,
  backoff: (turn, timer) => {
    if (turn.state.phase.kind === "running") retry(turn, turn.state.tasks[timer.task!]!, timer.at);
  },
  phase: onPhaseDue,
  speculation: (turn) => {
    if (turn.state.phase.kind === "running") speculate(turn);
  },
  timeout: timeOut,
};

function onAttemptDue(turn: Turn, timer: Timer): void {
  const { state, at } = turn;
  const task = state.tasks[timer.task!]!;
  const attempt = task.attempts.find(({ number }) => number === timer.attempt);
  if (!attempt || attempt.timerAt !== timer.at) return;
  attempt.timerAt = Number.MAX_SAFE_INTEGER;
  if (attempt.deadline > at) arm(turn, task, attempt);
  else if (state.phase.kind !== "running") forget(turn, task, attempt);
  else if (attempt.status !== "unsent") giveUp(turn, task, attempt);
  else if (stageStatus(stageOf(turn, task)) === "waiting") {
    forget(turn, task, attempt);
    rest(turn, task, 1);
  } else {
    resend(turn, task, attempt);
    arm(turn, task, attempt);
  }
}

function onPhaseDue(turn: Turn, timer: Timer): void {
  const { phase } = turn.state;
  if (phase.kind === "draining") endDrain(turn);
  else if (phase.kind === "committing" && phase.retryAt === timer.at) issue(turn, phase);
  else if (phase.kind === "cleaning" && phase.retryAt === timer.at) clean(turn, phase);
}

/** Keeps the next deadline honest: timers of attempts that have ended would only wake the coordinator for nothing. */
export function dropStaleTimers(state: JobState): void {
  while (state.timers.length > 0 && isStale(state, state.timers[0]!)) takeTimer(state.timers);
}

function isStale(state: JobState, timer: Timer): boolean {
  if (timer.kind === "attempt")
    return !state.tasks[timer.task!]!.attempts.some(({ number, timerAt }) => number === timer.attempt && timerAt === timer.at);
  if (timer.kind === "timeout") return state.phase.kind !== "running";
  return timer.kind === "backoff" && state.tasks[timer.task!]!.retryAt !== timer.at;
}
