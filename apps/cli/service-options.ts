import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Conf } from "../../lib/engine/settings.ts";
import type { SqlText } from "../../lib/service/records.ts";
import type { OnInterrupt } from "./interrupt.ts";
import { parseSetting } from "./options.ts";

/** Where a service is, and how to prove who asks. */
export interface ServiceOptions {
  readonly to: string;
  readonly tokenFile?: string;
  readonly conf?: Conf;
}

/** The options of `firecrest submit`, read. */
export interface SubmitOptions extends ServiceOptions {
  readonly name?: string;
  /** Statements to run instead of a program. */
  readonly sql?: string;
  /** Values of their markers: a JSON object or array. */
  readonly args?: SqlText["args"];
  readonly detach?: boolean;
  readonly wait?: boolean;
  readonly onInterrupt?: OnInterrupt;
  readonly maxDollars?: string;
  readonly timeout?: string;
  readonly maxConcurrency?: string;
  /** As Spark writes sizes. */
  readonly memory?: string;
  readonly explain?: boolean;
  readonly verbose?: boolean;
}

export const addServiceOptions = (command: Command): Command =>
  command
    .addOption(new Option("--to <url>", "the service's address").env("FIRECREST_URL").makeOptionMandatory())
    .option("--token-file <file>", "a file that holds the token; without it the variable FIRECREST_TOKEN counts")
    .option("--conf <key=value>", "a setting by Spark's name; may stand several times", parseSetting);

export const interruptOption = (): Option =>
  new Option("--on-interrupt <what>", "what Ctrl-C does; on a terminal it asks unless told otherwise").choices(["ask", "cancel", "leave"]);

/** The settings of a client of the service; `--conf` wins. Throws where the token's file cannot be read. */
export function clientConf({ tokenFile, conf }: ServiceOptions): Conf {
  return { ...(tokenFile === undefined ? {} : { "spark.firecrest.token": readToken(tokenFile) }), ...conf };
}

/** The settings that the options of a submission stand for; `--conf` wins. */
export function submitConf(options: SubmitOptions): Conf {
  const named = {
    "spark.app.name": options.name,
    "spark.firecrest.maxDollars": options.maxDollars,
    "spark.firecrest.timeout": options.timeout,
    "spark.dynamicAllocation.maxExecutors": options.maxConcurrency,
    "spark.executor.memory": options.memory,
  };
  const given = Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(given), ...clientConf(options) };
}

function readToken(file: string): string {
  const token = readFileSync(file, "utf8").trim();
  if (token === "") throw new TypeError(`the token's file ${file} is empty`);
  return token;
}

/** Values of the markers in SQL text. */
export function parseSqlArgs(text: string): NonNullable<SqlText["args"]> {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    read = undefined;
  }
  if (typeof read !== "object" || read === null) throw new InvalidArgumentError('Give a JSON object or array, such as {"least": 10}.');
  return read as NonNullable<SqlText["args"]>;
}

export function parseDollars(text: string): string {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) <= 0) throw new InvalidArgumentError("Give an amount of US dollars such as 0.50.");
  return text;
}
