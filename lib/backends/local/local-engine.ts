import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Conf, Engine, ExecuteOptions, Execution, ExplainMode, JobMetrics } from "../../dataframe/engine-port.ts";
import {
  analyzePlan,
  type CompiledJob,
  compile,
  type Environment,
  type FinishedJob,
  folderOf,
  run,
  scansOf,
  schemaOf,
} from "../../engine/engine.ts";
import { AnalysisError } from "../../engine/errors.ts";
import { explain } from "../../engine/explain.ts";
import type { Kernel } from "../../engine/kernel/connection.ts";
import type { LogicalPlan, Write } from "../../engine/logical/plan.ts";
import { resultPages } from "../../engine/result/pages.ts";
import { describeStage } from "../../engine/stages/describe.ts";
import type { TaskMessage } from "../../engine/task/message.ts";
import { canWrite } from "../../engine/write-check.ts";
import { jobMetrics, noJobMetrics } from "../../service/job-metrics.ts";
import { jobProgress } from "../../service/job-progress.ts";
import { sinkOf, sourceOf } from "../../sources/registry.ts";
import { MemoryStore } from "../memory-store.ts";
import { systemClock, systemRandom } from "../system-clock.ts";
import { absolutePaths } from "./absolute-paths.ts";
import { CacheStore } from "./cache.ts";
import { FileStore } from "./file-store.ts";
import { JobStore } from "./job-store.ts";
import { Memory } from "./memory.ts";
import { MemoryInbox } from "./memory-inbox.ts";
import type { Resources } from "./resources.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** Below this a split is not worth a task of its own. */
const LEAST_SPLIT_BYTES = 4 * 1024 * 1024;
/** Partitions for each worker where several share a scan or a shuffle: enough to even out, few enough to start. */
const PARTITIONS_PER_WORKER = 2;
/** Tasks queue behind each other and run for as long as they need; the pool itself tells of workers that die. A week, in ms. */
const LONGEST_TASK_MS = 7 * 24 * 3_600_000;
/** File footers that the driver keeps: some megabytes. */
const REMEMBERED = 1_000;
/** Memory and threads of the driver's own kernel, which only infers schemas. */
const DRIVER_KERNEL = { threads: 1, memory: 256 * 1024 * 1024 };

/** Where the coordinator keeps a job's journal, below the job's prefix. */
const JOURNAL = /^[^/]*\/journal\//;

/** The engine on this machine: a coordinator in this process, worker processes, the file system as object store. */
export class LocalEngine implements Engine {
  readonly #resources: Resources;
  readonly #folder: string;
  readonly #pool: WorkerPool;
  readonly #environment: Environment;
  readonly #cache: CacheStore;
  #driverKernel: Promise<Kernel> | undefined;
  #closing: Promise<void> | undefined;

  /** `folder` is the engine's own, removed when it closes; the pool ends with it, too. */
  constructor(resources: Resources, folder: string, pool: WorkerPool) {
    this.#resources = resources;
    this.#folder = folder;
    this.#pool = pool;
    this.#environment = this.#makeEnvironment();
    this.#cache = new CacheStore(`${folder}/cache`, this.#environment);
  }

  async schema(plan: LogicalPlan, conf: Conf) {
    return schemaOf((await analyzePlan(absolutePaths(plan), conf, this.#environment)).analyzed);
  }

  async explain(plan: LogicalPlan, mode: ExplainMode, conf: Conf): Promise<string> {
    const { parsed, analyzed, optimized, physical, graph, settings } = await compile(absolutePaths(plan), conf, this.#environment);
    return explain(mode, {
      parsed,
      analyzed,
      optimized,
      physical: physical.plan,
      stages: graph.stages.map((stage) => describeStage(stage, settings.session)),
    });
  }

  async execute(plan: LogicalPlan, conf: Conf, options: ExecuteOptions = {}): Promise<Execution> {
    const compiled = await compile(absolutePaths(plan), conf, this.#environment);
    const abandoned = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, abandoned.signal]) : abandoned.signal;
    const started = performance.now();
    let metrics = noJobMetrics;
    const job = this.#run(compiled, { ...options, signal });
    job.catch(() => {});
    const { store } = this.#environment;
    const chunks = async function* () {
      let finished: FinishedJob | undefined;
      try {
        finished = await job;
        metrics = jobMetrics(finished.outcome, performance.now() - started);
        for (const output of finished.outcome.outputs) if (output.kind === "result") yield* resultPages(output, store);
      } finally {
        if (finished) await finished.dispose();
        else abandoned.abort();
      }
    };
    return { schema: schemaOf(compiled.analyzed), chunks: chunks(), metrics: () => metrics };
  }

  async write(plan: Write, conf: Conf, options: ExecuteOptions = {}): Promise<JobMetrics> {
    const started = performance.now();
    const compiled = await compile(absolutePaths(plan), conf, this.#environment);
    if (!(await canWrite(plan, folderOf(compiled.parsed as Write), this.#environment.store))) return noJobMetrics;
    const finished = await this.#run(compiled, options);
    await finished.dispose();
    return jobMetrics(finished.outcome, performance.now() - started);
  }

  async inputFiles(plan: LogicalPlan, conf: Conf): Promise<readonly string[]> {
    const { analyzed } = await analyzePlan(absolutePaths(plan), conf, this.#environment);
    return [...new Set(scansOf(analyzed).flatMap((scan) => scan.files.map((file) => file.key)))];
  }

  uncache(key: string): Promise<void> {
    return this.#cache.forget(key);
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#pool.close();
      if (this.#driverKernel) (await this.#driverKernel).close();
      await rm(this.#folder, { recursive: true, force: true });
    })();
    return this.#closing;
  }

  #run(compiled: CompiledJob, options: ExecuteOptions): Promise<FinishedJob> {
    // Workers that are gone answer nothing: a job would wait for ever.
    if (this.#closing) return Promise.reject(new AnalysisError("INVALID_HANDLE.SESSION_CLOSED", { handle: this.#folder }));
    const { onProgress, signal } = options;
    return run(compiled, this.#environment, {
      ...(signal ? { signal } : {}),
      ...(onProgress ? { onProgress: (progress) => onProgress(jobProgress(progress.stages)) } : {}),
    });
  }

  #makeEnvironment(): Environment {
    const { workers } = this.#resources;
    const spread = workers === 1 ? 1 : workers * PARTITIONS_PER_WORKER;
    const jobs = `${this.#folder}/jobs/`;
    return {
      store: new JobStore(
        new FileStore(randomUUID),
        new MemoryStore(Date.now),
        (key) => key.startsWith(jobs) && JOURNAL.test(key.slice(jobs.length)),
      ),
      sourceOf,
      sinkOf,
      remember: new Memory(REMEMBERED).remember,
      query: async (sql) => (await this.#openDriverKernel()).query(sql),
      clock: systemClock,
      random: systemRandom,
      newJobId: randomUUID,
      jobsPrefix: `${this.#folder}/jobs`,
      openJob: async () => this.#openJob(),
      defaults: {
        shufflePartitions: spread,
        parallelism: spread,
        splitBytes: (scanBytes) => (workers === 1 ? Number.POSITIVE_INFINITY : Math.max(LEAST_SPLIT_BYTES, Math.ceil(scanBytes / spread))),
      },
      scheduling: {
        memoryTiers: [this.#resources.memoryPerWorker],
        startTimeoutMs: LONGEST_TASK_MS,
        runTimeoutMs: LONGEST_TASK_MS,
      },
      cached: (plan, conf) => this.#cache.resolve(plan, conf),
    };
  }

  #openJob() {
    const inbox = new MemoryInbox();
    return {
      inbox,
      queue: {
        send: async (messages: readonly TaskMessage[]) => {
          for (const message of messages) this.#pool.run(message, (report) => inbox.put({ kind: "task", report }));
        },
        cancel: async (job: string, attempts: readonly string[]) => this.#pool.cancel(new Set(attempts), job),
      },
      close: async () => {},
    };
  }

  /** Most programs never need it: only text formats without a schema do. */
  #openDriverKernel(): Promise<Kernel> {
    this.#driverKernel ??= import("../../engine/kernel/connection.ts").then(({ Kernel: Opened }) =>
      Opened.open({ ...DRIVER_KERNEL, spillFolder: join(this.#folder, "driver") }),
    );
    return this.#driverKernel;
  }
}
