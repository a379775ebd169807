import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { coordinatorUsage, QueueMeter } from "../../../lib/backends/aws/coordinator-usage.ts";
import { noUsage } from "../../../lib/engine/cost/usage.ts";

/** Answers like SQS with an empty object, or with this status where one is set; then with `answer`. */
let server: Server;
let client: SQSClient;
let answer = "{}";
let failures = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().on("end", () => {
      const fails = failures-- > 0;
      const body = fails ? '{"__type":"InternalFailure"}' : answer;
      response
        .writeHead(fails ? 500 : 200, { "content-type": "application/x-amz-json-1.0", "content-length": Buffer.byteLength(body) })
        .end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = new SQSClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    useQueueUrlAsEndpoint: false,
    md5: false,
  });
});
afterAll(() => {
  client.destroy();
  server.close();
});

describe("a queue's meter", () => {
  it("counts each 64 KiB of a message, of an answer, and of each try", async () => {
    const meter = new QueueMeter();
    meter.watch(client);
    const send = (bytes: number) => client.send(new SendMessageCommand({ QueueUrl: "http://queue", MessageBody: "x".repeat(bytes) }));
    await send(10);
    expect(meter.requests).toBe(1);
    await send(70_000);
    expect(meter.requests).toBe(3);
    answer = JSON.stringify({ QueueUrls: ["x".repeat(140_000)] });
    await client.send(new ListQueuesCommand({}));
    expect(meter.requests).toBe(6);
    answer = "{}";
    failures = 1;
    await send(10);
    expect(meter.requests).toBe(8);
  });
});

describe("a coordinator's usage", () => {
  it("is what was used since it began, not what the function did before", () => {
    let [now, counts, requests] = [5_000, { reads: 100, writes: 50 }, 30];
    const usage = coordinatorUsage({
      store: { counts: () => counts },
      queues: {
        get requests() {
          return requests;
        },
      },
      now: () => now,
      memoryBytes: 2 * 1024 ** 3,
    });
    expect(usage()).toEqual({ ...noUsage, invocations: 1 });
    [now, counts, requests] = [6_500, { reads: 103, writes: 57 }, 41];
    expect(usage()).toEqual({ ...noUsage, gbSeconds: 3, invocations: 1, storeReads: 3, storeWrites: 7, queueRequests: 11 });
  });
});
