import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SeededRandom } from "../../../lib/backends/simulated/seeded-random.ts";
import { randomJob } from "../../../lib/backends/simulated/simulated-job.ts";
import { nextDeadline } from "../../../lib/engine/scheduler/deadlines.ts";
import type { JobSpec } from "../../../lib/engine/scheduler/job-spec.ts";
import { type JobState, newJob } from "../../../lib/engine/scheduler/state.ts";
import { transition } from "../../../lib/engine/scheduler/transition.ts";
import { Driver, launched, only, transient } from "./driver.ts";

/** Runs a job to its end while chance picks which report comes next, how often, and which attempts fail. */
function runByChance(seed: number): Driver {
  const random = new SeededRandom(seed, 9);
  const { spec, options } = randomJob(random);
  const { maxDollars, maxJobMs, ...unlimited } = options;
  const job = new Driver(spec, { ...unlimited, maxTaskFailures: 1_000 });
  const sent: string[] = [];
  let failures = 0;
  for (let read = 0, turns = 0; job.state.phase.kind !== "finished"; turns++) {
    expect(turns, "turns").toBeLessThan(5_000);
    const fresh = job.commands.slice(read);
    read = job.commands.length;
    sent.push(...launched(fresh).filter((id) => !sent.includes(id)));
    const step = fresh.findLast((command) => "ordinal" in command);
    if (step?.kind === "survey")
      job.feed({
        kind: "surveyed",
        ordinal: step.ordinal,
        replaced: ["memory://data/out/old-0"],
        ...(random.chance(0.5) ? { marker: "old" } : {}),
      });
    else if (step) job.stepped();
    else if (sent.length > 0) {
      const id = random.chance(0.7) ? sent.splice(random.between(0, sent.length - 1), 1)[0]! : random.pick(sent);
      if (random.chance(0.3)) job.started(id);
      if (failures < 50 && random.chance(0.2) && ++failures) job.failed(id, transient);
      else job.succeeded(id);
      if (random.chance(0.3)) job.succeeded(id);
      if (random.chance(0.1)) job.feed({ kind: "recovered" });
    } else {
      job.at = nextDeadline(job.state)!;
      job.feed({ kind: "timer" });
    }
  }
  return job;
}

const fold = (spec: JobSpec, { events, state }: Driver): JobState =>
  events.reduce((folded, event) => transition(folded, event).state, newJob(spec, state.options));
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe("the fold of a job's events", () => {
  it("accepts one output for each task, in whatever order and however often attempts report", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { state } = runByChance(seed);
        expect(state.phase).toMatchObject({ kind: "finished", verdict: { kind: "succeeded" } });
        for (const stage of state.stages) if (stage.consumers.length === 0) expect(stage.done).toBe(stage.partitions);
        for (const task of state.tasks) if (task.status === "succeeded") expect(task.output).toBeDefined();
      }),
      { numRuns: 200 },
    );
  });

  it("completes exactly the files of the accepted attempts, each once", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { state, commands } = runByChance(seed);
        const winners = state.tasks.flatMap(({ output }) => (output?.kind === "files" ? output.files.map((file) => file.upload) : []));
        const completed = new Set(only(commands, "complete").flatMap(({ files }) => files.map((file) => file.upload)));
        expect([...completed].sort()).toEqual(winners.sort());
        const aborted = only(commands, "clean").flatMap(({ uploads }) => uploads.map(({ upload }) => upload));
        expect(aborted.filter((upload) => completed.has(upload))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("gives the same state each time, also across a snapshot in the middle", () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0, max: 1, noNaN: true }), (seed, share) => {
        const job = runByChance(seed);
        expect(fold(job.state.spec, job)).toEqual(job.state);
        const middle = Math.floor(share * job.events.length);
        let state = newJob(job.state.spec, job.state.options);
        for (const event of job.events.slice(0, middle)) state = transition(state, event).state;
        state = JSON.parse(JSON.stringify(state)) as JobState;
        for (const event of job.events.slice(middle)) state = transition(state, event).state;
        expect(state).toEqual(job.state);
      }),
      { numRuns: 100 },
    );
  });

  it("keeps its counts equal to what it counts, and its queues within the attempts made", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { events, state } = runByChance(seed);
        let folded = newJob(state.spec, state.options);
        for (const event of events) {
          folded = transition(folded, event).state;
          const attempts = folded.tasks.flatMap((task) => task.attempts);
          expect(folded.strays).toBe(attempts.filter(({ status }) => status === "cancelled").length);
          expect(folded.inFlight).toBe(attempts.length - folded.strays);
          for (const stage of folded.stages) {
            const tasks = folded.tasks.slice(stage.first, stage.first + stage.partitions);
            expect(stage.done).toBe(tasks.filter(({ status }) => status === "succeeded").length);
          }
          expect(folded.timers.length).toBeLessThanOrEqual(2 + 3 * folded.tasks.reduce((sum, { nextAttempt }) => sum + nextAttempt + 1, 0));
        }
      }),
      { numRuns: 60 },
    );
  });
});
