import { expect, test } from "vitest";
import { type LossCause, lostAttempt } from "../../../lib/backends/aws/lost-attempt.ts";

const messageOf = (attempt: number) => ({
  job: "j",
  id: `0.1.${attempt}`,
  stage: 0,
  partition: 1,
  attempt,
  program: "p",
  prefix: "x",
  splits: {},
  blocks: {},
  memory: 1,
});

test.each<[number, LossCause, string]>([
  [0, "unknown", "WORKER_LOST"],
  [1, "unknown", "TASK_OUT_OF_MEMORY"],
  [0, "out of memory", "TASK_OUT_OF_MEMORY"],
  [0, "no capacity", "THROTTLED"],
  [3, "no capacity", "THROTTLED"],
])("attempt %d, lost for a cause that is %s, is told as %s", (attempt, cause, condition) => {
  const { error, ...place } = lostAttempt(messageOf(attempt), "it vanished", cause);
  expect(place).toEqual({ job: "j", id: `0.1.${attempt}`, stage: 0, partition: 1, attempt, outcome: "failed" });
  expect(error).toMatchObject({ condition, class: "retryable" });
  expect(Object.values(error.messageParameters).join()).toContain("it vanished");
});
