import { type Command, InvalidArgumentError } from "commander";
import { parseCount, parseMemory } from "./options.ts";
import { DEFAULT_FOLDER, DEFAULT_HOST, DEFAULT_PORT, type ServeOptions } from "./serve-options.ts";

const MAX_PORT = 65_535;

/** The command `firecrest serve`. */
export function addServe(firecrest: Command): void {
  firecrest
    .command("serve")
    .summary("take jobs over HTTP and run them on this machine")
    .description("Serves the HTTP API over jobs of this machine: what a deployment on AWS offers, without one.")
    .option("--port <n>", "0 takes any that is free", parsePort, DEFAULT_PORT)
    .option("--host <address>", "any other than this machine's own needs --token-file", DEFAULT_HOST)
    .option("--folder <folder>", "where jobs are kept", DEFAULT_FOLDER)
    .option("--token-file <file>", "a file of tokens, one a line: callers send one of them")
    .option("--workers <n>", "worker processes to spread tasks over", parseCount)
    .option("--memory <size>", "memory for all of them together, such as 4g", parseMemory)
    .option("--threads <n>", "threads to compute with; all of the machine's by default", parseCount)
    .copyInheritedSettings(firecrest)
    .action(async (options: ServeOptions) => (await import("./serve.ts")).serve(options));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > MAX_PORT) throw new InvalidArgumentError(`Give a number from 0 to ${MAX_PORT}.`);
  return port;
}
