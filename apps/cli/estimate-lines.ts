import { dollarsText } from "../../lib/engine/cost/cost-text.ts";
import type { Estimate } from "../../lib/engine/cost/estimate.ts";
import { tableLines } from "./table.ts";
import { bytesText, countText, durationText, plural } from "./units.ts";

/** What an action is likely to take, in all and by stage. Actions count from 1. */
export function estimateLines(action: number, { dollars, seconds, tasks, workers, requests, stages }: Estimate): readonly string[] {
  const rows = stages.map((stage) => [
    `  ${dollarsText(stage.dollars)}`,
    durationText(stage.seconds * 1000),
    String(stage.tasks),
    bytesText(stage.bytesRead),
    bytesText(stage.bytesShuffleRead),
    countText(stage.rowsOut),
    stage.label,
  ]);
  return [
    `action ${action}: about ${dollarsText(dollars)} and ${durationText(seconds * 1000)}, ${plural(tasks, "task")} on at most ${plural(workers, "worker")}, ${plural(Math.round(requests), "request")}`,
    ...tableLines([["  cost", "time", "tasks", "read", "shuffled", "rows out", "stage"], ...rows], new Set([0, 1, 2, 3, 4, 5])),
  ];
}
