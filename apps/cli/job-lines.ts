import { dollarsText } from "../../lib/engine/cost/cost-text.ts";
import { isOver, type JobStatus, type LogLine } from "../../lib/service/records.ts";
import { comparisonLines } from "./comparison.ts";
import { finishedJob } from "./follow.ts";
import { fieldLines, tableLines } from "./table.ts";
import { bytesText, countText, durationText } from "./units.ts";

/** Names are cut, so that a row fits a terminal. */
const MAX_NAME = 30;

const timeText = (at: number): string => new Date(at).toISOString().replace("T", " ").slice(0, 19);

/** What a job has taken so far, or took in all, in ms; undefined before it began. */
const durationOf = ({ startedAt, endedAt }: JobStatus, now: number): number | undefined =>
  startedAt === undefined ? undefined : Math.max(0, (endedAt ?? now) - startedAt);

const tasksText = ({ stages }: JobStatus): string => {
  const total = stages.reduce((sum, stage) => sum + stage.tasks, 0);
  return total === 0 ? "" : `${stages.reduce((sum, stage) => sum + stage.done, 0)}/${total}`;
};

/** `firecrest jobs`: a line a job. `now` is in ms since 1970; times are UTC. */
export function listLines(jobs: readonly JobStatus[], now: number): readonly string[] {
  if (jobs.length === 0) return ["There are no jobs."];
  const rows = jobs.map((job) => {
    const duration = durationOf(job, now);
    return [
      job.job,
      job.kind,
      job.state,
      timeText(job.createdAt),
      duration === undefined ? "" : durationText(duration),
      tasksText(job),
      job.cost ? dollarsText(job.cost.dollars) : "",
      job.name.length > MAX_NAME ? `${job.name.slice(0, MAX_NAME - 1)}…` : job.name,
    ];
  });
  return tableLines([["job", "kind", "state", "submitted (UTC)", "took", "tasks", "cost", "name"], ...rows], new Set([4, 5, 6]));
}

/** `firecrest jobs show`: all there is to know of a job, its stages and how well it was estimated included. */
export function showLines(job: JobStatus, now: number): readonly string[] {
  const duration = durationOf(job, now);
  const { result, metrics, error, estimate } = job;
  const fields = fieldLines([
    ["job", job.job],
    ["name", job.name],
    ["kind", job.kind],
    ["state", job.state],
    ["caller", job.caller],
    ["program", job.parent],
    ["submitted", `${timeText(job.createdAt)} UTC`],
    ["started", job.startedAt === undefined ? undefined : `${timeText(job.startedAt)} UTC`],
    ["took", duration === undefined ? undefined : `${durationText(duration)}${isOver(job.state) ? "" : " so far"}`],
    ["cost", job.cost ? dollarsText(job.cost.dollars) : undefined],
    ["estimate", estimate ? `${dollarsText(estimate.dollars)} and ${durationText(estimate.seconds * 1000)}` : undefined],
    ["rows", result ? `${countText(result.rows)} (${bytesText(result.bytes)})` : undefined],
    ["written", metrics && metrics.bytesWritten > 0 ? bytesText(metrics.bytesWritten) : undefined],
    ["exit code", job.exitCode === undefined ? undefined : String(job.exitCode)],
    ["error", error ? error.message : undefined],
    ["at", error?.origin],
  ]);
  const stages = job.stages.length === 0 ? [] : ["", ...stageLines(job)];
  const comparison = comparisonLines([finishedJob(1, job)]);
  return [...fields, ...stages, ...(comparison.length === 0 ? [] : ["", ...comparison])];
}

function stageLines({ stages }: JobStatus): readonly string[] {
  const rows = stages.map(({ label, status, tasks, running, done, failed, metrics }) => [
    status,
    `${done}/${tasks}`,
    String(running),
    String(failed),
    countText(metrics.rowsIn),
    bytesText(metrics.bytesRead),
    bytesText(metrics.bytesShuffleRead),
    label,
  ]);
  return tableLines([["stage", "tasks", "running", "failed", "rows in", "read", "shuffled", ""], ...rows], new Set([1, 2, 3, 4, 5, 6]));
}

/** `firecrest jobs logs`: `2026-11-21 15:04:05.123 warn  task 0.3.1: ...`. */
export function logText({ at, level, source, message }: LogLine): string {
  return `${new Date(at).toISOString().replace("T", " ").replace("Z", "")} ${level.padEnd(5)} ${source}: ${message}`;
}
