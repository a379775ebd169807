import { analyze } from "./analyzer/analyze.ts";
import type { Usage } from "./cost/usage.ts";
import { AnalysisError } from "./errors.ts";
import { readKeptRows } from "./kept-rows.ts";
import { outputOf } from "./logical/output.ts";
import type { LogicalPlan, Scan, Write } from "./logical/plan.ts";
import { statisticsOf } from "./logical/statistics.ts";
import { childrenOf } from "./logical/traverse.ts";
import { type Manifest, taskMessage } from "./manifest.ts";
import { optimize } from "./optimizer/optimize.ts";
import { type PhysicalJob, type PlannerOptions, planPhysical } from "./planner/plan-physical.ts";
import type { Clock, Inbox, Random, TaskQueue } from "./ports/fabric.ts";
import type { ObjectStore } from "./ports/object-store.ts";
import type { Sink, Source, SourceIo, Split } from "./ports/source.ts";
import { resolveRelations } from "./resolve-relations.ts";
import { runJob } from "./scheduler/coordinator.ts";
import { type CommitSpec, jobSpec } from "./scheduler/job-spec.ts";
import { defaultOptions, type SchedulerOptions } from "./scheduler/options.ts";
import type { JobOutcome, Progress } from "./scheduler/progress.ts";
import { type Conf, type EngineSettings, readSettings } from "./settings.ts";
import { cut } from "./stages/cut.ts";
import { withoutNeedlessTests } from "./stages/needless-not-null.ts";
import { encodeProgram } from "./stages/program.ts";
import type { StageGraph } from "./stages/stage.ts";
import type { TaskOutput } from "./task/message.ts";
import { type StructType, structField, structType } from "./types/data-type.ts";
import { Timestamp } from "./types/values.ts";
import { checkWrite } from "./write-check.ts";

/** What an engine runs in: the ports of a backend and its choices. */
export interface Environment {
  readonly store: ObjectStore;
  readonly sourceOf: (format: string) => Source;
  readonly sinkOf: (format: string) => Sink;
  /** A query of the engine's own, in the driver's kernel. */
  readonly query: SourceIo["query"];
  /** See SourceIo.remember. */
  readonly remember?: SourceIo["remember"];
  readonly clock: Clock;
  readonly random: Random;
  /** A name that no other job has: [a-z0-9-]+. */
  readonly newJobId: () => string;
  /** Where the objects of jobs go, without a slash at the end. */
  readonly jobsPrefix: string;
  /** Opens a job's queue and inbox. */
  readonly openJob: (job: string) => Promise<JobFabric>;
  /** Partitions of a shuffle, of a range, and bytes of a split of so large a scan, where the session does not say. */
  readonly defaults: {
    readonly shufflePartitions: number;
    /** Where given, `shufflePartitions` is the most: a shuffle of fewer estimated bytes has fewer. */
    readonly partitionBytes?: number;
    /** Blocks of a shuffle from which on it is combined, where that is not what stages/combining.ts says. */
    readonly combineAbove?: number;
    readonly parallelism: number;
    /** Where given, `parallelism` is the most: a range has no more partitions than this many rows each make, unless functions of users compute. */
    readonly rangeRows?: number;
    readonly splitBytes: (scanBytes: number) => number;
    /** Bytes of a split where rows flow to the user (planner/flowing.ts), so that the first ones need not wait for the last. Absent: as others. */
    readonly flowingSplitBytes?: (scanBytes: number) => number;
  };
  /** Where the backend's bounds differ from the scheduler's defaults. */
  readonly scheduling?: Partial<SchedulerOptions>;
  /** A `cached` node that knows what was kept of it, or a plan of the same rows; undefined where nothing is kept. */
  readonly cached: (plan: Extract<LogicalPlan, { kind: "cached" }>, conf: Conf) => Promise<LogicalPlan | undefined>;
  /** What a name means, as a plan whose own relations are not resolved; undefined where nothing has it. Absent: there is no catalog. */
  readonly relation?: (relation: Extract<LogicalPlan, { kind: "unresolvedRelation" }>, conf: Conf) => Promise<LogicalPlan | undefined>;
}
export interface JobFabric {
  readonly queue: TaskQueue;
  readonly inbox: Inbox;
  readonly close: () => Promise<void>;
}

/** A plan in each of its forms, ready to run. */
export interface CompiledJob {
  readonly settings: EngineSettings;
  readonly parsed: LogicalPlan;
  readonly analyzed: LogicalPlan;
  readonly optimized: LogicalPlan;
  readonly physical: PhysicalJob;
  readonly graph: StageGraph;
}

/** Front-end plan -> resolved relations -> analyzed. Throws AnalysisError. */
export async function analyzePlan(
  plan: LogicalPlan,
  conf: Conf,
  environment: Environment,
): Promise<{ settings: EngineSettings; analyzed: LogicalPlan }> {
  const settings = readSettings(conf);
  const resolved = await resolveRelations(plan, conf, settings, environment);
  const analyzed = analyze(resolved, settings.session);
  if (analyzed.kind === "write") checkWrite(analyzed, settings.session, environment.sinkOf);
  return { settings, analyzed };
}

/** Analyzed -> optimized -> physical -> stages. The pipeline; each step is a folder. */
export async function compile(plan: LogicalPlan, conf: Conf, environment: Environment): Promise<CompiledJob> {
  const { settings, analyzed } = await analyzePlan(plan, conf, environment);
  const planning = plannerOptions(settings, environment);
  const optimized = optimize(readKeptRows(analyzed, settings.session), {
    session: settings.session,
    settings: settings.optimizer,
    disabled: settings.excludedRules,
    isSpread: (scan) => planning.splits(scan).length > 1,
    startTime: new Timestamp(BigInt(environment.clock.now()) * 1000n),
  });
  const physical = planPhysical(optimized, planning);
  return {
    settings,
    parsed: plan,
    analyzed,
    optimized,
    physical,
    // What changes no row must not keep equal exchanges apart.
    graph: cut(
      { ...physical, plan: withoutNeedlessTests(physical.plan, settings.session) },
      settings.combineAbove ?? environment.defaults.combineAbove,
    ),
  };
}

/** The names and types of an analyzed plan's columns. */
export const schemaOf = (analyzed: LogicalPlan): StructType =>
  structType(outputOf(analyzed).map((a) => structField(a.name, a.type, a.nullable, a.metadata)));

function plannerOptions(settings: EngineSettings, { defaults, sourceOf }: Environment): PlannerOptions {
  const bytesOf = (scan: Scan) => scan.files.reduce((sum, file) => sum + file.size, 0);
  const targetOf = (scan: Scan) => settings.splitBytes ?? defaults.splitBytes(bytesOf(scan));
  // Rows come in one order, however finely they are split.
  const splits = (scan: Scan, target: number, most?: number) =>
    packSplits(largestFirst(sourceOf(scan.format).split(scan, target, settings.session), scan, targetOf(scan)), target, most);
  const { flowingSplitBytes } = defaults;
  return {
    session: settings.session,
    shufflePartitions: settings.shufflePartitions ?? defaults.shufflePartitions,
    ...(settings.shufflePartitions === undefined && defaults.partitionBytes !== undefined
      ? { partitionBytes: defaults.partitionBytes }
      : {}),
    parallelism: settings.parallelism ?? defaults.parallelism,
    ...(settings.parallelism === undefined && defaults.rangeRows !== undefined ? { rangeRows: defaults.rangeRows } : {}),
    broadcastThreshold: settings.optimizer.broadcastThreshold,
    sizeOf: (plan) => statisticsOf(plan).sizeInBytes,
    splits: (scan, most) => splits(scan, targetOf(scan), most),
    ...(flowingSplitBytes && settings.splitBytes === undefined
      ? { flowingSplits: (scan) => splits(scan, flowingSplitBytes(bytesOf(scan))) }
      : {}),
  };
}

/**
 * Small files in the order of their sizes, as Spark packs partitions: its rows come in that order. Splits of one file stay together.
 * Kept rows come in the order in which they were kept.
 */
function largestFirst(splits: readonly Split[], { files, kept }: Scan, targetBytes: number): readonly Split[] {
  if (kept) return splits;
  const weight = ({ file }: Split): number => Math.min(files[file]?.size ?? 0, targetBytes);
  return [...splits].sort((a, b) => weight(b) - weight(a));
}

/** Opening a file costs as much as reading this many bytes: `spark.sql.files.openCostInBytes`. */
const OPEN_COST_BYTES = 4 * 1024 * 1024;

/** Neighbouring splits share a partition up to the target; at most `most` partitions. */
export function packSplits(splits: readonly Split[], targetBytes: number, most = Number.POSITIVE_INFINITY): Split[][] {
  const cost = (split: Split) => split.bytes + Math.min(OPEN_COST_BYTES, targetBytes / 16);
  const total = splits.reduce((sum, split) => sum + cost(split), 0);
  const target = Math.max(targetBytes, total / most);
  const partitions: Split[][] = [];
  let room = 0;
  for (const split of splits) {
    if (partitions.length === 0 || (cost(split) > room && partitions.length < most)) {
      partitions.push([]);
      room = target;
    }
    partitions.at(-1)!.push(split);
    room -= cost(split);
  }
  return partitions.length > 0 ? partitions : [[]];
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** See JobRequest. */
  readonly onOutput?: (output: TaskOutput) => void;
  /** See JobRequest. */
  readonly usage?: () => Usage;
  readonly receivers?: number;
  readonly handOver?: AbortSignal;
}

/** A job's end. Its result objects stay until `dispose`. */
export interface FinishedJob {
  readonly outcome: Extract<JobOutcome, { kind: "succeeded" }>;
  readonly dispose: () => Promise<void>;
}

/** Writes the stages' programs, each time under new keys, and gives what it takes to coordinate the job. */
export async function prepare(
  job: string,
  prefix: string,
  compiled: CompiledJob,
  environment: Environment,
  bounds: Partial<SchedulerOptions> = {},
): Promise<Manifest> {
  const { graph, settings } = compiled;
  const programs = `${prefix}/programs/${environment.newJobId()}`;
  const stages = graph.stages.map(({ id, splits }) => ({ program: `${programs}/${id}.json`, splits }));
  await Promise.all(
    graph.stages.map(({ id, fragment, output }) =>
      environment.store.put(stages[id]!.program, encodeProgram({ fragment, output, session: settings.session }), { once: true }),
    ),
  );
  return {
    spec: jobSpec(job, prefix, graph, commitOf(compiled.optimized, settings)),
    options: {
      ...defaultOptions,
      ...environment.scheduling,
      ...(settings.maxTaskFailures ? { maxTaskFailures: settings.maxTaskFailures } : {}),
      ...bounds,
    },
    schema: schemaOf(compiled.analyzed),
    stages,
  };
}

/** Runs a prepared job to its end, or goes on with one that another coordinator has left. Throws as runJob does. */
export function coordinate(manifest: Manifest, environment: Environment, fabric: JobFabric, options: RunOptions = {}): Promise<JobOutcome> {
  const { store, clock, random } = environment;
  const { signal, onProgress, onOutput, receivers, handOver, usage } = options;
  return runJob({
    spec: manifest.spec,
    ports: { store, queue: fabric.queue, inbox: fabric.inbox, clock, random },
    message: (...attempt) => taskMessage(manifest, ...attempt),
    options: manifest.options,
    ...(usage ? { usage } : {}),
    ...(receivers ? { receivers } : {}),
    ...(signal ? { signal } : {}),
    ...(handOver ? { handOver } : {}),
    ...(onProgress ? { onProgress } : {}),
    ...(onOutput ? { onOutput } : {}),
  });
}

/** Prepares a job and runs it to its end. Throws the FirecrestError that ended it. */
export async function run(compiled: CompiledJob, environment: Environment, options: RunOptions = {}): Promise<FinishedJob> {
  const job = environment.newJobId();
  const prefix = `${environment.jobsPrefix}/${job}`;
  const dispose = () => deleteBelow(`${prefix}/`, environment.store);
  const [manifest, fabric] = await Promise.all([prepare(job, prefix, compiled, environment), environment.openJob(job)]);
  try {
    const outcome = await coordinate(manifest, environment, fabric, options);
    if (outcome.kind === "succeeded") return { outcome, dispose };
    await dispose();
    throw outcome.kind === "failed" ? outcome.error : new AnalysisError("INTERNAL_ERROR", { message: `the job ${job} was handed over` });
  } finally {
    await fabric.close();
  }
}

function commitOf(plan: LogicalPlan, { dynamicOverwrite }: EngineSettings): CommitSpec | undefined {
  if (plan.kind !== "write") return undefined;
  const { mode, partitionBy, options } = plan;
  const asked = options.partitionoverwritemode?.toLowerCase();
  const dynamic = partitionBy.length > 0 && (asked === undefined ? dynamicOverwrite : asked === "dynamic");
  return { folder: folderOf(plan), overwrite: mode === "overwrite", dynamic, marker: true };
}

export const folderOf = (write: Pick<Write, "path">): string => write.path.replace(/\/+$/, "");

/** Deletes at most this many objects a call. */
const DELETE_BATCH = 1_000;

export async function deleteBelow(prefix: string, store: ObjectStore): Promise<void> {
  let batch: string[] = [];
  for await (const { key } of store.list(prefix)) {
    batch.push(key);
    if (batch.length < DELETE_BATCH) continue;
    await store.delete(batch);
    batch = [];
  }
  if (batch.length > 0) await store.delete(batch);
}

/** The scans of an analyzed plan. */
export function scansOf(plan: LogicalPlan): Scan[] {
  const found: Scan[] = [];
  const visit = (node: LogicalPlan): void => {
    if (node.kind === "scan") found.push(node);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(plan);
  return found;
}
