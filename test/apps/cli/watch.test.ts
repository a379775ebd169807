import { expect, test } from "vitest";
import type { FinishedJob } from "../../../apps/cli/progress.ts";
import { JobWatch } from "../../../apps/cli/watch.ts";
import type { Engine, ExecuteOptions } from "../../../lib/dataframe/engine-port.ts";
import type { LogicalPlan } from "../../../lib/engine/logical/plan.ts";

const plan: LogicalPlan = { kind: "range", start: 0n, end: 1n, step: 1n };
const metrics = { rows: 7, bytesRead: 1, bytesWritten: 5, tasks: 1, wallMs: 3 };
const stage = { label: "Range", tasks: 1, running: 0, done: 1, failed: 0, rowsIn: 7, bytesRead: 1, bytesShuffled: 0, wallMs: 2 };

/** An engine whose jobs report one stage and give two chunks. */
function engine(seen: ExecuteOptions[] = []): Engine {
  return {
    schema: async () => ({ kind: "struct", fields: [] }),
    explain: async (_plan, mode) => `plan as ${mode}`,
    inputFiles: async () => [],
    uncache: async () => {},
    close: async () => {},
    execute: async (_plan, _conf, options = {}) => {
      seen.push(options);
      options.onProgress?.({ stages: [stage] });
      return {
        schema: { kind: "struct", fields: [] },
        metrics: () => metrics,
        chunks: (async function* () {
          yield new Uint8Array(1);
          yield new Uint8Array(2);
        })(),
      };
    },
    write: async (_plan, _conf, options = {}) => {
      seen.push(options);
      return metrics;
    },
  };
}

test("a job is over once its last chunk was read", async () => {
  const finished: FinishedJob[] = [];
  const watched = new JobWatch({ progressed: () => {}, finished: (job) => finished.push(job) }).watch(engine());
  const { chunks } = await watched.execute(plan, {});
  expect(finished).toEqual([]);
  expect((await Array.fromAsync(chunks)).map((chunk) => chunk.length)).toEqual([1, 2]);
  expect(finished).toEqual([{ job: 1, wallMs: 3, rows: 7, bytesWritten: 5, stages: [stage] }]);
});

test("jobs of several engines are counted together", async () => {
  const numbers: number[] = [];
  const watch = new JobWatch({ progressed: (job) => numbers.push(job), finished: () => {} });
  await watch.watch(engine()).execute(plan, {});
  await watch.watch(engine()).execute(plan, {});
  expect(numbers).toEqual([1, 2]);
});

test("plans are asked for only where somebody reads them", async () => {
  const plans: string[] = [];
  const listener = { progressed: () => {}, finished: () => {} };
  await new JobWatch(listener).watch(engine()).execute(plan, {});
  await new JobWatch({ ...listener, explained: (job, text) => plans.push(`${job}: ${text}`) }).watch(engine()).execute(plan, {});
  expect(plans).toEqual(["1: plan as formatted"]);
});

test("cancelling reaches jobs that have a signal of their own, and leaves that one alone", async () => {
  const seen: ExecuteOptions[] = [];
  const watch = new JobWatch({ progressed: () => {}, finished: () => {} });
  const own = new AbortController();
  await watch.watch(engine(seen)).execute(plan, {}, { signal: own.signal });
  expect(seen[0]!.signal!.aborted).toBe(false);
  watch.cancel();
  expect([seen[0]!.signal!.aborted, own.signal.aborted, watch.cancelled]).toEqual([true, false, true]);
});
