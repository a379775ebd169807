import { GetQueueUrlCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** Queues whose URL a warm function keeps. */
const KEPT = 64;

/** URLs of queues by name, each asked for once. Throws what the SDK throws; see sqs-errors.ts. */
export class QueueUrls {
  readonly #sqs: SQSClient;
  readonly #urls = new Map<string, string>();

  constructor(sqs: SQSClient) {
    this.#sqs = sqs;
  }

  async of(name: string): Promise<string> {
    const known = this.#urls.get(name);
    if (known) return known;
    const { QueueUrl } = await this.#sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    if (this.#urls.size >= KEPT) this.#urls.delete(this.#urls.keys().next().value!);
    this.#urls.set(name, QueueUrl!);
    return QueueUrl!;
  }

  forget(name: string): void {
    this.#urls.delete(name);
  }
}
