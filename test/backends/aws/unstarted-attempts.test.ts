import type { SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import type { Envelope } from "../../../lib/backends/aws/direct-lane.ts";
import { UnstartedAttempts } from "../../../lib/backends/aws/unstarted-attempts.ts";

const envelope = (attempt: string, bytes = 100): Envelope => ({ attempt, bytes, body: attempt });

/** Attempts in a queue with so many messages that wait, and a clock that stands between calls of `pass`. */
function open(waiting: () => number) {
  let now = 0;
  let wake: (() => void) | undefined;
  const sent: string[][] = [];
  const unstarted = new UnstartedAttempts({
    sqs: { send: async () => ({ Attributes: { ApproximateNumberOfMessages: String(waiting()) } }) } as unknown as SQSClient,
    clock: {
      now: () => now,
      sleep: (_, signal) =>
        new Promise((resolve) => {
          wake = resolve;
          signal?.addEventListener("abort", () => resolve());
        }),
    },
    queueUrl: "https://sqs/1/tasks",
    send: async (envelopes) => {
      sent.push(envelopes.map(({ attempt }) => attempt));
    },
    log: () => {},
  });
  const pass = async (ms: number) => {
    now += ms;
    wake?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { unstarted, sent, pass };
}

test("an attempt that left the queue and does not start is sent once more, a few times", async () => {
  const { unstarted, sent, pass } = open(() => 0);
  unstarted.sent([envelope("0.0.0"), envelope("0.1.0")]);
  await pass(5_000);
  expect(sent).toEqual([]);
  unstarted.forget("0.1.0");
  for (let i = 0; i < 10; i++) await pass(11_000);
  expect(sent).toEqual([["0.0.0"], ["0.0.0"], ["0.0.0"]]);
  await unstarted.close();
});

test("while messages wait in the queue, an attempt without a start may be one of them", async () => {
  let waiting = 3;
  const { unstarted, sent, pass } = open(() => waiting);
  unstarted.sent([envelope("0.0.0")]);
  for (let i = 0; i < 5; i++) await pass(11_000);
  expect(sent).toEqual([]);
  waiting = 0;
  await pass(11_000);
  expect(sent).toEqual([["0.0.0"]]);
  await unstarted.close();
});

test("what it keeps is bounded in bytes", async () => {
  const { unstarted, sent, pass } = open(() => 0);
  unstarted.sent([envelope("small"), envelope("huge", 65 * 1024 * 1024)]);
  await pass(11_000);
  expect(sent).toEqual([["small"]]);
  await unstarted.close();
});
