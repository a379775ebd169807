import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resolveExpression, type Scope } from "../lib/engine/analyzer/resolve-expression.ts";
import { fn, lambda, lambdaVariable, literal, newAttribute } from "../lib/engine/expressions/build.ts";
import type { Attribute, Expression } from "../lib/engine/expressions/expression.ts";
import type { FunctionEntry, Parameter, SessionSettings } from "../lib/engine/functions/function.ts";
import { allFunctions } from "../lib/engine/functions/registry.ts";
import { Kernel } from "../lib/engine/kernel/connection.ts";
import { type EmitContext, emit } from "../lib/engine/kernel/emit.ts";
import { columnName } from "../lib/engine/kernel/names.ts";
import type { DataType } from "../lib/engine/types/data-type.ts";
import { parseDataType } from "../lib/engine/types/ddl.ts";
import { EXAMPLES } from "./function-examples.ts";
import { benchFolder } from "./install.ts";

/**
 * Rows a second of every function on one thread, over generated columns of each type: `npm run bench:functions` writes
 * docs/function-speeds.md. A function runs over ROWS rows, slow ones over a few.
 */
const ROWS = 1_000_000;
const FEW = 50_000;
const SLOW = 1_000_000;

/** A column of each type: its DuckDB expression over a row's number `n`. */
const COLUMNS: Readonly<Record<string, readonly [type: string, sql: string]>> = {
  flag: ["boolean", "n % 3 = 0"],
  tiny: ["tinyint", "CAST(n % 100 AS TINYINT)"],
  small: ["smallint", "CAST(n % 10000 AS SMALLINT)"],
  i: ["int", "CAST(n % 100003 AS INTEGER)"],
  few: ["int", "CAST(n % 5 + 1 AS INTEGER)"],
  l: ["bigint", "n * 7919"],
  f: ["float", "CAST(n % 1000 / 7.0 AS FLOAT)"],
  d: ["double", "n % 100003 / 7.0::DOUBLE"],
  part: ["double", "n % 1000 / 1000.0::DOUBLE"],
  dec: ["decimal(12,2)", "CAST(n % 100003 / 100.0 AS DECIMAL(12,2))"],
  s: ["string", "'Row ' || (n % 1000) || ', of some words'"],
  digits: ["string", "CAST(n % 100003 AS VARCHAR)"],
  json: ["string", `'{"a": ' || (n % 1000) || ', "b": ["x", "y"]}'`],
  csv: ["string", "(n % 1000) || ',word'"],
  xml: ["string", "'<p><a>' || (n % 1000) || '</a></p>'"],
  url: ["string", "'https://example.com/path?q=' || (n % 1000)"],
  day: ["string", "CAST(DATE '2020-01-01' + CAST(n % 1000 AS INTEGER) AS VARCHAR)"],
  moment: ["string", "CAST(TIMESTAMP '2020-01-01' + to_seconds(n % 1000000) AS VARCHAR)"],
  bin: ["binary", "encode('Row ' || (n % 1000))"],
  date: ["date", "DATE '2020-01-01' + CAST(n % 1000 AS INTEGER)"],
  ts: ["timestamp", "CAST(TIMESTAMP '2020-01-01' + to_seconds(n % 1000000) AS TIMESTAMPTZ)"],
  ntz: ["timestamp_ntz", "TIMESTAMP '2020-01-01' + to_seconds(n % 1000000)"],
  time: ["time(6)", "CAST(TIMESTAMP '2020-01-01' + to_seconds(n % 1000000) AS TIME)"],
  ym: ["interval year to month", "CAST(n % 100 AS INTEGER)"],
  dt: ["interval day to second", "n * 1000000"],
  ints: ["array<int>", "[CAST(n % 10 AS INTEGER), 2, CAST(n % 7 AS INTEGER)]"],
  longs: ["array<bigint>", "[n % 10, 2]"],
  doubles: ["array<double>", "[n % 10 / 2.0::DOUBLE, 2]"],
  texts: ["array<string>", "['a', 'b' || (n % 10)]"],
  nested: ["array<array<int>>", "[[CAST(n % 10 AS INTEGER)], [2]]"],
  entries: ["array<struct<key: int, value: string>>", "[{key: CAST(n % 10 AS INTEGER), value: 'v'}]"],
  m: ["map<string, int>", "map(['a', 'b' || (n % 10)], [1, CAST(n % 10 AS INTEGER)])"],
  st: ["struct<a: int, b: string>", "{a: CAST(n % 10 AS INTEGER), b: 'x'}"],
};

const session: SessionSettings = { timeZone: "UTC", ansi: true, caseSensitive: false };
const attributes = new Map<string, Attribute>(
  Object.entries(COLUMNS).map(([name, [type]], i) => [name, newAttribute(name, parseDataType(type), false, i + 1)]),
);
const scope: Scope = {
  candidates: ([name]) => [attributes.get(name!)!].filter(Boolean).map((attribute) => ({ attribute, rest: [] })),
  all: () => [...attributes.values()],
} as Scope;

const column = (name: string): Expression => attributes.get(name)!;
/** What an example says: `:name` is a column, `x -> call` a lambda, anything else a value. */
function argument(given: unknown): Expression {
  if (typeof given === "string" && given.startsWith(":")) return column(given.slice(1));
  if (given !== null && typeof given === "object" && "kind" in given) return given as Expression;
  if (typeof given === "function") return lambdaOf(given as (...variables: readonly Expression[]) => Expression);
  if (given === null) return literal(null, parseDataType("void"));
  if (typeof given === "boolean") return literal(given, parseDataType("boolean"));
  if (typeof given === "number") return literal(given, parseDataType(Number.isInteger(given) ? "int" : "double"));
  return literal(String(given), parseDataType("string"));
}

function lambdaOf(body: (...variables: readonly Expression[]) => Expression): Expression {
  const variables = Array.from({ length: body.length }, (_, i) => lambdaVariable("xyz"[i]!));
  return lambda(variables, body(...variables));
}

const BY_KEYWORD: Readonly<Record<string, string>> = {
  any: "i",
  orderable: "i",
  numeric: "d",
  numericOrInterval: "d",
  integral: "i",
  fractional: "d",
  array: "ints",
  map: "m",
  struct: "st",
  interval: "dt",
  common: "i",
  sameAsFirst: "ints",
};

function exampleOf({ accepts }: Parameter): Expression {
  if (typeof accepts === "string") return column(BY_KEYWORD[accepts] ?? "i");
  return column(columnOfType(accepts[0]!));
}

const BY_KIND: Readonly<Record<string, string>> = { integer: "i", long: "l", string: "s", binary: "bin", double: "d", decimal: "dec" };

function columnOfType(type: DataType): string {
  if (type.kind === "array") return { string: "texts", long: "longs", double: "doubles" }[type.elementType.kind as "long"] ?? "ints";
  const found = Object.entries(COLUMNS).find(([, [text]]) => parseDataType(text).kind === type.kind)?.[0];
  return BY_KIND[type.kind] ?? found ?? "i";
}

function argumentsFor(entry: FunctionEntry): readonly Expression[] {
  const example = EXAMPLES[entry.names[0]];
  if (example) return example.map(argument);
  const { parameters, optional = 0, variadicMin } = entry.signature;
  const count = variadicMin === undefined ? parameters.length - optional : parameters.length - 1 + Math.max(variadicMin, 1);
  return Array.from({ length: count }, (_, i) => exampleOf(parameters[Math.min(i, parameters.length - 1)]!));
}

interface Speed {
  readonly name: string;
  readonly group: string;
  readonly rows: number;
  /** What the kernel runs for it. */
  readonly as: "SQL" | "TypeScript";
}
interface Unmeasured {
  readonly name: string;
  readonly why: string;
}

const folder = join(benchFolder, "functions");
mkdirSync(folder, { recursive: true });
const kernel = await Kernel.open({ threads: 1, memory: 3e9, spillFolder: join(folder, "spill") });
const made = [...attributes.values()].map((attribute) => `${COLUMNS[attribute.name]![1]} AS ${columnName(attribute)}`);
await kernel.run(`CREATE TEMP TABLE rows AS SELECT ${made.join(", ")} FROM range(${ROWS}) t(n)`);

/** Seconds for a statement over the first rows. */
async function seconds(entry: FunctionEntry, sql: string, rows: number): Promise<number> {
  const from = `(SELECT * FROM rows LIMIT ${rows})`;
  const statement =
    entry.kind === "aggregate" ? `SELECT ${sql} AS x FROM ${from}` : `SELECT count(x) FROM (SELECT ${sql} AS x FROM ${from})`;
  const start = performance.now();
  const result = await kernel.stream(
    `SELECT count(*) FROM (${statement}) WHERE x IS NOT NULL OR x IS NULL`.replace("count(x)", "count(x) AS x"),
  );
  while (((await result.fetchChunk())?.rowCount ?? 0) > 0);
  return (performance.now() - start) / 1000;
}

async function speedOf(entry: FunctionEntry): Promise<Pick<Speed, "rows" | "as">> {
  const call = { ...fn(entry.names[0], ...argumentsFor(entry)) };
  const ordered = entry.kind === "aggregate" && entry.withinGroup?.keys === "first" && entry.names[0] !== "mode";
  const key = { kind: "sortOrder" as const, child: call.args[0]!, ascending: true, nullsFirst: true };
  const written = ordered ? { ...call, args: call.args.slice(1), withinGroup: [key] } : call;
  const resolved = resolveExpression(written, scope, session);
  if (resolved.kind === "generator") throw new Error("makes rows");
  const context: EmitContext = { session, functions: new Map() };
  const sql = emit(resolved, context);
  await kernel.prepare(session, context.functions.values());
  const first = await seconds(entry, sql, FEW);
  const second = Math.min(first, await seconds(entry, sql, FEW));
  const rows = FEW / second < SLOW ? FEW / second : ROWS / (await seconds(entry, sql, ROWS));
  return { rows, as: context.functions.size > 0 || sql.includes("firecrest_") ? "TypeScript" : "SQL" };
}

const speeds: Speed[] = [];
const unmeasured: Unmeasured[] = [];
for (const entry of allFunctions()) {
  const name = entry.names[0];
  if (entry.kind === "window" || entry.kind === "generator" || !/^[a-z]/.test(name)) continue;
  try {
    speeds.push({ name, group: entry.group, ...(await speedOf(entry)) });
    process.stderr.write(`${name} ${(speeds.at(-1)!.rows / 1e6).toFixed(2)}\n`);
  } catch (thrown) {
    unmeasured.push({
      name,
      why: String((thrown as Error).message)
        .split("\n")[0]!
        .slice(0, 100),
    });
  }
}
kernel.close();

const millions = (rows: number): string => (rows / 1e6).toFixed(rows < 1e6 ? 2 : 1);
const sorted = speeds.toSorted((a, b) => a.rows - b.rows);
const slow = sorted.filter(({ rows }) => rows < SLOW);
const table = (list: readonly Speed[]): string =>
  [
    "| function | group | million rows/s | runs as |",
    "|---|---|---|---|",
    ...list.map(({ name, group, rows, as }) => `| ${name} | ${group} | ${millions(rows)} | ${as} |`),
  ].join("\n");
const text = `# Speeds of functions

Million rows a second of each function on one thread, over ${ROWS.toLocaleString("en")} generated rows of its arguments' types, the making of the arguments not counted.
\`npm run bench:functions\` writes this file; the machine is shared, so figures move by a third. *TypeScript*: some of its rows, or all, take a call in TypeScript.

${speeds.length} functions, ${slow.length} of them below a million rows a second.

## Below a million

${table(slow)}

## All others

${table(sorted.slice(slow.length))}

## Not measured

What is refused, or stands only where the analyzer puts it: ${unmeasured.map(({ name }) => name).join(", ")}.
`;
writeFileSync(new URL("../docs/function-speeds.md", import.meta.url), text);
console.log(`${speeds.length} measured, ${slow.length} below a million rows a second`);
for (const { name, why } of unmeasured) console.log(`${name}: ${why}`);
