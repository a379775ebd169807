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

/** Why a function takes less than a million rows a second, by what it does to each row; the first pattern that its name fits. */
const REASONS: readonly (readonly [name: RegExp, reason: string])[] = [
  [/^(hll|theta|kll)_/, "reads and writes whole sketches of DataSketches' layout, one or two a row, some kilobytes each"],
  [/^approx_top_k/, "reads and writes states of many items, one a row"],
  [/^bitmap_/, "each row is a bitmap of 4,096 bytes"],
  [/^(try_)?aes_/, "a cipher object of Node's for each row"],
  [/^xpath|_xml$/, "parses a document a row in TypeScript"],
  [/variant|parse_json/, "reads or writes a variant's encoding in TypeScript, value by value"],
  [/json|csv/, "parses or writes text in TypeScript, as Jackson and univocity do"],
  [/^sentences$/, "finds words and sentences by Unicode's rules (Intl.Segmenter)"],
  [/^(format_number|to_char|to_varchar|(try_)?to_number|b?round)$/, "exact decimals of any size: BigInt arithmetic and digits, row by row"],
  [/^(months_between|str_to_map)$/, "SQL of several steps with intermediate lists"],
  [/^collations$/, "makes the rows of all collations each time that it is asked"],
  [/^levenshtein$/, "compares each character with each, the product of the lengths"],
  [/^uuid$/, "four draws of a Mersenne Twister a row and 36 digits, so that a seed gives Spark's values"],
  [/^initcap$/, "upper and lower case of whole words, as the JVM maps them, which DuckDB does not"],
  [/^time$/, "reads the forms of a time that a cast takes in TypeScript"],
];
const OTHER = "a call in TypeScript for each row";
const reasonOf = ({ name, as }: Speed): string =>
  REASONS.find(([pattern]) => pattern.test(name))?.[1] ?? (as === "TypeScript" ? OTHER : "SQL of several steps");

const slowTable = (list: readonly Speed[]): string =>
  [
    "| function | group | million rows/s | runs as | why |",
    "|---|---|---|---|---|",
    ...list.map((speed) => `| ${speed.name} | ${speed.group} | ${exactly(speed.rows)} | ${speed.as} | ${reasonOf(speed)} |`),
  ].join("\n");
const exactly = (rows: number): string => (rows < 1e4 ? (rows / 1e6).toFixed(4) : millions(rows));

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

${slowTable(slow)}

## All others

${table(sorted.slice(slow.length))}

## Not measured

${failures.map(({ name, why }) => `- \`${name}\`: ${why}`).join("\n")}
`;
}
