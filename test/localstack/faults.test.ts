import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  createFunction,
  createQueue,
  type EmulatedAws,
  emulatedAws,
  eventually,
  invoke,
  mapQueue,
  messagesIn,
  PATIENCE_MS,
} from "../support/emulated-aws.ts";
import { describeOnLocalStack, type LocalStack, START_MS, startLocalStack } from "../support/localstack.ts";

const Bucket = "faults";
const body = "0123456789".repeat(10_000);

describeOnLocalStack("an emulator with faults", { timeout: 2 * PATIENCE_MS }, () => {
  let localStack: LocalStack;
  let aws: EmulatedAws;

  beforeAll(async () => {
    localStack = await startLocalStack({ limitMemory: true });
    aws = emulatedAws(localStack.endpoint);
    await aws.s3.send(new CreateBucketCommand({ Bucket }));
    await put("plain");
  }, START_MS);
  afterEach(() => localStack.faults({}));
  afterAll(() => localStack.stop());

  const put = (Key: string) => aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: body }));
  const get = async (Key: string) => (await aws.s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();

  test("kills as many functions as it may, in the midst of an invocation", async () => {
    await createFunction(aws, "faults-victim", "export const handler = (ms) => new Promise((resolve) => setTimeout(resolve, ms, 'done'));");
    await createFunction(aws, "faults-other", "export const handler = async () => 'done';");
    await localStack.faults({ kill: { function: "victim", share: 1, afterMs: [10, 20], atMost: 1 } });
    expect(await invoke(aws, "faults-other")).toMatchObject({ result: "done" });
    const { error, result } = await invoke(aws, "faults-victim", 60_000);
    expect([error, result]).toMatchObject([
      "Unhandled",
      { errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/) },
    ]);
    expect(await invoke(aws, "faults-victim", 0)).toMatchObject({ error: undefined, result: "done" });
    expect(await localStack.counters()).toMatchObject({ kills: 1 });
  });

  test("does not count a kill that came after the end of the invocation", async () => {
    await createFunction(aws, "faults-quick", "export const handler = async () => 'done';");
    const { kills } = await localStack.counters();
    await localStack.faults({ kill: { share: 1, afterMs: [60_000, 60_000] } });
    expect(await invoke(aws, "faults-quick")).toMatchObject({ result: "done" });
    expect(await localStack.counters()).toMatchObject({ kills });
  });

  test("delivers a message of a queue twice", async () => {
    const source = `export const handler = async ({ Records: [{ messageId }] }, { awsRequestId }) => {
      await fetch(process.env.AWS_ENDPOINT_URL + "/${Bucket}/twice/" + messageId + "/" + awsRequestId, { method: "PUT", body: "" });
    };`;
    const queue = await createQueue(aws, "faults-twice");
    await mapQueue(aws, queue, await createFunction(aws, "faults-twice", source));
    await localStack.faults({ duplicate: { queue: "twice" } });
    const { MessageId } = await aws.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: "{}" }));
    await eventually(async () => {
      const { Contents } = await aws.s3.send(new ListObjectsV2Command({ Bucket, Prefix: `twice/${MessageId}/` }));
      expect(Contents).toHaveLength(2);
    });
    await eventually(async () => expect(await messagesIn(aws, queue)).toBe(0));
    expect(await localStack.counters()).toMatchObject({ duplicates: 1 });
  });

  test("asks to slow down for the operations and keys that were named", async () => {
    await localStack.faults({ s3: { share: 1, operations: ["GetObject"], keyContains: "ai", atMost: 2 } });
    const slowDown = { name: "SlowDown", $metadata: { httpStatusCode: 503 } };
    await expect(get("plain")).rejects.toMatchObject(slowDown);
    await expect(get("plain")).rejects.toMatchObject(slowDown);
    expect(await get("plain")).toBe(body);
    await localStack.faults({ s3: { share: 1, operations: ["HeadObject"], keyContains: "other" } });
    await aws.s3.send(new HeadObjectCommand({ Bucket, Key: "plain" }));
    expect(await get("plain")).toBe(body);
    expect(await localStack.counters()).toMatchObject({ slowDowns: 2 });
  });

  test("tears a body: shorter than its length says, and the connection is closed", async () => {
    await localStack.faults({ torn: { keyContains: "plain", atMost: 1 } });
    const { Body, ContentLength } = await aws.s3.send(new GetObjectCommand({ Bucket, Key: "plain" }));
    expect(ContentLength).toBe(body.length);
    await expect(Body!.transformToString()).rejects.toThrow(/aborted|closed|terminated|reset/i);
    expect(await get("plain")).toBe(body);
    expect(await localStack.counters()).toMatchObject({ tornObjects: 1 });
  });

  test("holds back a body", async () => {
    await localStack.faults({ slow: { keyContains: "plain", ms: 300, atMost: 1 } });
    const started = performance.now();
    expect(await get("plain")).toBe(body);
    expect(performance.now() - started).toBeGreaterThan(290);
    expect(await localStack.counters()).toMatchObject({ slowObjects: 1 });
  });

  test("ends a function whose memory passes its size", async () => {
    const source = `export const handler = async (mib) => {
      const hog = Buffer.alloc(mib * 1024 * 1024, 1);
      if (mib > 0) await new Promise((resolve) => setTimeout(resolve, 60_000));
      return hog.length;
    };`;
    await createFunction(aws, "faults-hog", source, { MemorySize: 256 });
    expect(await invoke(aws, "faults-hog", 0)).toMatchObject({ error: undefined, result: 0 });
    expect(await invoke(aws, "faults-hog", 300)).toMatchObject({ error: "Unhandled", result: { errorType: "Runtime.OutOfMemory" } });
  });

  test("counts the requests that it answers by service and operation", async () => {
    const count = async () => (await localStack.counters()).requests["s3.HeadObject"] ?? 0;
    const before = await count();
    await aws.s3.send(new HeadObjectCommand({ Bucket, Key: "plain" }));
    expect(await count()).toBe(before + 1);
  });

  test.each([
    ['{"kill":{"share":2}}', "kill.share does not take 2"],
    ['{"torn":{"key":"a"}}', "torn takes keyContains, share, atMost"],
    ['{"flood":{}}', "no fault is called flood: there are kill, duplicate, s3, slow, torn"],
    ["[]", "faults are an object"],
  ])("refuses %s and says why", async (asked, message) => {
    const url = `${localStack.endpoint}/_firecrest/faults`;
    const response = await fetch(url, { method: "PUT", body: asked });
    expect([response.status, await response.json()]).toEqual([400, { message }]);
    expect(await (await fetch(url)).json()).toEqual({});
  });
});
