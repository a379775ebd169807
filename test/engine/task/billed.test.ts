import { expect, it } from "vitest";
import { MemoryStore } from "../../../lib/backends/memory-store.ts";
import type { Kernel } from "../../../lib/engine/kernel/connection.ts";
import { noMetrics } from "../../../lib/engine/scheduler/state.ts";
import type { TaskMessage } from "../../../lib/engine/task/message.ts";
import { runTask, type Worker } from "../../../lib/engine/task/run-task.ts";

const message: TaskMessage = {
  job: "job",
  id: "0.0.0",
  stage: 0,
  partition: 0,
  attempt: 0,
  program: "memory://jobs/job/programs/0.json",
  prefix: "memory://jobs/job",
  splits: {},
  blocks: {},
  memory: 1,
};

/** A worker whose clock moves by 10.25 ms with each look, and whose store has been asked before. */
function worker(more: Partial<Worker>): Worker {
  const store = new MemoryStore();
  let looks = 0;
  return {
    name: "w",
    kernel: {} as Kernel,
    store,
    scratch: () => Promise.reject(new Error("no attempt gets so far")),
    sourceOf: () => Promise.reject(new Error("no attempt gets so far")) as never,
    sinkOf: () => Promise.reject(new Error("no attempt gets so far")) as never,
    usage: () => ({ wallMs: 10.25 * ++looks, cpuMs: looks, peakMemory: 7 }),
    programs: new Map(),
    ...more,
  };
}

it("tells of a failed attempt what it took: time as it is billed, and its own requests only", async () => {
  let reads = 40;
  const report = await runTask(message, worker({ requests: () => ({ reads: reads++, writes: 5 }), overheadMs: 30 }));
  expect(report).toMatchObject({
    outcome: "failed",
    error: { condition: "OBJECT_NOT_FOUND" },
    metrics: { ...noMetrics, wallMs: 10.25, billedMs: 41, cpuMs: 1, peakMemory: 7, storeReads: 1, storeWrites: 0 },
  });
});

it("counts no requests where nobody bills them", async () => {
  expect(await runTask(message, worker({}))).toMatchObject({ metrics: { billedMs: 11, storeReads: 0, storeWrites: 0 } });
});
