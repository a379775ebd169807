import type { Conf, ExplainMode } from "../dataframe/engine-port.ts";
import type { Estimate } from "../engine/cost/estimate.ts";
import type { Json } from "../engine/logical/json-values.ts";
import type { JobKind, JobLimits, JobStatus, LogLine, SqlText, TaskView } from "./records.ts";
import type { WarehouseAnswer, WarehouseRequest } from "./warehouse.ts";

/** Jobs as a service: what HTTP offers, on any backend. Unknown jobs are JOB_NOT_FOUND; what cannot be is INVALID_REQUEST. */
export interface JobService {
  /** Keeps the request and wakes who runs it. The same key and request again give the same job; another request IDEMPOTENCY_CONFLICT. */
  submit(request: SubmitRequest, caller: string): Promise<Submitted>;
  status(job: string): Promise<JobStatus>;
  /** Resolves once the job's version is above `version`, the job is over, or `waitMs` have passed. */
  changed(job: string, version: number, waitMs: number, signal?: AbortSignal): Promise<JobStatus>;
  /** Newest first. */
  list(options: PageOptions & { readonly parent?: string }): Promise<{ readonly jobs: readonly JobStatus[]; readonly next?: string }>;
  /** Asks a job to stop; of a job that is over nothing changes. */
  cancel(job: string, reason: string): Promise<JobStatus>;
  tasks(job: string, stage: number, options: PageOptions): Promise<{ readonly tasks: readonly TaskView[]; readonly next?: string }>;
  logs(job: string, options: PageOptions): Promise<{ readonly lines: readonly LogLine[]; readonly next?: string }>;
  /** One page of the result: a whole Arrow IPC stream, or where it can be fetched. Throws JOB_NOT_FINISHED, PAGE_NOT_FOUND. */
  page(job: string, page: number): Promise<ResultPage>;
  analyze(request: AnalyzeRequest): Promise<Analysis>;
  /** What running a plan here is likely to take and to cost. Throws FIRECREST_UNSUPPORTED where nothing has a price. */
  estimate(request: PlanRequest): Promise<Estimate>;
  /** The objects of tables and their catalog. Throws FORBIDDEN, and FIRECREST_UNSUPPORTED where the service keeps no tables. */
  warehouse(request: WarehouseRequest): Promise<WarehouseAnswer>;
  /** A place that plans may write to and read. It stays until `endScratch`, on a deployment as long as jobs do. */
  startScratch(): Promise<ScratchPlace>;
  /** Removes all that is there. A place that is not there is no error. */
  endScratch(scratch: string): Promise<void>;
  /** Makes room for a bundle that is too large for a request. */
  startUpload(bytes: number, caller: string): Promise<{ readonly upload: string; readonly url: string }>;
}

export interface SubmitRequest {
  readonly kind: JobKind;
  readonly name?: string;
  /** Of a query: planToJson, or its text. */
  readonly plan?: Json;
  readonly sql?: SqlText;
  /** Of a program: its module, or the upload that holds it. */
  readonly bundle?: { readonly text: string } | { readonly upload: string };
  readonly args?: readonly string[];
  readonly conf?: Conf;
  readonly limits?: JobLimits;
  readonly idempotencyKey?: string;
  readonly parent?: string;
}

export interface Submitted {
  readonly status: JobStatus;
  /** Not so where an earlier request with the same key made the job. */
  readonly isNew: boolean;
}

export interface PageOptions {
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

export type ResultPage =
  | { readonly kind: "inline"; readonly arrow: Uint8Array }
  | { readonly kind: "elsewhere"; readonly url: string; readonly bytes: number };

export interface PlanRequest {
  readonly plan: Json;
  readonly conf: Conf;
}

export interface ScratchPlace {
  readonly scratch: string;
  /** A folder, without a slash at the end. */
  readonly location: string;
  /** Takes one object by PUT, without other credentials; plans read it as `${location}/rows`. */
  readonly url: string;
}

export type AnalyzeRequest = PlanRequest &
  ({ readonly what: "schema" } | { readonly what: "explain"; readonly mode: ExplainMode } | { readonly what: "inputFiles" });
export type Analysis =
  | { readonly what: "schema"; readonly schema: Json }
  | { readonly what: "explain"; readonly text: string }
  | { readonly what: "inputFiles"; readonly files: readonly string[] };
