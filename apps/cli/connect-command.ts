import { type Command, InvalidArgumentError } from "commander";
import { parseCount, parseMemory, parseSetting, type RunOptions } from "./options.ts";

/** The options of `firecrest connect`, read. */
export interface ConnectCommandOptions extends RunOptions {
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly pythonFunctions?: boolean;
  readonly python?: string;
  readonly warehouse?: string;
  readonly master?: string;
}

const DEFAULT_PORT = 15_002;
const DEFAULT_HOST = "127.0.0.1";
const MAX_PORT = 65_535;

/** The command `firecrest connect`. */
export function addConnect(firecrest: Command): void {
  firecrest
    .command("connect")
    .summary("serve PySpark programs")
    .description('Serves Spark Connect: PySpark programs run here with SparkSession.builder.remote("sc://localhost:15002").')
    .option("--port <n>", "0 takes any that is free", parsePort, DEFAULT_PORT)
    .option("--host <address>", "any other than this machine's own needs a token", DEFAULT_HOST)
    .option(
      "--token <token>",
      "clients need it: sc://host:port/;token=...; FIRECREST_CONNECT_TOKEN is not seen by other users of the machine",
    )
    .option("--tls-cert <file>", "the server's certificate and those above it, as PEM")
    .option("--tls-key <file>", "its key, as PEM")
    .option("--python-functions", "run Python functions of clients, with the rights of this process")
    .option("--python <file>", "the interpreter that runs them", "python3")
    .option("--warehouse <folder>", "where tables are kept: spark.sql.warehouse.dir")
    .option("--master <url>", "local[n], or the address of a service")
    .option("--workers <n>", "worker processes to spread tasks over", parseCount)
    .option("--memory <size>", "memory for all of them together, such as 4g", parseMemory)
    .option("--threads <n>", "threads to compute with; all of the machine's by default", parseCount)
    .option("--conf <key=value>", "a setting by Spark's name; may stand several times", parseSetting)
    .copyInheritedSettings(firecrest)
    .action(async (options: ConnectCommandOptions) => (await import("./connect.ts")).connect(options));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > MAX_PORT) throw new InvalidArgumentError(`Give a number from 0 to ${MAX_PORT}.`);
  return port;
}
