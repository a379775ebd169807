import { type TpchNumber, tpchNumbers } from "./tpch-sql.ts";

/** What a worker is asked to run: a query, or `repartition`, a hash shuffle of lineitem to 32 Parquet files. */
export type Task = TpchNumber | "repartition";

export const tasks: readonly Task[] = [...tpchNumbers, "repartition"];

/**
 * One JSON line on a worker's standard input. The worker runs each task `runs` times, in order, and tells it on standard
 * output, each line a `WorkerEvent` behind `EVENT_MARK`; other lines are ignored.
 */
export interface WorkerOrder {
  /** The folder of TABLE.parquet. */
  readonly data: string;
  /** A folder that the worker may fill. */
  readonly scratch: string;
  readonly threads: number;
  /** As Spark writes sizes; absent: the engine's own choice. */
  readonly memory?: string;
  readonly runs: number;
  readonly tasks: readonly { readonly task: Task; readonly sql?: string }[];
  /** Settings of a Firecrest session. */
  readonly conf?: Readonly<Record<string, string>>;
}

export const EVENT_MARK = "@@";

export type WorkerEvent =
  | { readonly event: "begin"; readonly task: Task; readonly run: number }
  | {
      readonly event: "end";
      readonly task: Task;
      readonly run: number;
      /** From the start of the task to its last row. */
      readonly seconds: number;
      /** Rows as text: decimals plain, dates yyyy-mm-dd. Of the first run only. */
      readonly rows?: readonly (readonly string[])[];
    };
