import { noPrices, type Prices } from "../../engine/cost/prices.ts";
import { noUsage } from "../../engine/cost/usage.ts";
import type { CommitSpec, JobSpec, OutputSpec, StageSpec } from "../../engine/scheduler/job-spec.ts";
import { defaultOptions, type SchedulerOptions } from "../../engine/scheduler/options.ts";
import type { StageInput } from "../../engine/stages/stage.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { withCombining } from "./simulated-combining.ts";

/**
 * A random job over synthetic rows. A row is a number that says which source it came from; stages without inputs make rows,
 * the others pass on what they read: each shuffled row once, each broadcast row in one of the tasks that all read it.
 * So the last stage must give exactly the rows that `rowsOf` counts, or one was lost or came twice.
 */
export interface SimulatedJob {
  readonly spec: JobSpec;
  readonly options: SchedulerOptions;
  /** The task (`stage.partition`) that fails with the user's error. */
  readonly poisoned?: string;
  /** When somebody cancels, in ms. */
  readonly cancelAt?: number;
  /** What the output folder holds before: rows by key. */
  readonly before: ReadonlyMap<string, readonly number[]>;
  readonly markedBefore: boolean;
}

/** A worker lives no longer, in ms; the scheduler gives it up later. */
export const WORKER_LIMIT_MS = 8_000;
/** Clocks of two coordinators differ by less. */
const CLOCK_DIFFERENCE_MS = 1_500;
/** Rows that one source task makes, at most. */
const MAX_ROWS = 6;
const ROWS_PER_STAGE = 10_000;
const ROWS_PER_TASK = 100;

export function randomJob(random: SeededRandom): SimulatedJob {
  const stages = withCombining(random, randomStages(random));
  const commit = stages.at(-1)!.output.kind === "files" ? randomCommit(random) : undefined;
  const job = `job${random.between(0, 0xffffff).toString(16)}`;
  const before = commit && random.chance(0.5) ? filesBefore(random, commit.folder) : new Map<string, number[]>();
  const drawn = {
    spec: { job, prefix: `memory://jobs/${job}`, stages, ...(commit ? { commit } : {}) },
    options: randomOptions(random),
    ...(random.chance(0.04) ? { poisoned: `${random.between(0, stages.length - 1)}.0` } : {}),
    ...(random.chance(0.08) ? { cancelAt: random.between(0, 1_500) } : {}),
    before,
    markedBefore: before.size > 0 && random.chance(0.7),
  };
  return { ...drawn, options: { ...drawn.options, ...randomLimits(random) } };
}

interface Draft {
  readonly partitions: number;
  readonly inputs: StageInput[];
  output?: OutputSpec;
}

/** One to six stages, each reading some before it; the last reads all that nobody has read. */
function randomStages(random: SeededRandom): StageSpec[] {
  const count = random.between(1, 6);
  const drafts: Draft[] = [];
  for (let id = 0; id < count; id++) {
    const draft: Draft = { partitions: random.chance(0.02) ? 0 : random.between(1, 5), inputs: [] };
    for (let other = 0; other < id; other++) {
      const unread = drafts[other]!.output === undefined;
      if (id === count - 1 ? unread || random.chance(0.2) : random.chance(unread ? 0.5 : 0.2)) read(random, draft, drafts[other]!, other);
    }
    drafts.push(draft);
  }
  drafts.at(-1)!.output = { kind: random.chance(0.5) ? "files" : "result" };
  return drafts.map(({ partitions, inputs, output }, id) => ({
    partitions,
    inputs,
    output: output!,
    label: `stage ${id}`,
    ...(random.chance(0.15) ? { indeterminate: true } : {}),
    ...(random.chance(0.2) ? { memoryEstimate: random.between(1, 3) } : {}),
  }));
}

/** Has a stage read another, as the other's first reader or in the way its first reader does. */
function read(random: SeededRandom, reader: Draft, writer: Draft, stage: number): void {
  const output: OutputSpec =
    writer.output ?? (random.chance(0.25) ? { kind: "broadcast" } : { kind: "shuffle", partitions: reader.partitions });
  writer.output = output;
  if (output.kind === "broadcast") reader.inputs.push({ stage, mode: "broadcast" });
  else if (output.kind === "shuffle" && output.partitions === reader.partitions) reader.inputs.push({ stage, mode: "shuffle" });
}

const randomCommit = (random: SeededRandom): CommitSpec => ({
  folder: "memory://data/out",
  overwrite: random.chance(0.5),
  marker: random.chance(0.85),
});

function filesBefore(random: SeededRandom, folder: string): Map<string, number[]> {
  const keys = Array.from({ length: random.between(1, 3) }, (_, i) => `${folder}/old-${i}`);
  return new Map(keys.map((key, i) => [key, [-1 - i, -11 - i]]));
}

const randomOptions = (random: SeededRandom): SchedulerOptions => ({
  ...defaultOptions,
  startTimeoutMs: 5_000,
  runTimeoutMs: WORKER_LIMIT_MS + 1_000,
  backoff: { firstMs: 20, maxMs: 2_000 },
  window: { initial: random.between(1, 6), max: 12, promptMs: 100 },
  memoryTiers: [1, 2, 3, 4],
  commitBatch: random.between(1, 4),
  drainMs: 1_000,
  snapshotEvery: random.pick([5, 20, 100]),
  ...(random.chance(0.3) ? { speculation: { intervalMs: 100, quantile: 0.5, multiplier: 2, minTaskRuntimeMs: 100 } } : {}),
});

/** Simulated dollars: memory tiers are bytes, and one for a second is a dollar. */
export const simulatedPrices: Prices = { ...noPrices, gbSecond: 1024 ** 3, invocation: 0.01, storeWrite: 0.001 };

/** Of some jobs. No worker runs longer than its limit, so what is held for a message covers it whatever becomes of coordinators. */
const randomLimits = (random: SeededRandom): Partial<SchedulerOptions> => ({
  ...(random.chance(0.12) ? { maxDollars: 2 ** random.between(2, 9) } : {}),
  ...(random.chance(0.03) ? { maxJobMs: random.between(50, 20_000) } : {}),
  prices: simulatedPrices,
  cancelNoticeMs: WORKER_LIMIT_MS + CLOCK_DIFFERENCE_MS,
  costReserve: { attempt: { ...noUsage, invocations: 1, storeWrites: 200 }, end: noUsage },
});

/** The rows that a task of a stage without inputs makes. */
export function sourceRows(stage: number, partition: number): number[] {
  const first = stage * ROWS_PER_STAGE + partition * ROWS_PER_TASK;
  return Array.from({ length: mix(first) % (MAX_ROWS + 1) }, (_, i) => first + i);
}

/** All rows that a stage must give, sorted; a row that reaches it by two ways is there twice. */
export function rowsOf(spec: JobSpec, stage: number): number[] {
  const { inputs, partitions } = spec.stages[stage]!;
  if (partitions === 0) return [];
  const own = inputs.length > 0 ? [] : Array.from({ length: partitions }, (_, partition) => sourceRows(stage, partition)).flat();
  return [...own, ...inputs.flatMap((input) => rowsOf(spec, input.stage))].sort((a, b) => a - b);
}

/** Which of a number of partitions a row belongs to. */
export const partitionOf = (row: number, salt: number, partitions: number): number => mix(row * 31 + salt) % partitions;

/** Spreads a number over 32 bits (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
