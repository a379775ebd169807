import { setTimeout as sleep } from "node:timers/promises";
import type { JobClient } from "../../lib/backends/remote/job-client.ts";
import { noJobMetrics } from "../../lib/service/job-metrics.ts";
import { jobProgress } from "../../lib/service/job-progress.ts";
import { isOver, type JobStatus } from "../../lib/service/records.ts";
import type { FinishedJob } from "./progress.ts";
import type { JobListener } from "./watch.ts";

/** Between two looks at a program's queries. */
const LOOK_MS = 1_000;
/** Queries of a program that are shown; more are counted by its own log. */
const MAX_QUERIES = 1_000;

/** Follows a job to its end, and tells of it, or of the queries of a program, as of jobs of this process. */
export async function follow(job: JobStatus, jobs: JobClient, listener: JobListener, signal: AbortSignal): Promise<JobStatus> {
  if (job.kind === "query") {
    let status = job;
    for await (status of jobs.follow(job, signal)) listener.progressed(1, { id: job.job, ...jobProgress(status.stages) });
    listener.finished(finishedJob(1, status));
    return status;
  }
  const queries = new Queries(job.job, jobs, listener);
  const over = new AbortController();
  const looks = queries.look(AbortSignal.any([signal, over.signal]));
  try {
    let status = job;
    for await (status of jobs.follow(job, signal));
    return status;
  } finally {
    over.abort();
    await looks;
    if (!signal.aborted) await queries.update();
  }
}

/** The queries that a program has submitted, numbered in the order of their submission. */
class Queries {
  readonly #parent: string;
  readonly #jobs: JobClient;
  readonly #listener: JobListener;
  readonly #over = new Set<string>();

  constructor(parent: string, jobs: JobClient, listener: JobListener) {
    this.#parent = parent;
    this.#jobs = jobs;
    this.#listener = listener;
  }

  async look(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // A look that fails is made up for by the next one; the last of them, when the program is over, tells its error.
      await this.update().catch(() => {});
      await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  }

  async update(): Promise<void> {
    const queries = (await this.#jobs.list(MAX_QUERIES, this.#parent)).toReversed();
    for (const [i, query] of queries.entries()) {
      if (this.#over.has(query.job)) continue;
      if (!isOver(query.state)) this.#listener.progressed(i + 1, { id: query.job, ...jobProgress(query.stages) });
      else {
        this.#over.add(query.job);
        this.#listener.finished(finishedJob(i + 1, query));
      }
    }
  }
}

/** A job of the service as one that this process ran. */
export function finishedJob(number: number, { job, state, metrics = noJobMetrics, cost, estimate, stages }: JobStatus): FinishedJob {
  const { rows, wallMs, bytesWritten } = metrics;
  // What a job took that broke off says nothing about its estimate.
  const priced = { ...(cost ? { cost } : {}), ...(estimate && state === "succeeded" ? { estimate } : {}) };
  return { job: number, id: job, ...priced, wallMs, rows, bytesWritten, stages: jobProgress(stages).stages };
}
