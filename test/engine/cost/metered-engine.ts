import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DiskScratch } from "../../../lib/backends/local/disk-scratch.ts";
import { MemoryInbox } from "../../../lib/backends/local/memory-inbox.ts";
import { MemoryStore, type RequestCounts } from "../../../lib/backends/memory-store.ts";
import { type CompiledJob, compile, type Environment, run } from "../../../lib/engine/engine.ts";
import { Kernel } from "../../../lib/engine/kernel/connection.ts";
import type { LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import type { ObjectStore } from "../../../lib/engine/ports/object-store.ts";
import type { SchedulerOptions } from "../../../lib/engine/scheduler/options.ts";
import type { JobOutcome } from "../../../lib/engine/scheduler/progress.ts";
import type { Conf } from "../../../lib/engine/settings.ts";
import { runTask, type Worker } from "../../../lib/engine/task/run-task.ts";
import { sinkOf, sourceOf } from "../../../lib/sources/registry.ts";

/** Runs jobs whose data lies in an object store and not in files, one task after the other in this process, and counts what is billed. */
export class MeteredEngine {
  readonly kernel: Kernel;
  readonly #data = new MemoryStore();
  readonly #folder: string;
  readonly #worker: Worker;

  /** What tasks asked of the store, without what the coordinator did meanwhile. */
  readonly #asked: RequestCounts = { get: 0, put: 0, list: 0, delete: 0, bytesRead: 0 };

  private constructor(kernel: Kernel, folder: string) {
    this.kernel = kernel;
    this.#folder = folder;
    this.#worker = {
      name: "metered",
      kernel,
      store: counting(this.#data, this.#asked),
      scratch: async () => {
        const scratch = new DiskScratch(join(folder, randomUUID()));
        return Object.assign(scratch, { dispose: () => scratch.close() });
      },
      sourceOf,
      sinkOf,
      usage: () => ({ wallMs: performance.now(), cpuMs: process.cpuUsage().user / 1_000, peakMemory: 0 }),
      requests: () => ({ reads: this.#asked.get, writes: this.#asked.put + this.#asked.list }),
      programs: new Map(),
    };
  }

  static async open(folder: string): Promise<MeteredEngine> {
    return new MeteredEngine(await Kernel.open({ threads: 2, memory: 1e9, spillFolder: join(folder, "spill") }), folder);
  }

  /** Makes a Parquet object of a SELECT. */
  async table(key: string, select: string): Promise<void> {
    const path = join(this.#folder, `${randomUUID()}.parquet`);
    await this.kernel.run(`COPY (${select}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
    await this.#data.put(key, await readFile(path));
  }

  compile(plan: LogicalPlan, conf: Conf): Promise<CompiledJob> {
    return compile(plan, conf, this.#environment());
  }

  /** The outcome, and how long it took in seconds. Throws the job's error. */
  async run(compiled: CompiledJob, scheduling: Partial<SchedulerOptions> = {}) {
    const begin = performance.now();
    const { outcome, dispose } = await run(compiled, this.#environment(scheduling));
    await dispose();
    return { outcome: outcome as Extract<JobOutcome, { kind: "succeeded" }>, seconds: (performance.now() - begin) / 1_000 };
  }

  #environment(scheduling: Partial<SchedulerOptions> = {}): Environment {
    return {
      store: this.#data,
      sourceOf,
      sinkOf,
      query: (sql) => this.kernel.query(sql),
      clock: { now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal, ref: false } : {}) },
      random: { next: Math.random },
      newJobId: randomUUID,
      jobsPrefix: "memory://jobs",
      openJob: async () => this.#openJob(),
      defaults: { shufflePartitions: 3, parallelism: 3, splitBytes: () => 64 * 1024 },
      scheduling,
      cached: async (plan) => plan.child,
    };
  }

  #openJob() {
    const inbox = new MemoryInbox();
    let last: Promise<unknown> = Promise.resolve();
    return {
      inbox,
      queue: {
        send: async (messages: readonly Parameters<typeof runTask>[0][]) => {
          for (const message of messages)
            last = last.then(async () =>
              inbox.put({ kind: "task", report: await runTask(message, { ...this.#worker, programs: new Map() }) }),
            );
        },
        cancel: async () => {},
      },
      close: async () => {
        await last;
      },
    };
  }
}

/** The same store, but its GETs and its PUTs and POSTs are counted. */
function counting(store: MemoryStore, counts: RequestCounts): ObjectStore {
  const counted = <A extends readonly unknown[], R>(kind: "get" | "put", call: (...args: A) => R) => {
    return (...args: A): R => {
      counts[kind]++;
      return call.apply(store, args as never);
    };
  };
  return Object.assign(Object.create(store) as ObjectStore, {
    get: counted("get", store.get),
    stat: counted("get", store.stat),
    put: counted("put", store.put),
    startUpload: counted("put", store.startUpload),
    uploadFile: counted("put", store.uploadFile),
    completeUpload: counted("put", store.completeUpload),
    list: (prefix: string) => store.list(prefix),
    delete: (keys: readonly string[]) => store.delete(keys),
    abortUpload: (key: string, upload: string) => store.abortUpload(key, upload),
  });
}
