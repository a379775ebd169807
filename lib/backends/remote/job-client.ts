import { setTimeout as sleep } from "node:timers/promises";
import type { Estimate } from "../../engine/cost/estimate.ts";
import type { Analysis, AnalyzeRequest, PlanRequest, ScratchPlace, SubmitRequest } from "../../service/job-service.ts";
import { isOver, type JobStatus, type LogLine, type SqlText } from "../../service/records.ts";
import type { WarehouseAnswer, WarehouseRequest } from "../../service/warehouse.ts";
import type { HttpSession } from "./http-session.ts";
import { resultPages } from "./result-pages.ts";

/** A long poll; the service may answer sooner. */
const WAIT_SECONDS = 20;
const WAIT_TIMEOUT_MS = 2 * WAIT_SECONDS * 1000;
/** Whoever follows a job for hours bears a service that is away for some minutes. */
const FOLLOW_PATIENCE_MS = 300_000;
/** A service that does not wait is not asked more often. */
const LEAST_WAIT_MS = 500;
const PAGE_ITEMS = 100;
/** Bundles up to this many bytes travel in the request; with what JSON adds they stay below what a function URL takes. */
const MAX_INLINE_BUNDLE_BYTES = 3 * 1024 * 1024;

/** The job service over HTTP. Every call may be repeated: submissions carry an idempotency key. */
export class JobClient {
  readonly #http: HttpSession;

  constructor(http: HttpSession) {
    this.#http = http;
  }

  get service(): string {
    return this.#http.service;
  }

  submit({ idempotencyKey, ...request }: SubmitRequest & { readonly idempotencyKey: string }): Promise<JobStatus> {
    return this.#http.json("/v1/jobs", { method: "POST", json: request, headers: { "idempotency-key": idempotencyKey } });
  }

  /** Uploads the bundle first where a request could not hold it. */
  async submitProgram(
    bundle: string,
    request: Omit<SubmitRequest, "kind" | "bundle"> & { readonly idempotencyKey: string },
  ): Promise<JobStatus> {
    const bytes = new TextEncoder().encode(bundle);
    if (bytes.byteLength <= MAX_INLINE_BUNDLE_BYTES) return this.submit({ ...request, kind: "program", bundle: { text: bundle } });
    const { upload, url } = await this.#http.json<{ upload: string; url: string }>("/v1/uploads", {
      method: "POST",
      json: { bytes: bytes.byteLength },
    });
    await this.#http.put(url, bytes);
    return this.submit({ ...request, kind: "program", bundle: { upload } });
  }

  /** A query as text, planned at the service. */
  submitSql(
    { text, args }: SqlText,
    { idempotencyKey, ...request }: Omit<SubmitRequest, "kind" | "sql"> & { readonly idempotencyKey: string },
  ): Promise<JobStatus> {
    const json = { sql: text, ...(args === undefined ? {} : { args }), ...request };
    return this.#http.json("/v1/jobs", { method: "POST", json, headers: { "idempotency-key": idempotencyKey } });
  }

  /** The rows of a query that has succeeded, each chunk an Arrow IPC stream of its own. */
  rows({ job, result }: JobStatus, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    return resultPages(this.#http, job, result ?? { schema: null, rows: 0, bytes: 0, pages: [] }, signal);
  }

  status(job: string): Promise<JobStatus> {
    return this.#http.json(pathOf(job));
  }

  /** The job's status now and after each change, until it is over. */
  async *follow(from: JobStatus, signal?: AbortSignal): AsyncGenerator<JobStatus, JobStatus> {
    for (let status = from; ; ) {
      yield status;
      if (isOver(status.state)) return status;
      const asked = performance.now();
      const next = await this.#http.json<JobStatus>(`${pathOf(status.job)}/events?after=${status.version}&wait=${WAIT_SECONDS}`, {
        timeoutMs: WAIT_TIMEOUT_MS,
        patienceMs: FOLLOW_PATIENCE_MS,
        ...(signal ? { signal } : {}),
      });
      const pause = next.version === status.version && !isOver(next.state) ? LEAST_WAIT_MS - (performance.now() - asked) : 0;
      if (pause > 0) await sleep(pause, undefined, signal ? { signal } : {});
      status = next;
    }
  }

  cancel(job: string): Promise<JobStatus> {
    return this.#http.json(pathOf(job), { method: "DELETE" });
  }

  /** Asks all queries of a program to stop that are not over. */
  async cancelQueries(parent: string): Promise<void> {
    for await (const { job, state } of this.#items<JobStatus>("/v1/jobs", "jobs", { parent })) if (!isOver(state)) await this.cancel(job);
  }

  /** Newest first, at most `most`. */
  async list(most: number, parent?: string): Promise<JobStatus[]> {
    const found: JobStatus[] = [];
    for await (const job of this.#items<JobStatus>("/v1/jobs", "jobs", parent === undefined ? {} : { parent })) {
      if (found.push(job) >= most) break;
    }
    return found;
  }

  /** In the order of time. */
  logs(job: string): AsyncGenerator<LogLine> {
    return this.#items<LogLine>(`${pathOf(job)}/logs`, "lines", {});
  }

  analyze<R extends AnalyzeRequest>(request: R): Promise<Extract<Analysis, { readonly what: R["what"] }>> {
    return this.#http.json("/v1/plans/analysis", { method: "POST", json: request });
  }

  warehouse<R extends WarehouseRequest>(request: R): Promise<Extract<WarehouseAnswer, { readonly what: R["what"] }>> {
    return this.#http.json("/v1/warehouse", { method: "POST", json: request });
  }

  startScratch(): Promise<ScratchPlace> {
    return this.#http.json("/v1/scratch", { method: "POST" });
  }

  async endScratch(scratch: string): Promise<void> {
    await this.#http.call(`/v1/scratch/${encodeURIComponent(scratch)}`, { method: "DELETE" });
  }

  estimate(request: PlanRequest): Promise<Estimate> {
    return this.#http.json("/v1/estimates", { method: "POST", json: request });
  }

  async *#items<T>(path: string, field: string, query: Readonly<Record<string, string>>): AsyncGenerator<T> {
    for (let cursor: string | undefined; ; ) {
      const asked = new URLSearchParams({ ...query, limit: String(PAGE_ITEMS), ...(cursor === undefined ? {} : { cursor }) });
      const page = await this.#http.json<Readonly<Record<string, T[]>> & { readonly next?: string }>(`${path}?${asked}`);
      yield* page[field]!;
      if (page.next === undefined) return;
      cursor = page.next;
    }
  }
}

const pathOf = (job: string): string => `/v1/jobs/${encodeURIComponent(job)}`;
