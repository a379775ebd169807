import type { MessageInitShape } from "@bufbuild/protobuf";
import type { JobMetrics, JobProgress, StageProgress } from "../../dataframe/engine-port.ts";
import type {
  ExecutePlanResponse_ExecutionProgressSchema,
  ExecutePlanResponse_Metrics_MetricObjectSchema,
  ExecutePlanResponse_MetricsSchema,
} from "../protocol/spark/connect/base_pb.js";

/** A job as it stands, for the client's progress bar and its handlers. */
const executionProgress = ({ stages }: JobProgress): MessageInitShape<typeof ExecutePlanResponse_ExecutionProgressSchema> => ({
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
const PROGRESS_INTERVAL_MS = 200;

/** Lets the progress of an operation's jobs through at most every 200 ms, and not where nothing has changed: one bar for all of them. */
export class ProgressReports {
  readonly #send: (progress: MessageInitShape<typeof ExecutePlanResponse_ExecutionProgressSchema>) => void;
  readonly #now: () => number;
  #next = 0;
  #sent = "";
  /** By jobs, in the order in which they were started. */
  readonly #jobs: (readonly StageProgress[])[] = [];

  constructor(send: (progress: MessageInitShape<typeof ExecutePlanResponse_ExecutionProgressSchema>) => void, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  /** The stages of all jobs, as they were last heard of. */
  get stages(): readonly StageProgress[] {
    return this.#jobs.flat();
  }

  /** The `ExecuteOptions.onProgress` of one more job. */
  ofJob(): (progress: JobProgress) => void {
    const job = this.#jobs.push([]) - 1;
    return ({ stages }) => {
      this.#jobs[job] = stages;
      if (this.#now() >= this.#next) this.#report();
    };
  }

  /** Tells how the jobs ended, where that came too soon after the report before. */
  end(): void {
    this.#report();
  }

  #report(): void {
    const { stages } = this;
    const stand = stages.map(({ tasks, done, running, bytesRead }) => `${tasks} ${done} ${running} ${bytesRead}`).join(",");
    if (stand === this.#sent) return;
    this.#next = this.#now() + PROGRESS_INTERVAL_MS;
    this.#sent = stand;
    this.#send(executionProgress({ stages }));
  }
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
