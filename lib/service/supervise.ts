import { costReport } from "../engine/cost/cost.ts";
import { estimateJob } from "../engine/cost/estimate.ts";
import type { FunctionEnvironment } from "../engine/cost/function-environment.ts";
import {
  type CompiledJob,
  compile,
  coordinate,
  type Environment,
  folderOf,
  type JobFabric,
  prepare,
  type RunOptions,
} from "../engine/engine.ts";
import { AnalysisError, asFirecrestError, type FirecrestError } from "../engine/errors.ts";
import type { Json } from "../engine/logical/json-values.ts";
import type { LogicalPlan } from "../engine/logical/plan.ts";
import { planFromJson } from "../engine/logical/plan-json.ts";
import { decodeManifest, encodeManifest, type Manifest } from "../engine/manifest.ts";
import type { SchedulerOptions } from "../engine/scheduler/options.ts";
import type { JobOutcome } from "../engine/scheduler/progress.ts";
import type { Conf } from "../engine/settings.ts";
import { typeToJson } from "../engine/types/json.ts";
import { canWrite } from "../engine/write-check.ts";
import { jobMetrics, noJobMetrics } from "./job-metrics.ts";
import { readJson, writeJson } from "./json-object.ts";
import { keys } from "./keys.ts";
import { ended, failure, type Outcome, readOutcome, settle } from "./outcome.ts";
import type { JobLimits, JobStatus, SqlText, Submission } from "./records.ts";
import { pagesOf, sizeOf } from "./result-pages.ts";
import { StatusWriter } from "./status-writer.ts";

export interface SupervisorPorts {
  readonly environment: Environment;
  /** What estimates count with, besides the scheduler's prices; where one of the two is missing, nothing is estimated. */
  readonly functions?: FunctionEnvironment;
  /** Where the service keeps its jobs, without a slash at the end. */
  readonly root: string;
  /**
   * The plan of a query that came as text, and the settings that its statements left. Throws AnalysisError, PARSE_SYNTAX_ERROR among
   * others. Absent: such queries are refused.
   */
  readonly planSql?: (job: string, sql: SqlText, conf: Conf, environment: Environment) => Promise<PlannedText>;
  /** What a text's plan asked to be done after it, however it ended. It may be called again. */
  readonly followSql?: (job: string, followUp: Json, succeeded: boolean) => Promise<void>;
  /** Gives up what `environment.openJob` made, once the job is over. */
  readonly endJob: (job: string) => Promise<void>;
}

export interface PlannedText {
  readonly plan: LogicalPlan;
  readonly conf: Conf;
  readonly followUp?: Json;
}

/** `handOver` stops between two turns and leaves the job to the next coordinator. */
export type SuperviseOptions = Pick<RunOptions, "handOver" | "receivers" | "usage">;

/**
 * Brings a submitted query to its end, from wherever an earlier call left it: compiles it once, coordinates it, keeps its
 * status, and writes its outcome. Any number of processes may do so at once; the journal and the outcome decide.
 *
 * `over`: nothing is left to do. `handedOver`: the next coordinator is to be woken.
 * Throws what may pass (RetryableError, JOB_TAKEN_OVER): the job goes on with another call.
 */
export async function superviseJob(job: string, ports: SupervisorPorts, options: SuperviseOptions = {}): Promise<"over" | "handedOver"> {
  const { root, environment, endJob } = ports;
  const { store } = environment;
  const submission = await readJson<Submission>(keys.submission(root, job), store);
  if (!submission || (await readOutcome(root, job, store))) {
    await endJob(job);
    return "over";
  }
  const end = await new Supervision(submission, ports).run(options);
  if (!end) return "handedOver";
  await settle(root, end, store);
  await endJob(job);
  return "over";
}

class Supervision {
  readonly #submission: Submission;
  readonly #ports: SupervisorPorts;

  constructor(submission: Submission, ports: SupervisorPorts) {
    this.#submission = submission;
    this.#ports = ports;
  }

  /** The job's end; undefined where it was handed over. What follows its plan is done before anyone hears of it. */
  async run(options: SuperviseOptions): Promise<Outcome | undefined> {
    const end = await this.#end(options);
    if (!end || !this.#submission.sql) return end;
    const { environment, root, followSql } = this.#ports;
    const { job } = this.#submission;
    const followUp = await readJson<Json>(keys.followUp(root, job), environment.store);
    if (followUp === undefined) return end;
    try {
      await followSql?.(job, followUp, end.status.state === "succeeded");
      return end;
    } catch (thrown) {
      const error = asFirecrestError(thrown);
      if (mayPass(error)) throw thrown;
      return end.status.state === "succeeded" ? { status: ended(end.status, failure(error), environment.clock.now()) } : end;
    }
  }

  async #end(options: SuperviseOptions): Promise<Outcome | undefined> {
    const { environment, root } = this.#ports;
    const { store, clock } = environment;
    const before = (await readJson<JobStatus>(keys.status(root, this.#submission.job), store)) ?? queued(this.#submission);
    const status: JobStatus = { ...before, state: "running", startedAt: before.startedAt ?? clock.now() };
    const over = (end: Pick<JobStatus, "state"> & Partial<JobStatus>) => ({ status: ended(status, end, clock.now()) });
    try {
      if (await this.#cancelRequest()) return over({ state: "cancelled" });
      const planned = await this.#planned(status);
      if (planned === "nothing to do") return over({ state: "succeeded", metrics: noJobMetrics });
      return await this.#coordinate(planned.manifest, planned.status, options);
    } catch (thrown) {
      const error = asFirecrestError(thrown);
      if (mayPass(error)) throw thrown;
      return over(failure(error));
    }
  }

  /** The compiled job: what an earlier call kept, or a new one that is kept for all that follow. */
  async #planned(status: JobStatus): Promise<{ readonly manifest: Manifest; readonly status: JobStatus } | "nothing to do"> {
    const { environment, root } = this.#ports;
    const { store } = environment;
    const { job, limits } = this.#submission;
    const key = keys.manifest(root, job);
    const kept = (await store.stat(key)) && (await store.get(key));
    if (kept) return { manifest: decodeManifest(kept), status };
    const { plan, conf, followUp } = await this.#plan();
    if (followUp !== undefined) await writeJson(keys.followUp(root, job), followUp, store);
    const compiled = await compile(plan, conf, environment);
    if (!(await this.#mayRun(compiled))) return "nothing to do";
    const manifest = await prepare(job, keys.work(root, job), compiled, environment, boundsOf(limits, environment.scheduling));
    const estimated = await this.#estimated(compiled, manifest, status);
    const first = await store.put(key, encodeManifest(manifest), { ifAbsent: true });
    return { manifest: first ? manifest : decodeManifest(await store.get(key)), status: estimated };
  }

  async #plan(): Promise<PlannedText> {
    const { environment, planSql } = this.#ports;
    const { job, plan, sql, conf } = this.#submission;
    if (!sql) return { plan: planFromJson(plan), conf };
    if (!planSql) throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "A job of SQL text here", advice: "Submit a plan." });
    return planSql(job, sql, conf, environment);
  }

  /** The status with what the job is likely to take. It is written before the manifest: whoever finds that goes on with this estimate. */
  async #estimated({ graph }: CompiledJob, { options }: Manifest, status: JobStatus): Promise<JobStatus> {
    const { functions, root, environment } = this.#ports;
    const { prices, memoryTiers, window } = options;
    if (!functions || !prices) return status;
    const { store, clock } = environment;
    const bounded = { ...functions, memoryTiers, fleetLimit: Math.min(functions.fleetLimit, window.max) };
    const version = Math.max(clock.now(), status.version + 1);
    const estimated = { ...status, version, estimate: estimateJob(graph, bounded, prices) };
    await writeJson(keys.status(root, status.job), estimated, store);
    return estimated;
  }

  async #mayRun({ parsed }: CompiledJob): Promise<boolean> {
    return parsed.kind !== "write" || canWrite(parsed, folderOf(parsed), this.#ports.environment.store);
  }

  async #coordinate(manifest: Manifest, status: JobStatus, options: SuperviseOptions): Promise<Outcome | undefined> {
    const { environment, root } = this.#ports;
    const { clock, store } = environment;
    const fabric = await environment.openJob(this.#submission.job);
    const { prices } = manifest.options;
    const writer = new StatusWriter(root, status, environment, prices);
    try {
      const outcome = await this.#untilEnd(manifest, fabric, writer, options);
      await writer.stop();
      if (outcome.kind === "handedOver") return undefined;
      const cost = prices && { cost: costReport(outcome.usage, prices) };
      const end = (how: Pick<JobStatus, "state"> & Partial<JobStatus>) => ended({ ...writer.latest, ...cost }, how, clock.now());
      if (outcome.kind === "failed") return { status: end(failure(outcome.error)) };
      const metrics = jobMetrics(outcome, clock.now() - (status.startedAt ?? clock.now()));
      const outputs = outcome.outputs.filter((output) => output.kind === "result");
      if (outputs.length === 0) return { status: end({ state: "succeeded", metrics }) };
      const pages = await pagesOf(outputs, (number) => keys.rows(root, this.#submission.job, number), store);
      const views = pages.map((page) => ({ rows: page.rows, bytes: sizeOf(page) }));
      const sum = (of: (view: { rows: number; bytes: number }) => number) => views.reduce((total, view) => total + of(view), 0);
      const result = { schema: typeToJson(manifest.schema) as Json, rows: sum((v) => v.rows), bytes: sum((v) => v.bytes), pages: views };
      return { status: end({ state: "succeeded", metrics, result }), pages };
    } finally {
      await writer.stop();
      await fabric.close();
    }
  }

  async #untilEnd(manifest: Manifest, fabric: JobFabric, writer: StatusWriter, options: SuperviseOptions): Promise<JobOutcome> {
    const cancelled = new AbortController();
    // The inbox is open now: a cancellation is either in it, or was asked for before.
    const reason = await this.#cancelRequest();
    if (reason !== undefined) cancelled.abort(reason);
    return coordinate(manifest, this.#ports.environment, fabric, {
      ...options,
      signal: cancelled.signal,
      onProgress: (progress) => writer.note(progress),
    });
  }

  async #cancelRequest(): Promise<string | undefined> {
    const { environment, root } = this.#ports;
    return (await readJson<{ reason: string }>(keys.cancel(root, this.#submission.job), environment.store))?.reason;
  }
}

/** Of another try, or of another coordinator that has the job. */
const mayPass = ({ class: errorClass, condition }: FirecrestError): boolean => errorClass === "retryable" || condition === "JOB_TAKEN_OVER";

export const queued = ({ job, kind, name, caller, createdAt, parent }: Submission): JobStatus => ({
  job,
  kind,
  name,
  caller,
  createdAt,
  ...(parent ? { parent } : {}),
  state: "queued",
  version: createdAt,
  stages: [],
});

/** What the submitter's limits mean to the scheduler. */
function boundsOf(
  { maxConcurrency, maxDollars, timeoutSeconds, memoryMiB }: JobLimits,
  scheduling: Partial<SchedulerOptions> = {},
): Partial<SchedulerOptions> {
  const { window, memoryTiers } = scheduling;
  const bytes = (memoryMiB ?? 0) * 1024 * 1024;
  return {
    ...(window && maxConcurrency
      ? { window: { ...window, initial: Math.min(window.initial, maxConcurrency), max: Math.min(window.max, maxConcurrency) } }
      : {}),
    ...(memoryTiers && memoryMiB ? { memoryTiers: atLeast(memoryTiers, bytes) } : {}),
    ...(maxDollars === undefined ? {} : { maxDollars }),
    ...(timeoutSeconds === undefined ? {} : { maxJobMs: timeoutSeconds * 1_000 }),
  };
}

function atLeast(tiers: readonly number[], bytes: number): readonly number[] {
  const enough = tiers.filter((tier) => tier >= bytes);
  return enough.length > 0 ? enough : tiers.slice(-1);
}
