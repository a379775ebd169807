import { ExecutionError } from "../../engine/errors.ts";
import type { TaskMessage } from "../../engine/task/message.ts";
import { keys } from "../../service/keys.ts";
import { isWhole, type JsonObject, jsonObject, texts } from "./json-shape.ts";

/** How an attempt came to a function. */
export interface TaskDelivery {
  readonly message: TaskMessage;
  /** Absent where the function was invoked directly. */
  readonly queued?: QueuedDelivery;
}

export interface QueuedDelivery {
  readonly queueName: string;
  readonly receiptHandle: string;
  /** 1 for the first time that the queue gave the message out. */
  readonly receiveCount: number;
}

/**
 * Reads a function's event: one record of a queue, or the body of one in a direct invocation. `root` is where the deployment's jobs are: no
 * message makes a function write anywhere else. Throws INVALID_TASK_EVENT.
 */
export function readDelivery(event: unknown, root: string): TaskDelivery {
  const { Records: records, ...direct } = jsonObject(event) ?? {};
  if (records === undefined) return { message: readTask(direct, root) };
  if (!Array.isArray(records) || records.length !== 1)
    throw invalid("it needs exactly one record: the event source's batch size has to be 1");
  const { body, receiptHandle, eventSourceARN, attributes } = jsonObject(records[0]) ?? {};
  const receiveCount = Number(jsonObject(attributes)?.ApproximateReceiveCount);
  if (!texts(body, receiptHandle, eventSourceARN) || !Number.isSafeInteger(receiveCount)) throw invalid("its record is none of SQS");
  const queueName = String(eventSourceARN).split(":").at(-1)!;
  return { message: readTask(parse(String(body)), root), queued: { queueName, receiptHandle: String(receiptHandle), receiveCount } };
}

/** Reads the body of a message for the task functions: `{"task": ...}`. Throws INVALID_TASK_EVENT. */
export function readTask(body: unknown, root: string): TaskMessage {
  const task = jsonObject(jsonObject(body)?.task);
  if (!task) throw invalid("it has no task");
  const { job, stage, partition, attempt, id, program, prefix } = task;
  if (!texts(job, id, program, prefix) || ![stage, partition, attempt, task.memory].every(isWhole)) throw invalid("its task is incomplete");
  const work = workFolder(root, String(job));
  if (prefix !== work || !String(program).startsWith(`${work}/programs/`)) throw invalid("its task belongs to no job of this deployment");
  if (id !== `${stage}.${partition}.${attempt}`) throw invalid("its task's id is not that of its attempt");
  if (!areLists(task.splits) || !areLists(task.blocks)) throw invalid("its task does not say what to read");
  return task as unknown as TaskMessage;
}

function workFolder(root: string, job: string): string {
  try {
    return keys.work(root, job);
  } catch {
    throw invalid("its task's job is none");
  }
}

const areLists = (value: unknown): boolean => {
  const lists: JsonObject | undefined = jsonObject(value);
  return lists !== undefined && Object.values(lists).every(Array.isArray);
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("its body is not JSON");
  }
}

const invalid = (reason: string): ExecutionError => new ExecutionError("INVALID_TASK_EVENT", { reason });
