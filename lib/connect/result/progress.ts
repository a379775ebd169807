import type { MessageInitShape } from "@bufbuild/protobuf";
import type { JobMetrics, JobProgress, StageProgress } from "../../dataframe/engine-port.ts";
import type {
  ExecutePlanResponse_ExecutionProgressSchema,
  ExecutePlanResponse_Metrics_MetricObjectSchema,
  ExecutePlanResponse_MetricsSchema,
} from "../protocol/spark/connect/base_pb.js";

/** A job as it stands, for the client's progress bar and its handlers. */
export const executionProgress = ({ stages }: JobProgress): MessageInitShape<typeof ExecutePlanResponse_ExecutionProgressSchema> => ({
  stages: stages.map(({ tasks, done, bytesRead }, i) => ({
    stageId: BigInt(i),
    numTasks: BigInt(tasks),
    numCompletedTasks: BigInt(done),
    inputBytesRead: BigInt(bytesRead),
    done: done === tasks,
  })),
  numInflightTasks: BigInt(stages.reduce((sum, stage) => sum + stage.running, 0)),
});

/** Milliseconds between two reports: `spark.connect.progress.reportInterval` is 2 s, which most jobs here do not take. */
export const PROGRESS_INTERVAL_MS = 200;

/**
 * Lets a job's progress through at most every 200 ms, and not where nothing has changed. Give it to `ExecuteOptions.onProgress`;
 * `stages` is the last that was heard, which `planMetrics` takes.
 */
export class ProgressReports {
  readonly #send: (progress: MessageInitShape<typeof ExecutePlanResponse_ExecutionProgressSchema>) => void;
  readonly #now: () => number;
  #next = 0;
  #sent = "";
  stages: readonly StageProgress[] = [];

  constructor(send: (progress: MessageInitShape<typeof ExecutePlanResponse_ExecutionProgressSchema>) => void, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  readonly onProgress = (progress: JobProgress): void => {
    this.stages = progress.stages;
    const at = this.#now();
    if (at < this.#next) return;
    const stand = progress.stages.map(({ tasks, done, running, bytesRead }) => `${tasks} ${done} ${running} ${bytesRead}`).join(",");
    if (stand === this.#sent) return;
    this.#next = at + PROGRESS_INTERVAL_MS;
    this.#sent = stand;
    this.#send(executionProgress(progress));
  };
}

/** What a plan took: an object for the job, and one below it for each stage, as Spark's has for each operator. */
export function planMetrics(
  metrics: JobMetrics,
  stages: readonly StageProgress[] = [],
): MessageInitShape<typeof ExecutePlanResponse_MetricsSchema> {
  const { rows, bytesRead, bytesWritten, tasks, wallMs } = metrics;
  const job = metricObject("Job", 0, 0, {
    numOutputRows: [rows, "sum"],
    bytesRead: [bytesRead, "size"],
    bytesWritten: [bytesWritten, "size"],
    numTasks: [tasks, "sum"],
    duration: [wallMs, "timing"],
  });
  const below = stages.map((stage, i) =>
    metricObject(stage.label, i + 1, 0, {
      numInputRows: [stage.rowsIn, "sum"],
      bytesRead: [stage.bytesRead, "size"],
      shuffleBytesRead: [stage.bytesShuffled, "size"],
      numTasks: [stage.tasks, "sum"],
      duration: [stage.wallMs, "timing"],
    }),
  );
  return { metrics: [job, ...below] };
}

const metricObject = (
  name: string,
  planId: number,
  parent: number,
  values: Readonly<Record<string, readonly [value: number, metricType: string]>>,
): MessageInitShape<typeof ExecutePlanResponse_Metrics_MetricObjectSchema> => ({
  name,
  planId: BigInt(planId),
  parent: BigInt(parent),
  executionMetrics: Object.fromEntries(
    Object.entries(values).map(([key, [value, metricType]]) => [key, { name: key, value: BigInt(Math.round(value)), metricType }]),
  ),
});
