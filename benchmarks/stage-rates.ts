import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DiskScratch } from "../lib/backends/local/disk-scratch.ts";
import { FileStore } from "../lib/backends/local/file-store.ts";
import { MemoryInbox } from "../lib/backends/local/memory-inbox.ts";
import { type PlannedQuery, tpchPlans } from "../lib/backends/simulated/scenarios/tpch-plans.ts";
import { compile, type Environment, run } from "../lib/engine/engine.ts";
import { Kernel } from "../lib/engine/kernel/connection.ts";
import type { Scan } from "../lib/engine/logical/plan.ts";
import { resolveRelations } from "../lib/engine/resolve-relations.ts";
import { readSettings } from "../lib/engine/settings.ts";
import type { TaskMetrics } from "../lib/engine/task/message.ts";
import { runTask, type Worker } from "../lib/engine/task/run-task.ts";
import { sinkOf, sourceOf } from "../lib/sources/registry.ts";
import { benchFolder, tpchFolder } from "./install.ts";

/**
 * Measures what lib/backends/simulated/scenarios/tpch-measured.ts holds: `node benchmarks/stage-rates.ts` runs TPC-H at scale
 * factor 1 stage by stage, one task at a time on one thread, each task of about as many rows as one at a large scale has, and
 * prints the CPU time, rows and bytes of each stage, and the bytes that each column takes in a row.
 */
const data = tpchFolder(1);
const folder = join(benchFolder, "stage-rates");
/** About 100,000 rows of orders a shuffle partition, as at scale factor 1,000: what a file costs counts as it does there. */
const conf = {
  "spark.sql.files.maxPartitionBytes": "16m",
  "spark.sql.shuffle.partitions": "16",
  "spark.sql.autoBroadcastJoinThreshold": "-1",
};

const kernel = await Kernel.open({ threads: 1, memory: 2e9, spillFolder: join(folder, "spill") });
const worker: Worker = {
  name: "measured",
  kernel,
  store: new FileStore(randomUUID),
  scratch: async () => {
    const scratch = new DiskScratch(join(folder, "scratch", randomUUID()));
    return Object.assign(scratch, { dispose: () => scratch.close() });
  },
  sourceOf,
  sinkOf,
  usage: () => {
    const { user, system } = process.cpuUsage();
    return { wallMs: performance.now(), cpuMs: (user + system) / 1000, peakMemory: process.resourceUsage().maxRSS * 1024 };
  },
  programs: new Map(),
};

/** Runs tasks one after the other, so that each one's CPU time is its own. */
function sequential(): { readonly inbox: MemoryInbox; readonly queue: Awaited<ReturnType<Environment["openJob"]>>["queue"] } {
  const inbox = new MemoryInbox();
  let last: Promise<void> = Promise.resolve();
  return {
    inbox,
    queue: {
      send: async (messages) => {
        for (const message of messages) last = last.then(async () => inbox.put({ kind: "task", report: await runTask(message, worker) }));
      },
      cancel: async () => {},
    },
  };
}

const environment: Environment = {
  store: worker.store,
  sourceOf,
  sinkOf,
  query: (sql) => kernel.query(sql),
  clock: { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal, ref: false } : {}) },
  random: { next: Math.random },
  newJobId: randomUUID,
  jobsPrefix: join(folder, "jobs"),
  openJob: async () => ({ ...sequential(), close: async () => {} }),
  defaults: { shufflePartitions: 64, parallelism: 2, splitBytes: () => 48e6 },
  cached: () => Promise.reject(new Error("nothing is cached here")),
};

async function measure(query: PlannedQuery): Promise<void> {
  const compiled = await compile(tpchPlans[query](data), conf, environment);
  const best: TaskMetrics[] = [];
  for (let repeat = 0; repeat < 3; repeat++) {
    const { outcome, dispose } = await run(compiled, environment);
    for (const [stage, metrics] of outcome.metrics.entries()) if (!best[stage] || metrics.cpuMs < best[stage].cpuMs) best[stage] = metrics;
    await dispose();
  }
  for (const [stage, { cpuMs, rowsIn, rowsOut, bytesWritten }] of best.entries()) {
    const { label, partitions } = compiled.graph.stages[stage]!;
    console.log(JSON.stringify({ query, label, tasks: partitions, cpuMs: Math.round(cpuMs), rowsIn, rowsOut, bytesWritten }));
  }
}

async function columnBytes(name: string): Promise<void> {
  const read = { kind: "read", format: "parquet", paths: [join(data, `${name}.parquet`)], options: {} } as const;
  const { files, dataSchema } = (await resolveRelations(read, conf, readSettings(conf), environment)) as Scan;
  const groups = files.flatMap((file) => file.rowGroups ?? []);
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const size = (column: string) => groups.reduce((sum, { columns }) => sum + columns[column]!.end - columns[column]!.start, 0);
  console.log(JSON.stringify({ name, rows, rowGroups: groups.length, rowsPerGroup: groups[0]!.rows }));
  for (const { name: column } of dataSchema.fields) console.log(`  ${column}: ${(size(column) / rows).toFixed(3)}`);
}

await measure("q06");
await measure("q12");
await columnBytes("lineitem");
await columnBytes("orders");
kernel.close();
await rm(folder, { recursive: true, force: true });
