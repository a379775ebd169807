import { describe, expect, it } from "vitest";
import { outcomeOf } from "../../../lib/engine/scheduler/progress.ts";
import { Driver, only, reads, result, shuffle, specOf, stage } from "./driver.ts";

describe("a combining stage", () => {
  const combining = { partitions: 5, width: 3, ranges: 2, groups: 2 };
  const combinedJob = () =>
    new Driver(
      specOf([
        stage(3, shuffle(2)),
        stage(4, shuffle(3), [{ stage: 0, mode: "gather", combining }]),
        stage(5, result, [{ stage: 1, mode: "combined", combining }]),
      ]),
    );
  const read = (job: Driver, input: number) =>
    only(job.commands, "launch")
      .at(-1)!
      .attempts.map(({ partition, blocks }) => `${partition}: ${blocks[input]!.map(({ producer }) => producer)}`);

  it("reads a range of a group's writers, and is read by the range's partitions", () => {
    const job = combinedJob();
    for (const partition of [0, 1, 2]) job.succeeded(`0.${partition}.0`);
    expect(read(job, 0)).toEqual(["0: 0.0.0", "1: 0.1.0,0.2.0", "2: 0.0.0", "3: 0.1.0,0.2.0"]);
    for (const partition of [0, 1, 2, 3]) job.succeeded(`1.${partition}.0`);
    expect(read(job, 1)).toEqual(["0: 1.0.0,1.1.0", "1: 1.0.0,1.1.0", "2: 1.0.0,1.1.0", "3: 1.2.0,1.3.0", "4: 1.2.0,1.3.0"]);
  });

  it("does not fit stages of other sizes", () => {
    const wrong = { ...combining, groups: 3 };
    const job = new Driver(
      specOf([stage(3, shuffle(2)), stage(4, shuffle(3), [{ stage: 0, mode: "gather", combining: wrong }]), stage(3, result, reads(1))]),
    );
    job.stepped();
    expect(outcomeOf(job.state)).toMatchObject({ error: { condition: "INTERNAL_ERROR" } });
  });
});
