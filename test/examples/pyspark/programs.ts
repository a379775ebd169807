import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { pythonExecutable } from "../../connect/support/python.ts";

export const root = join(import.meta.dirname, "../../..");
export const examples = join(root, "examples/pyspark");
export const data = (name: string): string => join(root, "node_modules/vega-datasets/data", name);

/** Runs a program of examples/pyspark as its users do, and gives what it printed. Throws with its standard error where it fails. */
export async function runProgram(url: string, name: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(pythonExecutable, ["-W", "ignore", join(examples, `${name}.py`), ...args], {
    cwd: root,
    env: { ...process.env, SPARK_REMOTE: url, TZ: "UTC" },
  });
  return stdout;
}
