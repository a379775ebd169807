import { describe, expect, it } from "vitest";
import { noPrices } from "../../../lib/engine/cost/prices.ts";
import { noUsage } from "../../../lib/engine/cost/usage.ts";
import { RetryableError } from "../../../lib/engine/errors.ts";
import { nextDeadline } from "../../../lib/engine/scheduler/deadlines.ts";
import type { SchedulerOptions } from "../../../lib/engine/scheduler/options.ts";
import { outcomeOf, progressOf } from "../../../lib/engine/scheduler/progress.ts";
import { exposureAt } from "../../../lib/engine/scheduler/spending.ts";
import { Driver, launched, only, outOfMemory, reads, result, shuffle, specOf, stage, transient } from "./driver.ts";

const GB = 1024 ** 3;
const throttled = new RetryableError("THROTTLED", { detail: "test" }).toJSON();

/** A GB for a second is a dollar, and nothing else costs anything; an attempt is told to stop within ten seconds. */
const billed: Partial<SchedulerOptions> = {
  memoryTiers: [GB, 2 * GB],
  prices: { ...noPrices, gbSecond: 1 },
  cancelNoticeMs: 10_000,
  costReserve: { attempt: noUsage, end: noUsage },
  startTimeoutMs: 60_000,
  runTimeoutMs: 100_000,
};
const files = { kind: "files" } as const;

function finish(job: Driver): void {
  while (job.state.phase.kind !== "finished") {
    if (job.state.phase.kind === "draining") job.wait();
    else job.stepped();
  }
}
const gbSeconds = (job: Driver) => job.state.stages.map(({ usage }) => usage.gbSeconds);
const condition = (job: Driver) => {
  const { phase } = job.state;
  return "verdict" in phase && phase.verdict?.kind === "failed" ? phase.verdict.error.condition : phase.kind;
};

describe("a stage is charged for", () => {
  it("attempts that succeed, by what they were billed for, in the memory that they had", () => {
    const job = new Driver(specOf([stage(2, result)]), billed);
    job.succeeded("0.0.0", job.output("0.0.0"), { billedMs: 1_500, storeReads: 7, storeWrites: 2 });
    job.succeeded("0.1.0", job.output("0.1.0"), { billedMs: 500 });
    finish(job);
    expect(job.state.stages[0]!.usage).toEqual({
      ...noUsage,
      gbSeconds: 2,
      invocations: 2,
      storeReads: 7,
      storeWrites: 2,
      queueRequests: 8,
    });
    expect(outcomeOf(job.state)).toMatchObject({
      usage: { stages: [{ label: "stage", usage: { gbSeconds: 2 } }], coordinatorUsage: noUsage },
    });
  });

  it("attempts that fail, and their repetition with more memory", () => {
    const job = new Driver(specOf([stage(1, result)]), billed);
    job.failedAfter("0.0.0", { billedMs: 3_000, storeReads: 4 }, outOfMemory);
    job.wait();
    job.succeeded("0.0.1", job.output("0.0.1"), { billedMs: 1_000 });
    expect(job.state.stages[0]!.usage).toMatchObject({ gbSeconds: 5, invocations: 2, storeReads: 4 });
    expect(progressOf(job.state).stages[0]!.usage.gbSeconds).toBe(5);
  });

  it("lost attempts until they are given up, from when their start was heard of", () => {
    const job = new Driver(specOf([stage(1, result)]), billed);
    job.at += 5_000;
    job.started("0.0.0");
    while (launched(job.commands).length < 2) job.wait();
    expect(gbSeconds(job)).toEqual([100]);
  });

  it("a worker that was lost with its message, which another one took", () => {
    const job = new Driver(specOf([stage(1, result)]), billed);
    job.started("0.0.0", "first");
    job.at += 2_000;
    job.started("0.0.0", "first");
    job.at += 3_000;
    job.started("0.0.0", "second");
    expect(gbSeconds(job)).toEqual([5]);
    job.at += 1_000;
    expect(exposureAt(job.state, job.at)).toBe(5 + 1 + 10);
    job.succeeded("0.0.0", job.output("0.0.0"), { billedMs: 1_000 });
    expect(job.state.stages[0]!.usage).toMatchObject({ gbSeconds: 6, invocations: 2 });
  });

  it("an attempt that was never heard of by its message alone", () => {
    const job = new Driver(specOf([stage(1, result)]), billed);
    job.wait();
    expect(job.state.stages[0]!.usage).toEqual({ ...noUsage, queueRequests: 2 });
  });

  it("a failure whose report says nothing of what it took, by the time since its start", () => {
    const job = new Driver(specOf([stage(1, result)]), billed);
    job.started("0.0.0");
    job.at += 4_000;
    job.failed("0.0.0");
    expect(gbSeconds(job)).toEqual([4]);
  });

  it("each attempt once, however often it reports", () => {
    const job = new Driver(specOf([stage(2, result)]), billed);
    for (let i = 0; i < 3; i++) job.failedAfter("0.0.0", { billedMs: 1_000 });
    for (let i = 0; i < 3; i++) job.succeeded("0.1.0", job.output("0.1.0"), { billedMs: 1_000 });
    expect(gbSeconds(job)).toEqual([2]);
  });

  it("attempts that a job's end does not wait for, until they were told to stop", () => {
    const job = new Driver(specOf([stage(2, result)]), billed);
    job.started("0.0.0");
    job.at += 3_000;
    job.feed({ kind: "cancelled", reason: "enough" });
    finish(job);
    expect(gbSeconds(job)).toEqual([3]);
    expect(exposureAt(job.state, job.at)).toBe(3 + 2 * 10);
  });

  it("what a message of 64 KiB and more takes of the queue", () => {
    const job = new Driver(specOf([stage(300, shuffle(1)), stage(1, result, reads(0))]), {
      ...billed,
      window: { initial: 300, max: 300, promptMs: 1 },
    });
    for (let p = 0; p < 300; p++) job.succeeded(`0.${p}.0`);
    job.succeeded("1.0.0");
    expect(job.state.stages.map(({ usage }) => usage.queueRequests)).toEqual([300 * 4, 2 + 1 + 2]);
  });
});

describe("the coordinator's own usage", () => {
  it("adds up over coordinators, and counts against the cap", () => {
    const job = new Driver(specOf([stage(1, result)]), { ...billed, maxDollars: 20 });
    job.feed({ kind: "used", usage: { ...noUsage, gbSeconds: 4 } });
    job.feed({ kind: "recovered" });
    expect(condition(job)).toBe("JOB_COST_LIMIT");
    job.feed({ kind: "used", usage: { ...noUsage, gbSeconds: 1 } });
    expect(progressOf(job.state).coordinatorUsage.gbSeconds).toBe(5);
  });
});

describe("a job with a cap", () => {
  it("is stopped when what its attempts have accrued, and their notice, reach it", () => {
    const job = new Driver(specOf([stage(2, result)]), { ...billed, maxDollars: 50 });
    expect(launched(job.commands)).toEqual(["0.0.0", "0.1.0"]);
    job.started("0.0.0");
    job.started("0.1.0");
    // Two attempts of a dollar a second each, and ten seconds' notice for both.
    expect(nextDeadline(job.state)).toBe(job.at + 15_000);
    job.at += 14_999;
    job.feed({ kind: "timer" });
    expect(condition(job)).toBe("running");
    const commands = job.wait();
    expect(condition(job)).toBe("JOB_COST_LIMIT");
    expect(only(commands, "cancel")).toEqual([{ kind: "cancel", attempts: ["0.0.0", "0.1.0"] }]);
    finish(job);
    expect(outcomeOf(job.state)).toMatchObject({ kind: "failed", error: { messageParameters: { spent: "$0", limit: "$50.00" } } });
  });

  it("launches no more than fits, and goes on as attempts end for less than was held for them", () => {
    const job = new Driver(specOf([stage(4, result)]), { ...billed, maxDollars: 42 });
    // For each attempt ten dollars are held, and ten more expected until one has told how long they take.
    expect(launched(job.commands)).toEqual(["0.0.0", "0.1.0"]);
    expect(launched(job.succeeded("0.0.0", job.output("0.0.0"), { billedMs: 1_000, wallMs: 1_000 }))).toEqual(["0.2.0"]);
    expect(launched(job.succeeded("0.1.0", job.output("0.1.0"), { billedMs: 1_000, wallMs: 1_000 }))).toEqual(["0.3.0"]);
    for (const id of ["0.2.0", "0.3.0"]) job.succeeded(id, job.output(id), { billedMs: 1_000, wallMs: 1_000 });
    finish(job);
    expect(outcomeOf(job.state)?.kind).toBe("succeeded");
  });

  it("gives a task that is alone all that is left, and ends where even that is too little", () => {
    const job = new Driver(specOf([stage(2, result)]), { ...billed, maxDollars: 12 });
    expect(launched(job.commands)).toEqual(["0.0.0"]);
    expect(launched(job.succeeded("0.0.0", job.output("0.0.0"), { billedMs: 1_000 }))).toEqual(["0.1.0"]);
    job.failedAfter("0.1.0", { billedMs: 1_001 });
    expect(condition(job)).toBe("running");
    job.wait();
    expect(condition(job)).toBe("JOB_COST_LIMIT");
  });

  it("launches nothing where the first task does not fit", () => {
    const job = new Driver(specOf([stage(1, result)]), { ...billed, maxDollars: 9 });
    expect(launched(job.commands)).toEqual([]);
    expect(condition(job)).toBe("JOB_COST_LIMIT");
  });

  it("holds for an attempt that was given up what it may still take unseen", () => {
    const job = new Driver(specOf([stage(1, result)]), { ...billed, maxDollars: 25 });
    job.wait();
    job.wait();
    expect(launched(job.commands)).toEqual(["0.0.0", "0.0.1"]);
    job.wait();
    job.wait();
    expect(condition(job)).toBe("JOB_COST_LIMIT");
    expect(job.state.spending).toMatchObject({ spent: 0, unreported: 20 });
  });

  it("holds for each message that may have arrived, and has the copies stop once one has reported", () => {
    const job = new Driver(specOf([stage(1, result)]), { ...billed, maxDollars: 100 });
    job.feed({ kind: "recovered" });
    expect(exposureAt(job.state, job.at)).toBe(20);
    expect(only(job.succeeded("0.0.0"), "cancel")).toEqual([{ kind: "cancel", attempts: ["0.0.0"] }]);
    expect(exposureAt(job.state, job.at)).toBe(10);
  });

  it("holds nothing for a message that the queue did not take", () => {
    const job = new Driver(specOf([stage(1, result)]), { ...billed, maxDollars: 100 });
    job.feed({ kind: "unsent", attempts: ["0.0.0"], error: throttled });
    expect(exposureAt(job.state, job.at)).toBe(0);
    job.wait();
    expect(exposureAt(job.state, job.at)).toBe(10);
    // Nobody knows whether this one arrived.
    job.feed({ kind: "unsent", attempts: ["0.0.0"], error: transient });
    expect(exposureAt(job.state, job.at)).toBe(10);
    job.wait();
    expect(exposureAt(job.state, job.at)).toBe(20);
  });

  it("shows none of its files where the cap is reached before the commit", () => {
    const prices = { ...noPrices, gbSecond: 1, storeWrite: 3 };
    const job = new Driver(specOf([stage(1, files)], false), { ...billed, prices, maxDollars: 14 });
    const commands = job.succeeded("0.0.0", job.output("0.0.0"), { billedMs: 12_000 });
    expect(condition(job)).toBe("JOB_COST_LIMIT");
    expect(only(commands, "complete")).toEqual([]);
    expect(only(job.commands, "clean").at(-1)!.uploads).toEqual([{ key: "memory://out/0.0.0", upload: "upload of 0.0.0" }]);
  });

  it("commits what it has paid for", () => {
    const prices = { ...noPrices, gbSecond: 1, storeWrite: 3 };
    const job = new Driver(specOf([stage(1, files)], false), { ...billed, prices, maxDollars: 15.5 });
    job.succeeded("0.0.0", job.output("0.0.0"), { billedMs: 12_000 });
    job.feed({ kind: "surveyed", ordinal: job.state.ordinal, replaced: [] });
    finish(job);
    expect(outcomeOf(job.state)?.kind).toBe("succeeded");
  });

  it("makes no copies of slow tasks that do not fit", () => {
    const speculation = { intervalMs: 1_000, quantile: 0.5, multiplier: 1, minTaskRuntimeMs: 1_000 };
    const copies = (maxDollars: number) => {
      const job = new Driver(specOf([stage(2, result)]), { ...billed, speculation, maxDollars });
      job.started("0.1.0");
      job.succeeded("0.0.0", job.output("0.0.0"), { billedMs: 100, wallMs: 100 });
      job.wait();
      job.wait();
      return launched(job.commands).slice(2);
    };
    expect(copies(100)).toEqual(["0.1.1"]);
    expect(copies(40.05)).toEqual(["0.1.1"]);
    expect(copies(22)).toEqual([]);
  });
});

describe("a job with a time limit", () => {
  it("ends with JOB_TIMEOUT while its tasks run", () => {
    const job = new Driver(specOf([stage(1, result)]), { ...billed, maxJobMs: 2_500 });
    expect(nextDeadline(job.state)).toBe(job.at + 2_500);
    job.wait();
    finish(job);
    expect(outcomeOf(job.state)).toMatchObject({
      kind: "failed",
      error: { condition: "JOB_TIMEOUT", messageParameters: { seconds: "2.5" } },
    });
  });

  it("is not stopped once its files become visible", () => {
    const job = new Driver(specOf([stage(1, files)], false), { ...billed, maxJobMs: 2_500 });
    job.succeeded("0.0.0");
    job.at += 10_000;
    job.feed({ kind: "timer" });
    job.feed({ kind: "surveyed", ordinal: job.state.ordinal, replaced: [] });
    finish(job);
    expect(outcomeOf(job.state)?.kind).toBe("succeeded");
  });
});
