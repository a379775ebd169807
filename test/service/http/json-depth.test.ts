import fc from "fast-check";
import { expect, test } from "vitest";
import { isDeeperThan } from "../../../lib/service/http/json-depth.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

test("brackets in texts do not count, whatever is escaped there", () => {
  expect(isDeeperThan(1, bytes(String.raw`["[[[{{{", "\"[[", "\\"]`))).toBe(false);
  expect(isDeeperThan(1, bytes(String.raw`["\\", [1]]`))).toBe(true);
});

test("text that never ends is told by its depth without being parsed", () => {
  expect(isDeeperThan(1_000, bytes("[".repeat(1_001)))).toBe(true);
  expect(isDeeperThan(1_000, bytes("[".repeat(1_000)))).toBe(false);
});

test("the depth of any JSON is what its parser finds", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const depth = depthOf(value);
      const text = bytes(JSON.stringify(value));
      expect(isDeeperThan(depth, text)).toBe(false);
      if (depth > 0) expect(isDeeperThan(depth - 1, text)).toBe(true);
    }),
  );
});
