import type { Conf, JobMetrics } from "../dataframe/engine-port.ts";
import type { CostReport } from "../engine/cost/cost.ts";
import type { Estimate } from "../engine/cost/estimate.ts";
import type { SerializedError } from "../engine/errors.ts";
import type { Json } from "../engine/logical/json-values.ts";
import type { StageProgress } from "../engine/scheduler/progress.ts";

/** What a job leaves in the object store, as JSON: who asked for what, how it stands, how it ended. */

/** `query`: one plan; `program`: a bundled module that runs as the driver and submits queries of its own. */
export type JobKind = "query" | "program";

/** A query as text. */
export interface SqlText {
  /** Statements separated by `;`, the last of which gives the rows. */
  readonly text: string;
  /** Values of `:name` by name, or of `?` by position. */
  readonly args?: Readonly<Record<string, SqlValue>> | readonly SqlValue[];
}
export type SqlValue = null | boolean | number | string;

/** Bounds that the submitter sets. */
export interface JobLimits {
  /** Tasks at once. */
  readonly maxConcurrency?: number;
  /** The job is stopped before it has cost more. */
  readonly maxDollars?: number;
  /** From the first coordinator's start. */
  readonly timeoutSeconds?: number;
  /** The least memory tier of the tasks. */
  readonly memoryMiB?: number;
}

/** `submission.json`: what was asked. */
export interface Submission {
  readonly job: string;
  readonly kind: JobKind;
  readonly name: string;
  readonly caller: string;
  /** Milliseconds since 1970, here and below. */
  readonly createdAt: number;
  /** The program job whose driver asked. */
  readonly parent?: string;
  /** Of a query: planToJson, or the text that gives the plan once the job is planned. */
  readonly plan?: Json;
  readonly sql?: SqlText;
  /** Of a program: the key of its bundle, and its arguments. */
  readonly program?: { readonly bundle: string; readonly args: readonly string[] };
  readonly conf: Conf;
  readonly limits: JobLimits;
}

/**
 *     queued --> running --> committing --> succeeded
 *        |          |            |
 *        +----------+------------+--------> failed | cancelled
 */
export type JobState = "queued" | "running" | "committing" | "succeeded" | "failed" | "cancelled";
export const isOver = (state: JobState): boolean => state === "succeeded" || state === "failed" || state === "cancelled";

/** `status.json`: how the job stands, and in the end how it ended. */
export interface JobStatus extends Pick<Submission, "job" | "kind" | "name" | "caller" | "createdAt" | "parent"> {
  readonly state: JobState;
  /** Grows with each change. */
  readonly version: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly stages: readonly StageView[];
  readonly metrics?: JobMetrics;
  /** Of a query: what it was likely to take when it was compiled; where the backend has prices. */
  readonly estimate?: Estimate;
  /** So far, or in all; where the backend has prices. */
  readonly cost?: CostReport;
  readonly error?: JobError;
  /** Of a query that gives rows, once it has succeeded. */
  readonly result?: ResultView;
  /** Of a program that has ended. */
  readonly exitCode?: number;
  /** Of a program: why its driver is to stop. */
  readonly cancelRequested?: string;
}

/** A stage that was under way when its job ended early has `failed` where attempts of it had; else it was `stopped`. */
export interface StageView extends Omit<StageProgress, "status"> {
  readonly status: StageProgress["status"] | "failed" | "stopped";
}

export interface JobError extends Omit<SerializedError, "class"> {
  readonly sqlState: string;
  readonly message: string;
}

export interface ResultView {
  /** A StructType as Spark's JSON. */
  readonly schema: Json;
  readonly rows: number;
  readonly bytes: number;
  /** Each is a whole Arrow IPC stream, in the order of the rows. */
  readonly pages: readonly { readonly rows: number; readonly bytes: number }[];
}

/** One task, as the journal tells. */
export interface TaskView {
  readonly stage: number;
  readonly partition: number;
  readonly status: "parked" | "ready" | "running" | "backoff" | "succeeded";
  /** Attempts launched so far. */
  readonly attempts: number;
  readonly failures: number;
  /** The attempt whose output counts. */
  readonly winner?: number;
  /** Memory tier of the next or latest attempt, in MiB. */
  readonly memoryMiB: number;
}

export interface LogLine {
  readonly at: number;
  /** `coordinator`, `task 0.3.1`, `driver`. */
  readonly source: string;
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}
