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
  const at = (ms: number, ...stages: StageProgress[]) => {
    now = ms;
    reports.onProgress({ stages });
  };
  at(0, stage(2, 0));
  at(100, stage(1, 1));
  at(250, stage(1, 1));
  at(500, stage(1, 1));
  at(501, stage(0, 3));
  expect(sent).toEqual(["0/3 +2", "1/3 +1", "3/3 +0"]);
});
