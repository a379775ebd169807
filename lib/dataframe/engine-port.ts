import type { ExternalCatalog } from "../catalog/external-catalog.ts";
import type { CostReport } from "../engine/cost/cost.ts";
import type { Estimate } from "../engine/cost/estimate.ts";
import type { LogicalPlan, Write } from "../engine/logical/plan.ts";
import type { PythonAnalysis, PythonAnalysisRequest } from "../engine/ports/python.ts";
import type { PythonSourceAnswer, PythonSourceRequest } from "../engine/ports/python-source.ts";
import type { StructType } from "../engine/types/data-type.ts";
import type { Value } from "../engine/types/values.ts";

/**
 * What the DataFrame front end needs of an engine: plans go in unresolved, rows come back as Arrow.
 * A backend implements it (lib/backends), lib/firecrest.ts joins the two.
 */
export interface Engine {
  /** Schemas, tables, views and functions that outlive a session; absent where the engine keeps none. */
  readonly catalog?: ExternalCatalog;
  /** Who runs it: what `current_user()` says. Absent where nobody knows. */
  readonly user?: string;
  /** Names and types of a plan's columns. Throws AnalysisError. */
  schema(plan: LogicalPlan, conf: Conf): Promise<StructType>;
  /** The plan as text, laid out as Spark does. */
  explain(plan: LogicalPlan, mode: ExplainMode, conf: Conf): Promise<string>;
  /** A text equal for plans that mean the same, whatever their columns are called; absent where the engine cannot tell. Throws AnalysisError. */
  canonicalText?(plan: LogicalPlan, conf: Conf): Promise<string>;
  /** Analyzes and starts a job; resolves as soon as its schema is known. Throws AnalysisError. */
  execute(plan: LogicalPlan, conf: Conf, options?: ExecuteOptions): Promise<Execution>;
  /** Runs a job that ends in files; resolves once they are committed. */
  write(plan: Write, conf: Conf, options?: ExecuteOptions): Promise<JobMetrics>;
  /** The files that the scans of a plan would read, as absolute addresses. */
  inputFiles(plan: LogicalPlan, conf: Conf): Promise<readonly string[]>;
  /** Tables and views of the catalog whose rows are kept, as `schema.table`; absent where nothing is kept from job to job. */
  readonly keptTables?: Set<string>;
  /** Rows that are kept of tables and views are computed again by the next job that asks: what they came from has changed. */
  outdate?(): void;
  /** Forgets what was kept for a `cached` node. An unknown key is no error. */
  uncache(key: string): Promise<void>;
  /** What the `analyze` method of a table function in Python says; absent where functions in Python do not run. The signal ends it. */
  analyzeTableFunction?(request: PythonAnalysisRequest, constants: Uint8Array, signal?: AbortSignal): Promise<PythonAnalysis>;
  /** What a data source in Python says; absent where functions in Python do not run. The signal ends it. */
  pythonSource?(request: PythonSourceRequest, signal?: AbortSignal): Promise<PythonSourceAnswer>;
  /** Files for plans to read, as long as the engine lives; absent where the engine has no place of its own for them. */
  readonly scratch?: EngineScratch;
  /** Ends running jobs and gives up workers and scratch space. Closing twice is no error. */
  close(): Promise<void>;
}

export interface EngineScratch {
  /** Writes a file under a new name with this ending, and gives its path. */
  put(ending: string, bytes: Uint8Array): Promise<string>;
  /** Removes files that `put` wrote. Missing ones are no error. */
  remove(paths: readonly string[]): Promise<void>;
}

/** The session's settings, by Spark's keys: those that were set, and the defaults that no backend decides for itself. */
export type Conf = Readonly<Record<string, string>>;

export type ExplainMode = "simple" | "extended" | "codegen" | "cost" | "formatted";

export interface ExecuteOptions {
  /** Cancels the job. */
  readonly signal?: AbortSignal;
  /** Hears of the job while it runs; called often, so it must be cheap and must not throw. */
  readonly onProgress?: (progress: JobProgress) => void;
  /** Hears at the end of the job what `df.observe` has seen. */
  readonly onObserved?: (seen: ObservedRow) => void;
}

/** The aggregates of one `df.observe`, in the order of the schema's fields. */
export interface ObservedRow {
  readonly name: string;
  readonly planId?: number;
  readonly schema: StructType;
  readonly values: readonly Value[];
}

/** A running job as it stands. */
export interface JobProgress {
  /** What a service calls the job; absent where no other process can ask for it. */
  readonly id?: string;
  readonly stages: readonly StageProgress[];
}

export interface StageProgress {
  /** For people: `Scan lineitem -> Filter -> Aggregate (partial)`. */
  readonly label: string;
  readonly tasks: number;
  readonly running: number;
  readonly done: number;
  /** Attempts that failed and were made again. */
  readonly failed: number;
  /** From here on: sums over the tasks that are done. */
  readonly rowsIn: number;
  readonly bytesRead: number;
  readonly bytesShuffled: number;
  readonly wallMs: number;
}

/** A running job. */
export interface Execution {
  readonly schema: StructType;
  /**
   * The rows in order: each chunk is a whole Arrow IPC stream (schema, then record batches), may be empty of rows, and is
   * the reader's own: nobody else keeps or reads its memory.
   * Iterate once; leaving early cancels the job. Throws FirecrestError where the job fails.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Final once `chunks` has ended. */
  metrics(): JobMetrics;
}

export interface JobMetrics {
  readonly rows: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly tasks: number;
  readonly wallMs: number;
  /** Absent where nothing has a price. */
  readonly cost?: CostReport;
  /** What it was expected to take before it ran; absent where nothing has a price. */
  readonly estimate?: Estimate;
}

/** What an engine is opened with: fixed for its life. */
export interface EngineSettings {
  /** Spark's master URL: `local`, `local[4]`, `local[*]`, or one that a backend knows. */
  readonly master: string;
  /** Threads that `local[n]` asks for; absent: all of the machine's. */
  readonly threads?: number;
  readonly conf: Conf;
}

export type OpenEngine = (settings: EngineSettings) => Promise<Engine>;
