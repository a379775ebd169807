import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { Command, Option } from "commander";
import { difference } from "./answers.ts";
import { type EngineName, engines } from "./engines.ts";
import { benchFolder, installPython, tpchFolder } from "./install.ts";
import { measure, type WorkerMeasure } from "./measure.ts";
import { type Task, tasks, type WorkerOrder } from "./protocol.ts";
import { reportLines } from "./report.ts";
import { tpchSql } from "./tpch-sql.ts";

interface Options {
  readonly only?: readonly Task[];
  readonly engines?: readonly EngineName[];
  readonly spark: "yes" | "no";
  readonly sail: "yes" | "no";
  readonly forced?: boolean;
  readonly scale: number;
  readonly runs: number;
  readonly threads: number;
  readonly memory?: string;
  readonly data?: string;
}

const listOf =
  <T extends string>(known: readonly T[]) =>
  (text: string): readonly T[] =>
    text.split(",").map((name) => {
      if (!known.includes(name as T)) throw new RangeError(`${name} is none of ${known.join(", ")}`);
      return name as T;
    });

const options: Options = new Command("npm run bench --")
  .description("Compares Firecrest with DuckDB, Sail and Spark on TPC-H, side by side on this machine.")
  .option("--only <tasks>", `some of ${tasks.join(",")}`, listOf(tasks))
  .option("--engines <names>", `some of ${Object.keys(engines).join(",")}`, listOf(Object.keys(engines) as EngineName[]))
  .addOption(new Option("--spark <answer>", "whether Spark takes part; it is 456 MB to install").choices(["yes", "no"]).default("yes"))
  .addOption(new Option("--sail <answer>", "whether Sail takes part; 170 MB to install").choices(["yes", "no"]).default("yes"))
  .option("--forced", "also Firecrest with several workers, small partitions and no broadcast")
  .option("--scale <factor>", "TPC-H's scale factor", Number, 1)
  .option("--runs <n>", "runs of each task; the median counts", Number, 3)
  .option("--threads <n>", "threads of each engine", Number, 2)
  .option("--memory <size>", "memory limit of each engine, such as 3g")
  .option("--data <folder>", "TPC-H's tables as Parquet, instead of generating them")
  .parse()
  .opts();

/** Fresh processes for the time to a first answer. */
const COLD_RUNS = 3;

const chosen = options.engines ?? defaultEngines();
const wanted = options.only ?? tasks;
for (const name of chosen) if (engines[name].needs.length > 0) installPython(engines[name].needs, engines[name].environment);
const data = options.data ?? tpchFolder(options.scale);
const scratch = join(benchFolder, "scratch");

const loadBefore = loadavg()[0]!;
const results: { engine: EngineName; warm: WorkerMeasure; firstAnswers: readonly number[] }[] = [];
for (const engine of chosen) {
  process.stderr.write(`bench: ${engines[engine].title}\n`);
  const warm = await runWorker(engine, wanted, options.runs);
  const firstAnswers: number[] = [];
  for (let run = 0; run < COLD_RUNS; run += 1) firstAnswers.push((await runWorker(engine, ["q06"], 1)).firstAnswerSeconds);
  results.push({ engine, warm, firstAnswers });
}

const differences = results.flatMap(({ engine, warm }) =>
  warm.tasks.flatMap(({ task, rows }) => {
    const expected = results[0]!.warm.tasks.find((other) => other.task === task)!;
    const text = difference(expected.rows, rows);
    return text ? [`${task}: ${engines[engine].title} differs from ${engines[results[0]!.engine].title}: ${text}`] : [];
  }),
);
console.log(reportLines({ ...options, load: [loadBefore, loadavg()[0]!], results, differences }).join("\n"));
writeFileSync(
  join(benchFolder, "result.json"),
  JSON.stringify({ options, load: [loadBefore, loadavg()[0]], results, differences }, null, 1),
);
process.exitCode = differences.length > 0 ? 1 : 0;

function defaultEngines(): readonly EngineName[] {
  return [
    "firecrest",
    ...(options.forced ? (["firecrest-forced"] as const) : []),
    "duckdb-node",
    "duckdb",
    ...(options.sail === "yes" ? (["sail"] as const) : []),
    ...(options.spark === "yes" ? (["spark"] as const) : []),
  ];
}

/** A worker in a process and a scratch folder of its own. */
async function runWorker(engine: EngineName, order: readonly Task[], runs: number): Promise<WorkerMeasure> {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const { command, conf } = engines[engine];
  const message: WorkerOrder = {
    data,
    scratch,
    threads: options.threads,
    runs,
    tasks: order.map((task) => (task === "repartition" ? { task } : { task, sql: tpchSql(task) })),
    ...(options.memory === undefined ? {} : { memory: options.memory }),
    ...(conf ? { conf } : {}),
  };
  try {
    return await measure(command, message);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
