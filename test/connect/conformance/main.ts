import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { clientModules, pandasModules } from "./modules.ts";
import { causeOf, type Outcome } from "./outcome.ts";
import { startServer } from "./server.ts";

/** `npm run connect:conformance -- dataframe column --failures failures.jsonl`: some modules, or all; `-- --pandas frame` of the pandas API. */
const { values: given, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    /** The modules of the pandas API on Spark instead of the client's: half an hour. */
    pandas: { type: "boolean", default: false },
    /** Docstrings whose names hold this. */
    only: { type: "string" },
    /** Where each failure goes as a line of JSON. */
    failures: { type: "string" },
    /** Another server than one of its own for each module, such as sc://127.0.0.1:15002. */
    remote: { type: "string" },
    /** Modules at once. */
    jobs: { type: "string", default: "2" },
    /** Time limit of a module. */
    seconds: { type: "string", default: "1800" },
    /** Causes to print of each module. */
    groups: { type: "string", default: "12" },
  },
});
const options = { ...given, jobs: Number(given.jobs), seconds: Number(given.seconds), groups: Number(given.groups) };

const { folder, modules } = given.pandas ? pandasModules : clientModules;

const root = join(import.meta.dirname, "../../..");
const python = process.env.PYSPARK_PYTHON ?? join(root, ".firecrest/pyspark/venv/bin/python");
if (!existsSync(python)) throw new Error(`there is no Python with PySpark's needs at ${python}: set PYSPARK_PYTHON, or run npm run setup`);

interface ModuleOutcome {
  readonly module: string;
  /** Of PySpark's client, which is the interpreter's own, and of Spark as the server tells it. */
  readonly versions: string | undefined;
  readonly outcomes: readonly Outcome[];
  /** What became of a module that did not come to its end. */
  readonly broken?: string;
}

const waiting = named.length > 0 ? [...named] : Object.keys(modules);
const results: ModuleOutcome[] = [];
await Promise.all(
  Array.from({ length: options.jobs }, async () => {
    for (let module = waiting.shift(); module; module = waiting.shift()) {
      const result = await runModule(module);
      results.push(result);
      console.log(moduleLines(result).join("\n"));
    }
  }),
);
if (options.failures) {
  const lines = results.flatMap(({ module, outcomes }) =>
    outcomes.flatMap(({ name, first }) => (first ? [JSON.stringify({ module, name, cause: causeOf(first), ...first })] : [])),
  );
  writeFileSync(options.failures, lines.map((line) => `${line}\n`).join(""));
}
console.log(totalLines().join("\n"));

async function runModule(module: string): Promise<ModuleOutcome> {
  const server = options.remote ? undefined : await startServer(["--python-functions", "--python", python]);
  const child = spawn(
    python,
    ["-W", "ignore", join(import.meta.dirname, "doctests.py"), `${folder}.${module}`, ...(options.only ? ["--only", options.only] : [])],
    {
      ...(server ? { cwd: server.folder } : {}),
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        SPARK_CONNECT_TESTING_REMOTE: options.remote ?? server!.remote,
        TZ: "UTC",
      },
    },
  );
  const outcomes: Outcome[] = [];
  let versions: string | undefined;
  let errors = "";
  child.stderr.on("data", (text) => (errors = `${errors}${text}`.slice(-2_000)));
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    // What the doctests themselves print is no JSON.
    if (line.startsWith('{"name": ')) outcomes.push(JSON.parse(line));
    if (line.startsWith('{"client": ')) versions = versionsOf(JSON.parse(line));
  });
  const ended = once(child, "close").then(() => undefined);
  const late = sleep(options.seconds * 1_000, `no end within ${options.seconds} s`, { ref: false });
  const broken = await Promise.race([ended, late]);
  child.kill("SIGKILL");
  await server?.stop();
  const nothing = outcomes.length === 0 ? errors : undefined;
  return { module, versions, outcomes, ...((broken ?? nothing) ? { broken: broken ?? nothing! } : {}) };
}

function versionsOf({ client, server }: { readonly client: string; readonly server: string }): string {
  return `PySpark ${client}'s client, Spark ${server} to it`;
}

function moduleLines({ module, outcomes, broken }: ModuleOutcome): string[] {
  const failures = outcomes.flatMap(({ name, first }) => (first ? [{ name: name.split(".").slice(-1)[0]!, cause: causeOf(first) }] : []));
  const passed = outcomes.filter(({ failed }) => failed === 0).length;
  const spark = options.only ? undefined : modules[module];
  const groups = Object.entries(Object.groupBy(failures, ({ cause }) => cause)).sort(([, a], [, b]) => b!.length - a!.length);
  return [
    `${module}: ${passed} of ${outcomes.length} passed${spark === undefined ? "" : `; Spark passes ${spark}`}${broken ? `; ${broken}` : ""}`,
    ...groups
      .slice(0, options.groups)
      .map(
        ([cause, those]) =>
          `  ${those!.length} x ${cause} (${those!.slice(0, 6).map(({ name }) => name)}${those!.length > 6 ? ", ..." : ""})`,
      ),
    ...(groups.length > options.groups ? [`  and ${groups.length - options.groups} other causes`] : []),
  ];
}

function totalLines(): string[] {
  const count = (of: readonly ModuleOutcome[]) => of.flatMap(({ outcomes }) => outcomes).filter(({ failed }) => failed === 0).length;
  const counted = results.filter(({ module }) => modules[module] !== undefined);
  const spark = counted.reduce((sum, { module }) => sum + modules[module]!, 0);
  const all = results.reduce((sum, { outcomes }) => sum + outcomes.length, 0);
  return [
    ...new Set(results.flatMap(({ versions }) => versions ?? [])),
    `${count(results)} of ${all} docstrings passed in ${results.length} modules`,
    ...(counted.length > 0 && !options.only
      ? [`${count(counted)} where Spark's own server passes ${spark}: ${counted.map(({ module }) => module).join(", ")}`]
      : []),
  ];
}
