import { expect, test } from "vitest";
import { openLambda, openSqs } from "../../../lib/backends/aws/aws-clients.ts";
import { awsEnvironment } from "../../../lib/backends/aws/aws-environment.ts";
import { MemoryStore } from "../../../lib/backends/memory-store.ts";
import type { LogicalPlan } from "../../../lib/engine/logical/plan.ts";

const MEBIBYTE = 1024 ** 2;

const open = (fleetLimit: number) =>
  awsEnvironment(
    {
      root: "s3://bucket",
      tiers: [1_769, 3_538].map((memoryMiB) => ({ memoryMiB, queueUrl: "http://queue", functionName: "task" })),
      inboxPrefix: "inbox-",
      fleetLimit,
    },
    { store: new MemoryStore(), sqs: openSqs(), lambda: openLambda(), newJobId: () => "job", architecture: "arm64" },
  );

test("no more attempts are in flight than the fleet runs at once", () => {
  expect(open(4).scheduling?.window).toMatchObject({ initial: 4, max: 4 });
  expect(open(1_000).scheduling?.window?.max).toBe(1_000);
});

test("a message may wait for a function for longer than one that runs may last", () => {
  const { startTimeoutMs = 0, runTimeoutMs = 0 } = open(4).scheduling ?? {};
  expect(runTimeoutMs).toBeGreaterThan(15 * 60_000);
  expect(startTimeoutMs).toBeGreaterThan(runTimeoutMs);
});

test("memory tiers are those of the functions, in bytes", () => {
  expect(open(4).scheduling?.memoryTiers).toEqual([1_769 * MEBIBYTE, 3_538 * MEBIBYTE]);
});

test("keeps no rows itself: plans say where an engine keeps them", async () => {
  const child: LogicalPlan = { kind: "range", start: 0n, end: 1n, step: 1n };
  const cached = { kind: "cached", child, key: "k" } as Extract<LogicalPlan, { kind: "cached" }>;
  expect(await open(4).cached(cached, {})).toBeUndefined();
});
