import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DiskScratch } from "../lib/backends/local/disk-scratch.ts";
import { FileStore } from "../lib/backends/local/file-store.ts";
import { quoteText, type SessionSettings } from "../lib/engine/functions/function.ts";
import { Kernel } from "../lib/engine/kernel/connection.ts";
import { columnName } from "../lib/engine/kernel/names.ts";
import type { Scan } from "../lib/engine/logical/plan.ts";
import type { Source } from "../lib/engine/ports/source.ts";
import {
  type DataType,
  integerType,
  longType,
  stringType,
  structField,
  structType,
  timestampNtzType,
} from "../lib/engine/types/data-type.ts";
import { csvSource } from "../lib/sources/csv/source.ts";
import { jsonSource } from "../lib/sources/json/source.ts";
import { benchFolder } from "./install.ts";

/** Reads the same CSV and JSON files of flights by Firecrest's sources and by DuckDB's own readers; prints CPU seconds, the best of three. */
const folder = join(benchFolder, "text-formats");
mkdirSync(folder, { recursive: true });
const session: SessionSettings = { timeZone: "UTC", ansi: true, caseSensitive: false };
const kernel = await Kernel.open({ threads: 2, memory: 2e9, spillFolder: join(folder, "spill") });
await kernel.prepare(session, []);
const scratch = new DiskScratch(join(folder, "scratch"));
const store = new FileStore(() => "bench");

const columns: readonly (readonly [string, DataType, string])[] = [
  ["date", timestampNtzType, "TIMESTAMP"],
  ["delay", longType, "BIGINT"],
  ["distance", longType, "BIGINT"],
  ["origin", stringType, "VARCHAR"],
  ["destination", stringType, "VARCHAR"],
  ["copy", integerType, "INTEGER"],
];
const schema = structType(columns.map(([name, type]) => structField(name, type)));
const duckColumns = `{${columns.map(([name, , type]) => `'${name}': '${type}'`).join(", ")}}`;
const answer = (of: (name: string) => string): string =>
  `max(${of("date")}) d, sum(${of("delay")}) s, sum(${of("distance")}) t, max(${of("origin")}) o, max(${of("destination")}) p, count(*) n`;
const RUNS = 3;

async function cpuSeconds(run: () => Promise<unknown>): Promise<readonly [number, string]> {
  let best = Number.POSITIVE_INFINITY;
  let result: unknown;
  for (let i = 0; i < RUNS; i++) {
    const before = process.cpuUsage();
    result = await run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1e6);
  }
  return [best, JSON.stringify(result)];
}

async function bySource(source: Source, path: string, exact: boolean): Promise<unknown> {
  const read = { kind: "read", format: source.format, paths: [path], options: { header: "true" }, schema } as const;
  const scan: Scan = await source.resolve(read, { store, session, query: (sql) => kernel.query(sql) });
  const { sql } = await source.open(scan, source.split(scan, 1e12, session), { store, scratch, session, exact });
  return kernel.query(`SELECT ${answer((name) => columnName(scan.output.find((a) => a.name === name)!))} FROM (${sql})`);
}

const cases = [
  { name: "plain.csv", source: csvSource, copy: "FORMAT csv, HEADER" },
  { name: "quoted.csv", source: csvSource, copy: "FORMAT csv, HEADER, FORCE_QUOTE *" },
  { name: "flights.json", source: jsonSource, copy: "FORMAT json" },
];
console.log("file          DuckDB  Firecrest  line by line   (CPU seconds)");
for (const { name, source, copy } of cases) {
  const path = join(folder, name);
  const flights = quoteText(join(import.meta.dirname, "../node_modules/vega-datasets/data/flights-3m.parquet"));
  await kernel.run(`COPY (SELECT *, 0 AS copy FROM ${flights}) TO ${quoteText(path)} (${copy})`);
  const reader =
    source === csvSource
      ? `read_csv(${quoteText(path)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', columns = ${duckColumns})`
      : `read_ndjson(${quoteText(path)}, columns = ${duckColumns})`;
  const [duck, expected] = await cpuSeconds(() => kernel.query(`SELECT ${answer((column) => column)} FROM ${reader}`));
  const [fast, found] = await cpuSeconds(() => bySource(source, path, false));
  const [exact] = await cpuSeconds(() => bySource(source, path, true));
  if (found !== expected) throw new Error(`${name}: ${found} instead of ${expected}`);
  console.log([name.padEnd(13), duck.toFixed(2).padStart(6), fast.toFixed(2).padStart(10), exact.toFixed(2).padStart(13)].join(" "));
}
kernel.close();
rmSync(folder, { recursive: true });
