import fc from "fast-check";
import { expect, it } from "vitest";
import { addTimer, type Timer, takeTimer } from "../../../lib/engine/scheduler/timers.ts";

it("gives timers back in the order of their times, whatever the order they came in", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 50 }))), (steps) => {
      const heap: Timer[] = [];
      const expected: number[] = [];
      for (const at of steps) {
        if (at !== null) {
          addTimer(heap, { at, kind: "phase" });
          expected.push(at);
        } else expect(takeTimer(heap)?.at).toBe(expected.sort((a, b) => a - b).shift());
      }
    }),
  );
});
