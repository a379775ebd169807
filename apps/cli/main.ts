import { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { addConnect } from "./connect-command.ts";
import { USAGE_ERROR } from "./exit-codes.ts";
import { confOf, parseCount, parseMemory, parseSetting, type RunOptions } from "./options.ts";
import { run } from "./run.ts";
import { addServe } from "./serve-command.ts";
import { addServiceCommands } from "./service-commands.ts";
import { addSql } from "./sql-command.ts";

/** The command `firecrest`; sets the exit code: 0, 1 where the job failed, 2 for wrong usage, 130 after Ctrl-C. */
export async function main(argv: readonly string[]): Promise<void> {
  await program().parseAsync(argv);
}

function program(): Command {
  const firecrest = new Command("firecrest")
    .description(packageJson.description)
    .version(packageJson.version)
    .enablePositionalOptions()
    .showHelpAfterError("(firecrest help shows how it is used)")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE_ERROR));
  firecrest
    .command("run")
    .summary("run a job")
    .description("Runs a job: a TypeScript or JavaScript module whose top level opens a SparkSession and works with it.")
    .argument("<job>", "the job's file")
    .argument("[arguments...]", "the job's own arguments, in its process.argv")
    .option("--workers <n>", "worker processes to spread tasks over", parseCount)
    .option("--memory <size>", "memory for all of them together, such as 4g", parseMemory)
    .option("--threads <n>", "threads to compute with; all of the machine's by default", parseCount)
    .option("--explain", "print the plan of each action before it runs")
    .option("--verbose", "print stack traces")
    .option("--conf <key=value>", "a setting by Spark's name; may stand several times", parseSetting)
    .passThroughOptions()
    .copyInheritedSettings(firecrest)
    .action((job: string, jobArguments: string[], options: RunOptions) => {
      const { explain = false, verbose = false } = options;
      return run(job, jobArguments, { conf: confOf(options), explain, verbose });
    });
  addSql(firecrest);
  addServiceCommands(firecrest);
  addServe(firecrest);
  addConnect(firecrest);
  return firecrest;
}

if (process.argv[1] === import.meta.filename) await main(process.argv);
