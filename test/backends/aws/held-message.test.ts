import { randomUUID } from "node:crypto";
import { ChangeMessageVisibilityCommand } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { HeldMessage } from "../../../lib/backends/aws/held-message.ts";
import { systemClock } from "../../../lib/backends/system-clock.ts";
import { createQueue, type EmulatedAws, emulatedAws, eventually } from "../../support/emulated-aws.ts";
import { deleteMessage, receive, sendBody } from "../../support/functions.ts";
import { localStackUnavailable, sharedLocalStack } from "../../support/localstack.ts";
import { openStandIn, type StandInAnswer } from "../../support/sqs-stand-in.ts";

const unavailable = localStackUnavailable();

describe.skipIf(unavailable)(`a held message${unavailable ? ` (skipped: ${unavailable})` : ""}`, { timeout: 120_000 }, () => {
  let aws: EmulatedAws;

  beforeAll(async () => {
    aws = emulatedAws((await sharedLocalStack()).endpoint);
  }, 600_000);

  async function open() {
    const queue = await createQueue(aws, `held-${randomUUID().slice(0, 8)}`, { VisibilityTimeout: "900" });
    await sendBody(aws, queue, "work");
    const message = (await eventually(async () => (await receive(aws, queue)) ?? Promise.reject(new Error("nothing came"))))!;
    const held = new HeldMessage({
      sqs: aws.sqs,
      clock: systemClock,
      queueUrl: async () => queue.url,
      receiptHandle: message.ReceiptHandle!,
      heartbeatMs: 1_000,
      log: () => {},
    });
    return { queue, message, held };
  }

  test("stays with its holder for longer than its own time, and comes back soon after it is released", async () => {
    const { queue, held } = await open();
    expect(await receive(aws, queue, 6)).toBeUndefined();
    expect(held.lost.aborted).toBe(false);
    await held.release();
    // The queue itself would keep it for a quarter of an hour.
    const again = await eventually(async () => (await receive(aws, queue)) ?? Promise.reject(new Error("nothing came")));
    expect(again.Attributes?.ApproximateReceiveCount).toBe("2");
  });

  test("tells its holder when it is lost", async () => {
    const { queue, message, held } = await open();
    const lost = new Promise((resolve) => held.lost.addEventListener("abort", resolve, { once: true }));
    // Somebody gives it back, and it goes to another who is done with it.
    await aws.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: 0 }),
    );
    await deleteMessage(aws, queue, message);
    await lost;
    await held.release();
  });
});

describe("a heartbeat that fails", () => {
  const hold = async (answers: readonly StandInAnswer[]) => {
    let asked = 0;
    const { sqs, url } = await openStandIn({ ChangeMessageVisibility: () => answers[Math.min(asked++, answers.length - 1)]! });
    let now = 0;
    const beats: number[] = [];
    const ended = Promise.withResolvers<void>();
    const sleep = async (ms: number) => {
      beats.push(now);
      now += ms;
      if (now > 100_000) ended.resolve();
      if (now > 100_000) await new Promise(() => {});
    };
    const held = new HeldMessage({
      sqs,
      clock: { now: () => now, sleep },
      queueUrl: async () => url,
      receiptHandle: "r",
      heartbeatMs: 10_000,
      log: () => {},
    });
    held.lost.addEventListener("abort", () => ended.resolve());
    await ended.promise;
    return { held, beats };
  };

  test("is tried again sooner than the next, and forgotten once one succeeds", async () => {
    const { held, beats } = await hold([{}, { error: "ServiceUnavailable" }, { error: "ServiceUnavailable" }, {}]);
    expect(held.lost.aborted).toBe(false);
    expect(beats.slice(0, 5)).toEqual([0, 10_000, 12_000, 14_000, 24_000]);
  });

  test("counts as a loss once the message may be somebody else's", async () => {
    const { held, beats } = await hold([{}, { error: "ServiceUnavailable" }]);
    expect(held.lost.aborted).toBe(true);
    expect(beats.at(-1)).toBe(28_000);
  });
});
