import { expect, test } from "vitest";
import { afterQueueing, afterRefusal, directShare, newRamp } from "../../../lib/backends/aws/ramp.ts";

const idle = { count: 0 };

test("the first attempts go directly, as many as may run at once", () => {
  expect(directShare(newRamp, 0, 40, idle, 100)).toBe(40);
  expect(directShare(newRamp, 0, 400, idle, 100)).toBe(100);
});

test("attempts that went directly count until they end", () => {
  expect(directShare(newRamp, 0, 400, { count: 90 }, 100)).toBe(10);
  expect(directShare(newRamp, 0, 400, { count: 120 }, 100)).toBe(0);
});

test("the direct share shrinks as the queue's trigger grows, by five a second", () => {
  const ramp = afterQueueing(newRamp, 1_000);
  const shares = [1_000, 3_000, 11_000, 20_000].map((at) => directShare(afterQueueing(ramp, at), at, 400, idle, 100));
  expect(shares).toEqual([95, 85, 45, 0]);
});

test("a trigger that was idle for a minute begins anew", () => {
  const grown = afterQueueing(afterQueueing(newRamp, 0), 20_000);
  expect(directShare(grown, 80_000, 400, idle, 100)).toBe(0);
  expect(directShare(grown, 80_001, 400, idle, 100)).toBe(100);
  expect(directShare(afterQueueing(grown, 80_001), 80_001, 400, idle, 100)).toBe(95);
});

test("a refusal closes the direct lane for ten seconds", () => {
  const refused = afterRefusal(newRamp, 5_000);
  expect(directShare(refused, 14_999, 10, idle, 100)).toBe(0);
  expect(directShare(refused, 15_000, 10, idle, 100)).toBe(10);
});

test("nothing goes directly while an attempt that did waits for longer than a cold start takes", () => {
  const load = { count: 1, waitingSince: 1_000 };
  expect(directShare(newRamp, 11_000, 10, load, 100)).toBe(10);
  expect(directShare(newRamp, 11_001, 10, load, 100)).toBe(0);
});
