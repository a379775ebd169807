import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { ExecutionError } from "../../engine/errors.ts";
import type { InboxMessage } from "../../engine/ports/fabric.ts";
import type { QueueUrls } from "./queue-urls.ts";
import { MAX_MESSAGE_BYTES, messageBody, type SizedBody } from "./sqs-batches.ts";
import { isMissingQueue, queueError } from "./sqs-errors.ts";

/** Sends to jobs' inboxes, which are found by name. */
export class InboxSender {
  readonly #sqs: SQSClient;
  readonly #prefix: string;
  readonly #urls: QueueUrls;

  /** An inbox's name is `prefix` and its job. */
  constructor(sqs: SQSClient, prefix: string, urls: QueueUrls) {
    this.#sqs = sqs;
    this.#prefix = prefix;
    this.#urls = urls;
  }

  /**
   * Gives false where the job has no inbox: it is over. A report that SQS cannot carry is sent as the attempt's failure
   * (JOB_TOO_LARGE): what it wrote is cleaned up with the job.
   */
  async send(job: string, message: InboxMessage): Promise<boolean> {
    const { body } = fitting(message);
    const name = `${this.#prefix}${job}`;
    try {
      await this.#sqs.send(new SendMessageCommand({ QueueUrl: await this.#urls.of(name), MessageBody: body }));
      return true;
    } catch (thrown) {
      this.#urls.forget(name);
      if (isMissingQueue(thrown)) return false;
      throw queueError(name, thrown);
    }
  }
}

function fitting(message: InboxMessage): SizedBody {
  const whole = messageBody(message);
  if (whole.bytes <= MAX_MESSAGE_BYTES || message.kind !== "task") return whole;
  const { job, id, stage, partition, attempt } = message.report;
  const error = new ExecutionError("JOB_TOO_LARGE", {
    what: `the report of task attempt ${id} (${whole.bytes} bytes)`,
    limit: `${MAX_MESSAGE_BYTES} bytes`,
    advice: "Write fewer files from each task (repartition by the partition columns first), or use fewer shuffle partitions.",
  });
  return messageBody({ kind: "task", report: { job, id, stage, partition, attempt, outcome: "failed", error: error.toJSON() } });
}
