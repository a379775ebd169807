import { describe, expect, test } from "vitest";
import { readDeadLetter } from "../../../lib/backends/aws/dead-letter.ts";
import { readDelivery } from "../../../lib/backends/aws/task-delivery.ts";

const ROOT = "s3://bucket";
const job = "01jd4x8k3v0q7w5m2n9r6t1z8y";
const prefix = `${ROOT}/jobs/${job}/work`;
const task = {
  job,
  id: "2.7.1",
  stage: 2,
  partition: 7,
  attempt: 1,
  program: `${prefix}/programs/p/2.json`,
  prefix,
  splits: { 0: [] },
  blocks: { 1: [] },
  memory: 1024,
};
const record = {
  messageId: "m",
  receiptHandle: "receipt",
  body: JSON.stringify({ task }),
  attributes: { ApproximateReceiveCount: "2" },
  eventSourceARN: "arn:aws:sqs:us-east-1:123:tasks",
};

describe("a task's event", () => {
  test("is the message itself, or one record of a queue", () => {
    expect(readDelivery({ task }, ROOT)).toEqual({ message: task });
    expect(readDelivery({ Records: [record] }, ROOT)).toEqual({
      message: task,
      queued: { queueName: "tasks", receiptHandle: "receipt", receiveCount: 2 },
    });
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["text", "task"],
    ["no task", { task: null }],
    ["no record", { Records: [] }],
    ["two records", { Records: [record, record] }],
    ["a record of another service", { Records: [{ s3: {} }] }],
    ["a record without a count", { Records: [{ ...record, attributes: {} }] }],
    ["a body that is no JSON", { Records: [{ ...record, body: "{" }] }],
    ["a task without a stage", { task: { ...task, stage: undefined } }],
    ["a negative partition", { task: { ...task, partition: -1 } }],
    ["another attempt's id", { task: { ...task, id: "2.7.0" } }],
    ["a job that is none", { task: { ...task, job: "../../x" } }],
    ["another job's prefix", { task: { ...task, prefix: prefix.replace("01jd", "01je") } }],
    ["another bucket's prefix", { task: { ...task, prefix: prefix.replace("bucket", "other") } }],
    ["a program elsewhere", { task: { ...task, program: "s3://bucket/jobs/x" } }],
    ["splits that are no lists", { task: { ...task, splits: { 0: 1 } } }],
    ["no blocks", { task: { ...task, blocks: undefined } }],
  ])("is refused with %s", (_, event) => {
    expect(() => readDelivery(event, ROOT)).toThrow(expect.objectContaining({ condition: "INVALID_TASK_EVENT" }));
  });
});

describe("a dead letter", () => {
  const failed = (record: object) => JSON.stringify({ requestPayload: { task }, ...record });

  test.each<[string, string, object]>([
    ["a queue's message", record.body, { kind: "task", cause: "unknown" }],
    ["a wake", JSON.stringify({ job, n: 3 }), { kind: "wake", job }],
    [
      "an invocation that timed out",
      failed({ responsePayload: { errorType: "Sandbox.Timedout", errorMessage: "after 900 s" } }),
      { kind: "task", reason: "Sandbox.Timedout: after 900 s", cause: "unknown" },
    ],
    ["one that ran out of memory", failed({ responsePayload: { errorType: "Runtime.OutOfMemory" } }), { cause: "out of memory" }],
    [
      "one that was killed",
      failed({ responsePayload: { errorType: "Runtime.ExitError", errorMessage: "Runtime exited with error: signal: killed" } }),
      { cause: "out of memory" },
    ],
    ["one that found no function", failed({ requestContext: { condition: "EventAgeExceeded" } }), { cause: "no capacity" }],
  ])("says what became of %s", (_, body, letter) => {
    expect(readDeadLetter(body, ROOT)).toMatchObject(letter);
  });

  test("keeps what the platform says within bounds", () => {
    const letter = readDeadLetter(failed({ responsePayload: { errorType: "E", errorMessage: "x".repeat(10_000) } }), ROOT);
    expect(letter.reason.length).toBe(300);
  });

  test.each(["", "{}", "[]", "{", JSON.stringify({ job: "none" })])("is refused where it is %j", (body) => {
    expect(() => readDeadLetter(body, ROOT)).toThrow(expect.objectContaining({ condition: "INVALID_TASK_EVENT" }));
  });
});
