import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { messageBody } from "./sqs-batches.ts";
import { queueError } from "./sqs-errors.ts";

/** Has somebody take care of a job: the body of what the wake and the driver queue carry. `n` tells hand-overs apart. */
export interface WakeMessage {
  readonly job: string;
  readonly n: number;
}

/**
 * Sends to a FIFO queue. The job is the group, so that one function at a time has it; who wakes a job twice within five minutes
 * for the same reason wakes it once.
 */
export async function sendWake(sqs: SQSClient, queueUrl: string, { job, n }: WakeMessage): Promise<void> {
  const { body } = messageBody({ job, n });
  const command = new SendMessageCommand({
    QueueUrl: queueUrl,
    MessageBody: body,
    MessageGroupId: job,
    MessageDeduplicationId: `${job}-${n}`,
  });
  try {
    await sqs.send(command);
  } catch (thrown) {
    throw queueError(queueUrl, thrown);
  }
}

/** undefined for what is no such message. `n` may be missing: 0. */
export function readWake(body: string): WakeMessage | undefined {
  try {
    const { job, n = 0 } = JSON.parse(body) as Record<string, unknown>;
    return typeof job === "string" && JOB.test(job) && typeof n === "number" && Number.isSafeInteger(n) ? { job, n } : undefined;
  } catch {
    return undefined;
  }
}

const JOB = /^[a-z0-9]{26}$/;
