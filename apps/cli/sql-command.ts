import { type Command, InvalidArgumentError } from "commander";
import type { Conf } from "../../lib/dataframe/engine-port.ts";
import { confOf, parseCount, parseMemory, parseSetting, type RunOptions } from "./options.ts";
import { OUTPUT_FORMATS, type OutputFormat } from "./sql/output-format.ts";

/** The options of `firecrest sql`, read. */
export interface SqlOptions extends RunOptions {
  readonly file?: string;
  readonly output?: OutputFormat;
  readonly to?: string;
  readonly protocol?: boolean;
  readonly warehouse?: string;
  readonly master?: string;
}

/** The command `firecrest sql`. */
export function addSql(firecrest: Command): void {
  firecrest
    .command("sql")
    .summary("run SQL statements, or type them")
    .description("Runs statements separated by `;`, from the command line, from a file or, without either, as they are typed.")
    .argument("[text]", "the statements")
    .option("-f, --file <file>", "read the statements from a file; - for standard input")
    .option("--output <format>", `how rows are written: ${OUTPUT_FORMATS.join(", ")}`, parseFormat)
    .option("--to <file>", "write the rows to a file instead of standard output")
    .option("--protocol", 'with --output jsonl: answer each line {"sql": "..."} of standard input with a line')
    .option("--warehouse <folder>", "where tables are kept: spark.sql.warehouse.dir")
    .option("--master <url>", "local[n], or the address of a service")
    .option("--workers <n>", "worker processes to spread tasks over", parseCount)
    .option("--memory <size>", "memory for all of them together, such as 4g", parseMemory)
    .option("--threads <n>", "threads to compute with; all of the machine's by default", parseCount)
    .option("--conf <key=value>", "a setting by Spark's name; may stand several times", parseSetting)
    .option("--verbose", "print stack traces")
    .copyInheritedSettings(firecrest)
    .action(async (text: string | undefined, options: SqlOptions) => (await import("./sql/sql.ts")).runSql(text, options));
}

/** The settings that the options stand for; `--conf` wins. */
export function sqlConf(options: SqlOptions): Conf {
  return {
    "spark.app.name": "firecrest sql",
    ...(options.master === undefined ? {} : { "spark.master": options.master }),
    ...(options.warehouse === undefined ? {} : { "spark.sql.warehouse.dir": options.warehouse }),
    ...confOf(options),
  };
}

function parseFormat(text: string): OutputFormat {
  const format = OUTPUT_FORMATS.find((one) => one === text.toLowerCase());
  if (!format) throw new InvalidArgumentError(`Give one of ${OUTPUT_FORMATS.join(", ")}.`);
  return format;
}
