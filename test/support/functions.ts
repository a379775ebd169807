import { randomUUID } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { openLambda, openSqs, s3Options } from "../../lib/backends/aws/aws-clients.ts";
import { awsEnvironment } from "../../lib/backends/aws/aws-environment.ts";
import { coordinatorSettings } from "../../lib/backends/aws/aws-settings.ts";
import { QueueUrls } from "../../lib/backends/aws/queue-urls.ts";
import { S3Store } from "../../lib/backends/aws/s3-store.ts";
import { InboxSender } from "../../lib/backends/aws/sqs-inbox-sender.ts";
import { sendWake } from "../../lib/backends/aws/sqs-wake.ts";
import { systemClock, systemRandom } from "../../lib/backends/system-clock.ts";
import type { Environment } from "../../lib/engine/engine.ts";
import { newId } from "../../lib/service/keys.ts";
import { StoredJobs } from "../../lib/service/stored-jobs.ts";
import { emulatorEnvironment } from "./deployment.ts";
import { createQueue, type EmulatedAws, emulatedAws, type Queue } from "./emulated-aws.ts";

/** The functions of a deployment in this process, over an emulator's queues and bucket: tests hand them their events. */

type Context = { getRemainingTimeInMillis(): number };
export type Handler = (event: never, context: Context) => Promise<unknown>;

export interface FunctionsBench {
  readonly aws: EmulatedAws;
  readonly root: string;
  readonly bucket: string;
  readonly environment: Environment;
  readonly jobs: StoredJobs;
  readonly inboxPrefix: string;
  readonly wakes: Queue;
  /** By tier. */
  readonly tasks: readonly Queue[];
  readonly handlers: Readonly<Record<"coordinator" | "task" | "deadLetters", Handler>>;
}

export interface BenchOptions {
  readonly endpoint: string;
  /** Of the tiers' functions, which are not there unless the test makes them. */
  readonly functionName?: string;
  readonly heartbeatSeconds?: number;
}

/** Milliseconds that a function has where its test does not care. */
const LONG = 900_000;
const TIERS_MIB = [1_024, 2_048];
export const contextOf = (ms: number): Context => {
  const end = Date.now() + ms;
  return { getRemainingTimeInMillis: () => end - Date.now() };
};

/** Once in a test file: the functions read their settings when they are loaded. */
export async function openFunctions({ endpoint, functionName = "absent", heartbeatSeconds = 1 }: BenchOptions): Promise<FunctionsBench> {
  const name = `bench-${randomUUID().slice(0, 8)}`;
  Object.assign(process.env, emulatorEnvironment(endpoint));
  // A pump runs for minutes: it tries again where a connection breaks, as the functions do.
  const aws = { ...emulatedAws(endpoint), sqs: openSqs() };
  await aws.s3.send(new CreateBucketCommand({ Bucket: name }));
  const wakes = await createQueue(aws, `${name}-wakes.fifo`, { FifoQueue: "true", VisibilityTimeout: "900" });
  const tasks = await Promise.all(TIERS_MIB.map((memory) => createQueue(aws, `${name}-tasks-${memory}`, { VisibilityTimeout: "900" })));
  const root = `s3://${name}`;
  const inboxPrefix = `${name}-inbox-`;
  Object.assign(process.env, {
    TMPDIR: await mkdtemp(join(tmpdir(), "firecrest-functions-")),
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(TIERS_MIB[0]),
    AWS_LAMBDA_FUNCTION_NAME: "task",
    FIRECREST_ROOT: root,
    FIRECREST_INBOX_PREFIX: inboxPrefix,
    FIRECREST_WAKE_QUEUE: wakes.url,
    FIRECREST_FLEET_LIMIT: "8",
    FIRECREST_HEARTBEAT_SECONDS: String(heartbeatSeconds),
    FIRECREST_TASK_TIERS: JSON.stringify(TIERS_MIB.map((memoryMiB, i) => ({ memoryMiB, queueUrl: tasks[i]!.url, functionName }))),
  });
  const inboxes = new InboxSender(aws.sqs, inboxPrefix, new QueueUrls(aws.sqs));
  const environment = awsEnvironment(coordinatorSettings(process.env), {
    store: new S3Store(s3Options(process.env)),
    sqs: openSqs(),
    lambda: openLambda(),
    newJobId: () => newId(systemClock.now(), systemRandom),
    architecture: "x64",
  });
  const [coordinator, task, deadLetters] = await Promise.all([
    import("../../functions/coordinator/handler.ts"),
    import("../../functions/task/handler.ts"),
    import("../../functions/dead-letters/handler.ts"),
  ]);
  return {
    aws,
    root,
    bucket: name,
    environment,
    jobs: new StoredJobs({
      environment,
      root,
      wake: (job) => sendWake(aws.sqs, wakes.url, { job, n: 0 }),
      tell: async (job, message) => void (await inboxes.send(job, message)),
      presign: async (key) => key,
      maxInlineBytes: 1024 * 1024,
    }),
    inboxPrefix,
    wakes,
    tasks,
    handlers: { coordinator: coordinator.handler, task: task.handler, deadLetters: deadLetters.handler },
  };
}

/** Takes one message off a queue as an event source mapping does. */
export async function receive({ sqs }: EmulatedAws, { url }: Queue, waitSeconds = 1): Promise<Message | undefined> {
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: waitSeconds, MessageSystemAttributeNames: ["All"] }),
  );
  return Messages?.[0];
}

export const eventOf = ({ MessageId, ReceiptHandle, Body, Attributes }: Message, { arn }: Queue): SQSEvent =>
  ({
    Records: [{ messageId: MessageId, receiptHandle: ReceiptHandle, body: Body, attributes: Attributes, eventSourceARN: arn }],
  }) as unknown as SQSEvent;

export const deleteMessage = ({ sqs }: EmulatedAws, { url }: Queue, { ReceiptHandle }: Message) =>
  sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));

export const sendBody = ({ sqs }: EmulatedAws, { url }: Queue, body: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));

/** Gives a queue's messages to a handler, one at a time, until `over`; the n-th has `ms(n)` of time. Messages on which the handler fails stay. */
export async function pump(
  bench: FunctionsBench,
  queue: Queue,
  handler: Handler,
  over: () => boolean,
  ms: (n: number) => number = () => LONG,
): Promise<number> {
  let deliveries = 0;
  while (!over()) {
    const message = await receive(bench.aws, queue);
    if (!message) continue;
    const done = await handler(eventOf(message, queue) as never, contextOf(ms(deliveries++))).then(
      () => true,
      () => false,
    );
    if (done) await deleteMessage(bench.aws, queue, message);
  }
  return deliveries;
}
