import { once } from "node:events";
import { createWriteStream, readFileSync, statSync } from "node:fs";
import type { Writable } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { scopedEngine } from "../../../lib/dataframe/job-scope.ts";
import { setSessionDefaults } from "../../../lib/dataframe/session-defaults.ts";
import { SparkSession } from "../../../lib/firecrest.ts";
import { FAILED, INTERRUPTED, USAGE_ERROR } from "../exit-codes.ts";
import { type SqlOptions, sqlConf } from "../sql-command.ts";
import { errorText } from "./error-text.ts";
import { historyFile, readHistory, writeHistory } from "./history.ts";
import { interact } from "./interactive.ts";
import { serveProtocol } from "./protocol.ts";
import { runScript } from "./run-script.ts";

/** Runs `firecrest sql`. Sets the exit code. */
export async function runSql(given: string | undefined, options: SqlOptions): Promise<void> {
  const problem = usageProblem(given, options);
  if (problem) {
    process.stderr.write(`firecrest: ${problem}\n`);
    process.exitCode = USAGE_ERROR;
    return;
  }
  // A reader that has seen enough, as `head` has, ends the work.
  process.stdout.on("error", () => process.exit(0));
  setSessionDefaults({ conf: {}, watch: scopedEngine });
  const spark = await SparkSession.builder.config(sqlConf(options)).create();
  try {
    if (options.protocol) await serveProtocol(spark, process.stdin, (line) => writeTo(process.stdout, `${line}\n`));
    else if (isInteractive(given, options)) await converse(spark, options);
    else await runText(spark, await textOf(given, options), options);
  } finally {
    await spark.stop();
  }
}

function usageProblem(given: string | undefined, { file, protocol, output, to }: SqlOptions): string | undefined {
  if (given !== undefined && file !== undefined) return "give the statements or a file of them, not both";
  if (protocol && output !== "jsonl") return "--protocol needs --output jsonl";
  if (protocol && (given !== undefined || file !== undefined || to !== undefined))
    return "--protocol takes statements from standard input alone";
  if (file !== undefined && file !== "-" && !statSync(file, { throwIfNoEntry: false })?.isFile()) return `there is no file ${file}`;
  if ((output === "arrow" || output === "parquet") && to === undefined && process.stdout.isTTY)
    return `${output} is not for a terminal: give --to`;
  return undefined;
}

const isInteractive = (given: string | undefined, { file, to }: SqlOptions): boolean =>
  given === undefined && file === undefined && to === undefined && process.stdin.isTTY === true;

async function textOf(given: string | undefined, { file }: SqlOptions): Promise<string> {
  if (given !== undefined) return given;
  return file === undefined || file === "-" ? readAll(process.stdin) : readFileSync(file, "utf8");
}

async function converse(spark: SparkSession, { output = "table", verbose = false }: SqlOptions): Promise<void> {
  const file = historyFile(process.env);
  const [input, terminal] = [process.stdin, process.stdout.isTTY === true];
  writeHistory(
    file,
    await interact(spark, { input, output: process.stdout, terminal, format: output, verbose, history: readHistory(file) }),
  );
}

async function runText(spark: SparkSession, text: string, { output = "table", to, verbose = false }: SqlOptions): Promise<void> {
  const cancelled = new AbortController();
  process.on("SIGINT", () => (cancelled.signal.aborted ? process.exit(INTERRUPTED) : cancelled.abort()));
  const target: Writable = to === undefined ? process.stdout : createWriteStream(to);
  try {
    await runScript(spark, text, { format: output, write: (piece) => writeTo(target, piece) }, cancelled.signal);
    if (to !== undefined) await new Promise<void>((resolve, reject) => target.on("error", reject).end(resolve));
  } catch (thrown) {
    process.exitCode = cancelled.signal.aborted ? INTERRUPTED : FAILED;
    process.stderr.write(cancelled.signal.aborted ? "cancelled\n" : `${errorText(thrown, verbose)}\n`);
  }
}

async function writeTo(target: Writable, piece: string | Uint8Array): Promise<void> {
  if (!target.write(piece)) await once(target, "drain");
}
