import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { combined, combiningOf, gathered, widthOf } from "../../../lib/engine/stages/combining.ts";

const shapes = fc.record({ writers: fc.integer({ min: 1, max: 400 }), partitions: fc.integer({ min: 1, max: 400 }) });

describe("a shuffle in two passes", () => {
  it("brings the rows of every writer for every partition to that partition's reader, once", () => {
    fc.assert(
      fc.property(shapes, ({ writers, partitions }) => {
        const plan = combiningOf(writers, partitions, 0)!;
        for (const partition of [0, Math.floor(partitions / 2), partitions - 1]) {
          const read = combined(plan, partition);
          const range = Math.floor(partition / plan.width);
          expect(range * plan.width + read.block).toBe(partition);
          const heard = new Set<number>();
          for (let task = read.from; task < read.to; task++) {
            const source = gathered(plan, task, writers);
            expect(source.block).toBe(range);
            expect(read.block).toBeLessThan(widthOf(plan, task));
            for (let writer = source.from; writer < source.to; writer++) {
              expect(heard.has(writer)).toBe(false);
              heard.add(writer);
            }
          }
          expect(heard.size).toBe(writers);
        }
      }),
    );
  });

  it("has nobody read or write more blocks than about the square root of a stage", () => {
    const plan = combiningOf(5_000, 5_000, 200_000)!;
    expect(plan).toEqual({ partitions: 5_000, width: 71, ranges: 71, groups: 71 });
    const { from, to } = gathered(plan, 0, 5_000);
    expect(to - from).toBe(70);
    const largest = combiningOf(100_000, 1, 200_000)!;
    expect(largest).toEqual({ partitions: 1, width: 1, ranges: 1, groups: 317 });
  });

  it("is planned where blocks are many, and where one task's message or report would be too large", () => {
    expect(combiningOf(447, 447, 200_000)).toBeUndefined();
    expect(combiningOf(448, 448, 200_000)).toBeDefined();
    expect(combiningOf(501, 1, 200_000)).toBeDefined();
    expect(combiningOf(1, 10_001, 200_000)).toBeDefined();
  });
});
