import type { Command } from "commander";
import { FAILED } from "./exit-codes.ts";
import { failureText } from "./failure.ts";
import type { OnInterrupt } from "./interrupt.ts";
import { parseCount, parseMemory } from "./options.ts";
import {
  addServiceOptions,
  interruptOption,
  parseDollars,
  parseSqlArgs,
  type ServiceOptions,
  type SubmitOptions,
} from "./service-options.ts";

/** The commands that talk to a service over HTTP. */
export function addServiceCommands(firecrest: Command): void {
  addSubmit(firecrest);
  addEstimate(firecrest);
  addJobs(firecrest);
}

function addEstimate(firecrest: Command): void {
  addServiceOptions(
    firecrest
      .command("estimate")
      .summary("say what a job would cost and take")
      .description(
        "Runs a job's program up to the first rows that it asks for, and has the service estimate each action instead of running it.",
      )
      .argument("<job>", "the job's file")
      .argument("[arguments...]", "the job's own arguments; options of its own stand behind --"),
  )
    .copyInheritedSettings(firecrest)
    .action((job: string, jobArguments: string[], options: ServiceOptions) =>
      reported(async () => (await import("./estimate.ts")).estimate(job, jobArguments, options)),
    );
}

function addSubmit(firecrest: Command): void {
  addServiceOptions(
    firecrest
      .command("submit")
      .summary("run a job at a service")
      .description("Runs a job's program here and its queries at a service; with --detach the program runs there, too.")
      .argument("[job]", "the job's file")
      .argument("[arguments...]", "the job's own arguments, in its process.argv; options of its own stand behind --"),
  )
    .option("--sql <text>", "run these statements instead of a program; the last one's rows are printed")
    .option("--args <json>", "values of their markers: an object for :name, an array for ?", parseSqlArgs)
    .option("--name <name>", "what the service calls the job")
    .option("--max-dollars <amount>", "stop a query, or a detached program's queries together, before it has cost more", parseDollars)
    .option("--timeout <time>", "stop a query that takes longer: 90s, 15m, 2h")
    .option("--max-concurrency <n>", "tasks of a query at once", (text) => String(parseCount(text)))
    .option("--memory <size>", "the least memory of a task, such as 4g", parseMemory)
    .option("--detach", "send the program along and print its job's id")
    .option("--wait", "the same, and follow it to its end")
    .addOption(interruptOption())
    .option("--explain", "print the plan of each action before it runs")
    .option("--verbose", "print stack traces")
    .copyInheritedSettings(firecrest)
    .action((job: string | undefined, jobArguments: string[], options: SubmitOptions) =>
      reported(async () => (await import("./submit.ts")).submit(job, jobArguments, options)),
    );
}

function addJobs(firecrest: Command): void {
  const commands = async () => import("./jobs.ts");
  const jobs = firecrest.command("jobs").summary("jobs of a service").description("Shows and stops jobs of a service.");
  const add = (name: string, summary: string): Command =>
    addServiceOptions(jobs.command(`${name} <job>`).description(summary)).copyInheritedSettings(firecrest);
  addServiceOptions(jobs.command("list", { isDefault: true }).description("list jobs, newest first"))
    .option("--limit <n>", "at most so many", parseCount, 20)
    .copyInheritedSettings(firecrest)
    .action((options: ServiceOptions & { limit: number }) => reported(async () => (await commands()).listJobs(options)));
  add("show", "show one job with its stages").action((job: string, options: ServiceOptions) =>
    reported(async () => (await commands()).showJob(job, options)),
  );
  add("cancel", "ask a job to stop").action((job: string, options: ServiceOptions) =>
    reported(async () => (await commands()).cancelJob(job, options)),
  );
  add("logs", "print what a job has logged").action((job: string, options: ServiceOptions) =>
    reported(async () => (await commands()).printLogs(job, options)),
  );
  add("wait", "follow a job to its end")
    .addOption(interruptOption())
    .action((job: string, options: ServiceOptions & { onInterrupt?: OnInterrupt }) =>
      reported(async () => (await commands()).waitForJob(job, options)),
    );
}

/** An error of the command itself: the service was not reached, or refused. */
async function reported(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (thrown) {
    process.stderr.write(`${failureText(thrown, { jobFile: "", folder: process.cwd(), verbose: false })}\n`);
    process.exitCode = FAILED;
  }
}
