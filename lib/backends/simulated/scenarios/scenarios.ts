import { defaultOptions } from "../../../engine/scheduler/options.ts";
import type { JobState } from "../../../engine/scheduler/state.ts";
import { transition } from "../../../engine/scheduler/transition.ts";
import { combiningOf, DEFAULT_COMBINE_ABOVE } from "../../../engine/stages/combining.ts";
import { planningDefaults } from "../../aws/planning-defaults.ts";
import { skyrise } from "../aws-limits.ts";
import { type CloudRun, runInCloud } from "./run-in-cloud.ts";
import { type ShuffleShape, shuffleJob } from "./synthetic-job.ts";
import { cents, cloudLines, count, megabytes, seconds, stageLines } from "./text.ts";
import { runTpch } from "./tpch-sf1000.ts";

/** A scenario prints lines as it goes on. */
export interface Scenario {
  readonly about: string;
  readonly run: (print: (line: string) => void) => Promise<void>;
}

const MIB = 1024 * 1024;
const MEMORY = 1_769 * MIB;

export const scenarios: Readonly<Record<string, Scenario>> = {
  "tpch-sf1000": { about: "TPC-H Q6 and Q12 at scale factor 1,000 beside published results", run: tpch },
  "tasks-100k": { about: "one job of about 100,000 tasks on 10,000 workers", run: tasks100k },
  growth: { about: "jobs of 100 to 100,000 tasks: what the coordinator takes for each task", run: growth },
  combining: { about: "shuffles with and without a combining stage: requests, time and cost", run: combining },
};

async function tpch(print: (line: string) => void): Promise<void> {
  for (const query of ["q06", "q12"] as const) {
    for (const warm of [false, true]) {
      const run = await runTpch(query, 1_000, { limit: 1_000, warm });
      print(`${query}, ${warm ? "warm" : "cold"} workers of 7,076 MB: ${seconds(run.totalMs)}, ${cents(run.dollars)}`);
      if (warm) continue;
      const published = skyrise[query];
      const more = "workers" in published ? `, ${published.workers} workers, ${count(published.requests)} requests` : "";
      print(`  Skyrise published ${published.seconds} s, ${published.cents} cents${more}`);
      print(`  coordinator's start 1.0 s, footers of all files ${seconds(run.planning.ms)}, job ${seconds(run.jobMs)}`);
      for (const line of [...stageLines(run), ...cloudLines(run)]) print(`  ${line}`);
    }
    const queued = await runTpch(query, 1_000, { limit: 1_000, warm: false, queued: true });
    print(`${query}, started by a queue's trigger instead of directly: ${seconds(queued.totalMs)}, ${cents(queued.dollars)}`);
  }
}

/** A job of about so many tasks; bytes as a scan of 64 MiB splits has them. */
export async function jobOfTasks(tasks: number, workers: number): Promise<{ run: CloudRun; state: JobState; tasks: number }> {
  const readers = 16;
  const writers = Math.max(1, Math.floor(tasks * 0.98) - readers);
  const shape: ShuffleShape = {
    writers,
    readers,
    combining: combiningOf(writers, readers, planningDefaults(MEMORY, workers).combineAbove ?? DEFAULT_COMBINE_ABOVE),
    bytesRead: 64 * MIB,
    bytesWritten: MIB,
    workers,
    memory: MEMORY,
  };
  let state: JobState | undefined;
  const run = await runInCloud({
    ...shuffleJob(shape),
    fold: (before, event) => {
      const answer = transition(before, event);
      state = answer.state;
      return answer;
    },
  });
  if (!state) throw new TypeError("the job had no event");
  return { run, state, tasks: state.tasks.length };
}

async function tasks100k(print: (line: string) => void): Promise<void> {
  const { run, tasks, state } = await jobOfTasks(100_000, 10_000);
  print(
    `${count(tasks)} tasks on ${count(run.peakWorkers)} workers: ${run.outcome.kind} after ${seconds(run.jobMs)}, ${cents(run.dollars)}`,
  );
  for (const line of [...stageLines(run), ...cloudLines(run)]) print(`  ${line}`);
  print(
    `  the coordinator's own code: ${seconds(run.coordinatorMs)} of CPU time, ${count((tasks * 1_000) / run.coordinatorMs)} tasks a second`,
  );
  print(
    `  its state at the end: ${megabytes(JSON.stringify(state).length)} as JSON; this process at its peak: ${megabytes(process.resourceUsage().maxRSS * 1024)}`,
  );
}

async function growth(print: (line: string) => void): Promise<void> {
  print("  tasks | of each task: CPU ms, messages, journal bytes, state bytes, S3 requests");
  for (const wanted of [100, 1_000, 10_000, 100_000]) {
    const { run, tasks, state } = await jobOfTasks(wanted, 1_000);
    const each = [run.messages, run.journalBytes, JSON.stringify(state).length, run.storeReads + run.storeWrites].map((n) =>
      (n / tasks).toFixed(1),
    );
    print(`${count(tasks).padStart(7)} | ${(run.coordinatorMs / tasks).toFixed(3)}, ${each.join(", ")}`);
  }
}

/** Writers and readers of a shuffle in which each writes 8 MiB. */
const SIZES = [50, 100, 150, 200, 300, 450];

async function combining(print: (line: string) => void): Promise<void> {
  for (const size of SIZES) {
    const shape = { writers: size, readers: size, bytesRead: 64 * MIB, bytesWritten: 8 * MIB, workers: 1_000, memory: MEMORY };
    const plain = await runInCloud(shuffleJob(shape));
    const combined = await runInCloud(shuffleJob({ ...shape, combining: combiningOf(size, size, 0) }));
    print(`${size} x ${size} = ${count(size * size)} blocks: plain ${figures(plain)}; combined ${figures(combined)}`);
  }
  const size = 5_000;
  const shape = { writers: size, readers: size, bytesRead: 64 * MIB, bytesWritten: 8 * MIB, workers: 5_000, memory: MEMORY };
  const combined = await runInCloud(shuffleJob({ ...shape, combining: combiningOf(size, size, 0) }));
  const gets = size * size;
  print(`5,000 x 5,000: combined ${figures(combined)}`);
  print(`  plain it would be ${count(gets)} reads: ${cents((gets * 0.4) / 1e6)}, and ${count(gets / 5_500)} s at 5,500 a second;`);
  print(`  a task would read more than ${defaultOptions.maxBlocksPerTask} blocks, so it is refused`);
}

const figures = (run: CloudRun): string =>
  `${count(run.storeReads + run.storeWrites)} requests, ${seconds(run.jobMs)}, ${cents(run.dollars)}`;
