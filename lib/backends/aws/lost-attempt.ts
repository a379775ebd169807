import { RetryableError } from "../../engine/errors.ts";
import type { TaskMessage, TaskReport } from "../../engine/task/message.ts";

/** What the platform says of an invocation that failed. */
export type LossCause = "out of memory" | "no capacity" | "unknown";

/**
 * The report of an attempt that cannot report itself. A worker that is lost may have run out of memory, which kills all of it: where
 * that is known, or a task is lost for a second time, the next attempt gets more. Attempts that no function was free for say so.
 */
export function lostAttempt(
  { job, id, stage, partition, attempt }: TaskMessage,
  reason: string,
  cause: LossCause = "unknown",
): Extract<TaskReport, { outcome: "failed" }> {
  const error = lossError(id, attempt, reason, cause);
  return { job, id, stage, partition, attempt, outcome: "failed", error: error.toJSON() };
}

function lossError(id: string, attempt: number, reason: string, cause: LossCause): RetryableError {
  if (cause === "no capacity") return new RetryableError("THROTTLED", { detail: `task attempt ${id} found no free function: ${reason}` });
  if (cause === "out of memory" || attempt > 0)
    return new RetryableError("TASK_OUT_OF_MEMORY", { detail: `the worker of attempt ${id} was lost: ${reason}.` });
  return new RetryableError("WORKER_LOST", { attempt: id, reason });
}
