export interface Speed {
  readonly name: string;
  readonly group: string;
  /** A CPU second. */
  readonly rows: number;
  /** What the kernel runs for it. */
  readonly as: "SQL" | "TypeScript";
}

const SLOW = 1_000_000;
const millions = (rows: number): string => (rows / 1e6).toFixed(rows < 1e6 ? 2 : 1);

const table = (list: readonly Speed[]): string =>
  [
    "| function | group | million rows/s | runs as |",
    "|---|---|---|---|",
    ...list.map(({ name, group, rows, as }) => `| ${name} | ${group} | ${millions(rows)} | ${as} |`),
  ].join("\n");

/** docs/function-speeds.md. */
export function speedTables(
  speeds: readonly Speed[],
  failures: readonly { readonly name: string; readonly why: string }[],
  rows: number,
): string {
  const sorted = speeds.toSorted((a, b) => a.rows - b.rows);
  const slow = sorted.filter((speed) => speed.rows < SLOW);
  return `# Speeds of functions

Million rows that a second of CPU takes through each function on one thread, over up to ${rows.toLocaleString("en")} generated rows of its
arguments' types, the making of the arguments not counted. \`npm run bench:functions\` writes this file; figures move by a third from run to run.
*TypeScript*: some of its rows, or all, take a call in TypeScript.

${speeds.length} functions, ${slow.length} of them below a million rows a second.

## Below a million

${table(slow)}

## All others

${table(sorted.slice(slow.length))}

## Not measured

${failures.map(({ name, why }) => `- \`${name}\`: ${why}`).join("\n")}
`;
}
