import { dollarsOf } from "../../../engine/cost/cost.ts";
import { awsPrices } from "../../../engine/cost/prices.ts";
import { noUsage, type Usage } from "../../../engine/cost/usage.ts";
import { runJob } from "../../../engine/scheduler/coordinator.ts";
import type { JobSpec } from "../../../engine/scheduler/job-spec.ts";
import type { SchedulerOptions } from "../../../engine/scheduler/options.ts";
import type { JobOutcome, Progress } from "../../../engine/scheduler/progress.ts";
import type { transition } from "../../../engine/scheduler/transition.ts";
import type { BlockRef, TaskMessage } from "../../../engine/task/message.ts";
import { coordinator, lambda } from "../aws-limits.ts";
import { SeededRandom } from "../seeded-random.ts";
import { simulatedClock } from "../simulated-clock.ts";
import { World } from "../world.ts";
import { CloudFunctions } from "./cloud-functions.ts";
import { CloudInbox } from "./cloud-inbox.ts";
import { CloudStore } from "./cloud-store.ts";
import { CloudTask, type StageWork } from "./cloud-task.ts";

export interface CloudJob {
  readonly spec: JobSpec;
  readonly options: SchedulerOptions;
  readonly message: (
    stage: number,
    partition: number,
    attempt: number,
    memory: number,
    blocks: Readonly<Record<number, readonly BlockRef[]>>,
  ) => TaskMessage;
  readonly work: readonly StageWork[];
  /** Memory of a task function, in bytes. */
  readonly memory: number;
  readonly limit: number;
  readonly warm: boolean;
  readonly queued?: boolean;
  /** Scheduler's fold, to look at its states. */
  readonly fold?: typeof transition;
}

/** What a job took in virtual time, and what it would be billed. */
export interface CloudRun {
  readonly outcome: JobOutcome;
  /** From the coordinator's first turn to the outcome, ms. */
  readonly jobMs: number;
  readonly stages: readonly StageTimes[];
  readonly peakWorkers: number;
  readonly coldStarts: number;
  readonly storeReads: number;
  readonly storeWrites: number;
  readonly queueRequests: number;
  /** Task messages and reports. */
  readonly messages: number;
  readonly largestMessage: number;
  readonly largestReport: number;
  readonly journalBytes: number;
  readonly snapshotBytes: number;
  readonly largestPut: number;
  readonly bytesRead: number;
  readonly bytesShuffled: number;
  /** The longest that S3's request rates made a worker wait, ms. */
  readonly throttledMs: number;
  /** Of the tasks, of the coordinator. */
  readonly taskDollars: number;
  readonly dollars: number;
  /** CPU time of this machine that the coordinator's own code took, ms. */
  readonly coordinatorMs: number;
}
export interface StageTimes {
  readonly label: string;
  readonly tasks: number;
  /** When its first task was launched and its last one had reported, ms. */
  readonly from: number;
  readonly to: number;
}

/** A job that has not ended by then hangs, in virtual ms. */
const PATIENCE_MS = 24 * 3_600_000;
/** Receives of the inbox at once, as on AWS. */
const RECEIVERS = 8;

/** Runs a job with the real coordinator in virtual time, on functions, queues and a store that behave as AWS's. */
export async function runInCloud(job: CloudJob, seed = 1): Promise<CloudRun> {
  const world = new World(seed);
  const random = (stream: number) => new SeededRandom(seed, stream);
  const store = new CloudStore(world, random(11));
  const inbox = new CloudInbox(world, random(12));
  const totals = { bytesRead: 0, bytesShuffled: 0 };
  const { work, memory } = job;
  const task = new CloudTask({ world, random: random(13), store, inbox, work, memory, vcpus: memory / lambda.bytesPerVcpu, totals });
  const queue = new CloudFunctions(world, random(14), job, (message, worker) => task.run(message, worker));
  const stages = job.spec.stages.map(({ label, partitions }) => ({ label, tasks: partitions, from: Number.NaN, to: Number.NaN }));

  let outcome: JobOutcome | undefined;
  let failure: unknown;
  const actor = { name: "coordinator", alive: true, mortality: "coordinatorDied", pausedUntil: 0 } as const;
  runJob({
    spec: job.spec,
    options: job.options,
    ports: { store: store.port, queue, inbox, clock: simulatedClock(world, actor, 0), random: random(15) },
    message: job.message,
    receivers: RECEIVERS,
    ...(job.fold ? { fold: job.fold } : {}),
    onProgress: ({ stages: progress }) => note(stages, progress, world.now),
  }).then(
    (ended) => {
      outcome = ended;
    },
    (thrown: unknown) => {
      failure = thrown;
    },
  );
  await world.run(PATIENCE_MS, () => outcome !== undefined || failure !== undefined);
  if (!outcome) throw failure ?? new Error("the job has not ended in a day");
  return summary(outcome, { world, store, inbox, queue, totals, stages });
}

function note(stages: { from: number; to: number }[], progress: Progress["stages"], now: number): void {
  for (const [i, { running, done, tasks }] of progress.entries()) {
    const stage = stages[i]!;
    if (running + done > 0 && Number.isNaN(stage.from)) stage.from = now;
    if (done === tasks && Number.isNaN(stage.to)) stage.to = now;
  }
}

interface Cloud {
  readonly world: World;
  readonly store: CloudStore;
  readonly inbox: CloudInbox;
  readonly queue: CloudFunctions;
  readonly totals: { readonly bytesRead: number; readonly bytesShuffled: number };
  readonly stages: readonly StageTimes[];
}

function summary(outcome: JobOutcome, { world, store, inbox, queue, totals, stages }: Cloud): CloudRun {
  const { workerReads, workerWrites, coordinatorReads, coordinatorWrites, journalBytes, snapshotBytes, largestPut } = store.counts;
  const gb = (bytes: number) => bytes / 1024 ** 3;
  const tasks: Usage = {
    ...noUsage,
    gbSeconds: queue.counts.gbSeconds,
    invocations: queue.counts.invocations,
    storeReads: workerReads,
    storeWrites: workerWrites,
    queueRequests: inbox.counts.requests,
  };
  const own: Usage = {
    ...noUsage,
    gbSeconds: (gb(coordinator.memory) * (world.now + coordinator.startMs)) / 1_000,
    invocations: 1,
    storeReads: coordinatorReads,
    storeWrites: coordinatorWrites,
  };
  const prices = awsPrices.arm64;
  return {
    outcome,
    jobMs: world.now,
    stages,
    peakWorkers: queue.counts.peak,
    coldStarts: queue.counts.coldStarts,
    storeReads: workerReads + coordinatorReads,
    storeWrites: workerWrites + coordinatorWrites,
    queueRequests: inbox.counts.requests,
    messages: queue.counts.invoked + inbox.counts.messages,
    largestMessage: queue.counts.largestMessage,
    largestReport: inbox.counts.largest,
    journalBytes,
    snapshotBytes,
    largestPut,
    ...totals,
    throttledMs: Math.max(...[...store.reads.values(), store.writes].map((rate) => rate.longestWaitMs)),
    taskDollars: dollarsOf(tasks, prices),
    dollars: dollarsOf(tasks, prices) + dollarsOf(own, prices),
    coordinatorMs: world.promisesMs,
  };
}
