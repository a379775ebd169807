import { randomUUID } from "node:crypto";
import { type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { Cancellations, cancelledAttempts } from "../../../lib/backends/aws/cancelled-attempts.ts";
import { DirectLane } from "../../../lib/backends/aws/direct-lane.ts";
import { SqsTaskQueue } from "../../../lib/backends/aws/sqs-task-queue.ts";
import { MemoryStore } from "../../../lib/backends/memory-store.ts";
import { systemRandom } from "../../../lib/backends/system-clock.ts";
import type { TaskMessage } from "../../../lib/engine/task/message.ts";
import { createFunction, createQueue, type EmulatedAws, emulatedAws, eventually, type Queue } from "../../support/emulated-aws.ts";
import { localStackUnavailable, sharedLocalStack } from "../../support/localstack.ts";
import { openStandIn, type StandIn, type StandInAnswers } from "../../support/sqs-stand-in.ts";

const MEBIBYTE = 1024 ** 2;
const PREFIX = "memory://jobs/j/work";

const messageOf = (partition: number, memoryMiB = 1_024, padding = 0): TaskMessage => ({
  job: "j",
  id: `0.${partition}.0`,
  stage: 0,
  partition,
  attempt: 0,
  program: "x".repeat(padding),
  prefix: PREFIX,
  splits: {},
  blocks: {},
  memory: memoryMiB * MEBIBYTE,
});
const messages = (count: number, memoryMiB?: number, padding?: number) =>
  Array.from({ length: count }, (_, i) => messageOf(i, memoryMiB, padding));

interface Target extends Pick<EmulatedAws, "sqs" | "lambda"> {
  readonly tiers: readonly { readonly memoryMiB: number; readonly queueUrl: string }[];
  readonly functionName?: string;
  readonly most?: number;
}

/** A queue whose clock jumps over its waits. `most` 0: nothing goes directly. */
function open({ sqs, lambda, tiers, functionName = "task", most = 0 }: Target) {
  const store = new MemoryStore();
  const waits: number[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    sleep: async (ms: number, signal?: AbortSignal) => {
      // Who looks for attempts that do not start does so beside all else: here never.
      if (signal) return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      now += ms;
      waits.push(ms);
    },
  };
  const lane = new DirectLane({ lambda, functionName, most, now: clock.now, log: () => {} });
  const queue = new SqsTaskQueue({
    sqs,
    clock,
    random: systemRandom,
    routes: tiers.map((tier) => ({ ...tier, lane })),
    cancellations: new Cancellations(PREFIX, store),
    log: () => {},
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { queue, lane, store, waits, pass };
}

const unavailable = localStackUnavailable();

describe.skipIf(unavailable)(`the task queue${unavailable ? ` (skipped: ${unavailable})` : ""}`, { timeout: 120_000 }, () => {
  let aws: EmulatedAws;
  const name = `tasks-${randomUUID().slice(0, 8)}`;

  beforeAll(async () => {
    aws = emulatedAws((await sharedLocalStack()).endpoint);
  }, 600_000);

  async function received({ url }: Queue, count: number): Promise<readonly Message[]> {
    const all: Message[] = [];
    return eventually(async () => {
      const request = { QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageSystemAttributeNames: ["All" as const] };
      all.push(...((await aws.sqs.send(new ReceiveMessageCommand(request))).Messages ?? []));
      expect(all.length).toBe(count);
      return all;
    });
  }
  const taskOf = ({ Body = "" }: Message) => (JSON.parse(Body) as { task: TaskMessage }).task;

  test("carries each attempt to the queue of its memory tier, in its job's message group", async () => {
    const [small, large] = await Promise.all([createQueue(aws, `${name}-small`), createQueue(aws, `${name}-large`)]);
    const tiers = [
      { memoryMiB: 1_024, queueUrl: small.url },
      { memoryMiB: 2_048, queueUrl: large.url },
    ];
    const { queue } = open({ ...aws, tiers });
    await queue.send([...messages(12), messageOf(12, 1_025), messageOf(13, 9_999)]);
    const [ofSmall, ofLarge] = await Promise.all([received(small, 12), received(large, 2)]);
    expect(ofSmall.map((message) => taskOf(message).partition).toSorted((a, b) => a - b)).toEqual(messages(12).map((_, i) => i));
    expect(new Set(ofLarge.map((message) => taskOf(message).id))).toEqual(new Set(["0.12.0", "0.13.0"]));
    expect(new Set([...ofSmall, ...ofLarge].map(({ Attributes }) => Attributes?.MessageGroupId))).toEqual(new Set(["j"]));
  });

  test("carries messages of up to a mebibyte", async () => {
    const queue = await createQueue(aws, `${name}-big`);
    const around = JSON.stringify({ task: messageOf(0) }).length;
    const { queue: sender } = open({ ...aws, tiers: [{ memoryMiB: 1_024, queueUrl: queue.url }] });
    await sender.send([messageOf(0, 1_024, MEBIBYTE - around), messageOf(1)]);
    expect((await received(queue, 2)).map(({ Body = "" }) => Body.length).toSorted((a, b) => b - a)).toEqual([MEBIBYTE, around]);
  });

  test("invokes functions directly with the same body while the fleet grows, and sends the rest", async () => {
    const [rest, arrivals] = await Promise.all([createQueue(aws, `${name}-rest`), createQueue(aws, `${name}-arrivals`)]);
    await createFunction(aws, name, forwardTo(arrivals.url));
    const { queue, lane } = open({ ...aws, tiers: [{ memoryMiB: 1_024, queueUrl: rest.url }], functionName: name, most: 3 });
    await queue.send(messages(5));
    const direct = (await received(arrivals, 3)).map(taskOf);
    expect(new Set(direct.map(({ id }) => id))).toEqual(new Set(["0.0.0", "0.1.0", "0.2.0"]));
    expect(direct[0]).toMatchObject({ job: "j", prefix: PREFIX });
    expect((await received(rest, 2)).map((message) => taskOf(message).id).toSorted()).toEqual(["0.3.0", "0.4.0"]);
    lane.note({ id: "0.0.0", outcome: "succeeded" });
    // The queue's trigger has begun with five: there is no room for direct ones beside it.
    await queue.send([messageOf(5)]);
    await received(rest, 1);
  }, 120_000);
});

/** A function that puts its event into a queue: in the old query protocol, which needs no SDK. */
const forwardTo = (queueUrl: string) => `export const handler = async (event) => {
  const body = new URLSearchParams({ Action: "SendMessage", QueueUrl: ${JSON.stringify(queueUrl)}, MessageBody: JSON.stringify(event) });
  const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0";
  const answer = await fetch(process.env.AWS_ENDPOINT_URL, { method: "POST", body, headers: { authorization } });
  if (!answer.ok) throw new Error(await answer.text());
};`;

describe("where SQS or Lambda refuse", () => {
  const taken = () => ({ body: { Successful: [], Failed: [] } });
  const entriesOf = (input: unknown) => (input as { Entries: { Id: string; MessageBody: string }[] }).Entries;
  const idOf = ({ MessageBody }: { MessageBody: string }) => (JSON.parse(MessageBody) as { task: TaskMessage }).task.id;

  const openOver = async (answers: StandInAnswers, most = 0) => {
    const standIn: StandIn = await openStandIn(answers);
    return { ...standIn, ...open({ ...standIn, tiers: [{ memoryMiB: 1_024, queueUrl: standIn.url }], most }) };
  };

  test("only the refused messages of a batch are sent again, later each time", async () => {
    let calls = 0;
    const { queue, asked, waits } = await openOver({
      SendMessageBatch: (input) => {
        calls++;
        const refused = entriesOf(input).filter((entry) => calls < 3 && Number(idOf(entry).split(".")[1]) % 2 === 1);
        return { body: { Successful: [], Failed: refused.map(({ Id }) => ({ Id, Code: "InternalError", SenderFault: false })) } };
      },
    });
    await queue.send(messages(4));
    expect(asked.map(({ input }) => entriesOf(input).map(idOf))).toEqual([
      ["0.0.0", "0.1.0", "0.2.0", "0.3.0"],
      ["0.1.0", "0.3.0"],
      ["0.1.0", "0.3.0"],
    ]);
    expect(waits[1]!).toBeGreaterThan(waits[0]! / 2);
  });

  test("what SQS goes on refusing is given back as throttled, after six tries", async () => {
    const { queue, asked } = await openOver({
      SendMessageBatch: (input) => ({
        body: { Successful: [], Failed: entriesOf(input).map(({ Id }) => ({ Id, Code: "ServiceUnavailable" })) },
      }),
    });
    await expect(queue.send(messages(2))).rejects.toMatchObject({ condition: "THROTTLED", class: "retryable" });
    expect(asked.length).toBe(6);
  });

  test.each([
    ["RequestThrottled", "THROTTLED", "retryable"],
    ["ServiceUnavailable", "QUEUE_UNAVAILABLE", "retryable"],
    ["QueueDoesNotExist", "QUEUE_UNAVAILABLE", "retryable"],
    ["AccessDenied", "QUEUE_REFUSED", "terminal"],
  ])("the answer %s becomes %s, which is %s", async (error, condition, errorClass) => {
    const { queue } = await openOver({ SendMessageBatch: () => ({ error }) });
    await expect(queue.send(messages(1))).rejects.toMatchObject({ condition, class: errorClass });
  });

  test("a message over a mebibyte fails the job, named with its size, before anything is sent", async () => {
    const { queue, asked } = await openOver({ SendMessageBatch: taken });
    const sending = queue.send([messageOf(0), messageOf(1, 1_024, MEBIBYTE)]);
    await expect(sending).rejects.toMatchObject({ condition: "JOB_TOO_LARGE", class: "terminal" });
    await expect(sending).rejects.toThrow(/task attempt 0\.1\.0 \(10\d{5} bytes\)/);
    expect(asked).toEqual([]);
  });

  test("a throttled invocation goes to the queue, and closes the direct lane for a while", async () => {
    const { queue, asked, pass } = await openOver(
      { SendMessageBatch: taken, Invoke: () => ({ status: 429, error: "TooManyRequestsException" }) },
      100,
    );
    const operations = () => asked.splice(0).map(({ operation }) => operation);
    await queue.send([messageOf(0)]);
    expect(operations()).toEqual(["Invoke", "SendMessageBatch"]);
    await queue.send([messageOf(1)]);
    expect(operations()).toEqual(["SendMessageBatch"]);
    pass(10_000);
    await queue.send([messageOf(2)]);
    expect(operations()).toEqual(["Invoke", "SendMessageBatch"]);
  });

  test("large messages do not go directly, and cancelled attempts no longer count", async () => {
    const { queue, asked, store } = await openOver({ SendMessageBatch: taken, Invoke: () => ({ status: 202 }) }, 1);
    const operations = () => asked.splice(0).map(({ operation }) => operation);
    await queue.send([messageOf(0, 1_024, 300_000)]);
    expect(operations()).toEqual(["SendMessageBatch"]);

    const other = await openOver({ SendMessageBatch: taken, Invoke: () => ({ status: 202 }) }, 1);
    await other.queue.send([messageOf(0)]);
    await other.queue.cancel("j", ["0.0.0"]);
    await other.queue.send([messageOf(1)]);
    expect(other.asked.map(({ operation }) => operation)).toEqual(["Invoke", "Invoke"]);
    expect(await cancelledAttempts(PREFIX, other.store)).toEqual(new Set(["0.0.0"]));
    expect(await cancelledAttempts(PREFIX, store)).toEqual(new Set());
  });
});
