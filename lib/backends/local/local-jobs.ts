import { mkdir } from "node:fs/promises";
import { JobCatalog } from "../../catalog/job-catalog.ts";
import { StoredCatalog } from "../../catalog/stored-catalog.ts";
import type { Environment } from "../../engine/engine.ts";
import { asFirecrestError } from "../../engine/errors.ts";
import { Journal } from "../../engine/scheduler/journal.ts";
import { abandonJob } from "../../service/abandon.ts";
import type { JobService } from "../../service/job-service.ts";
import { keys } from "../../service/keys.ts";
import { isOver, type JobKind } from "../../service/records.ts";
import { type SupervisorPorts, superviseJob } from "../../service/supervise.ts";
import { Warehouse } from "../../service/warehouse.ts";
import { type SqlPlanning, sqlPorts, withCatalog } from "../sql-plans.ts";
import { absolutePaths } from "./absolute-paths.ts";
import { AdmittedJobs } from "./admitted-jobs.ts";
import { JobRunner, type RunJob } from "./job-runner.ts";
import { lostAttempts } from "./lost-attempts.ts";
import type { MemoryInbox } from "./memory-inbox.ts";
import { poolFabric } from "./pool-environment.ts";
import type { WorkerPool } from "./worker-pool.ts";

export interface LocalJobsOptions {
  /** What jobs run in, but for their inboxes. Its store keeps the jobs. */
  readonly environment: Environment;
  readonly pool: WorkerPool;
  /** Where jobs are kept, an absolute path: another process goes on with them there. */
  readonly folder: string;
  /** Queries and programs that run at once. */
  readonly mostQueries: number;
  readonly mostPrograms: number;
  /** Of each of the two, how many may wait or run. */
  readonly mostJobs: number;
  /** Runs the driver of a program job. */
  readonly runProgram: RunJob;
  readonly presign: (key: string, method: "GET" | "PUT") => Promise<string>;
  readonly log: (message: string) => void;
}

/** A job whose supervision fails this often in a row, for reasons that might have passed, is given up; the first wait between, in ms. */
const MAX_FAILURES = 5;
const FIRST_WAIT_MS = 500;
/** Jobs of the index that are looked at together for some to go on with. */
const RESUME_PAGE = 500;

/** The job service on one machine: jobs in a folder, their coordinators in this process, their tasks in worker processes. */
export class LocalJobs {
  readonly service: JobService;
  readonly #options: LocalJobsOptions;
  readonly #environment: Environment;
  /** Tables that jobs of SQL text have made, for all that come after. */
  readonly #sql: SqlPlanning;
  readonly #inboxes = new Map<string, MemoryInbox>();
  readonly #runners: Readonly<Record<JobKind, JobRunner>>;

  constructor(options: LocalJobsOptions) {
    this.#options = options;
    const { environment, folder } = options;
    const warehouse = `${folder}/warehouse`;
    const catalogOf = (job: string) => new JobCatalog(environment.store, warehouse, job);
    const catalog = new StoredCatalog(environment.store, warehouse);
    this.#sql = { catalog, catalogOf, located: absolutePaths };
    this.#environment = { ...withCatalog(options.environment, this.#sql), openJob: (job) => this.#openJob(job) };
    this.#runners = {
      query: new JobRunner(options.mostQueries, (job, handOver) => this.#runQuery(job, handOver)),
      program: new JobRunner(options.mostPrograms, options.runProgram),
    };
    this.service = new AdmittedJobs(
      {
        environment: this.#environment,
        root: options.folder,
        wake: async (job, kind) => this.#runners[kind].wake(job),
        tell: async (job, message) => this.#inboxes.get(job)?.put(message),
        presign: options.presign,
        warehouse: new Warehouse({
          store: environment.store,
          root: folder,
          data: warehouse,
          location: warehouse,
          move: (from, to) => catalog.files.move(from, to),
        }),
        // Pages are bounded where they are made, and there is nowhere else to fetch them from.
        maxInlineBytes: Number.POSITIVE_INFINITY,
      },
      { most: options.mostJobs, count: (kind) => this.#runners[kind].size },
    );
  }

  /** Goes on with what an earlier process left, oldest first. Gives the number of those jobs. */
  async resume(): Promise<number> {
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 });
    const left: { readonly job: string; readonly kind: JobKind }[] = [];
    for (let cursor: string | undefined; ; ) {
      const { jobs, next } = await this.service.list({ limit: RESUME_PAGE, ...(cursor === undefined ? {} : { cursor }) });
      left.push(...jobs.filter(({ state }) => !isOver(state)));
      if (next === undefined) break;
      cursor = next;
    }
    for (const { job, kind } of left.reverse()) this.#runners[kind].wake(job);
    return left.length;
  }

  /** Starts nothing more, and leaves what runs to the next process with this folder. The pool is for the caller to close. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.#runners).map((runner) => runner.close()));
  }

  async #runQuery(job: string, handOver: AbortSignal): Promise<void> {
    const ports: SupervisorPorts = {
      environment: this.#environment,
      root: this.#options.folder,
      ...sqlPorts(this.#sql, this.#environment),
      endJob: async () => void this.#inboxes.delete(job),
    };
    for (let failures = 0; !handOver.aborted; ) {
      try {
        await superviseJob(job, ports, { handOver });
        return;
      } catch (thrown) {
        const { message } = asFirecrestError(thrown);
        this.#options.log(`job ${job}: ${message}`);
        if (++failures === MAX_FAILURES) return this.#giveUp(job, message);
        await this.#environment.clock.sleep(FIRST_WAIT_MS * 2 ** failures, handOver).catch(() => {});
      }
    }
  }

  async #giveUp(job: string, reason: string): Promise<void> {
    try {
      await abandonJob(this.#options.folder, job, reason, this.#environment);
    } catch (thrown) {
      this.#options.log(`job ${job} stays for the next start: ${asFirecrestError(thrown).message}`);
    }
  }

  async #openJob(job: string) {
    const fabric = poolFabric(this.#options.pool);
    const state = await new Journal(this.#environment, keys.work(this.#options.folder, job), job).replay();
    for (const report of state ? lostAttempts(job, state) : []) fabric.inbox.put({ kind: "task", report });
    this.#inboxes.set(job, fabric.inbox);
    return fabric;
  }
}
