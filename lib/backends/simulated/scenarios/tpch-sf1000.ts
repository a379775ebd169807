import { dollarsOf } from "../../../engine/cost/cost.ts";
import { awsPrices } from "../../../engine/cost/prices.ts";
import { runtimeUsage } from "../../../engine/cost/usage.ts";
import { compile, type Environment, scansOf, schemaOf } from "../../../engine/engine.ts";
import type { Scan } from "../../../engine/logical/plan.ts";
import { type Manifest, taskMessage } from "../../../engine/manifest.ts";
import { leavesOf } from "../../../engine/planner/traverse.ts";
import type { Source } from "../../../engine/ports/source.ts";
import { jobSpec } from "../../../engine/scheduler/job-spec.ts";
import { defaultOptions } from "../../../engine/scheduler/options.ts";
import type { Stage } from "../../../engine/stages/stage.ts";
import { sinkOf } from "../../../sources/registry.ts";
import { firstWindow, planningDefaults } from "../../aws/planning-defaults.ts";
import { coordinator } from "../aws-limits.ts";
import type { StageWork } from "./cloud-task.ts";
import { type Planning, planningOf } from "./planning.ts";
import { type CloudRun, runInCloud } from "./run-in-cloud.ts";
import { scanRequests } from "./scan-requests.ts";
import { footerBytes, syntheticSource } from "./synthetic-tables.ts";
import { measuredStages, tpchTables } from "./tpch-measured.ts";
import { type PlannedQuery, tpchPlans } from "./tpch-plans.ts";

const MIB = 1024 * 1024;
/** Functions of the published results. */
const MEMORY = 7_076 * MIB;
/** As long as real ones. */
const PREFIX = "s3://firecrest-bucket/jobs/01k3w9v6a8m2q4r5t7x9z0b1c3/work";

export interface TpchChoices {
  /** Environments at once that the account allows. */
  readonly limit: number;
  /** Whether they are there before the job begins. */
  readonly warm: boolean;
  /** Through the queue's trigger alone. */
  readonly queued?: boolean;
}

/** A query from its submission to its result. */
export interface TpchRun extends CloudRun {
  readonly planning: Planning;
  /** From the submission on, ms. */
  readonly totalMs: number;
}

/** Compiles a query over the statistics of TPC-H at a scale factor, and runs its stages in the cloud. */
export async function runTpch(query: PlannedQuery, scale: number, choices: TpchChoices): Promise<TpchRun> {
  const tables = tpchTables(scale);
  const compiled = await compile(
    tpchPlans[query]("s3://tpch"),
    {},
    planningEnvironment(syntheticSource(tables), planningDefaults(MEMORY, choices.limit)),
  );
  const { graph } = compiled;
  const window = { ...defaultOptions.window, initial: firstWindow(choices.limit), max: choices.limit };
  const manifest: Manifest = {
    spec: jobSpec("01k3w9v6a8m2q4r5t7x9z0b1c3", PREFIX, graph),
    options: { ...defaultOptions, memoryTiers: [MEMORY], window },
    schema: schemaOf(compiled.analyzed),
    stages: graph.stages.map(({ id, splits }) => ({ program: `${PREFIX}/programs/${id}.json`, splits })),
  };
  const footerOf = (scan: Scan) => footerBytes(tables.find(({ name }) => scan.rootPaths[0]!.includes(name))!);
  const planning = planningOf(scansOf(compiled.analyzed), footerOf);
  const run = await runInCloud({
    ...manifest,
    message: (...attempt) => taskMessage(manifest, ...attempt),
    work: graph.stages.map((stage) => workOf(stage, footerOf)),
    memory: MEMORY,
    limit: choices.limit,
    warm: choices.warm,
    queued: choices.queued ?? false,
  });
  const prices = awsPrices.arm64;
  const { ms, storeReads, storeWrites } = planning;
  const planned = { ...runtimeUsage(coordinator.memory, 0, ms), storeReads, storeWrites };
  return {
    ...run,
    planning,
    totalMs: coordinator.startMs + ms + run.jobMs,
    storeReads: run.storeReads + storeReads,
    storeWrites: run.storeWrites + storeWrites,
    dollars: run.dollars + dollarsOf(planned, prices),
  };
}

function planningEnvironment(source: Source, defaults: Environment["defaults"]): Environment {
  const nothing = () => Promise.reject(new TypeError("planning a synthetic table needs no such thing"));
  return {
    store: undefined as never,
    sourceOf: () => source,
    sinkOf,
    query: nothing,
    clock: { now: () => 0, sleep: async () => {} },
    random: { next: () => 0.5 },
    newJobId: () => "planned",
    jobsPrefix: PREFIX,
    openJob: nothing,
    defaults,
    cached: nothing,
  };
}

/** A stage's work, as its like was measured. Throws where nothing like it was. */
function workOf({ label, fragment, output }: Stage, footerOf: (scan: Scan) => number): StageWork {
  const measured = measuredStages.find((candidate) => candidate.label.test(label));
  if (!measured) throw new TypeError(`no stage like "${label}" was measured`);
  const { rowsOut } = measured;
  const scans = new Map(leavesOf(fragment).flatMap((leaf) => (leaf.kind === "scan" ? [[leaf.leaf, leaf.scan]] : [])));
  return {
    ...measured,
    output: output.kind,
    partitions: output.kind === "shuffle" ? output.partitions : 1,
    rowsOut: (rows) => ("perRow" in rowsOut ? Math.round(rows * rowsOut.perRow) : rowsOut.perTask),
    scanRequests: ({ splits }) =>
      Object.entries(splits).flatMap(([leaf, parts]) => {
        const scan = scans.get(Number(leaf))!;
        return scanRequests(scan, parts, footerOf(scan));
      }),
  };
}
