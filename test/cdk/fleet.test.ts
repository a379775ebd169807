import fc from "fast-check";
import { expect, test } from "vitest";
import { partFleet } from "../../cdk/fleet.ts";

test("tiers share the fleet by memory, the smallest first", () => {
  expect(partFleet(1000, [1769, 3538, 7076, 10_240])).toEqual([
    { memoryMiB: 1769, most: 520 },
    { memoryMiB: 3538, most: 259 },
    { memoryMiB: 7076, most: 130 },
    { memoryMiB: 10_240, most: 91 },
  ]);
});

test("a single tier has the whole fleet", () => {
  expect(partFleet(100, [1769])).toEqual([{ memoryMiB: 1769, most: 100 }]);
});

test("whatever the tiers are, their sum is the limit, each has two tasks at least, and none has more than a smaller one", () => {
  const tiers = fc.uniqueArray(fc.integer({ min: 128, max: 10_240 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(tiers, fc.integer({ min: 16, max: 10_000 }), (memory, limit) => {
      const parts = partFleet(limit, memory);
      expect(parts.reduce((sum, { most }) => sum + most, 0)).toBe(limit);
      expect(parts.every(({ most }, i) => most >= 2 && (i === 0 || most <= parts[i - 1]!.most))).toBe(true);
      expect(parts.map(({ memoryMiB }) => memoryMiB)).toEqual(memory.toSorted((a, b) => a - b));
    }),
  );
});

test.each([7, 0, -1, 10.5, Number.NaN])("a fleet of %s for four tiers is refused", (limit) => {
  expect(() => partFleet(limit, [1, 2, 3, 4])).toThrow(`fleetLimit is ${limit}; 4 memory tiers need a whole number of at least 8`);
});
