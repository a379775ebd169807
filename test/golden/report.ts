import { type ContextVerdict, judgeContext } from "./judge.ts";
import { groupOf, type Outcome } from "./outcome.ts";

const KINDS = ["query", "error", "setup"] as const;
/** Groups of failures that are shown. */
const MOST_GROUPS = 40;

/** Passes by area, in score.py's layout. */
export function areaLines(outcomes: readonly Outcome[]): readonly string[] {
  const areas = [...new Set(outcomes.map(({ area }) => area))].sort();
  const line = (name: string, of: readonly Outcome[]) =>
    `${name.padEnd(22)} ${KINDS.map((kind) => share(of.filter(({ record }) => record.kind === kind))).join("  ")}`;
  const scored = outcomes.filter(({ record }) => record.kind !== "setup");
  const passed = scored.filter((outcome) => outcome.passed).length;
  return [
    `${"area".padEnd(22)} ${KINDS.map((kind) => kind.padEnd(19)).join(" ")}`.trimEnd(),
    ...areas.map((area) =>
      line(
        area,
        outcomes.filter((outcome) => outcome.area === area),
      ),
    ),
    line("TOTAL", outcomes),
    `score (query + error): ${passed} of ${scored.length} = ${percent(passed, scored.length)}%`,
  ];
}

const percent = (n: number, of: number): string => (of === 0 ? 100 : (100 * n) / of).toFixed(2);

function share(outcomes: readonly Outcome[]): string {
  const passed = outcomes.filter((outcome) => outcome.passed).length;
  const rate = (outcomes.length === 0 ? 100 : (100 * passed) / outcomes.length).toFixed(1);
  return `${String(passed).padStart(5)}/${String(outcomes.length).padEnd(5)} ${rate.padStart(5)}%`;
}

/** How records passed or failed. */
export function reasonLines(outcomes: readonly Outcome[]): readonly string[] {
  const counts = countBy(outcomes, ({ record, passed, why }) => `${record.kind.padEnd(6)} ${passed ? "pass " : "FAIL "} ${why}`);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, { count }]) => `  ${reason.padEnd(32)} ${count}`);
}

/** What failures have in common, the largest groups first, each with one of its statements. */
export function groupLines(outcomes: readonly Outcome[]): readonly string[] {
  const groups = [
    ...countBy(
      outcomes.filter(({ passed }) => !passed),
      groupOf,
    ),
  ].sort(([, a], [, b]) => b.count - a.count);
  const shown = groups
    .slice(0, MOST_GROUPS)
    .flatMap(([group, { count, first }]) => [
      `${String(count).padStart(5)}  ${group}`,
      `         ${first.file} ${first.record.index}: ${oneLine(first.record.sql)}`,
    ]);
  const rest = groups.length - MOST_GROUPS;
  return rest > 0 ? [...shown, `       and ${rest} groups more; --failures FILE has all of them`] : shown;
}

/** How many errors show the piece of their text that Spark's do. They pass without. */
export function contextLine(outcomes: readonly Outcome[]): string {
  const verdicts = outcomes.map(({ record, answer }) => judgeContext(record, answer));
  const count = (...which: readonly ContextVerdict[]) => verdicts.filter((verdict) => which.includes(verdict)).length;
  const [same, all] = [count("same"), count("same", "other", "missing")];
  return `query contexts of errors: ${same} of ${all} = ${percent(same, all)}%, and ${count("superfluous")} where Spark shows none`;
}

const oneLine = (sql: string): string => sql.replace(/\s+/g, " ").slice(0, 120);

function countBy(outcomes: readonly Outcome[], key: (outcome: Outcome) => string): Map<string, { count: number; first: Outcome }> {
  const counts = new Map<string, { count: number; first: Outcome }>();
  for (const outcome of outcomes) {
    const entry = counts.get(key(outcome)) ?? { count: 0, first: outcome };
    counts.set(key(outcome), { ...entry, count: entry.count + 1 });
  }
  return counts;
}

/** Rows kept of each side of a failure. */
const MOST_ROWS = 40;

/** A failure as a line of JSON, what was wanted beside what came. */
export function failureLine(outcome: Outcome): string {
  const { file, area, record, answer, why } = outcome;
  const want = record.error ?? { schema: record.schema, ordered: record.ordered, rows: record.rows?.slice(0, MOST_ROWS) };
  const got =
    answer.kind === "rows" ? { schema: answer.schema, rows: answer.rows.slice(0, MOST_ROWS).map((cells) => cells.join("\t")) } : answer;
  return JSON.stringify({ file, area, index: record.index, kind: record.kind, why, group: groupOf(outcome), sql: record.sql, want, got });
}

/** An answer as score.py reads it. */
export function scoredLine({ index }: { readonly index: number }, answer: Outcome["answer"]): string | undefined {
  if (answer.kind === "none") return undefined;
  if (answer.kind === "rows") return JSON.stringify({ index, schema: answer.schema, rows: answer.rows.map((cells) => cells.join("\t")) });
  const { condition, sqlState, messageParameters } = answer.error;
  return JSON.stringify({ index, error: { errorClass: condition, sqlState, messageParameters } });
}
