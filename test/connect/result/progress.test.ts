import { expect, test } from "vitest";
import { ProgressReports } from "../../../lib/connect/result/progress.ts";
import type { StageProgress } from "../../../lib/dataframe/engine-port.ts";

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
