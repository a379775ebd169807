import type { ExternalCatalog } from "../../catalog/external-catalog.ts";
import type { Conf, Engine, ExecuteOptions, Execution, ExplainMode, JobMetrics } from "../../dataframe/engine-port.ts";
import type { Estimate } from "../../engine/cost/estimate.ts";
import { AnalysisError, ExecutionError } from "../../engine/errors.ts";
import type { Json } from "../../engine/logical/json-values.ts";
import type { LogicalPlan, Write } from "../../engine/logical/plan.ts";
import { planToJson } from "../../engine/logical/plan-json.ts";
import type { StructType } from "../../engine/types/data-type.ts";
import { typeFromJson } from "../../engine/types/json.ts";
import { noJobMetrics } from "../../service/job-metrics.ts";
import { jobProgress } from "../../service/job-progress.ts";
import type { SubmitRequest } from "../../service/job-service.ts";
import type { JobStatus } from "../../service/records.ts";
import type { ActionKeys } from "./action-keys.ts";
import type { HttpSession } from "./http-session.ts";
import { JobClient } from "./job-client.ts";
import { KeptRows } from "./kept-rows.ts";
import { type PortableOptions, portablePlan } from "./portable-plan.ts";
import { jobFailure } from "./problem.ts";
import { remoteCatalog } from "./remote-catalog.ts";
import { jobLimits, sentConf } from "./remote-settings.ts";
import { resultPages } from "./result-pages.ts";
import { ScratchPlaces } from "./scratch-places.ts";
import { sendRows, withoutRows } from "./sent-rows.ts";

export interface RemoteEngineOptions {
  readonly http: HttpSession;
  readonly keys: ActionKeys;
  readonly plans: PortableOptions;
  /** The program job that this process runs. */
  readonly parent?: string;
  /** What `current_user()` says. */
  readonly user?: string;
  /** Gives up the connections. */
  readonly disconnect: () => void;
}

/** An engine behind the HTTP API: each action is a job there. Jobs go on when this process dies; `close` cancels them. */
export class RemoteEngine implements Engine {
  readonly #options: RemoteEngineOptions;
  readonly #jobs: JobClient;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #kept: KeptRows;
  readonly scratch: ScratchPlaces;
  readonly catalog: ExternalCatalog;
  readonly user?: string;

  constructor(options: RemoteEngineOptions) {
    this.#options = options;
    this.#jobs = new JobClient(options.http);
    this.scratch = new ScratchPlaces(options.http, this.#jobs);
    this.catalog = remoteCatalog(this.#jobs);
    this.#kept = new KeptRows(this, this.scratch);
    if (options.user !== undefined) this.user = options.user;
  }

  async schema(plan: LogicalPlan, conf: Conf): Promise<StructType> {
    return schemaOf((await this.#jobs.analyze({ what: "schema", ...(await this.#question(withoutRows(plan), conf)) })).schema);
  }

  async explain(plan: LogicalPlan, mode: ExplainMode, conf: Conf): Promise<string> {
    return (await this.#jobs.analyze({ what: "explain", mode, ...(await this.#question(plan, conf)) })).text;
  }

  async inputFiles(plan: LogicalPlan, conf: Conf): Promise<readonly string[]> {
    return (await this.#jobs.analyze({ what: "inputFiles", ...(await this.#question(withoutRows(plan), conf)) })).files;
  }

  /** What an action is likely to take; nothing runs. Throws FIRECREST_UNSUPPORTED at a service whose work has no price. */
  async estimate(plan: LogicalPlan, conf: Conf): Promise<Estimate> {
    return this.#jobs.estimate(await this.#question(plan, conf));
  }

  /** Resolves once the rows are there: only then does the service tell their schema, and none of them could be read before. */
  async execute(plan: LogicalPlan, conf: Conf, options: ExecuteOptions = {}): Promise<Execution> {
    const status = await this.#run(await this.#reading(plan, conf, options), conf, options);
    const { job, result } = status;
    if (!result) throw new ExecutionError("SERVICE_ANSWER_INVALID", { service: this.#jobs.service, problem: `job ${job} has no result` });
    return {
      schema: schemaOf(result.schema),
      chunks: this.#unlessCancelled(resultPages(this.#options.http, job, result, this.#signal(options)), options),
      metrics: () => metricsOf(status),
    };
  }

  async write(plan: Write, conf: Conf, options: ExecuteOptions = {}): Promise<JobMetrics> {
    return metricsOf(await this.#run(await this.#reading(plan, conf, options), conf, options));
  }

  uncache(key: string): Promise<void> {
    return this.#kept.forget(key);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
    await this.scratch.close();
    this.#options.disconnect();
  }

  /** Submits a job and follows it to its end. Throws the error that ended it. */
  #run(plan: LogicalPlan, conf: Conf, options: ExecuteOptions): Promise<JobStatus> {
    if (this.#closing.signal.aborted)
      return Promise.reject(new AnalysisError("INVALID_HANDLE.SESSION_CLOSED", { handle: this.#jobs.service }));
    const running = this.#submitAndFollow(plan, conf, options).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  async #submitAndFollow(plan: LogicalPlan, conf: Conf, options: ExecuteOptions): Promise<JobStatus> {
    const { parent } = this.#options;
    const { plan: sent, paths } = parent === undefined ? await sendRows(plan, this.scratch) : { plan, paths: [] };
    try {
      return await this.#follow(this.#submission(sent, conf), options);
    } finally {
      await this.scratch.remove(paths);
    }
  }

  async #follow(request: SubmitRequest, options: ExecuteOptions): Promise<JobStatus> {
    const signal = this.#signal(options);
    // Not cancelled midway: nobody would know whether there is a job to cancel.
    const submitted = await this.#jobs.submit({ ...request, idempotencyKey: this.#options.keys(request) });
    try {
      let status = submitted;
      for await (status of this.#jobs.follow(submitted, signal)) options.onProgress?.({ id: status.job, ...jobProgress(status.stages) });
      const failure = jobFailure(status);
      if (failure) throw failure;
      return status;
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
      await this.#jobs.cancel(submitted.job);
      throw new ExecutionError("OPERATION_CANCELED", {}, { cause: thrown });
    }
  }

  #submission(plan: LogicalPlan, conf: Conf): SubmitRequest {
    const { parent } = this.#options;
    return {
      kind: "query",
      name: conf["spark.app.name"] ?? "firecrest",
      ...this.#asked(plan, conf),
      limits: jobLimits(conf),
      ...(parent === undefined ? {} : { parent }),
    };
  }

  /** A job's plan, once the rows that it finds kept are kept. A program that starts again asks for the same as before: it keeps none. */
  async #reading(plan: LogicalPlan, conf: Conf, options: ExecuteOptions): Promise<LogicalPlan> {
    return this.#options.parent === undefined ? this.#kept.kept(plan, conf, options) : plan;
  }

  async #question(plan: LogicalPlan, conf: Conf) {
    return this.#asked(await this.#kept.known(plan), conf);
  }

  #asked(plan: LogicalPlan, conf: Conf): { readonly plan: Json; readonly conf: Conf } {
    return {
      plan: planToJson(portablePlan(plan, { ...this.#options.plans, isThere: (path) => this.scratch.holds(path) })),
      conf: sentConf(conf),
    };
  }

  #signal({ signal }: ExecuteOptions): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
  }

  async *#unlessCancelled(pages: AsyncGenerator<Uint8Array>, options: ExecuteOptions): AsyncGenerator<Uint8Array> {
    try {
      yield* pages;
    } catch (thrown) {
      throw this.#signal(options).aborted ? new ExecutionError("OPERATION_CANCELED", {}, { cause: thrown }) : thrown;
    }
  }
}

const metricsOf = ({ metrics = noJobMetrics, cost, estimate }: JobStatus): JobMetrics => ({
  ...metrics,
  ...(cost ? { cost } : {}),
  ...(estimate ? { estimate } : {}),
});

function schemaOf(json: unknown): StructType {
  const type = typeFromJson(json);
  if (type.kind === "struct") return type;
  throw new AnalysisError("INVALID_JSON_DATA_TYPE", { invalidType: JSON.stringify(json) });
}
