import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Environment } from "../../engine/engine.ts";
import type { Kernel } from "../../engine/kernel/connection.ts";
import type { TaskQueue } from "../../engine/ports/fabric.ts";
import type { ObjectStore } from "../../engine/ports/object-store.ts";
import type { EarlyPage } from "../../engine/result/pages.ts";
import type { TaskMessage } from "../../engine/task/message.ts";
import { sinkOf, sourceOf } from "../../sources/registry.ts";
import { systemClock, systemRandom } from "../system-clock.ts";
import { Memory } from "./memory.ts";
import { MemoryInbox } from "./memory-inbox.ts";
import type { Resources } from "./resources.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** Below this a split is not worth a task of its own. */
const LEAST_SPLIT_BYTES = 4 * 1024 * 1024;
/** A worker's rows that flow to the user (engine's planner/flowing.ts) come in tasks of so many bytes of their files, but not in very many tasks. */
const FLOWING_BYTES = 8 * 1024 * 1024;
const MOST_FLOWING_TASKS = 256;
/** Partitions for each worker where several share a scan or a shuffle: enough to even out, few enough to start. */
const PARTITIONS_PER_WORKER = 2;
/** Tasks queue behind each other and run for as long as they need; the pool itself tells of workers that die. A week, in ms. */
const LONGEST_TASK_MS = 7 * 24 * 3_600_000;
/** File footers that the driver keeps: some megabytes. */
const REMEMBERED = 1_000;
/** Memory and threads of the driver's own kernel, which only infers schemas. */
const DRIVER_KERNEL = { threads: 1, memory: 256 * 1024 * 1024 };

export interface PoolEnvironmentOptions {
  readonly pool: WorkerPool;
  readonly resources: Resources;
  readonly store: ObjectStore;
  /** For what the driver's kernel spills, and for the objects of jobs; without a slash at the end. */
  readonly folder: string;
  readonly cached: Environment["cached"];
  /** A stage's program by its key, where workers cannot read it from the store. */
  readonly program?: (key: string) => Uint8Array | undefined;
}

/** What jobs run in on one machine: worker processes behind a queue in memory. `close` leaves the pool to whoever made it. */
export function poolEnvironment(options: PoolEnvironmentOptions): {
  readonly environment: Environment;
  readonly close: () => Promise<void>;
} {
  const { pool, resources, store, folder, cached, program } = options;
  const { workers, memoryPerWorker } = resources;
  const spread = workers === 1 ? 1 : workers * PARTITIONS_PER_WORKER;
  let kernel: Promise<Kernel> | undefined;
  /** Most programs never need it: only text formats without a schema do. */
  const openKernel = () => {
    kernel ??= import("../../engine/kernel/connection.ts").then(({ Kernel: Opened }) =>
      Opened.open({ ...DRIVER_KERNEL, spillFolder: join(folder, "driver") }),
    );
    return kernel;
  };
  const environment: Environment = {
    store,
    sourceOf,
    sinkOf,
    remember: new Memory(REMEMBERED).remember,
    query: async (sql) => (await openKernel()).query(sql),
    clock: systemClock,
    random: systemRandom,
    newJobId: randomUUID,
    jobsPrefix: `${folder}/jobs`,
    openJob: async () => poolFabric(pool, program),
    defaults: {
      shufflePartitions: spread,
      parallelism: spread,
      splitBytes: (scanBytes) => (workers === 1 ? Number.POSITIVE_INFINITY : Math.max(LEAST_SPLIT_BYTES, Math.ceil(scanBytes / spread))),
      ...(workers === 1 ? { flowingSplitBytes: (scanBytes) => Math.max(FLOWING_BYTES, Math.ceil(scanBytes / MOST_FLOWING_TASKS)) } : {}),
    },
    scheduling: { memoryTiers: [memoryPerWorker], startTimeoutMs: LONGEST_TASK_MS, runTimeoutMs: LONGEST_TASK_MS },
    cached,
  };
  return { environment, close: async () => (await kernel)?.close() };
}

export interface PoolFabric {
  readonly inbox: MemoryInbox;
  readonly queue: TaskQueue;
  readonly close: () => Promise<void>;
}

/** A job's way to the workers and back. */
export function poolFabric(
  pool: WorkerPool,
  program?: PoolEnvironmentOptions["program"],
  onPage?: (message: TaskMessage, page: EarlyPage) => void,
): PoolFabric {
  const inbox = new MemoryInbox();
  return {
    inbox,
    queue: {
      send: async (messages: readonly TaskMessage[]) => {
        for (const message of messages) pool.run(message, (report) => inbox.put({ kind: "task", report }), program, onPage);
      },
      cancel: async (job, attempts) => pool.cancel(new Set(attempts), job),
    },
    close: async () => {},
  };
}
