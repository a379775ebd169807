import type { EarlyPage } from "../../engine/result/pages.ts";
import type { TaskMessage, TaskReport } from "../../engine/task/message.ts";

/** What the pool and a worker process say to each other, as JSON over the process's channel. */
export type ToWorker =
  | { readonly kind: "open"; readonly options: WorkerOptions }
  /** `program`: the text of the stage's program, unless the worker has it from the task before or from the store. */
  | { readonly kind: "run"; readonly message: TaskMessage; readonly program?: string }
  /** Ends the statement that runs, if it is this attempt's. */
  | { readonly kind: "interrupt"; readonly attempt: string };

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "page"; readonly attempt: string; readonly page: EarlyPage }
  | { readonly kind: "report"; readonly report: TaskReport }
  | { readonly kind: "failed"; readonly reason: string };

export interface WorkerOptions {
  readonly name: string;
  readonly threads: number;
  /** Bytes of DuckDB's memory limit. */
  readonly memory: number;
  /** A folder of this worker's own for scratch files and spills. */
  readonly folder: string;
  /** The interpreter that functions in Python run in; absent: they are refused. */
  readonly python?: { readonly executable: string; readonly memory?: number };
}
