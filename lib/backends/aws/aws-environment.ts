import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { type Architecture, awsPrices } from "../../engine/cost/prices.ts";
import type { Environment, JobFabric } from "../../engine/engine.ts";
import type { ObjectStore } from "../../engine/ports/object-store.ts";
import type { SchedulerOptions } from "../../engine/scheduler/options.ts";
import { keys } from "../../service/keys.ts";
import { sinkOf, sourceOf } from "../../sources/registry.ts";
import { Memory } from "../local/memory.ts";
import { systemClock, systemRandom } from "../system-clock.ts";
import type { CoordinatorSettings } from "./aws-settings.ts";
import { Cancellations } from "./cancelled-attempts.ts";
import { DirectLane } from "./direct-lane.ts";
import { driverQuery } from "./driver-query.ts";
import { functionLog } from "./function-log.ts";
import { firstWindow, planningDefaults } from "./planning-defaults.ts";
import { createInbox, removeInbox, SqsInbox } from "./sqs-inbox.ts";
import { SqsTaskQueue } from "./sqs-task-queue.ts";

export type FabricSettings = Pick<CoordinatorSettings, "root" | "tiers" | "inboxPrefix" | "fleetLimit">;

export interface FabricPorts {
  readonly store: ObjectStore;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly newJobId: () => string;
  readonly architecture: Architecture;
}

const MEBIBYTE = 1024 ** 2;
const MINUTE_MS = 60_000;
/** Of each task function, as the stack makes them: what is over 512 MB is billed. */
export const TASK_SCRATCH_BYTES = 10_240 * MEBIBYTE;
/** File footers that a warm coordinator keeps: some megabytes. */
const REMEMBERED = 1_000;

/** The engine's surroundings on AWS: S3 as the store, SQS and Lambda as the fabric. */
export function awsEnvironment(settings: FabricSettings, ports: FabricPorts): Environment {
  const { root, fleetLimit } = settings;
  const { store, newJobId } = ports;
  return {
    store,
    sourceOf,
    sinkOf,
    remember: new Memory(REMEMBERED).remember,
    query: driverQuery,
    clock: systemClock,
    random: systemRandom,
    newJobId,
    jobsPrefix: `${root}/jobs`,
    openJob: (job) => openJob(job, settings, ports),
    defaults: planningDefaults(settings.tiers[0]!.memoryMiB * MEBIBYTE, fleetLimit),
    scheduling: schedulingOf(settings, ports.architecture),
    // What a program caches is kept by its engine, whose plans say where (lib/backends/remote/kept-rows.ts).
    cached: async () => undefined,
  };
}

/** Where tables are: among the data, which coordinators and tasks may read and write. */
export const tablesOf = ({ root }: Pick<FabricSettings, "root">) => ({ data: `${root}/data`, location: `${root}/data/warehouse` });

/** Gives up what `openJob` made, once the job is over. */
export const endJob =
  ({ inboxPrefix }: Pick<FabricSettings, "inboxPrefix">, sqs: SQSClient) =>
  (job: string): Promise<void> =>
    removeInbox(sqs, `${inboxPrefix}${job}`);

/** The inbox stays when this coordinator closes it: the next one reads on. */
async function openJob(job: string, settings: FabricSettings, { sqs, lambda, store }: FabricPorts): Promise<JobFabric> {
  const log = functionLog(job, "coordinator");
  const warn = (message: string) => log("warn", message);
  const queueUrl = await createInbox(sqs, `${settings.inboxPrefix}${job}`);
  const routes = settings.tiers.map(({ memoryMiB, queueUrl: tasks, functionName, most = settings.fleetLimit }) => ({
    memoryMiB,
    queueUrl: tasks,
    lane: new DirectLane({ lambda, functionName, most, now: systemClock.now, log: warn }),
  }));
  const queue = new SqsTaskQueue({
    sqs,
    clock: systemClock,
    random: systemRandom,
    routes,
    cancellations: new Cancellations(keys.work(settings.root, job), store),
    log: warn,
  });
  return {
    queue,
    inbox: new SqsInbox({ sqs, clock: systemClock, queueUrl, log: warn, onReport: (report) => queue.note(report) }),
    close: () => queue.close(),
  };
}

function schedulingOf({ tiers, fleetLimit }: FabricSettings, architecture: Architecture): Partial<SchedulerOptions> {
  return {
    memoryTiers: tiers.map(({ memoryMiB }) => memoryMiB * MEBIBYTE),
    window: { initial: firstWindow(fleetLimit), max: fleetLimit, promptMs: 5_000 },
    // Other jobs may have the whole fleet for a while.
    startTimeoutMs: 30 * MINUTE_MS,
    // A function's limit and its message's way back; workers that die are told of by redelivery and dead letters.
    runTimeoutMs: 17 * MINUTE_MS,
    speculation: { intervalMs: 2_000, quantile: 0.5, multiplier: 2, minTaskRuntimeMs: 3_000 },
    prices: awsPrices[architecture],
    scratchBytes: TASK_SCRATCH_BYTES,
  };
}
