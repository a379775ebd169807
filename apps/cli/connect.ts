import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import type { ConnectServer } from "../../lib/connect/service/server.ts";
import type { Conf } from "../../lib/dataframe/engine-port.ts";
import { SparkSession } from "../../lib/firecrest.ts";
import type { ConnectCommandOptions } from "./connect-command.ts";
import { FAILED, INTERRUPTED, USAGE_ERROR } from "./exit-codes.ts";
import { LEAST_TOKEN_LENGTH } from "./least-token-length.ts";
import { isLoopback } from "./loopback.ts";
import { confOf } from "./options.ts";

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Serves Spark Connect until Ctrl-C or SIGTERM. Sets the exit code. */
export async function connect(options: ConnectCommandOptions): Promise<void> {
  const token = options.token ?? process.env.FIRECREST_CONNECT_TOKEN;
  const problem = usageProblem(options, token);
  if (problem) {
    say(`firecrest: ${problem}`);
    process.exitCode = USAGE_ERROR;
    return;
  }
  sweepLessOften();
  const spark = await SparkSession.builder.config(connectConf(options)).create();
  try {
    const server = await opened(options, spark, token);
    say(startText(server, options, token));
    endOnSignal(server, spark);
  } catch (thrown) {
    say(`firecrest: ${whyNot(thrown, options)}`);
    process.exitCode = FAILED;
    await spark.stop();
  }
}

/**
 * V8 sweeps the whole heap whenever 64 MB of buffers have been made, which a server of rows does all the time: half of its CPU time went
 * there. Counted with the heap they are swept as that grows, and the process is some 60 MB larger at its peak.
 */
const sweepLessOften = (): void => setFlagsFromString("--external-memory-accounted-in-global-limit");

async function opened(options: ConnectCommandOptions, spark: SparkSession, token: string | undefined): Promise<ConnectServer> {
  const { host, port, tlsCert, tlsKey, pythonFunctions, python = "python3" } = options;
  const { openConnectServer } = await import("../../lib/connect/service/server.ts");
  return openConnectServer({
    spark,
    host,
    port,
    ...(token === undefined ? {} : { token }),
    ...(tlsCert && tlsKey ? { tls: { certificate: await readFile(tlsCert), key: await readFile(tlsKey) } } : {}),
    ...(pythonFunctions ? { python: { executable: python, paths: [] } } : {}),
  });
}

function usageProblem(
  { host, tlsCert, tlsKey, master, pythonFunctions }: ConnectCommandOptions,
  token: string | undefined,
): string | undefined {
  if (token === undefined && !isLoopback(host)) return `whoever reaches ${host} could read your files. Give --token, or leave out --host.`;
  if (token !== undefined && token.length < LEAST_TOKEN_LENGTH)
    return `a token shorter than ${LEAST_TOKEN_LENGTH} characters can be guessed. Make one with: openssl rand -hex 32`;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) return "--tls-cert and --tls-key go together";
  if (pythonFunctions && master !== undefined && /^https?:/.test(master))
    return "Python functions run on the embedded engine only, not at a service. Leave out --python-functions, or --master.";
  return undefined;
}

/** The settings that the options stand for; `--conf` wins. */
const connectConf = (options: ConnectCommandOptions): Conf => ({
  "spark.app.name": "firecrest connect",
  ...(options.master === undefined ? {} : { "spark.master": options.master }),
  ...(options.pythonFunctions ? { "spark.firecrest.python": options.python ?? "python3" } : {}),
  ...(options.warehouse === undefined ? {} : { "spark.sql.warehouse.dir": options.warehouse }),
  ...confOf(options),
});

function whyNot(thrown: unknown, { host, port }: ConnectCommandOptions): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return /EADDRINUSE|No address added/.test(message)
    ? `port ${port} of ${host} is taken. Another server may be running; --port takes another one.`
    : message;
}

function startText({ port }: ConnectServer, { host, tlsCert }: ConnectCommandOptions, token: string | undefined): string {
  const name = host === "127.0.0.1" ? "localhost" : host;
  const parameters = [...(tlsCert ? ["use_ssl=true"] : []), ...(token === undefined ? [] : ["token=..."])];
  const url = `sc://${name}:${port}${parameters.length > 0 ? `/;${parameters.join(";")}` : ""}`;
  return [
    `Firecrest serves Spark Connect at ${url}`,
    `  SparkSession.builder.remote("${url}").getOrCreate()`,
    `  ${token === undefined ? "any program on this machine may connect, and reads and writes files as you" : "clients need the token"}`,
    "  Ctrl-C ends it, and all sessions",
  ].join("\n");
}

function endOnSignal(server: ConnectServer, spark: SparkSession): void {
  let ending = false;
  const end = async () => {
    if (ending) process.exit(INTERRUPTED);
    ending = true;
    await server.close();
    await spark.stop();
    process.exit(0);
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}
