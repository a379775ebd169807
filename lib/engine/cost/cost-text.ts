import type { CostReport, StageCost } from "./cost.ts";

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

/** Columns right-aligned, but for the last one. */
export function alignedLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => `  ${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padStart(widths[i]!))).join("  ")}`.trimEnd());
}
