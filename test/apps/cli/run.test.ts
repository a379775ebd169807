import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const launcher = fileURLToPath(new URL("../../../apps/cli/firecrest.mjs", import.meta.url));
/** Outside of any package: `firecrest` must be found all the same. */
const folder = mkdtempSync(join(tmpdir(), "firecrest-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the CLI; `onOutput` sees all of stdout so far and may signal the process. */
function firecrest(
  args: readonly string[],
  onOutput: (out: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, [launcher, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
    onOutput(out, (signal) => child.kill(signal));
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}

function job(name: string, lines: readonly string[]): string {
  writeFileSync(join(folder, name), lines.join("\n"));
  return name;
}

test("a job gets its arguments, prints its rows and ends with a summary", async () => {
  const file = job("sum.ts", [
    'import { SparkSession, functions as F } from "firecrest";',
    "const spark = await SparkSession.builder.getOrCreate();",
    'const [row] = await spark.range(Number(process.argv[2])).agg(F.sum("id").alias("total")).collect();',
    'console.log(`${process.argv.slice(2).join(" ")}: ${row?.total as bigint} on ${spark.conf.get("spark.master")}`);',
  ]);
  const { code, out, err } = await firecrest(["run", "--threads", "1", "--memory", "1g", file, "1000", "--explain"]);
  expect({ code, out }).toEqual({ code: 0, out: "1000 --explain: 499500 on local[1]\n" });
  expect(err).toMatch(/^job 1: 1 stage, 1 task, .*1 row$/m);
  expect(err).toMatch(/^sum\.ts finished in .*: 1 job, 1 task,/m);
});

test("--explain prints each action's plan first", async () => {
  const file = job("plan.ts", [
    'import { SparkSession } from "firecrest";',
    "const spark = await SparkSession.builder.getOrCreate();",
    "await spark.range(3).collect();",
  ]);
  const { code, err } = await firecrest(["run", "--explain", file]);
  expect(code).toBe(0);
  expect(err).toMatch(/^== Job 1 ==\n== Physical Plan ==\n/);
});

test("a mistake shows its condition and the line, without a stack trace", async () => {
  const file = job("wrong.ts", [
    'import { SparkSession, col } from "firecrest";',
    "const spark = await SparkSession.builder.getOrCreate();",
    "await spark",
    "  .range(3)",
    '  .filter(col("idd").gt(1))',
    "  .collect();",
  ]);
  const { code, err } = await firecrest(["run", file]);
  expect(code).toBe(1);
  expect(err).toContain("error: UNRESOLVED_COLUMN.WITH_SUGGESTION (SQLSTATE 42703)");
  expect(err).toContain("at wrong.ts:5:");
  expect(err).toContain('> 5 |   .filter(col("idd").gt(1))');
  expect(err).not.toMatch(/^\s+at .*\(/m);
});

test("an error that nobody awaited fails the job", async () => {
  const file = job("floating.ts", [
    'void Promise.reject(new RangeError("lost"));',
    "await new Promise((resolve) => setTimeout(resolve, 10_000));",
  ]);
  const { code, err } = await firecrest(["run", file]);
  expect(code).toBe(1);
  expect(err).toContain("error: RangeError\nlost");
});

test("Ctrl-C ends a run with 130", async () => {
  const file = job("endless.ts", ['console.log("ready");', "await new Promise((resolve) => setTimeout(resolve, 60_000));"]);
  const { code, err } = await firecrest(["run", file], (out, kill) => {
    if (out.includes("ready")) kill("SIGINT");
  });
  expect(code).toBe(130);
  expect(err).toContain("cancelling");
});

test("wrong usage ends with 2 and says what is right", async () => {
  const [missing, option, command] = await Promise.all([
    firecrest(["run", "nowhere.ts"]),
    firecrest(["run", "--threads", "none", "a.ts"]),
    firecrest(["fly"]),
  ]);
  expect([missing.code, option.code, command.code]).toEqual([2, 2, 2]);
  expect(missing.err).toContain("there is no file nowhere.ts");
  expect(option.err).toContain("number from 1");
});

test("help and the version are no errors", async () => {
  const [help, version] = await Promise.all([firecrest(["help"]), firecrest(["--version"])]);
  expect([help.code, version.code]).toEqual([0, 0]);
  expect(help.out).toContain("run a job");
  expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
});
