import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const folder = join(import.meta.dirname, "../../../.firecrest/pyspark/venv");
/** The interpreter with PySpark's client, which `node scripts/setup.mjs --client` installs. */
export const pythonExecutable = process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");

/** Why programs of PySpark's cannot run here; undefined where they can: `test.skipIf(pythonUnavailable())`. */
export const pythonUnavailable = (): string | undefined =>
  existsSync(join(folder, ".stamp")) ? undefined : "PySpark's client is not installed: node scripts/setup.mjs --client";

/** What a program may count on: a session `spark` of the server, and the modules that programs begin with. */
const PRELUDE = `
import os, sys
from pyspark.sql import SparkSession, Row, Window
from pyspark.sql import functions as F, types as T
from pyspark import errors
spark = SparkSession.builder.remote(os.environ["SPARK_REMOTE"]).create()
`;

export interface PythonOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Without the session that programs find. */
  readonly bare?: boolean;
}

/** Runs a Python program with the real client, and gives what it printed. Throws with its standard error where it fails. */
export async function runPython(url: string, program: string, options: PythonOptions = {}): Promise<string> {
  const child = startPython(url, program, options);
  const [out, failure, status] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
  if (status !== 0) throw new Error(`python ended with ${status}\n${failure}`);
  return out;
}

/** The same without waiting for its end. */
export function startPython(url: string, program: string, { env = {}, bare = false }: PythonOptions = {}): ChildProcessWithoutNullStreams {
  const child = spawn(pythonExecutable, ["-c", `${bare ? "" : PRELUDE}${dedented(program)}`], {
    env: { ...process.env, ...env, SPARK_REMOTE: url, PYTHONWARNINGS: "ignore", SPARK_HOME: "" },
  });
  child.stdin.end();
  return child;
}

const ended = (child: ChildProcessWithoutNullStreams): Promise<number | null> => new Promise((resolve) => child.on("close", resolve));

/** Programs stand indented in tests. */
function dedented(program: string): string {
  const lines = program.replace(/^\n/, "").split("\n");
  const margin = Math.min(...lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(margin)).join("\n");
}
