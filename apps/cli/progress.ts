import type { JobProgress, StageProgress } from "../../lib/dataframe/engine-port.ts";
import type { CostReport } from "../../lib/engine/cost/cost.ts";
import { costLines, dollarsText } from "../../lib/engine/cost/cost-text.ts";
import type { Estimate } from "../../lib/engine/cost/estimate.ts";
import { addUsage } from "../../lib/engine/cost/usage.ts";
import { comparisonLines } from "./comparison.ts";
import { bytesText, countText, durationText, plural } from "./units.ts";

const BAR_CELLS = 20;
/** Stages drawn at once; a terminal is not endless. */
const MAX_DRAWN = 8;

/** One line a stage that has begun, newest last: bar, tasks, rows, bytes, label. */
export function progressLines({ stages }: JobProgress, job: number, width: number): readonly string[] {
  const begun = stages.filter((stage) => stage.running + stage.done > 0).slice(-MAX_DRAWN);
  return begun.map((stage) => {
    const filled = Math.floor((stage.done / Math.max(stage.tasks, 1)) * BAR_CELLS);
    const bar = "█".repeat(filled) + "░".repeat(BAR_CELLS - filled);
    const again = stage.failed > 0 ? `, ${stage.failed} failed` : "";
    const amounts = `${stage.done}/${stage.tasks}${again}  ${countText(stage.rowsIn)} rows  ${bytesText(stage.bytesRead + stage.bytesShuffled)}`;
    return `job ${job}  ${bar}  ${amounts}  ${stage.label}`.slice(0, Math.max(width - 1, 1));
  });
}

/** What a job did, once it is over. */
export interface FinishedJob {
  readonly job: number;
  /** What a service calls it. */
  readonly id?: string;
  readonly cost?: CostReport;
  readonly estimate?: Estimate;
  readonly wallMs: number;
  readonly rows: number;
  readonly bytesWritten: number;
  readonly stages: readonly StageProgress[];
}

const sumOf = (stages: readonly StageProgress[], amount: (stage: StageProgress) => number): number =>
  stages.reduce((total, stage) => total + amount(stage), 0);

/** The line for logs: `job 2: 2 stages, 9 tasks, 1.4 s, read 13.5 MB, shuffled 0 B, 120 rows`; of a service's job its price and name, too. */
export function finishedLine({ job, id, cost, wallMs, rows, stages }: FinishedJob): string {
  const tasks = sumOf(stages, (stage) => stage.done);
  const bytes = `read ${bytesText(sumOf(stages, (stage) => stage.bytesRead))}, shuffled ${bytesText(sumOf(stages, (stage) => stage.bytesShuffled))}`;
  return `job ${job}: ${plural(stages.length, "stage")}, ${plural(tasks, "task")}, ${durationText(wallMs)}, ${bytes}, ${plural(rows, "row")}${cost ? `, ${dollarsText(cost.dollars)}` : ""}${id === undefined ? "" : ` (${id})`}`;
}

/** Rows of the summary's table: the stages that took longest. */
const MAX_LISTED = 10;

/** The end of a run: totals, then what the costliest stages took, and how far that is from what was expected. */
export function summaryLines(name: string, wallMs: number, jobs: readonly FinishedJob[]): readonly string[] {
  const stages = jobs.flatMap(({ job, stages }) => stages.map((stage) => ({ ...stage, job })));
  const tasks = sumOf(stages, (stage) => stage.done);
  const totals = [
    plural(jobs.length, "job"),
    plural(tasks, "task"),
    `${bytesText(sumOf(stages, (stage) => stage.bytesRead))} read`,
    `${bytesText(sumOf(stages, (stage) => stage.bytesShuffled))} shuffled`,
    `${bytesText(jobs.reduce((total, job) => total + job.bytesWritten, 0))} written`,
  ];
  const cost = totalCost(jobs.flatMap((job) => (job.cost ? [job.cost] : [])));
  const listed = stages.toSorted((a, b) => b.wallMs - a.wallMs).slice(0, MAX_LISTED);
  return [
    `${name} finished in ${durationText(wallMs)}: ${[...totals, ...(cost ? [dollarsText(cost.dollars)] : [])].join(", ")}`,
    ...table(
      ["job", "tasks", "task time", "rows in", "read", "shuffled", "stage"],
      listed.map((s) => [
        String(s.job),
        String(s.done),
        durationText(s.wallMs),
        countText(s.rowsIn),
        bytesText(s.bytesRead),
        bytesText(s.bytesShuffled),
        s.label,
      ]),
    ),
    ...(stages.length > listed.length ? [`  and ${plural(stages.length - listed.length, "shorter stage")}`] : []),
    ...(cost ? costLines(cost) : []),
    ...comparisonLines(jobs),
  ];
}

/** Of several jobs: the stages that cost most, and one line for all coordination. Undefined where nothing has a price. */
function totalCost([first, ...others]: readonly CostReport[]): CostReport | undefined {
  if (!first) return undefined;
  const total = others.reduce<CostReport>(
    (sum, next) => ({
      usage: addUsage(sum.usage, next.usage),
      dollars: sum.dollars + next.dollars,
      stages: [...sum.stages, ...next.stages],
      coordinator: {
        label: sum.coordinator.label,
        usage: addUsage(sum.coordinator.usage, next.coordinator.usage),
        dollars: sum.coordinator.dollars + next.coordinator.dollars,
      },
    }),
    first,
  );
  return { ...total, stages: total.stages.toSorted((a, b) => b.dollars - a.dollars).slice(0, MAX_LISTED) };
}

/** Columns right-aligned, the last one left-aligned. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, i) => (i === cells.length - 1 ? cell : cell.padStart(widths[i]!))).join("  ")}`;
  return [line(head), ...rows.map(line)];
}
