import type { Conf, Engine, ExecuteOptions, Execution, JobMetrics, JobProgress } from "../../lib/dataframe/engine-port.ts";
import { wrapped } from "../../lib/dataframe/wrapped-engine.ts";
import type { LogicalPlan } from "../../lib/engine/logical/plan.ts";
import type { FinishedJob } from "./progress.ts";

/** What the CLI does as jobs come and go; jobs count from 1. */
export interface JobListener {
  readonly explained?: (job: number, plan: string) => void;
  readonly progressed: (job: number, progress: JobProgress) => void;
  readonly finished: (job: FinishedJob) => void;
}

/** Counts the jobs of all engines of a process, tells a listener about them, and can end them all. */
export class JobWatch {
  readonly #listener: JobListener;
  readonly #cancellation = new AbortController();
  readonly #engines = new Set<Engine>();
  readonly #running = new Set<string>();
  #jobs = 0;

  constructor(listener: JobListener) {
    this.#listener = listener;
  }

  /** An engine in front of `engine` whose jobs are watched. */
  watch(engine: Engine): Engine {
    this.#engines.add(engine);
    return wrapped(engine, {
      execute: async (plan, conf, options) => {
        const job = await this.#begin(engine, plan, conf);
        const execution = await engine.execute(plan, conf, { ...options, ...job.options(options) });
        return {
          schema: execution.schema,
          metrics: () => execution.metrics(),
          chunks: untilEnd(execution, () => job.end(execution.metrics())),
        };
      },
      write: async (plan, conf, options) => {
        const job = await this.#begin(engine, plan, conf);
        const metrics = await engine.write(plan, conf, { ...options, ...job.options(options) });
        job.end(metrics);
        return metrics;
      },
    });
  }

  get cancelled(): boolean {
    return this.#cancellation.signal.aborted;
  }

  /** Jobs that a service runs, by its names. */
  get running(): readonly string[] {
    return [...this.#running];
  }

  /** Cancels what runs. */
  cancel(): void {
    this.#cancellation.abort();
  }

  /** Gives up what the engines hold. */
  async close(): Promise<void> {
    await Promise.all([...this.#engines].map((engine) => engine.close()));
  }

  async #begin(engine: Engine, plan: LogicalPlan, conf: Conf) {
    this.#jobs += 1;
    const job = this.#jobs;
    const listener = this.#listener;
    if (listener.explained) listener.explained(job, await engine.explain(plan, "formatted", conf));
    const signal = this.#cancellation.signal;
    let progress: JobProgress | undefined;
    return {
      options: (given: ExecuteOptions = {}): ExecuteOptions => ({
        signal: given.signal ? AbortSignal.any([given.signal, signal]) : signal,
        onProgress: (latest) => {
          progress = latest;
          if (latest.id !== undefined) this.#running.add(latest.id);
          listener.progressed(job, latest);
          given.onProgress?.(latest);
        },
      }),
      end: ({ wallMs, rows, bytesWritten, cost, estimate }: JobMetrics) => {
        const id = progress?.id;
        if (id !== undefined) this.#running.delete(id);
        const named = { ...(id === undefined ? {} : { id }), ...(cost ? { cost } : {}), ...(estimate ? { estimate } : {}) };
        listener.finished({ job, ...named, wallMs, rows, bytesWritten, stages: progress?.stages ?? [] });
      },
    };
  }
}

async function* untilEnd(execution: Execution, ended: () => void): AsyncGenerator<Uint8Array> {
  yield* execution.chunks;
  ended();
}
