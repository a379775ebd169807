import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Estimate, estimateWorks } from "../../../lib/engine/cost/estimate.ts";
import { lambdaEnvironment } from "../../../lib/engine/cost/function-environment.ts";
import { awsPrices } from "../../../lib/engine/cost/prices.ts";
import type { StageWork } from "../../../lib/engine/cost/stage-work.ts";

const estimate = (works: readonly StageWork[], environment = lambdaEnvironment): Estimate =>
  estimateWorks(works, environment, awsPrices.arm64);

const idle: StageWork = {
  label: "idle",
  tasks: 1,
  inputs: [],
  bytesRead: 0,
  bytesShuffleRead: 0,
  rowsOut: 0,
  bytesWritten: 0,
  cpuSeconds: 0,
  storeReads: 0,
  storeWrites: 0,
  blocks: 0,
  files: 0,
};

const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
const count = fc.nat(1_000_000);
/** Up to five stages, each reading some before it. */
const works: fc.Arbitrary<readonly StageWork[]> = fc
  .array(
    fc.record({
      label: fc.constant("stage"),
      tasks: fc.integer({ min: 1, max: 5_000 }),
      inputs: fc.array(fc.nat(4), { maxLength: 3 }),
      memoryEstimate: fc.double({ min: 0, max: 2e10, noNaN: true }),
      bytesRead: amount,
      bytesShuffleRead: amount,
      rowsOut: amount,
      bytesWritten: amount,
      cpuSeconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
      storeReads: count,
      storeWrites: count,
      blocks: count,
      files: fc.nat(5_000),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((stages) => stages.map((stage, id) => ({ ...stage, inputs: stage.inputs.filter((input) => input < id) })));
const grown = ["bytesRead", "bytesShuffleRead", "bytesWritten", "cpuSeconds", "storeReads", "storeWrites", "blocks", "files"] as const;

describe("an estimate", () => {
  it("of more work is never cheaper and never faster, whatever there is more of", () => {
    fc.assert(
      fc.property(works, fc.nat(4), fc.constantFrom(...grown), amount, (stages, which, what, more) => {
        const id = which % stages.length;
        const larger = stages.map((stage, i) => (i === id ? { ...stage, [what]: stage[what] + Math.round(more) } : stage));
        const [less, greater] = [estimate(stages), estimate(larger)];
        expect(greater.dollars).toBeGreaterThanOrEqual(less.dollars);
        expect(greater.seconds).toBeGreaterThanOrEqual(less.seconds);
      }),
    );
  });

  it("with a larger fleet is never slower, and uses no more workers than there are", () => {
    fc.assert(
      fc.property(works, fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 0, max: 2_000 }), (stages, fleetLimit, more) => {
        const small = estimate(stages, { ...lambdaEnvironment, fleetLimit });
        expect(small.workers).toBeLessThanOrEqual(fleetLimit);
        expect(estimate(stages, { ...lambdaEnvironment, fleetLimit: fleetLimit + more, startSeconds: 0 }).seconds).toBeLessThanOrEqual(
          small.seconds,
        );
      }),
    );
  });

  it("is the sum of its stages and the coordinator", () => {
    fc.assert(
      fc.property(works, (stages) => {
        const { dollars, stages: parts, coordinator } = estimate(stages);
        const sum = parts.reduce((total, part) => total + part.dollars, coordinator.dollars);
        expect(Math.abs(sum - dollars)).toBeLessThanOrEqual(1e-9 * Math.max(1, dollars));
      }),
    );
  });

  it("takes the way through the graph that takes longest, side by side what does not wait", () => {
    const stage = (seconds: number, ...inputs: number[]): StageWork => ({ ...idle, cpuSeconds: seconds, inputs });
    const alone = estimate([idle]).seconds;
    // Stages 0 and 1 run side by side; stage 2 finds a warm worker.
    const { dispatchSeconds, startSeconds } = lambdaEnvironment;
    expect(estimate([stage(10), stage(30), stage(5, 0, 1)]).seconds).toBeCloseTo(alone + 30 + dispatchSeconds + 5, 9);
    expect(estimate([idle, { ...idle, tasks: 2, inputs: [0] }]).seconds).toBeCloseTo(alone + dispatchSeconds + startSeconds, 9);
  });

  it("runs tasks beyond the fleet's limit in waves", () => {
    const seconds = (tasks: number) => estimate([{ ...idle, tasks, cpuSeconds: tasks * 10 }]).stages[0]!.seconds;
    expect(seconds(1_000)).toBeCloseTo(seconds(1), 9);
    expect(seconds(1_001)).toBeCloseTo(seconds(1) + 10, 9);
    expect(seconds(3_000)).toBeCloseTo(seconds(1) + 20, 9);
  });

  it("receives fast what fits into the burst, and slowly what does not", () => {
    const seconds = (mebibytes: number) => estimate([{ ...idle, bytesRead: mebibytes * 1024 ** 2 }]).seconds - estimate([idle]).seconds;
    expect(seconds(300)).toBeCloseTo(300 / 1024 / 1.2, 9);
    expect(seconds(375)).toBeCloseTo(seconds(300) + 1, 9);
  });

  it("gives a stage the memory tier that holds it, with its share of CPUs", () => {
    const stage = (memoryEstimate: number) => estimate([{ ...idle, memoryEstimate, cpuSeconds: 100 }]).stages[0]!;
    expect(stage(0).memory).toBe(1769 * 1024 ** 2);
    expect(stage(1e11).memory).toBe(10_240 * 1024 ** 2);
    expect(stage(3e9).seconds).toBeCloseTo(stage(0).seconds - 50, 9);
  });

  it("of nothing costs only its coordinator", () => {
    expect(estimate([])).toMatchObject({ tasks: 0, workers: 0, stages: [] });
    expect(estimate([]).dollars).toBe(estimate([]).coordinator.dollars);
  });
});
