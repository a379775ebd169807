import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { StoredCatalog } from "../../catalog/stored-catalog.ts";
import type {
  Conf,
  Engine,
  EngineScratch,
  ExecuteOptions,
  Execution,
  ExplainMode,
  JobMetrics,
  JobProgress,
} from "../../dataframe/engine-port.ts";
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
import { canonicalText } from "../../engine/logical/canonical.ts";
import type { LogicalPlan, UnresolvedRelation, Write } from "../../engine/logical/plan.ts";
import type { EarlyPage } from "../../engine/result/pages.ts";
import { describeStage } from "../../engine/stages/describe.ts";
import type { TaskMessage } from "../../engine/task/message.ts";
import { canWrite } from "../../engine/write-check.ts";
import { jobMetrics, noJobMetrics } from "../../service/job-metrics.ts";
import { jobProgress } from "../../service/job-progress.ts";
import { MemoryStore } from "../memory-store.ts";
import { absolutePaths } from "./absolute-paths.ts";
import { CacheStore, keyOfTable, type Waiting } from "./cache.ts";
import { FileStore } from "./file-store.ts";
import { flowingPages } from "./flowing-pages.ts";
import { JobStore } from "./job-store.ts";
import { poolEnvironment, poolFabric } from "./pool-environment.ts";
import type { PythonOptions } from "./python/python-workers.ts";
import type { Resources } from "./resources.ts";
import { TaskOutputs } from "./task-outputs.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** Where the coordinator keeps a job's journal and programs, below the job's prefix. */
const IN_MEMORY = /^[^/]*\/(?:journal|programs)\//;

type Asked = Parameters<Environment["cached"]>;

export interface LocalEngineOptions {
  readonly resources: Resources;
  /** The engine's own, removed when it closes. */
  readonly folder: string;
  /** Ends with the engine. */
  readonly pool: WorkerPool;
  /** Where tables and their catalog are kept: an absolute path. */
  readonly warehouse: string;
  /** The interpreter of functions in Python; absent: they are refused. */
  readonly python?: PythonOptions;
}

/** The engine on this machine: a coordinator in this process, worker processes, the file system as object store. */
export class LocalEngine implements Engine {
  readonly #folder: string;
  readonly #pool: WorkerPool;
  readonly #environment: Environment;
  /** Opens a job whose pages can be read while its last task runs; absent where a slow one of several workers may be overtaken. */
  readonly #openFlowing: ((outputs: TaskOutputs) => Environment["openJob"]) | undefined;
  readonly #cache: CacheStore;
  readonly #closeEnvironment: () => Promise<void>;
  #closing: Promise<void> | undefined;

  readonly catalog: StoredCatalog;
  readonly user?: string;
  readonly keptTables = new Set<string>();
  readonly scratch: EngineScratch = {
    put: async (ending, bytes) => {
      const path = `${this.#folder}/rows/${randomUUID()}.${ending}`;
      await this.#environment.store.put(path, bytes, { once: true });
      return path;
    },
    remove: (paths) => this.#environment.store.delete(paths),
  };

  readonly analyzeTableFunction?: NonNullable<Engine["analyzeTableFunction"]>;
  readonly pythonSource?: NonNullable<Engine["pythonSource"]>;

  constructor({ resources, folder, pool, warehouse, python }: LocalEngineOptions) {
    const user = userName();
    if (user !== undefined) this.user = user;
    if (python) {
      this.analyzeTableFunction = async (request, constants, signal) => {
        const { PythonWorkers } = await import("./python/python-workers.ts");
        return new PythonWorkers(python).analyze(request, constants, signal);
      };
      this.pythonSource = async (request, signal) => {
        const { PythonWorkers } = await import("./python/python-workers.ts");
        return new PythonWorkers(python).source(request, signal);
      };
    }
    this.#folder = folder;
    this.#pool = pool;
    const memory = new MemoryStore(Date.now);
    const store = jobStore(folder, memory);
    const program = (key: string) => memory.peek(key);
    const onPage = (outputs: TaskOutputs) => (message: TaskMessage, page: EarlyPage) => outputs.addPage(message.partition, page);
    this.#openFlowing = resources.workers === 1 ? (outputs) => async () => poolFabric(pool, program, onPage(outputs)) : undefined;
    const { environment, close } = poolEnvironment({
      pool,
      resources,
      folder,
      store,
      program,
      cached: (plan, conf) => this.#cache.resolve(plan, conf),
    });
    this.catalog = new StoredCatalog(store, warehouse);
    const relation: NonNullable<Environment["relation"]> = async (...asked) => {
      const { catalogRelations } = await import("../../sql/session/catalog-relations.ts");
      const found = await catalogRelations(this.catalog, environment)(...asked);
      return found && this.#keptRows(asked[0], absolutePaths(found));
    };
    this.#environment = { ...environment, relation };
    this.#closeEnvironment = close;
    this.#cache = new CacheStore(`${folder}/cache`, this.#environment);
  }

  /** For one job: rows that are to be kept are computed as long as it wants them, and their stages are in front of its own. */
  #during({ signal, onProgress }: ExecuteOptions): { readonly environment: Environment; readonly options: ExecuteOptions } {
    const before = new Map<string, JobProgress["stages"]>();
    const tell = (stages: JobProgress["stages"]) => onProgress?.({ stages: [...before.values(), stages].flat() });
    const waiting: Waiting = {
      ...(signal ? { signal } : {}),
      onProgress: (key, progress) => {
        before.set(key, jobProgress(progress.stages).stages);
        tell([]);
      },
    };
    const environment = { ...this.#environment, cached: (...[plan, conf]: Asked) => this.#cache.resolve(plan, conf, waiting) };
    const own = { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress: ({ stages }: JobProgress) => tell(stages) } : {}) };
    return { environment, options: own };
  }

  /** Questions about a plan compute no rows. */
  get #unkept(): Environment {
    return { ...this.#environment, cached: async () => undefined };
  }

  async schema(plan: LogicalPlan, conf: Conf) {
    return schemaOf((await analyzePlan(absolutePaths(plan), conf, this.#unkept)).analyzed);
  }

  async canonicalText(plan: LogicalPlan, conf: Conf): Promise<string> {
    return canonicalText((await analyzePlan(absolutePaths(plan), conf, this.#unkept)).analyzed);
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
    const { environment, options: own } = this.#during(options);
    const compiled = await compile(absolutePaths(plan), conf, environment);
    const abandoned = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, abandoned.signal]) : abandoned.signal;
    const started = performance.now();
    let metrics = noJobMetrics;
    const outputs = new TaskOutputs();
    const job = this.#run(compiled, { ...own, signal }, outputs);
    job.then(
      ({ outcome }) => outputs.end(outcome.outputs),
      () => outputs.end([]),
    );
    const { store } = this.#environment;
    const chunks = async function* () {
      let finished: FinishedJob | undefined;
      try {
        yield* flowingPages(outputs, store);
        finished = await job;
        metrics = jobMetrics(finished.outcome, performance.now() - started);
      } finally {
        if (finished) await finished.dispose();
        else {
          abandoned.abort();
          // It may have succeeded meanwhile.
          job.then(({ dispose }) => dispose()).catch(() => {});
        }
      }
    };
    return { schema: schemaOf(compiled.analyzed), chunks: chunks(), metrics: () => metrics };
  }

  async write(plan: Write, conf: Conf, options: ExecuteOptions = {}): Promise<JobMetrics> {
    const started = performance.now();
    const { environment, options: own } = this.#during(options);
    const compiled = await compile(absolutePaths(plan), conf, environment);
    if (!(await canWrite(plan, folderOf(compiled.parsed as Write), this.#environment.store))) return noJobMetrics;
    try {
      const finished = await this.#run(compiled, own);
      await finished.dispose();
      return jobMetrics(finished.outcome, performance.now() - started);
    } finally {
      this.outdate();
    }
  }

  /** A table or view of the catalog, kept where CACHE TABLE asked for it. Options and versions of a table are read as they are. */
  #keptRows({ nameParts, currentSchema = "default", options, asOf }: UnresolvedRelation, child: LogicalPlan): LogicalPlan {
    if (this.keptTables.size === 0 || options || asOf || nameParts.length > 3) return child;
    const name = [nameParts.at(-2) ?? currentSchema, nameParts.at(-1)!].join(".").toLowerCase();
    return this.keptTables.has(name) ? { kind: "cached", key: keyOfTable(name), child } : child;
  }

  outdate(): void {
    this.#cache.outdate();
  }

  async inputFiles(plan: LogicalPlan, conf: Conf): Promise<readonly string[]> {
    const { analyzed } = await analyzePlan(absolutePaths(plan), conf, this.#unkept);
    return [...new Set(scansOf(analyzed).flatMap((scan) => scan.files.map((file) => file.key)))];
  }

  uncache(key: string): Promise<void> {
    return this.#cache.forget(key);
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#pool.close();
      await this.#closeEnvironment();
      await rm(this.#folder, { recursive: true, force: true });
    })();
    return this.#closing;
  }

  #run(compiled: CompiledJob, options: ExecuteOptions, outputs?: TaskOutputs): Promise<FinishedJob> {
    // Workers that are gone answer nothing: a job would wait for ever.
    if (this.#closing) return Promise.reject(new AnalysisError("INVALID_HANDLE.SESSION_CLOSED", { handle: this.#folder }));
    const { onProgress, signal } = options;
    // What reads a stage whose rows depend on chance may have to read it again.
    const isFinal = !compiled.graph.stages.slice(0, -1).some(({ indeterminate }) => indeterminate);
    const openJob = outputs && isFinal ? this.#openFlowing?.(outputs) : undefined;
    return run(compiled, openJob ? { ...this.#environment, openJob } : this.#environment, {
      ...(signal ? { signal } : {}),
      ...(outputs ? { onOutput: outputs.add } : {}),
      ...(onProgress ? { onProgress: (progress) => onProgress(jobProgress(progress.stages)) } : {}),
    });
  }
}

/** Nobody can take an embedded job over: its journal needs no disk. Its programs go to the workers with their first task. */
const jobStore = (folder: string, memory: MemoryStore): JobStore => {
  const jobs = `${folder}/jobs/`;
  const isInMemory = (key: string) => key.startsWith(jobs) && IN_MEMORY.test(key.slice(jobs.length));
  return new JobStore(new FileStore(randomUUID), memory, isInMemory);
};

/** Absent where the system has no name for the user, as in containers that run under any id. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
