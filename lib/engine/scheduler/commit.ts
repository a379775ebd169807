import { ExecutionError, type SerializedError } from "../errors.ts";
import type { PendingFile } from "../task/message.ts";
import type { Command, CommitStep } from "./command.ts";
import { end } from "./ending.ts";
import type { EventOf } from "./event.ts";
import type { Committing, JobState } from "./state.ts";
import { addTimer } from "./timers.ts";
import { backoffMs, type Turn } from "./turn.ts";

/** All tasks are done: their files, if there are any, become visible step by step (command.ts draws the steps). */
export function conclude(turn: Turn): void {
  if (!turn.state.spec.commit) {
    end(turn, { kind: "succeeded" });
    return;
  }
  const phase: Committing = { kind: "committing", step: "survey", ordinal: 0, tries: 0, from: 0, to: 0, replaced: [] };
  turn.state.phase = phase;
  issue(turn, phase);
}

/** Issues the step in progress, for the first time or again. */
export function issue(turn: Turn, phase: Committing): void {
  phase.ordinal = ++turn.state.ordinal;
  delete phase.retryAt;
  turn.commands.push(commandOf[phase.step](turn.state, phase));
}

const commandOf: { readonly [S in CommitStep]: (state: JobState, phase: Committing) => Command } = {
  survey: ({ spec, options }, { ordinal }) => ({
    kind: "survey",
    ordinal,
    folder: spec.commit!.folder,
    overwrite: spec.commit!.overwrite,
    atMost: options.maxReplacedFiles,
  }),
  unmark: ({ spec }, { ordinal, marker }) => ({ kind: "unmark", ordinal, folder: spec.commit!.folder, marker: marker! }),
  complete: (state, phase) => ({ kind: "complete", ordinal: phase.ordinal, files: nextBatch(state, phase) }),
  replace: (_, { ordinal, replaced }) => ({ kind: "replace", ordinal, keys: replaced }),
  mark: ({ spec }, { ordinal }) => ({ kind: "mark", ordinal, folder: spec.commit!.folder }),
  undo: (state, { ordinal }) => ({ kind: "undo", ordinal, files: filesOf(state, 0, state.tasks.length) }),
};

/** The files of tasks from `phase.from` on, until a batch is full. */
function nextBatch(state: JobState, phase: Committing): PendingFile[] {
  const files: PendingFile[] = [];
  for (phase.to = phase.from; phase.to < state.tasks.length && files.length < state.options.commitBatch; phase.to++)
    files.push(...filesOf(state, phase.to, phase.to + 1));
  return files;
}

const filesOf = (state: JobState, from: number, to: number): PendingFile[] =>
  state.tasks.slice(from, to).flatMap(({ output }) => (output?.kind === "files" ? output.files : []));

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf("/"));

export function onSurveyed(turn: Turn, { ordinal, replaced, marker }: EventOf<"surveyed">): void {
  const phase = turn.state.phase as Committing;
  if (phase.step !== "survey" || ordinal !== phase.ordinal) return;
  const { maxReplacedFiles } = turn.state.options;
  if (replaced.length > maxReplacedFiles) {
    const error = new ExecutionError("JOB_TOO_LARGE", {
      what: "the number of files that the overwrite replaces",
      limit: String(maxReplacedFiles),
      advice: "Delete them first, or write to another folder.",
    });
    end(turn, { kind: "failed", error: error.toJSON() });
    return;
  }
  // A key that an earlier run of this very job wrote must not be deleted as if it were old.
  const own = new Set(filesOf(turn.state, 0, turn.state.tasks.length).map((file) => file.key));
  const folders = turn.state.spec.commit!.dynamic ? new Set([...own].map(folderOf)) : undefined;
  phase.replaced = replaced.filter((key) => !own.has(key) && (!folders || folders.has(folderOf(key))));
  if (marker !== undefined) phase.marker = marker;
  next(turn, phase, marker === undefined ? "complete" : "unmark");
}

export function onStepped(turn: Turn, { ordinal }: EventOf<"stepped">): void {
  const phase = turn.state.phase as Committing;
  if (ordinal === phase.ordinal) followUp[phase.step](turn, phase);
}

const followUp: { readonly [S in CommitStep]: (turn: Turn, phase: Committing) => void } = {
  survey: () => {},
  unmark: (turn, phase) => next(turn, phase, "complete"),
  complete: (turn, phase) => {
    phase.from = phase.to;
    const more = phase.from < turn.state.tasks.length;
    next(turn, phase, more ? "complete" : phase.replaced.length > 0 ? "replace" : "mark");
  },
  replace: (turn, phase) => next(turn, phase, "mark"),
  mark: (turn) => end(turn, { kind: "succeeded" }),
  undo: (turn, phase) => end(turn, phase.verdict!),
};

function next(turn: Turn, phase: Committing, step: CommitStep): void {
  if (step === "mark" && !turn.state.spec.commit!.marker) {
    end(turn, { kind: "succeeded" });
    return;
  }
  phase.step = step;
  phase.tries = 0;
  issue(turn, phase);
}

export function onStepFailed(turn: Turn, { ordinal, error }: EventOf<"stepFailed">): void {
  const phase = turn.state.phase as Committing;
  if (ordinal !== phase.ordinal) return;
  if (error.class === "terminal" || ++phase.tries >= turn.state.options.maxStepTries) {
    giveUpStep[phase.step](turn, phase, error);
    return;
  }
  phase.retryAt = turn.at + backoffMs(turn, phase.tries);
  addTimer(turn.state.timers, { at: phase.retryAt, kind: "phase" });
}

type GiveUp = (turn: Turn, phase: Committing, error: SerializedError) => void;
const fail: GiveUp = (turn, _, error) => end(turn, { kind: "failed", error });
const takeBack: GiveUp = (turn, phase, error) => {
  phase.verdict = { kind: "failed", error };
  next(turn, phase, "undo");
};

const giveUpStep: { readonly [S in CommitStep]: GiveUp } = {
  survey: fail,
  unmark: fail,
  complete: takeBack,
  // Some of the old files may be gone: taking the new ones away too would lose both. The folder stays without `_SUCCESS`.
  replace: fail,
  mark: fail,
  undo: (turn, phase) => end(turn, phase.verdict!),
};
