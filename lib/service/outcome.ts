import type { FirecrestError } from "../engine/errors.ts";
import type { ObjectStore } from "../engine/ports/object-store.ts";
import { readJson, writeJson } from "./json-object.ts";
import { keys } from "./keys.ts";
import type { JobError, JobStatus, StageView } from "./records.ts";
import type { PageRef } from "./result-pages.ts";

/** `outcome.json`: the end of a job, written once. */
export interface Outcome {
  readonly status: JobStatus;
  /** Of a query that gives rows. */
  readonly pages?: readonly PageRef[];
}

export const readOutcome = (root: string, job: string, store: ObjectStore): Promise<Outcome | undefined> =>
  readJson<Outcome>(keys.outcome(root, job), store);

/** Ends a job, unless it has ended already. Gives the outcome that counts. */
export async function settle(root: string, outcome: Outcome, store: ObjectStore): Promise<Outcome> {
  const { job } = outcome.status;
  const first = await writeJson(keys.outcome(root, job), outcome, store, { ifAbsent: true });
  const settled = first ? outcome : ((await readOutcome(root, job, store)) ?? outcome);
  await writeJson(keys.status(root, job), settled.status, store);
  return settled;
}

/** The status of a job that ends now. */
export function ended(before: JobStatus, end: Pick<JobStatus, "state"> & Partial<JobStatus>, now: number): JobStatus {
  const stages = before.stages.map(end.state === "succeeded" ? (stage) => stage : brokenOff);
  return { ...before, stages, ...end, version: Math.max(now, before.version + 1), endedAt: now };
}

/** A stage as the early end of its job leaves it: nothing of it runs any more. */
function brokenOff(stage: StageView): StageView {
  if (stage.status !== "running") return stage;
  return { ...stage, status: stage.failed > 0 ? "failed" : "stopped", running: 0 };
}

export function jobError({ condition, messageParameters, sqlState, message, origin, context }: FirecrestError): JobError {
  return { condition, messageParameters, sqlState, message, ...(origin ? { origin } : {}), ...(context ? { context } : {}) };
}

/** How an error ends a job: a cancellation is no failure. */
export const failure = (error: FirecrestError): Pick<JobStatus, "state" | "error"> => ({
  state: error.condition === "OPERATION_CANCELED" ? "cancelled" : "failed",
  error: jobError(error),
});
