import { asFirecrestError } from "../errors.ts";
import type { Command } from "./command.ts";
import { conclude, issue, onStepFailed, onStepped, onSurveyed } from "./commit.ts";
import { dropStaleTimers, onTimer } from "./deadlines.ts";
import { dispatch, forget, resend, startStage } from "./dispatch.ts";
import { cancelStrays, clean, end, onCleaned, onCleanFailed } from "./ending.ts";
import type { EventKind, EventOf, SchedulerEvent } from "./event.ts";
import { keepWithinCap, timeOutLater } from "./limits.ts";
import { onLateReport, onReport } from "./report.ts";
import { holdBack, rest } from "./retry.ts";
import { speculateLater } from "./speculation.ts";
import { chargeCoordinator } from "./spending.ts";
import { type Cleaning, type Committing, type JobState, mayBeStopped, type PhaseKind, stageStatus } from "./state.ts";
import { checkSubmission } from "./submission.ts";
import type { Turn } from "./turn.ts";

/** What follows from an event. */
export interface Transition {
  readonly state: JobState;
  readonly commands: readonly Command[];
}

/**
 * Answers an event: the whole of the scheduler. Takes the state over and gives it back changed (state.ts says why); apart
 * from that it is a pure function. Amortized constant time for each report, but for blocks, of which a launch names as many as it reads.
 */
export function transition(state: JobState, event: SchedulerEvent): Transition {
  const turn: Turn = { state, at: event.at, random: event.random, commands: [], launches: [], cancels: [] };
  const answer = answers[state.phase.kind][event.kind] as (turn: Turn, event: SchedulerEvent) => void;
  answer(turn, event);
  keepWithinCap(turn);
  dropStaleTimers(state);
  if (turn.cancels.length > 0) turn.commands.unshift({ kind: "cancel", attempts: turn.cancels });
  if (turn.launches.length > 0) turn.commands.push({ kind: "launch", attempts: turn.launches });
  return { state, commands: turn.commands };
}

const ignore = (): void => {};
const used = ({ state }: Turn, { usage }: EventOf<"used">): void => chargeCoordinator(state, usage);

/** Every event has an answer in every phase. */
const answers: { readonly [P in PhaseKind]: { readonly [K in EventKind]: (turn: Turn, event: EventOf<K>) => void } } = {
  submitted: {
    submitted: start,
    report: ignore,
    cancelled,
    timer: ignore,
    unsent: ignore,
    surveyed: ignore,
    stepped: ignore,
    stepFailed: ignore,
    used: ignore,
    recovered: ignore,
  },
  running: {
    submitted: ignore,
    report: onReport,
    cancelled,
    timer: onTimer,
    unsent: onUnsent,
    surveyed: ignore,
    stepped: ignore,
    stepFailed: ignore,
    used,
    recovered: relaunch,
  },
  committing: {
    submitted: ignore,
    report: onLateReport,
    cancelled: (turn, event) => {
      if (mayBeStopped(turn.state.phase)) cancelled(turn, event);
    },
    timer: onTimer,
    unsent: ignore,
    surveyed: onSurveyed,
    stepped: onStepped,
    stepFailed: onStepFailed,
    used,
    recovered: (turn) => issue(turn, turn.state.phase as Committing),
  },
  draining: {
    submitted: ignore,
    report: onLateReport,
    cancelled: ignore,
    timer: onTimer,
    unsent: ignore,
    surveyed: ignore,
    stepped: ignore,
    stepFailed: ignore,
    used,
    recovered: cancelStrays,
  },
  cleaning: {
    submitted: ignore,
    report: onLateReport,
    cancelled: ignore,
    timer: onTimer,
    unsent: ignore,
    surveyed: ignore,
    stepped: onCleaned,
    stepFailed: onCleanFailed,
    used,
    recovered: (turn) => clean(turn, turn.state.phase as Cleaning),
  },
  finished: {
    submitted: ignore,
    report: ignore,
    cancelled: ignore,
    timer: ignore,
    unsent: ignore,
    surveyed: ignore,
    stepped: ignore,
    stepFailed: ignore,
    used: ignore,
    recovered: (turn) => turn.commands.push({ kind: "finish" }),
  },
};

function start(turn: Turn): void {
  const { state } = turn;
  try {
    checkSubmission(state.spec, state.options);
  } catch (thrown) {
    end(turn, { kind: "failed", error: asFirecrestError(thrown).toJSON() });
    return;
  }
  state.begunAt = turn.at;
  state.phase = { kind: "running" };
  timeOutLater(turn);
  if (state.openSinks === 0) conclude(turn);
  else {
    for (const stage of state.stages) if (stageStatus(stage) === "running") startStage(turn, stage);
    speculateLater(turn);
    dispatch(turn);
  }
}

function cancelled(turn: Turn, { reason }: EventOf<"cancelled">): void {
  end(turn, { kind: "cancelled", reason });
}

function onUnsent(turn: Turn, { attempts, error }: EventOf<"unsent">): void {
  for (const id of attempts) {
    const [stage, partition, number] = id.split(".").map(Number) as [number, number, number];
    const task = turn.state.tasks[turn.state.stages[stage]!.first + partition]!;
    const attempt = task.attempts.find((candidate) => candidate.number === number);
    if (!attempt) continue;
    if (error.class === "terminal") forget(turn, task, attempt);
    else if (turn.state.phase.kind === "running") holdBack(turn, task, attempt, error);
  }
  if (error.class === "terminal") end(turn, { kind: "failed", error });
  else if (turn.state.phase.kind === "running") dispatch(turn);
}

/** The coordinator before this one may have died between deciding and sending: sends again what is not known to have arrived. */
function relaunch(turn: Turn): void {
  const { state, at } = turn;
  for (const task of state.tasks) {
    for (const attempt of [...task.attempts]) {
      if (attempt.status === "started") attempt.deadline = at + state.options.runTimeoutMs;
      if (attempt.status !== "sent" && attempt.status !== "unsent") continue;
      if (stageStatus(state.stages[task.stage]!) !== "waiting") resend(turn, task, attempt);
      else {
        forget(turn, task, attempt);
        rest(turn, task, 1);
      }
    }
  }
  dispatch(turn);
}
