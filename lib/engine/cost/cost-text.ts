import type { CostReport, StageCost } from "./cost.ts";
import type { Estimate } from "./estimate.ts";

/** `$12.34`, `$0.0512`, `$0.00000013`: cents of large amounts, three digits of small ones. */
export function dollarsText(dollars: number): string {
  if (dollars === 0) return "$0";
  const digits = dollars >= 1 ? 2 : Math.min(12, 2 - Math.floor(Math.log10(dollars)));
  return `$${dollars.toFixed(digits)}`;
}

const countText = (count: number): string => Math.round(count).toLocaleString("en-US");

/** What each stage and the coordinator cost, and all together. */
export function costLines({ stages, coordinator, usage, dollars }: CostReport): readonly string[] {
  const total: StageCost = { label: "all", usage, dollars };
  const head = ["cost", "GB-seconds", "invocations", "reads", "writes", "queue requests", ""];
  const rows = [...stages, coordinator, total].map((cost) => [
    dollarsText(cost.dollars),
    cost.usage.gbSeconds.toFixed(2),
    countText(cost.usage.invocations),
    countText(cost.usage.storeReads),
    countText(cost.usage.storeWrites),
    countText(cost.usage.queueRequests),
    cost.label,
  ]);
  return alignedLines([head, ...rows]);
}

/** What one job or several were likely to take. */
export type Expected = Pick<Estimate, "dollars" | "seconds" | "tasks" | "usage" | "stages">;

/** What finished jobs took. */
export interface Actual {
  readonly seconds: number;
  /** Attempts that were accepted. */
  readonly tasks: number;
  /** Of source files. */
  readonly bytesRead: number;
  /** Of shuffles and broadcasts. */
  readonly bytesShuffleRead: number;
  readonly cost: Pick<CostReport, "usage" | "dollars">;
}

/** What jobs were likely to take beside what they took, and how many times as much that was. */
export function compareEstimate(estimate: Expected, actual: Actual): readonly string[] {
  const { usage, dollars } = actual.cost;
  const sum = (amount: (stage: Estimate["stages"][number]) => number) => estimate.stages.reduce((total, stage) => total + amount(stage), 0);
  const mebibytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MB`;
  const seconds = (s: number) => `${s.toFixed(1)} s`;
  const rows: readonly (readonly [string, number, number, (value: number) => string])[] = [
    ["cost", estimate.dollars, dollars, dollarsText],
    ["time", estimate.seconds, actual.seconds, seconds],
    ["tasks", estimate.tasks, actual.tasks, countText],
    ["read from files", sum((stage) => stage.bytesRead), actual.bytesRead, mebibytes],
    ["read from shuffles", sum((stage) => stage.bytesShuffleRead), actual.bytesShuffleRead, mebibytes],
    ["GB-seconds", estimate.usage.gbSeconds, usage.gbSeconds, (value) => value.toFixed(2)],
    ["store reads", estimate.usage.storeReads, usage.storeReads, countText],
    ["store writes", estimate.usage.storeWrites, usage.storeWrites, countText],
    ["queue requests", estimate.usage.queueRequests, usage.queueRequests, countText],
  ];
  return alignedLines([
    ["estimated", "actual", "factor", ""],
    ...rows.map(([what, expected, found, text]) => [text(expected), text(found), factorText(expected, found), what]),
  ]);
}

const factorText = (expected: number, found: number): string =>
  expected === 0 ? (found === 0 ? "1.0" : "-") : (found / expected).toFixed(1);

/** Columns right-aligned, but for the last one. */
export function alignedLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => `  ${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padStart(widths[i]!))).join("  ")}`.trimEnd());
}
