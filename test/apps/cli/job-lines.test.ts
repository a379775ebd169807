import { expect, test } from "vitest";
import { showLines } from "../../../apps/cli/job-lines.ts";
import { estimateWorks } from "../../../lib/engine/cost/estimate.ts";
import { lambdaEnvironment } from "../../../lib/engine/cost/function-environment.ts";
import { awsPrices } from "../../../lib/engine/cost/prices.ts";
import { noUsage } from "../../../lib/engine/cost/usage.ts";
import { noMetrics } from "../../../lib/engine/scheduler/state.ts";
import { ended } from "../../../lib/service/outcome.ts";
import type { JobStatus, StageView } from "../../../lib/service/records.ts";

const AT = Date.UTC(2026, 10, 21, 15, 4, 5);

const work = { bytesRead: 64e6, bytesShuffleRead: 0, rowsOut: 2_000, bytesWritten: 1e6, cpuSeconds: 16, blocks: 0, files: 0 };
const estimate = estimateWorks(
  [{ label: "Scan", tasks: 4, inputs: [], storeReads: 200, storeWrites: 4, ...work }],
  lambdaEnvironment,
  awsPrices.arm64,
);
const stage = (label: string, counts: Partial<StageView>): StageView => ({
  ...{ label, status: "running", tasks: 4, running: 0, done: 0, failed: 0, metrics: noMetrics, usage: noUsage },
  ...counts,
});
const running: JobStatus = {
  ...{ job: "0".repeat(26), kind: "query", name: "ten", caller: "ann", state: "running", version: AT, createdAt: AT, startedAt: AT },
  stages: [
    stage("Scan", { status: "complete", done: 4 }),
    stage("Join", { running: 3, done: 1 }),
    stage("Aggregate", { running: 1, failed: 2 }),
    stage("Sort", { status: "waiting" }),
  ],
};

/** The stages as they are shown: how each stands, its running tasks, its label. */
const stagesOf = (job: JobStatus): readonly string[] =>
  showLines(job, AT)
    .slice(-4)
    .map((line) => line.replaceAll(/ +/g, " ").split(" "))
    .map(([status, , inFlight, , , ...rest]) => `${status} ${inFlight} ${rest.at(-1)}`);

test("stages that were under way when their job ended early are not shown as running", () => {
  expect(stagesOf(running)).toEqual(["complete 0 Scan", "running 3 Join", "running 1 Aggregate", "waiting 0 Sort"]);
  const left = ["complete 0 Scan", "stopped 0 Join", "failed 0 Aggregate", "waiting 0 Sort"];
  for (const state of ["failed", "cancelled"] as const) expect(stagesOf(ended(running, { state }, AT))).toEqual(left);
});

test("a job that was estimated shows what it was expected to take, and beside it what it took once it has succeeded", () => {
  const under = showLines({ ...running, estimate }, AT).join("\n");
  expect(under).toMatch(/^estimate {3}\$0\.000\d+ and \d+\.\d s$/m);
  expect(under).not.toContain("factor");
  const cost = {
    usage: noUsage,
    dollars: 2 * estimate.dollars,
    stages: [],
    coordinator: { label: "coordinator", usage: noUsage, dollars: 0 },
  };
  const metrics = { rows: 1, bytesRead: 0, bytesWritten: 0, tasks: 4, wallMs: 3_000 };
  const shown = showLines(ended({ ...running, estimate, cost, metrics }, { state: "succeeded" }, AT), AT);
  expect(shown.at(-10)).toMatch(/^ +estimated +actual +factor$/);
  expect(shown.at(-9)).toMatch(/ 2\.0 {2}cost$/);
  expect(shown.at(-8)).toMatch(/ 3\.0 s +\d\.\d {2}time$/);
  const failed = showLines(ended({ ...running, estimate, cost, metrics }, { state: "failed" }, AT), AT).join("\n");
  expect(failed).not.toContain("factor");
});
