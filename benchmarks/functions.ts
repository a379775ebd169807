import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resolveExpression, type Scope } from "../lib/engine/analyzer/resolve-expression.ts";
import { fn, lambda, lambdaVariable, literal, newAttribute } from "../lib/engine/expressions/build.ts";
import type { Attribute, Expression, GeneratorCall, SortOrder } from "../lib/engine/expressions/expression.ts";
import { typeOf } from "../lib/engine/expressions/properties.ts";
import type { FunctionEntry, GeneratorFunction, Parameter, SessionSettings } from "../lib/engine/functions/function.ts";
import { callableFunctions, entryOf } from "../lib/engine/functions/registry.ts";
import { Kernel } from "../lib/engine/kernel/connection.ts";
import { type EmitContext, emit } from "../lib/engine/kernel/emit.ts";
import { columnName } from "../lib/engine/kernel/names.ts";
import type { DataType } from "../lib/engine/types/data-type.ts";
import { parseDataType } from "../lib/engine/types/ddl.ts";
import { COLUMNS, MADE } from "./function-columns.ts";
import { EXAMPLES } from "./function-examples.ts";
import { type Speed, speedTables } from "./function-report.ts";
import { benchFolder } from "./install.ts";

/**
 * Rows that a second of CPU takes through every function, on one thread, over generated columns of each type: `npm run bench:functions` writes
 * docs/function-speeds.md. CPU time and not the clock's, so that whatever else the machine does counts little. Names given after it measure
 * only those, and write nothing.
 */
const ROWS = 1_000_000;
/** What a function runs over first, to tell how many rows it takes in CALL_SECONDS. */
const FEW = 512;
/** Rows with the columns that functions make. */
const MADE_ROWS = 20_000;
const CALL_SECONDS = 0.1;

const session: SessionSettings = { timeZone: "UTC", ansi: true, caseSensitive: false };
const attributes = new Map<string, Attribute>(
  Object.entries(COLUMNS).map(([name, [type]], i) => [name, newAttribute(name, parseDataType(type), false, i + 1)]),
);
const made = new Map<string, Attribute>();
const scope: Scope = {
  candidates: ([name]) => [attributes.get(name!) ?? made.get(name!)!].filter(Boolean).map((attribute) => ({ attribute, rest: [] })),
  all: () => [...attributes.values(), ...made.values()],
} as Scope;

const column = (name: string): Expression => attributes.get(name) ?? made.get(name)!;
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

/** Which column holds the sketches that a function takes, by how its name begins. */
const SKETCHES: readonly (readonly [prefix: RegExp, column: string])[] = [
  [/^hll/, "hll"],
  [/^theta/, "theta"],
  [/^kll.*bigint/, "kllLongs"],
  [/^kll.*double/, "kllDoubles"],
  [/^kll.*float/, "kllFloats"],
  [/^bitmap/, "bitmap"],
];

function exampleOf(name: string, { accepts }: Parameter): Expression {
  if (typeof accepts === "string") return column(BY_KEYWORD[accepts] ?? "i");
  const sketch = accepts[0]!.kind === "binary" && SKETCHES.find(([prefix]) => prefix.test(name))?.[1];
  return column(sketch || columnOfType(accepts[0]!));
}

const BY_KIND: Readonly<Record<string, string>> = {
  integer: "i",
  long: "l",
  string: "s",
  binary: "bin",
  double: "d",
  decimal: "dec",
  variant: "v",
};

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
  return Array.from({ length: count }, (_, i) => exampleOf(entry.names[0], parameters[Math.min(i, parameters.length - 1)]!));
}

const folder = join(benchFolder, "functions");
mkdirSync(folder, { recursive: true });
const kernel = await Kernel.open({ threads: 1, memory: 3e9, spillFolder: join(folder, "spill") });

async function sqlOf(resolved: Expression): Promise<{ readonly sql: string; readonly native: boolean }> {
  const context: EmitContext = { session, functions: new Map() };
  const sql = resolved.kind === "generator" ? rowsOf(resolved, context) : emit(resolved, context);
  await kernel.prepare(session, context.functions.values());
  return { sql, native: context.functions.size > 0 || sql.includes("firecrest_") };
}

/** A generator's rows, as a list. */
function rowsOf(call: GeneratorCall, context: EmitContext): string {
  const args = call.args.map((arg) => emit(arg, context));
  return (entryOf(call.name) as GeneratorFunction).rows(args, call, session);
}

async function makeTables(): Promise<void> {
  const base = [...attributes.values()].map((attribute) => `${COLUMNS[attribute.name]![1]} AS ${columnName(attribute)}`);
  await kernel.run(`CREATE TEMP TABLE rows AS SELECT ${base.join(", ")} FROM range(${ROWS}) t(n)`);
  const texts: string[] = [];
  for (const [name, [kind, of]] of Object.entries(MADE)) {
    const resolved = resolveExpression(of(column), scope, session);
    const { sql } = await sqlOf(resolved);
    const attribute = newAttribute(name, typeOf(resolved), true, attributes.size + made.size + 1);
    made.set(name, attribute);
    texts.push(`${kind === "scalar" ? sql : `(SELECT ${sql} FROM (FROM rows LIMIT 1000))`} AS ${columnName(attribute)}`);
  }
  await kernel.run(`CREATE TEMP TABLE made AS SELECT *, ${texts.join(", ")} FROM (FROM rows LIMIT ${MADE_ROWS})`);
}

/** CPU seconds of a statement over the first rows of a table. */
async function seconds(kind: FunctionEntry["kind"], sql: string, table: string, rows: number): Promise<number> {
  // Not LIMIT, which DuckDB turns into a join by row numbers.
  const from = `(FROM ${table} WHERE rowid < ${rows})`;
  // A hash needs every value; counting them would not.
  const values =
    kind === "aggregate" ? `SELECT ${sql} AS x FROM ${from}` : `SELECT bit_xor(hash(x)) FROM (SELECT ${sql} AS x FROM ${from})`;
  const start = process.cpuUsage();
  const result = await kernel.stream(values);
  while (((await result.fetchChunk())?.rowCount ?? 0) > 0);
  const { user, system } = process.cpuUsage(start);
  await kernel.checkEnd(result, values);
  return (user + system) / 1e6;
}

/** Overs of window functions see the rows in an order that they have. */
const OVER = { kind: "window", partitionBy: [], orderBy: [] } as const;

function exampleCall(entry: FunctionEntry): Expression {
  const name = entry.names[0];
  const call = fn(name, ...argumentsFor(entry));
  const key: SortOrder = { kind: "sortOrder", child: call.args[0] ?? column("l"), ascending: true, nullsFirst: true };
  if (entry.kind === "window") return { ...OVER, function: call, orderBy: [{ ...key, child: column("l") }] };
  const keyed = entry.kind === "aggregate" && entry.withinGroup?.keys === "first" && name !== "mode";
  return keyed ? { ...call, args: call.args.slice(1), withinGroup: [key] } : call;
}

async function speedOf(entry: FunctionEntry): Promise<Pick<Speed, "rows" | "as">> {
  const resolved = resolveExpression(exampleCall(entry), scope, session);
  const { sql, native } = await sqlOf(resolved);
  const few = [...made.values()].some((attribute) => sql.includes(columnName(attribute)));
  const [table, most] = few ? ["made", MADE_ROWS] : ["rows", ROWS];
  let [rows, best] = [Math.min(FEW, most), 0];
  // Twice as many each time is enough to warm up, and bounds what a slow function costs.
  for (;;) {
    const taken = await seconds(entry.kind, sql, table, rows);
    best = Math.max(best, rows / taken);
    if (rows >= most || taken > CALL_SECONDS) break;
    rows = Math.min(most, Math.max(rows * 2, Math.floor(best * CALL_SECONDS)));
  }
  return { rows: best, as: native ? "TypeScript" : "SQL" };
}

await makeTables();
const only = process.argv.slice(2);
const speeds: Speed[] = [];
const failures: { readonly name: string; readonly why: string }[] = [];
for (const entry of callableFunctions()) {
  const name = entry.names[0];
  if (only.length > 0 ? !only.includes(name) : !/^[a-z]/.test(name)) continue;
  try {
    speeds.push({ name, group: entry.group, ...(await speedOf(entry)) });
    process.stderr.write(`${name} ${(speeds.at(-1)!.rows / 1e6).toFixed(2)} ${speeds.at(-1)!.as}\n`);
  } catch (thrown) {
    const why = String((thrown as Error).message).split("\n")[0]!;
    failures.push({ name, why });
    process.stderr.write(`${name}: ${why}\n`);
  }
}
kernel.close();
if (only.length === 0) writeFileSync(new URL("../docs/function-speeds.md", import.meta.url), speedTables(speeds, failures, ROWS));
console.log(
  `${speeds.length} measured, ${speeds.filter(({ rows }) => rows < 1e6).length} below a million rows a second, ${failures.length} failed`,
);
