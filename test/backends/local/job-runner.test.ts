import { expect, test } from "vitest";
import { JobRunner } from "../../../lib/backends/local/job-runner.ts";

/** A runner whose jobs end when the test says so. */
function open(most: number) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const handedOver: string[] = [];
  const runner = new JobRunner(most, (job, handOver) => {
    started.push(job);
    return new Promise((resolve) => {
      ends.set(job, resolve);
      handOver.addEventListener("abort", () => {
        handedOver.push(job);
        resolve();
      });
    });
  });
  const end = async (job: string) => {
    ends.get(job)!();
    await new Promise(setImmediate);
  };
  return { runner, started, handedOver, end };
}

test("so many jobs run at once, the others in the order in which they came", async () => {
  const { runner, started, end } = open(2);
  for (const job of ["a", "b", "c", "d"]) runner.wake(job);
  expect([started, runner.size]).toEqual([["a", "b"], 4]);
  await end("b");
  expect([started, runner.size]).toEqual([["a", "b", "c"], 3]);
  await end("a");
  await end("c");
  await end("d");
  expect([started, runner.size]).toEqual([["a", "b", "c", "d"], 0]);
});

test("a job that is woken while it waits or runs, runs once; woken later it runs again", async () => {
  const { runner, started, end } = open(1);
  for (const job of ["a", "a", "b", "b", "a"]) runner.wake(job);
  await end("a");
  await end("b");
  expect(started).toEqual(["a", "b"]);
  runner.wake("a");
  expect(started).toEqual(["a", "b", "a"]);
});

test("closing hands over what runs, forgets what waits, and starts nothing more", async () => {
  const { runner, started, handedOver } = open(1);
  runner.wake("a");
  runner.wake("b");
  await runner.close();
  runner.wake("c");
  expect([started, handedOver, runner.size]).toEqual([["a"], ["a"], 0]);
});
