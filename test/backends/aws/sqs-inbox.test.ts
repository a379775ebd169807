import { randomUUID } from "node:crypto";
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { QueueUrls } from "../../../lib/backends/aws/queue-urls.ts";
import { createInbox, removeInbox, SqsInbox } from "../../../lib/backends/aws/sqs-inbox.ts";
import { InboxSender } from "../../../lib/backends/aws/sqs-inbox-sender.ts";
import { systemClock } from "../../../lib/backends/system-clock.ts";
import type { InboxMessage, Received } from "../../../lib/engine/ports/fabric.ts";
import type { TaskReport } from "../../../lib/engine/task/message.ts";
import { type EmulatedAws, emulatedAws, eventually, messagesIn } from "../../support/emulated-aws.ts";
import { localStackUnavailable, sharedLocalStack } from "../../support/localstack.ts";
import { openStandIn } from "../../support/sqs-stand-in.ts";

const unavailable = localStackUnavailable();
const started = (partition: number): InboxMessage => ({
  kind: "task",
  report: { job: "j", id: `0.${partition}.0`, stage: 0, partition, attempt: 0, outcome: "started", worker: "w" },
});

describe.skipIf(unavailable)(`a job's inbox${unavailable ? ` (skipped: ${unavailable})` : ""}`, { timeout: 120_000 }, () => {
  let aws: EmulatedAws;
  const prefix = `inbox-${randomUUID().slice(0, 8)}-`;

  beforeAll(async () => {
    aws = emulatedAws((await sharedLocalStack()).endpoint);
  }, 600_000);

  async function open(job: string) {
    const queueUrl = await createInbox(aws.sqs, `${prefix}${job}`);
    const logged: string[] = [];
    const reports: Pick<TaskReport, "id" | "outcome">[] = [];
    const inbox = new SqsInbox({
      sqs: aws.sqs,
      clock: systemClock,
      queueUrl,
      log: (message) => logged.push(message),
      onReport: (report) => reports.push(report),
    });
    const sender = new InboxSender(aws.sqs, prefix, new QueueUrls(aws.sqs));
    const send = (body: string) => aws.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
    return { queueUrl, inbox, sender, send, logged, reports, queue: { url: queueUrl, arn: "" } };
  }

  async function receiveAll(inbox: SqsInbox, count: number): Promise<readonly Received[]> {
    const all: Received[] = [];
    return eventually(async () => {
      all.push(...(await inbox.receive(100, 1_000)));
      expect(all.length).toBe(count);
      return all;
    });
  }

  test("gives what was sent to it, and deletes more than one call takes", async () => {
    const { inbox, sender, reports, queue } = await open("many");
    for (let i = 0; i < 12; i++) expect(await sender.send("many", started(i))).toBe(true);
    const received = await receiveAll(inbox, 12);
    expect(new Set(received.map(({ message }) => JSON.stringify(message)))).toEqual(
      new Set(Array.from({ length: 12 }, (_, i) => JSON.stringify(started(i)))),
    );
    expect(new Set(reports.map(({ id }) => id)).size).toBe(12);
    await inbox.delete(received.map(({ receipt }) => receipt));
    expect(await messagesIn(aws, queue)).toBe(0);
  });

  test("drops and logs what is no JSON object, and goes on", async () => {
    const { inbox, sender, send, logged, reports, queue } = await open("garbage");
    for (const body of ["{", "null", '"text"', "[1"]) await send(body);
    await send('{"kind":"task","report":null}');
    await sender.send("garbage", { kind: "cancel", reason: "enough" });
    const received = await receiveAll(inbox, 2);
    expect(received.map(({ message }) => message)).toContainEqual({ kind: "cancel", reason: "enough" });
    expect([logged.length > 0, reports.length]).toEqual([true, 0]);
    await inbox.delete(received.map(({ receipt }) => receipt));
    await eventually(async () => expect(await messagesIn(aws, queue)).toBe(0));
  });

  test("stops waiting when it is told to", async () => {
    const { inbox } = await open("waits");
    const stopped = new AbortController();
    const waiting = inbox.receive(10, 20_000, stopped.signal);
    stopped.abort();
    expect(await waiting).toEqual([]);
    expect(await inbox.receive(10, 20_000, stopped.signal)).toEqual([]);
  });

  test("is made once, however often it is asked for, with its messages kept for hours, not days", async () => {
    const urls = await Promise.all([open("twice"), open("twice")]);
    expect(urls[0].queueUrl).toBe(urls[1].queueUrl);
    const { Attributes } = await aws.sqs.send(new GetQueueAttributesCommand({ QueueUrl: urls[0].queueUrl, AttributeNames: ["All"] }));
    expect(Attributes).toMatchObject({ MessageRetentionPeriod: "14400", MaximumMessageSize: "1048576", SqsManagedSseEnabled: "true" });
  });

  test("that is gone takes nothing, which its senders are told, and is no error to remove again", async () => {
    const { sender, inbox } = await open("over");
    expect(await sender.send("over", started(0))).toBe(true);
    await removeInbox(aws.sqs, `${prefix}over`);
    await removeInbox(aws.sqs, `${prefix}over`);
    expect(await sender.send("over", started(1))).toBe(false);
    expect(await sender.send("never", started(1))).toBe(false);
    await expect(inbox.receive(10, 1_000)).rejects.toMatchObject({ condition: "QUEUE_UNAVAILABLE", class: "retryable" });
  });

  test("gets a report that is too large as the attempt's failure, which names its size", async () => {
    const { inbox, sender } = await open("large");
    const files = Array.from({ length: 4_000 }, (_, i) => ({
      key: `s3://bucket/data/day=${i}/part-0.parquet`,
      upload: "u".repeat(200),
      file: { size: 1, parts: ["etag"] },
      rows: 1,
    }));
    const report = {
      job: "large",
      id: "3.4.5",
      stage: 3,
      partition: 4,
      attempt: 5,
      outcome: "succeeded",
      output: { kind: "files", files },
    };
    expect(await sender.send("large", { kind: "task", report: { ...report, metrics: {} } as unknown as TaskReport })).toBe(true);
    const [received] = await receiveAll(inbox, 1);
    const { outcome, error, ...place } = (received!.message as { report: Extract<TaskReport, { outcome: "failed" }> }).report;
    expect([outcome, place]).toEqual(["failed", { job: "large", id: "3.4.5", stage: 3, partition: 4, attempt: 5 }]);
    expect(error).toMatchObject({ condition: "JOB_TOO_LARGE", class: "terminal" });
    expect(error.messageParameters.what).toMatch(/task attempt 3\.4\.5 \(1\d{6} bytes\)/);
  });
});

describe("where SQS refuses", () => {
  test("only what stays is deleted again, three times at most", async () => {
    const { sqs, url, asked } = await openStandIn({
      DeleteMessageBatch: () => ({ body: { Successful: [], Failed: [{ Id: "1", Code: "InternalError", SenderFault: false }] } }),
    });
    const inbox = new SqsInbox({ sqs, clock: { now: () => 0, sleep: async () => {} }, queueUrl: url, log: () => {} });
    await expect(inbox.delete(["a", "b", "c"])).rejects.toMatchObject({ condition: "QUEUE_UNAVAILABLE" });
    const receipts = asked.map(({ input }) => (input.Entries as { ReceiptHandle: string }[]).map(({ ReceiptHandle }) => ReceiptHandle));
    expect(receipts[0]).toEqual(["a", "b", "c"]);
    expect(receipts[1]).toEqual(["b"]);
  });
});
