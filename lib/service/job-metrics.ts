import type { JobMetrics } from "../dataframe/engine-port.ts";
import type { JobOutcome } from "../engine/scheduler/progress.ts";
import type { TaskMetrics } from "../engine/task/message.ts";

export const noJobMetrics: JobMetrics = { rows: 0, bytesRead: 0, bytesWritten: 0, tasks: 0, wallMs: 0 };

/** What a job did, for its submitter. */
export function jobMetrics({ outputs, metrics }: Extract<JobOutcome, { kind: "succeeded" }>, wallMs: number): JobMetrics {
  const sum = (of: (m: TaskMetrics) => number) => metrics.reduce((total, m) => total + of(m), 0);
  return {
    rows: metrics.at(-1)?.rowsOut ?? 0,
    bytesRead: sum((m) => m.bytesRead),
    bytesWritten: outputs.reduce(
      (total, output) => total + (output.kind === "files" ? output.files.reduce((s, f) => s + f.file.size, 0) : 0),
      0,
    ),
    tasks: outputs.length,
    wallMs,
  };
}
