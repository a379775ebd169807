import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll } from "vitest";

/** Answers as SQS and Lambda would where an emulator cannot be made to: partial refusals, throttling, silence. */

export interface StandInAnswer {
  readonly status?: number;
  readonly body?: unknown;
  /** The service's error code. */
  readonly error?: string;
}
type Input = Readonly<Record<string, unknown>>;
/** By operation: `SendMessageBatch`, `Invoke`, ... */
export type StandInAnswers = Readonly<Record<string, (input: Input) => StandInAnswer>>;

export interface StandIn {
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly url: string;
  /** What was asked, in order. */
  readonly asked: { readonly operation: string; readonly input: Input }[];
}

export async function openStandIn(answers: StandInAnswers): Promise<StandIn> {
  const asked: { operation: string; input: Input }[] = [];
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const operation = String(request.headers["x-amz-target"] ?? "Lambda.Invoke").split(".")[1]!;
    const input = JSON.parse(text) as Input;
    asked.push({ operation, input });
    const { error, status = error ? 400 : 200, body = {} } = answers[operation]!(input);
    if (error) response.setHeader("x-amzn-errortype", error);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(error ? { __type: `com.amazonaws.sqs#${error}`, message: "no" } : body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = { endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" }, maxAttempts: 1 };
  return {
    sqs: new SQSClient({ ...connection, useQueueUrlAsEndpoint: false }),
    lambda: new LambdaClient(connection),
    url: `${endpoint}/123/queue`,
    asked,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
