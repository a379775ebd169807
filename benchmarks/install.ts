import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What the comparison installs and writes; git ignores it. */
export const benchFolder = fileURLToPath(new URL("../.firecrest/bench", import.meta.url));
/** PySpark's client for Sail takes the place of PySpark itself, so it has an environment of its own. */
const environments = { main: join(benchFolder, "venv"), sail: join(benchFolder, "venv-sail") } as const;
export type PythonEnvironment = keyof typeof environments;
export const pythonOf = (environment: PythonEnvironment): string => join(environments[environment], "bin", "python");

/** Versions are pinned: numbers of different versions are not comparable. */
const packages = { "tpchgen-cli": "4.0.0", duckdb: "2.0.0", pyspark: "4.3.0", pysail: "0.7.2", "pyspark-client": "4.2.0" } as const;
export type PythonPackage = keyof typeof packages;

/** Makes a Python environment and installs what is missing in it. */
export const installPython = (wanted: readonly PythonPackage[], environment: PythonEnvironment = "main"): void =>
  alone(environments[environment], () => install(wanted, environment));

function install(wanted: readonly PythonPackage[], environment: PythonEnvironment): void {
  const python = pythonOf(environment);
  if (!existsSync(python)) execute("python3", "-m", "venv", environments[environment]);
  const frozen = spawnSync(python, ["-m", "pip", "--disable-pip-version-check", "freeze"], { encoding: "utf8" }).stdout.split("\n");
  const missing = wanted.map((name) => `${name}==${packages[name]}`).filter((pin) => !frozen.includes(pin));
  if (missing.length === 0) return;
  process.stderr.write(`bench: installing ${missing.join(", ")}\n`);
  execute(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...missing);
}

/** The folder of TPC-H's tables as Parquet at a scale factor (1 is about 345 MB); generates them the first time. */
export function tpchFolder(scale: number): string {
  const folder = join(benchFolder, `tpch-sf${scale}`);
  if (!existsSync(folder)) alone(folder, () => generate(scale, folder));
  return folder;
}

function generate(scale: number, folder: string): void {
  if (existsSync(folder)) return;
  installPython(["tpchgen-cli"]);
  process.stderr.write(`bench: generating TPC-H at scale factor ${scale}\n`);
  const unfinished = `${folder}-unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  execute(join(environments.main, "bin", "tpchgen-cli"), "parquet", "-s", String(scale), `--output-dir=${unfinished}`);
  renameSync(unfinished, folder);
}

/** Nobody makes anything for so long: who began with it is gone. */
const STALE_MS = 15 * 60_000;
const LOOK_EVERY_MS = 200;

/** Does what makes a folder while no other process, of tests that run at the same time, does the same. */
function alone(folder: string, work: () => void): void {
  const lock = `${folder}.lock`;
  mkdirSync(benchFolder, { recursive: true });
  while (!taken(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
  try {
    work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Makes the lock's folder, which only one can. */
function taken(lock: string): boolean {
  const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (since !== undefined && Date.now() - since > STALE_MS) rmSync(lock, { recursive: true, force: true });
  try {
    mkdirSync(lock);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw thrown;
  }
}

function execute(command: string, ...args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (error) throw new Error(`${command} could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}
