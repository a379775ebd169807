import { isOver, type JobLimits, type JobStatus, type Submission } from "./records.ts";

/** A query that a program submitted: how it stands, and what it may cost. */
export interface Sibling {
  readonly status: Pick<JobStatus, "state" | "cost">;
  readonly limits: Submission["limits"];
}

/**
 * The limits of a query that a program submits now: the stricter of the two, and of dollars what the program's other
 * queries leave. One that still runs counts with all that it may cost.
 */
export function limitsBelow(program: JobLimits, own: JobLimits, siblings: readonly Sibling[]): JobLimits {
  const spent = siblings.reduce((sum, { status, limits }) => sum + costOf(status, limits), 0);
  const left = program.maxDollars === undefined ? undefined : Math.max(0, program.maxDollars - spent);
  return defined({
    maxConcurrency: least(program.maxConcurrency, own.maxConcurrency),
    maxDollars: least(left, own.maxDollars),
    timeoutSeconds: least(program.timeoutSeconds, own.timeoutSeconds),
    memoryMiB: own.memoryMiB ?? program.memoryMiB,
  });
}

function costOf({ state, cost }: Sibling["status"], { maxDollars }: JobLimits): number {
  const soFar = cost?.dollars ?? 0;
  return isOver(state) ? soFar : Math.max(soFar, maxDollars ?? 0);
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

const defined = (limits: { readonly [L in keyof JobLimits]: JobLimits[L] | undefined }): JobLimits =>
  Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
