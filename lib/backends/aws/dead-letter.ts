import type { TaskMessage } from "../../engine/task/message.ts";
import { type JsonObject, jsonObject } from "./json-shape.ts";
import type { LossCause } from "./lost-attempt.ts";
import { readWake } from "./sqs-wake.ts";
import { readTask } from "./task-delivery.ts";

/** What nobody could deal with. */
export type DeadLetter =
  | { readonly kind: "task"; readonly message: TaskMessage; readonly reason: string; readonly cause: LossCause }
  | { readonly kind: "wake"; readonly job: string; readonly reason: string };

/** Characters of what the platform says. */
const MAX_REASON = 300;

/**
 * Reads a message of a dead-letter queue: one that a queue gave out too often, or Lambda's record of a direct invocation that failed.
 * Throws INVALID_TASK_EVENT for what is neither.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function readDeadLetter(body: string, root: string): DeadLetter {
  const wake = readWake(body);
  if (wake) return { kind: "wake", job: wake.job, reason: "its coordinators or drivers failed again and again" };
  const letter = parsed(body);
  const invoked = jsonObject(letter?.requestPayload);
  if (!letter || !invoked)
    return { kind: "task", message: readTask(letter, root), reason: "its message came back too often", cause: "unknown" };
  return { kind: "task", message: readTask(invoked, root), ...failureOf(letter) };
}

function failureOf({ requestContext, responsePayload }: JsonObject): { readonly reason: string; readonly cause: LossCause } {
  const condition = jsonObject(requestContext)?.condition;
  if (condition === "EventAgeExceeded") return { reason: "it waited for too long", cause: "no capacity" };
  const { errorType, errorMessage } = jsonObject(responsePayload) ?? {};
  const reason = `${String(errorType ?? condition)}: ${String(errorMessage ?? "")}`.slice(0, MAX_REASON);
  // Lambda kills what takes more than its memory, and does not always say why.
  const killed = errorType === "Runtime.OutOfMemory" || /signal: killed/.test(reason);
  return { reason, cause: killed ? "out of memory" : "unknown" };
}

function parsed(body: string): JsonObject | undefined {
  try {
    return jsonObject(JSON.parse(body));
  } catch {
    return undefined;
  }
}
