import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetEventSourceMappingCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, GetQueueAttributesCommand, type QueueAttributeName, SQSClient } from "@aws-sdk/client-sqs";
import { expect, vi } from "vitest";
import { zip } from "./zip.ts";

/** Clients for an emulator, and what tests of it do again and again. */

export interface EmulatedAws {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
}

/** The machine is shared, and a first invocation starts a process: a generous bound for waits, in milliseconds. */
export const PATIENCE_MS = 60_000;

export const credentials = { accessKeyId: "test", secretAccessKey: "test" } as const;

export function emulatedAws(endpoint: string): EmulatedAws {
  const connection = { endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  return {
    s3: new S3Client({ ...connection, forcePathStyle: true }),
    sqs: new SQSClient({ ...connection, useQueueUrlAsEndpoint: false }),
    lambda: new LambdaClient(connection),
  };
}

/** A function of this source text, which exports `handler`, as an ES module. */
export async function createFunction(
  { lambda }: EmulatedAws,
  name: string,
  source: string,
  more: Partial<CreateFunctionCommandInput> = {},
): Promise<string> {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: "nodejs24.x",
      Role: "arn:aws:iam::000000000000:role/test",
      Handler: "index.handler",
      Code: { ZipFile: zip({ "index.mjs": source }) },
      Timeout: 30,
      ...more,
    }),
  );
  return name;
}

export interface Invoked {
  /** `Unhandled` where the function failed. */
  readonly error: string | undefined;
  readonly result: unknown;
  /** The last 4 KB of the log. */
  readonly log: string;
}

export async function invoke(
  { lambda }: EmulatedAws,
  name: string,
  event: unknown = {},
  more: Partial<InvokeCommandInput> = {},
): Promise<Invoked> {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), LogType: "Tail", ...more }));
  const text = answer.Payload?.transformToString() ?? "";
  return {
    error: answer.FunctionError,
    result: text === "" ? undefined : JSON.parse(text),
    log: Buffer.from(answer.LogResult ?? "", "base64").toString(),
  };
}

export interface Queue {
  readonly url: string;
  readonly arn: string;
}

export async function createQueue(
  { sqs }: EmulatedAws,
  name: string,
  attributes: Partial<Record<QueueAttributeName, string>> = {},
): Promise<Queue> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  return { url: QueueUrl!, arn: `arn:aws:sqs:us-east-1:000000000000:${name}` };
}

/** How many messages a queue has, those in flight included. */
export async function messagesIn({ sqs }: EmulatedAws, queue: Queue): Promise<number> {
  const names = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
  ] as const satisfies readonly QueueAttributeName[];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: [...names] }));
  return names.reduce((sum, name) => sum + Number(Attributes?.[name]), 0);
}

/** Invokes the function with one message at a time. Waits until the mapping is at work. */
export async function mapQueue(
  { lambda }: EmulatedAws,
  queue: Queue,
  name: string,
  more: Partial<CreateEventSourceMappingCommandInput> = {},
): Promise<string> {
  const input = { EventSourceArn: queue.arn, FunctionName: name, BatchSize: 1, ...more };
  const { UUID } = await lambda.send(new CreateEventSourceMappingCommand(input));
  await eventually(async () => expect((await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State).toBe("Enabled"));
  return UUID!;
}

/** Tries again until it succeeds. */
export const eventually = <T>(attempt: () => Promise<T>): Promise<T> => vi.waitFor(attempt, { timeout: PATIENCE_MS, interval: 50 });
