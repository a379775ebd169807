import type { JobLimits, JobStatus } from "./records.ts";

/** What a program's limits leave to a query that it submits now, besides what the query's own limits say. */
export function remaining(program: JobLimits, own: JobLimits, _siblings: readonly JobStatus[]): JobLimits {
  return { ...program, ...own };
}
