import { blocksOf } from "./blocks.ts";
import type { Launch } from "./command.ts";
import { affords } from "./cost-cap.ts";
import { expectedOf, type FinalReport, holdAgain, holdFor, reserveOf, settle, settleAll, stopAccrual } from "./spending.ts";
import { type AttemptState, attemptId, type StageState, stageStatus, type TaskState } from "./state.ts";
import { addTimer } from "./timers.ts";
import { stageOf, type Turn } from "./turn.ts";

/** Puts a task in line, or parks it where its stage waits for an input. */
export function enqueue(turn: Turn, task: TaskState): void {
  const stage = stageOf(turn, task);
  if (stageStatus(stage) === "waiting") {
    task.status = "parked";
    stage.parked.push(task.index);
  } else {
    task.status = "ready";
    turn.state.ready.push(task.index);
  }
}

/** Puts a stage's parked tasks in line: its inputs are complete. */
export function startStage(turn: Turn, stage: StageState): void {
  const parked = stage.parked;
  stage.parked = [];
  for (const index of parked) {
    const task = turn.state.tasks[index]!;
    if (task.status === "parked") enqueue(turn, task);
  }
}

/** Launches tasks that are ready while the window has room, and the cap. */
export function dispatch(turn: Turn): void {
  const { state } = turn;
  while (state.inFlight < state.window && state.readyHead < state.ready.length) {
    const task = state.tasks[state.ready[state.readyHead]!]!;
    const isDue = task.status === "ready" && stageStatus(stageOf(turn, task)) !== "waiting";
    if (isDue && !affords(state, task, turn.at)) break;
    state.readyHead++;
    if (isDue) launch(turn, task);
    else if (task.status === "ready") enqueue(turn, task);
  }
  // Dropping the head by halves keeps each event's share of the copying constant.
  if (state.readyHead > 64 && state.readyHead * 2 > state.ready.length) {
    state.ready.splice(0, state.readyHead);
    state.readyHead = 0;
  }
}

/** Begins another attempt at a task whose inputs are complete. */
export function launch(turn: Turn, task: TaskState): void {
  const { state, at } = turn;
  const attempt: AttemptState = {
    number: task.nextAttempt++,
    status: "sent",
    sends: 1,
    launchedAt: at,
    startedAt: at,
    deadline: at + state.options.startTimeoutMs,
    timerAt: Number.MAX_SAFE_INTEGER,
    tier: task.tier,
    arrivals: 0,
    reserve: reserveOf(state, task),
    expected: expectedOf(state, task),
  };
  holdFor(state, attempt);
  task.attempts.push(attempt);
  task.status = "running";
  state.inFlight++;
  stageOf(turn, task).inFlight++;
  arm(turn, task, attempt);
  turn.launches.push(launchOf(turn, task, attempt));
}

/** Sees to it that a timer is due at the attempt's deadline, or before. */
export function arm(turn: Turn, task: TaskState, attempt: AttemptState): void {
  if (attempt.timerAt <= attempt.deadline) return;
  attempt.timerAt = attempt.deadline;
  addTimer(turn.state.timers, { at: attempt.deadline, kind: "attempt", task: task.index, attempt: attempt.number });
}

/** Sends an attempt's message again, after the queue did not take it or a coordinator may have died with it. */
export function resend(turn: Turn, task: TaskState, attempt: AttemptState): void {
  attempt.status = "sent";
  attempt.deadline = turn.at + turn.state.options.startTimeoutMs;
  holdAgain(turn.state, attempt);
  turn.launches.push(launchOf(turn, task, attempt));
}

function launchOf(turn: Turn, task: TaskState, attempt: AttemptState): Launch {
  return {
    id: attemptId(task, attempt.number),
    stage: task.stage,
    partition: task.partition,
    attempt: attempt.number,
    memory: turn.state.options.memoryTiers[attempt.tier]!,
    blocks: blocksOf(turn.state, task),
  };
}

/** Asks an attempt to end. It no longer counts against the window, but may run on. */
function cancelAttempt(turn: Turn, task: TaskState, attempt: AttemptState): void {
  if (attempt.status === "cancelled") return;
  if (attempt.status === "unsent") {
    forget(turn, task, attempt);
    return;
  }
  stopAccrual(turn.state, attempt, turn.at);
  attempt.status = "cancelled";
  release(turn, task);
  turn.state.strays++;
  turn.cancels.push(attemptId(task, attempt.number));
}

export function cancelAttempts(turn: Turn, task: TaskState): void {
  for (const attempt of [...task.attempts]) cancelAttempt(turn, task, attempt);
}

/** Drops an attempt that has ended, with its report, or is given up. */
export function forget(turn: Turn, task: TaskState, attempt: AttemptState, report?: FinalReport): void {
  const { state } = turn;
  task.attempts.splice(task.attempts.indexOf(attempt), 1);
  settle(state, task, attempt, turn.at, report);
  if (attempt.status === "cancelled") state.strays--;
  else release(turn, task);
  if (state.inFlight + state.strays === 0) settleAll(state);
  // Another of its messages may still run it, for nothing.
  if (report && attempt.arrivals > 1) turn.cancels.push(attemptId(task, attempt.number));
}

function release(turn: Turn, task: TaskState): void {
  turn.state.inFlight--;
  stageOf(turn, task).inFlight--;
}

/** The window grows by one with each prompt start, and so doubles with each round of launches. */
export function growWindow(turn: Turn, attempt: AttemptState): void {
  const { window } = turn.state.options;
  if (turn.at - attempt.launchedAt <= window.promptMs) turn.state.window = Math.min(window.max, turn.state.window + 1);
}

/** Halves the window, once for all that is throttled at about the same time. */
export function shrinkWindow(turn: Turn): void {
  const { state, at } = turn;
  if (at < state.calmUntil) return;
  state.window = Math.max(1, state.window >> 1);
  state.calmUntil = at + state.options.window.promptMs;
}
