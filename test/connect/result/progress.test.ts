import { expect, test } from "vitest";
import { ProgressReports } from "../../../lib/connect/result/progress.ts";
import type { StageProgress } from "../../../lib/dataframe/engine-port.ts";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

const stage = (running: number, done: number): StageProgress => ({
  label: "Scan",
  tasks: 3,
  running,
  done,
  failed: 0,
  rowsIn: 0,
  bytesRead: done * 10,
  bytesShuffled: 0,
  wallMs: 0,
});

test("a client hears of progress at once, then at most every 200 ms, and not of a stand that it knows", () => {
  const sent: string[] = [];
  let now = 0;
  const reports = new ProgressReports(
    ({ stages, numInflightTasks }) => sent.push(`${stages![0]!.numCompletedTasks}/${stages![0]!.numTasks} +${numInflightTasks}`),
    () => now,
  );
  const job = reports.ofJob();
  const at = (ms: number, ...stages: StageProgress[]) => {
    now = ms;
    job({ stages });
  };
  at(0, stage(2, 0));
  at(100, stage(1, 1));
  at(250, stage(1, 1));
  at(500, stage(1, 1));
  at(501, stage(0, 3));
  expect(sent).toEqual(["0/3 +2", "1/3 +1", "3/3 +0"]);
});

test("the jobs of an operation are one progress, which ends where they do", () => {
  const sent: string[] = [];
  const reports = new ProgressReports(
    ({ stages }) => sent.push(stages!.map(({ stageId, numCompletedTasks }) => `${stageId}: ${numCompletedTasks}`).join(", ")),
    () => 0,
  );
  const [first, second] = [reports.ofJob(), reports.ofJob()];
  first({ stages: [stage(1, 0)] });
  first({ stages: [stage(0, 3)] });
  second({ stages: [stage(1, 2)] });
  second({ stages: [stage(0, 3)] });
  reports.end();
  reports.end();
  expect(sent).toEqual(["0: 0", "0: 3, 1: 3"]);
});

test.skipIf(pythonUnavailable())("a program's handler sees all of an operation's tasks done at its end", { timeout: 60_000 }, async () => {
  const { url } = await startServer();
  const out = await runPython(
    url,
    `
    seen = []
    def heard(stages, inflight_tasks, operation_id, done):
        seen.append((sum(s.num_completed_tasks for s in stages), sum(s.num_tasks for s in stages), done))
    spark.registerProgressHandler(heard)
    def last(run):
        seen.clear()
        run()
        print(*seen[-1], sorted(seen) == seen)
    last(lambda: spark.range(0, 1000, 1, 4).collect())
    last(spark.range(0, 1000, 1, 4).cache().count)
    last(spark.range(3).show)
    `,
  );
  const lines = out.split("\n").filter((line) => /^\d/.test(line));
  // The rows that are kept are of the same progress.
  expect(lines).toEqual(["4 4 True True", expect.stringMatching(/^([5-9]|\d\d) \1 True True$/), "2 2 True True"]);
});
