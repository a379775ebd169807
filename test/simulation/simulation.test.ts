import { describe, expect, it } from "vitest";
import { type FaultKind, faultKinds } from "../../lib/backends/simulated/faults.ts";
import { type Sabotage, type Simulation, simulate } from "../../lib/backends/simulated/simulate.ts";
import type { Command } from "../../lib/engine/scheduler/command.ts";
import type { SchedulerEvent } from "../../lib/engine/scheduler/event.ts";
import type { JobState } from "../../lib/engine/scheduler/state.ts";
import { type Transition, transition } from "../../lib/engine/scheduler/transition.ts";

const SEEDS = 2_000;

async function simulateMany(count: number, sabotage?: Sabotage): Promise<Simulation[]> {
  const simulations: Simulation[] = [];
  for (let seed = 1; seed <= count; seed++) simulations.push(await simulate(seed, undefined, sabotage));
  return simulations;
}

describe("a job in a storm of faults", () => {
  it("ends, with every row exactly once or for a reason, and leaves nothing half done", { timeout: 60_000 }, async () => {
    const simulations = await simulateMany(SEEDS);
    const failing = simulations.filter(({ violations }) => violations.length > 0);
    expect(failing.map(({ seed, violations }) => `npm run simulate -- --seed ${seed} --verbose: ${violations}`)).toEqual([]);

    const met = (kind: FaultKind) => simulations.reduce((sum, { faults }) => sum + faults[kind], 0);
    expect(
      faultKinds.filter((kind) => met(kind) === 0),
      "kinds of faults that never struck",
    ).toEqual([]);
    const succeeded = simulations.filter(({ outcome }) => outcome === "succeeded").length;
    expect(succeeded).toBeGreaterThan(SEEDS * 0.8);
    expect(new Set(simulations.map(({ outcome }) => outcome))).toContain("DIVIDE_BY_ZERO");
    expect(new Set(simulations.map(({ outcome }) => outcome))).toContain("OPERATION_CANCELED");
  });

  it("takes the same course each time its seed is replayed, event by event", async () => {
    for (const seed of [3, 14, 159]) {
      const lines: string[][] = [[], []];
      const [first, second] = [await simulate(seed, (line) => lines[0]!.push(line)), await simulate(seed, (line) => lines[1]!.push(line))];
      expect(lines[0]).toEqual(lines[1]);
      expect(first).toEqual(second);
      expect(await simulate(seed)).toEqual(first);
    }
    expect((await simulate(1)).digest).not.toBe((await simulate(2)).digest);
  });
});

const sabotages: readonly (readonly [string, Sabotage, RegExp])[] = [
  ["takes the last success of a task instead of the first", { fold: takeTheLastSuccess }, /expected|upload/],
  ["accepts the files of every attempt", { fold: acceptAllFiles }, /the folder holds/],
  ["accepts a success of an attempt whose input has changed since", { fold: forgetMinAttempt }, /expected/],
  ["never completes the last batch of uploads", { fold: skipLastBatch }, /the folder holds/],
  ["forgets to delete what an overwrite replaces", { fold: forgetReplaced }, /the folder holds/],
  ["writes _SUCCESS before the files are complete", { fold: markEarly }, /with _SUCCESS/],
  ["forgets the uploads of losing attempts", { fold: forgetUploads }, /upload-\d+ of .* is left/],
  ["does not retry what was lost", { fold: ignoreTimers }, /has not ended/],
  ["does not issue again what a dead coordinator may not have done", { fold: ignoreRecovery }, /has not ended/],
  ["keeps the old _SUCCESS while it replaces the files", { fold: keepMarker }, /with _SUCCESS/],
  ["does not heed the cap", { fold: ignoreCap }, /more than its cap/],
  ["takes what was sent for what it takes until it is heard of", { fold: holdNothing }, /more than its cap/],
  ["lets two coordinators write the same journal", { fenceless: true }, /disagree|expected/],
  ["deletes its successor's _SUCCESS", { careless: true }, /the folder holds/],
];

describe("the simulation itself", () => {
  it.each(sabotages)("notices a scheduler that %s", { timeout: 60_000 }, async (_, sabotage, expected) => {
    const seen: string[] = [];
    for (let seed = 1; seed <= SEEDS && seen.length === 0; seed++) {
      const { violations } = await simulate(seed, undefined, sabotage);
      seen.push(...violations.filter((violation) => expected.test(violation)));
    }
    expect(seen).not.toEqual([]);
  });
});

const reported = (state: JobState, event: SchedulerEvent) => {
  if (event.kind !== "report" || event.report.outcome !== "succeeded") return undefined;
  const { stage, partition, output } = event.report;
  return { task: state.tasks[state.stages[stage]!.first + partition]!, output };
};

function ignoreCap(state: JobState, event: SchedulerEvent): Transition {
  const { maxDollars, ...options } = state.options;
  return transition(Object.assign(state, { options }), event);
}

function holdNothing(state: JobState, event: SchedulerEvent): Transition {
  state.spending.held = 0;
  return transition(state, event);
}

function takeTheLastSuccess(state: JobState, event: SchedulerEvent): Transition {
  const report = reported(state, event);
  if (report?.task.output) report.task.output = report.output;
  return transition(state, event);
}

function acceptAllFiles(state: JobState, event: SchedulerEvent): Transition {
  const report = reported(state, event);
  const before = report?.task.output;
  if (report && before?.kind === "files" && report.output.kind === "files")
    report.task.output = { kind: "files", files: [...before.files, ...report.output.files] };
  return transition(state, event);
}

function forgetMinAttempt(state: JobState, event: SchedulerEvent): Transition {
  for (const task of state.tasks) task.minAttempt = 0;
  return transition(state, event);
}

function skipLastBatch(state: JobState, event: SchedulerEvent): Transition {
  const answer = transition(state, event);
  const { phase } = answer.state;
  if (phase.kind !== "committing" || phase.to < state.tasks.length) return answer;
  return { state, commands: answer.commands.map((command) => (command.kind === "complete" ? { ...command, files: [] } : command)) };
}

function forgetReplaced(state: JobState, event: SchedulerEvent): Transition {
  return transition(state, event.kind === "surveyed" ? { ...event, replaced: [] } : event);
}

function keepMarker(state: JobState, event: SchedulerEvent): Transition {
  if (event.kind !== "surveyed") return transition(state, event);
  const { marker, ...unmarked } = event;
  return transition(state, unmarked);
}

function markEarly(state: JobState, event: SchedulerEvent): Transition {
  const answer = transition(state, event);
  const early = answer.commands.some((command) => command.kind === "complete");
  return early ? { state, commands: [{ kind: "mark", ordinal: -1, folder: state.spec.commit!.folder }, ...answer.commands] } : answer;
}

function forgetUploads(state: JobState, event: SchedulerEvent): Transition {
  const answer = transition(state, event);
  const forget = (command: Command): Command => {
    if (command.kind !== "clean") return command;
    const { folder: _, ...rest } = command;
    return { ...rest, uploads: [] };
  };
  return { state, commands: answer.commands.map(forget) };
}

function ignoreTimers(state: JobState, event: SchedulerEvent): Transition {
  if (event.kind !== "timer") return transition(state, event);
  state.timers.length = 0;
  return { state, commands: [] };
}

function ignoreRecovery(state: JobState, event: SchedulerEvent): Transition {
  return event.kind === "recovered" ? { state, commands: [] } : transition(state, event);
}
