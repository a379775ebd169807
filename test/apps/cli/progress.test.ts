import { expect, test } from "vitest";
import { finishedLine, progressLines, summaryLines } from "../../../apps/cli/progress.ts";
import { bytesText, countText, durationText } from "../../../apps/cli/units.ts";
import type { StageProgress } from "../../../lib/dataframe/engine-port.ts";
import { noUsage } from "../../../lib/engine/cost/usage.ts";

const scan: StageProgress = {
  label: "Scan flights",
  tasks: 4,
  running: 1,
  done: 2,
  failed: 0,
  rowsIn: 3_000_000,
  bytesRead: 13.5 * 1024 * 1024,
  bytesShuffled: 0,
  wallMs: 1400,
};
const waiting: StageProgress = { ...scan, label: "Sort", running: 0, done: 0 };

test("a stage that has begun is drawn as a bar of its tasks", () => {
  expect(progressLines({ stages: [scan, waiting] }, 1, 120)).toEqual([
    "job 1  ██████████░░░░░░░░░░  2/4  3.0 M rows  13.5 MB  Scan flights",
  ]);
});

test("failed attempts are mentioned", () => {
  expect(progressLines({ stages: [{ ...scan, failed: 3 }] }, 1, 120)[0]).toContain("2/4, 3 failed");
});

test("lines are cut to the terminal's width", () => {
  expect(progressLines({ stages: [scan] }, 1, 40)[0]).toHaveLength(39);
});

test("a finished job is one line in a log", () => {
  expect(finishedLine({ job: 2, wallMs: 1234, rows: 1, bytesWritten: 0, stages: [{ ...scan, done: 4 }] })).toBe(
    "job 2: 1 stage, 4 tasks, 1.2 s, read 13.5 MB, shuffled 0 B, 1 row",
  );
});

test("the summary lists the costliest stages first", () => {
  const quick = { ...scan, label: "Quick", wallMs: 3 };
  const lines = summaryLines("job.ts", 2000, [{ job: 1, wallMs: 1500, rows: 10, bytesWritten: 2048, stages: [quick, scan] }]);
  expect(lines.join("\n")).toBe(
    [
      "job.ts finished in 2.0 s: 1 job, 4 tasks, 27.0 MB read, 0 B shuffled, 2.0 KB written",
      "  job  tasks  task time  rows in     read  shuffled  stage",
      "    1      2      1.4 s    3.0 M  13.5 MB       0 B  Scan flights",
      "    1      2       3 ms    3.0 M  13.5 MB       0 B  Quick",
    ].join("\n"),
  );
});

test("jobs with a price show it, and what cost most", () => {
  const cost = { usage: noUsage, dollars: 0.0015, coordinator: { label: "coordinator", usage: noUsage, dollars: 0.0005 } };
  const jobs = [1, 2].map((job) => ({
    job,
    id: `id-${job}`,
    wallMs: 1500,
    rows: 10,
    bytesWritten: 0,
    stages: [],
    cost: { ...cost, stages: [{ label: `Scan ${job}`, usage: noUsage, dollars: job / 1000 }] },
  }));
  expect(finishedLine(jobs[0]!)).toBe("job 1: 0 stages, 0 tasks, 1.5 s, read 0 B, shuffled 0 B, 10 rows, $0.00150 (id-1)");
  expect(summaryLines("job.ts", 2000, jobs).join("\n")).toBe(
    [
      "job.ts finished in 2.0 s: 2 jobs, 0 tasks, 0 B read, 0 B shuffled, 0 B written, $0.00300",
      "      cost  GB-seconds  invocations  reads  writes  queue requests",
      "  $0.00200        0.00            0      0       0               0  Scan 2",
      "  $0.00100        0.00            0      0       0               0  Scan 1",
      "  $0.00100        0.00            0      0       0               0  coordinator",
      "  $0.00300        0.00            0      0       0               0  all",
    ].join("\n"),
  );
});

test("jobs that were estimated are compared with their estimates, all together", () => {
  const usage = { ...noUsage, gbSeconds: 2, storeReads: 10 };
  const cost = { usage, dollars: 0.002, stages: [], coordinator: { label: "coordinator", usage: noUsage, dollars: 0 } };
  const work = { label: "Scan", tasks: 2, bytesRead: 27 * 1024 * 1024, bytesShuffleRead: 0, bytesWritten: 0, rowsOut: 1 };
  const coordinator = { usage: noUsage, dollars: 0 };
  const estimate = {
    ...{ dollars: 0.001, seconds: 1, tasks: 2, workers: 2, requests: 10, usage: { ...usage, gbSeconds: 4 }, coordinator },
    stages: [{ ...work, workers: 2, memory: 1, seconds: 1, usage, dollars: 0.001 }],
  };
  const finished = { job: 1, wallMs: 1500, rows: 10, bytesWritten: 0, stages: [scan], cost };
  const lines = summaryLines("job.ts", 2000, [finished, { ...finished, estimate }, { ...finished, estimate }]);
  expect(lines.slice(-10).join("\n")).toBe(
    [
      "  estimated    actual  factor",
      "   $0.00200  $0.00400     2.0  cost",
      "      2.0 s     3.0 s     1.5  time",
      "          4         4     1.0  tasks",
      "    54.0 MB   27.0 MB     0.5  read from files",
      "     0.0 MB    0.0 MB     1.0  read from shuffles",
      "       8.00      4.00     0.5  GB-seconds",
      "         20        20     1.0  store reads",
      "          0         0     1.0  store writes",
      "          0         0     1.0  queue requests",
    ].join("\n"),
  );
});

test("the summary of a job of many stages stays short", () => {
  const stages = Array.from({ length: 500 }, () => scan);
  const lines = summaryLines("job.ts", 2000, [{ job: 1, wallMs: 1500, rows: 10, bytesWritten: 0, stages }]);
  expect(lines).toHaveLength(13);
  expect(lines.at(-1)).toBe("  and 490 shorter stages");
});

test("a run without jobs says so", () => {
  expect(summaryLines("job.ts", 5, [])).toEqual(["job.ts finished in 5 ms: 0 jobs, 0 tasks, 0 B read, 0 B shuffled, 0 B written"]);
});

test("amounts are rounded for people", () => {
  expect([bytesText(0), bytesText(1023), bytesText(1536), bytesText(5 * 1024 ** 4)]).toEqual(["0 B", "1023 B", "1.5 KB", "5.0 TB"]);
  expect([countText(999), countText(12_345), countText(3e9)]).toEqual(["999", "12.3 K", "3.0 G"]);
  expect([durationText(35.4), durationText(59_940), durationText(125_000)]).toEqual(["35 ms", "59.9 s", "2 min 05 s"]);
});
