import { ExecutionError, RetryableError, type SerializedError } from "../errors.ts";
import { arm, enqueue, forget, shrinkWindow } from "./dispatch.ts";
import { end } from "./ending.ts";
import { releaseRefused } from "./spending.ts";
import { type AttemptState, attemptId, type TaskState } from "./state.ts";
import { addTimer } from "./timers.ts";
import { backoffMs, stageOf, type Turn } from "./turn.ts";

/** The condition of an attempt that needed more memory than its tier has. */
const OUT_OF_MEMORY = "TASK_OUT_OF_MEMORY";
const THROTTLED = "THROTTLED";

/** Counts a failed attempt: the job ends, or the task waits for its next try unless another attempt is still at it. */
export function failTask(turn: Turn, task: TaskState, error: SerializedError): void {
  const { options } = turn.state;
  stageOf(turn, task).failures++;
  task.failures++;
  // An interrupted attempt that nobody cancelled was on a worker that went away.
  if (error.class === "terminal" && error.condition !== "OPERATION_CANCELED") {
    end(turn, { kind: "failed", error });
    return;
  }
  if (error.condition === OUT_OF_MEMORY) task.tier = Math.min(task.tier + 1, options.memoryTiers.length - 1);
  if (error.condition === THROTTLED) shrinkWindow(turn);
  if (task.failures >= options.maxTaskFailures || !spendRetry(turn)) {
    end(turn, { kind: "failed", error });
    return;
  }
  rest(turn, task, task.failures);
}

/** Has a task wait for its n-th try again, unless another attempt is at it. */
export function rest(turn: Turn, task: TaskState, tries: number): void {
  if (task.status === "succeeded" || hasLiveAttempt(task)) return;
  task.status = "backoff";
  task.retryAt = turn.at + backoffMs(turn, tries);
  addTimer(turn.state.timers, { at: task.retryAt, kind: "backoff", task: task.index });
}

/** A task's backoff is over. */
export function retry(turn: Turn, task: TaskState, timerAt: number): void {
  if (task.status === "backoff" && task.retryAt === timerAt) enqueue(turn, task);
}

/** Gives up an attempt of which nothing was heard for too long. */
export function giveUp(turn: Turn, task: TaskState, attempt: AttemptState): void {
  const { status } = attempt;
  forget(turn, task, attempt);
  if (status === "cancelled") return;
  turn.cancels.push(attemptId(task, attempt.number));
  failTask(
    turn,
    task,
    new RetryableError("WORKER_LOST", {
      attempt: attemptId(task, attempt.number),
      reason: "nothing was heard of it for too long",
    }).toJSON(),
  );
}

/** The queue did not take an attempt: sends it again later. That is no failure of the task until it has lasted long. */
export function holdBack(turn: Turn, task: TaskState, attempt: AttemptState, error: SerializedError): void {
  if (attempt.status !== "sent") return;
  if (error.condition === THROTTLED) {
    shrinkWindow(turn);
    releaseRefused(turn.state, attempt);
  }
  if (attempt.sends >= turn.state.options.maxSends) {
    forget(turn, task, attempt);
    failTask(turn, task, error);
    return;
  }
  attempt.status = "unsent";
  attempt.deadline = turn.at + backoffMs(turn, attempt.sends++);
  arm(turn, task, attempt);
}

/** Has a task whose output cannot be read run again. Gives false where that ended the job. */
export function countRerun(turn: Turn, task: TaskState): boolean {
  const { options } = turn.state;
  if (++task.reruns <= options.maxTaskReruns && spendRetry(turn)) return true;
  const attempt = attemptId(task, task.winner ?? 0);
  const error = new ExecutionError("SHUFFLE_OUTPUT_LOST", { attempt, reruns: String(task.reruns - 1) });
  end(turn, { kind: "failed", error: error.toJSON() });
  return false;
}

/** Takes one try out of the job's budget. Gives false where none is left. */
export const spendRetry = (turn: Turn): boolean => ++turn.state.retries <= turn.state.options.maxJobRetries;

const hasLiveAttempt = (task: TaskState): boolean => task.attempts.some((attempt) => attempt.status !== "cancelled");
