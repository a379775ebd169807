import type { JobProgress } from "../dataframe/engine-port.ts";
import type { StageView } from "./records.ts";

/** Stages as the scheduler counts them, for whoever asked for the job. */
export const jobProgress = (stages: readonly StageView[]): JobProgress => ({
  stages: stages.map(({ label, tasks, running, done, failed, metrics }) => ({
    label,
    tasks,
    running,
    done,
    failed,
    rowsIn: metrics.rowsIn,
    bytesRead: metrics.bytesRead,
    bytesShuffled: metrics.bytesShuffleRead,
    wallMs: metrics.wallMs,
  })),
});
