import { ExecutionError } from "../engine/errors.ts";
import type { Clock } from "../engine/ports/fabric.ts";
import type { ObjectStore } from "../engine/ports/object-store.ts";
import { readJson } from "./json-object.ts";
import { keys } from "./keys.ts";
import { ended, failure, settle } from "./outcome.ts";
import { isOver, type JobStatus } from "./records.ts";

/** Ends a job that its coordinators or drivers could not bring to an end. Of one that is over, or unknown, nothing changes. */
export async function abandonJob(
  root: string,
  job: string,
  reason: string,
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
): Promise<void> {
  const status = await readJson<JobStatus>(keys.status(root, job), store);
  if (!status || isOver(status.state)) return;
  const error = new ExecutionError("JOB_ABANDONED", { reason });
  await settle(root, { status: ended(status, failure(error), clock.now()) }, store);
}
