import type { StageGraph } from "../stages/stage.ts";
import { dollarsOf } from "./cost.ts";
import type { FunctionEnvironment } from "./function-environment.ts";
import type { Prices } from "./prices.ts";
import { type StageWork, stageWorks } from "./stage-work.ts";
import { addUsage, noUsage, queueRequestsOf, runtimeUsage, type Usage } from "./usage.ts";

/** What a job is likely to take. */
export interface Estimate {
  readonly seconds: number;
  readonly dollars: number;
  readonly tasks: number;
  /** The most workers at once that any stage uses. */
  readonly workers: number;
  /** Of the store and the queues, billed or not. */
  readonly requests: number;
  readonly usage: Usage;
  readonly stages: readonly StageEstimate[];
  readonly coordinator: { readonly usage: Usage; readonly dollars: number };
}
export interface StageEstimate extends Pick<StageWork, "label" | "tasks" | "bytesRead" | "bytesShuffleRead" | "bytesWritten" | "rowsOut"> {
  readonly workers: number;
  /** Bytes of memory of each worker. */
  readonly memory: number;
  /** From the completion of its inputs to its own. */
  readonly seconds: number;
  readonly usage: Usage;
  readonly dollars: number;
}

/**
 * Estimates a job from its stages and the statistics of its files. Every task of a stage is taken to have an equal share, and
 * nothing to fail: skewed keys, retries and a fleet that others use make a job take longer. Pure.
 */
export const estimateJob = (graph: StageGraph, environment: FunctionEnvironment, prices: Prices): Estimate =>
  estimateWorks(stageWorks(graph), environment, prices);

export function estimateWorks(works: readonly StageWork[], environment: FunctionEnvironment, prices: Prices): Estimate {
  const workersOf = ({ tasks }: StageWork) => Math.min(tasks, environment.fleetLimit);
  const stages = works.map((work) => {
    const warm = Math.max(0, ...work.inputs.map((input) => workersOf(works[input]!)));
    return estimateStage(work, warm, environment, prices);
  });
  const seconds = environment.coordinatorSeconds + environment.startSeconds + longestWay(works, stages);
  const coordinatorUsage = coordinationOf(works, seconds, environment);
  const usage = stages.reduce((sum, stage) => addUsage(sum, stage.usage), coordinatorUsage);
  return {
    seconds,
    dollars: dollarsOf(usage, prices),
    tasks: works.reduce((sum, { tasks }) => sum + tasks, 0),
    workers: Math.max(0, ...stages.map(({ workers }) => workers)),
    requests: usage.storeReads + usage.storeWrites + usage.queueRequests,
    usage,
    stages,
    coordinator: { usage: coordinatorUsage, dollars: dollarsOf(coordinatorUsage, prices) },
  };
}

/** `warm` workers of the stages before are free. */
function estimateStage(work: StageWork, warm: number, environment: FunctionEnvironment, prices: Prices): StageEstimate {
  const { label, tasks, bytesRead, bytesShuffleRead, bytesWritten, rowsOut } = work;
  const memory = tierOf(work.memoryEstimate ?? 0, environment);
  const taskSeconds = tasks === 0 ? 0 : secondsOfTask(work, memory, environment);
  const workers = Math.min(tasks, environment.fleetLimit);
  const waves = workers === 0 ? 0 : Math.ceil(tasks / workers);
  const cold = Math.max(0, workers - warm);
  const billedSeconds = tasks * taskSeconds + cold * environment.startSeconds;
  const message = 2_000 + (tasks === 0 ? 0 : (300 * work.blocks) / tasks);
  const usage: Usage = {
    ...runtimeUsage(memory, environment.scratchBytes, billedSeconds * 1_000),
    invocations: tasks,
    storeReads: work.storeReads,
    storeWrites: work.storeWrites,
    // A message is received and deleted, and answered by two reports.
    queueRequests: tasks * (queueRequestsOf(message) + 3),
  };
  const seconds = environment.dispatchSeconds + (cold > 0 ? environment.startSeconds : 0) + waves * taskSeconds;
  const amounts = { label, tasks, bytesRead, bytesShuffleRead, bytesWritten, rowsOut };
  return { ...amounts, workers, memory, seconds, usage, dollars: dollarsOf(usage, prices) };
}

/** Reading, computing and writing follow one another: the kernel begins when its input is there. */
function secondsOfTask(work: StageWork, memory: number, environment: FunctionEnvironment): number {
  const { tasks } = work;
  const { firstByteSeconds, parallelRequests, memoryPerCpu } = environment;
  const rounds = Math.ceil(work.storeReads / tasks / parallelRequests) + Math.ceil(work.storeWrites / tasks);
  const transfer = transferSeconds((work.bytesRead + work.bytesShuffleRead + work.bytesWritten) / tasks, environment);
  return firstByteSeconds * rounds + transfer + work.cpuSeconds / tasks / (memory / memoryPerCpu);
}

const transferSeconds = (bytes: number, { burstBytes, burstBytesPerSecond, bytesPerSecond }: FunctionEnvironment): number =>
  Math.min(bytes, burstBytes) / burstBytesPerSecond + Math.max(0, bytes - burstBytes) / bytesPerSecond;

const tierOf = (estimate: number, { memoryTiers }: FunctionEnvironment): number =>
  memoryTiers.find((bytes) => bytes >= estimate) ?? memoryTiers.at(-1)!;

/** Stages that do not wait for each other run side by side. */
function longestWay(works: readonly StageWork[], stages: readonly StageEstimate[]): number {
  const ends: number[] = [];
  for (const [id, { inputs }] of works.entries()) ends.push(Math.max(0, ...inputs.map((input) => ends[input]!)) + stages[id]!.seconds);
  return Math.max(0, ...ends);
}

/** Seconds that the coordinator gathers reports before it writes them to its journal, at least: a call of the store. */
const TURN_SECONDS = 0.05;

/** A turn takes what has come since the one before: few turns while tasks run, never more than reports. */
function coordinationOf(works: readonly StageWork[], seconds: number, { coordinatorMemory, scratchBytes }: FunctionEnvironment): Usage {
  const tasks = works.reduce((sum, work) => sum + work.tasks, 0);
  const turns = Math.min(2 * tasks, seconds / TURN_SECONDS);
  // Ten messages go into one request.
  const batches = Math.ceil((3 * tasks) / 10) + Math.ceil((2 * tasks) / 10);
  const files = works.reduce((sum, work) => sum + work.files, 0);
  return {
    ...noUsage,
    ...runtimeUsage(coordinatorMemory, scratchBytes, seconds * 1_000),
    invocations: 1,
    storeReads: 2,
    storeWrites: Math.ceil(turns) + works.length + files + 5,
    queueRequests: batches + Math.ceil(seconds / 20),
  };
}
