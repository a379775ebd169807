import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { openJobClient } from "../../lib/backends/remote/open.ts";
import { jobLimits, sentConf, serviceUrl } from "../../lib/backends/remote/remote-settings.ts";
import { bundleProgram } from "./bundle.ts";
import { USAGE_ERROR } from "./exit-codes.ts";
import { decide } from "./interrupt.ts";
import { run } from "./run.ts";
import { type SubmitOptions, submitConf } from "./service-options.ts";
import { leftText, watchJob } from "./watch-job.ts";

/** Runs a job's driver here and its queries at the service, or (`--detach`) the driver there, too. Sets the exit code. */
export async function submit(job: string | undefined, jobArguments: readonly string[], options: SubmitOptions): Promise<void> {
  if (options.sql !== undefined && job === undefined) return (await import("./submit-sql.ts")).submitSql(options.sql, options);
  if (options.sql !== undefined || job === undefined) {
    process.stderr.write("firecrest: give a job's file or --sql, one of the two\n");
    process.exitCode = USAGE_ERROR;
    return;
  }
  if (options.detach || options.wait) return submitProgram(job, jobArguments, options);
  const { onInterrupt, explain = false, verbose = false, to } = options;
  return run(job, jobArguments, {
    conf: submitConf(options),
    overrides: { "spark.master": to },
    explain,
    verbose,
    decide: () => decide(onInterrupt, "cancel"),
    leftText: (jobs) => leftText(jobs, serviceUrl(to).origin),
  });
}

async function submitProgram(job: string, args: readonly string[], options: SubmitOptions): Promise<void> {
  const file = resolve(job);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    process.stderr.write(`firecrest: there is no file ${job}\n`);
    process.exitCode = USAGE_ERROR;
    return;
  }
  const conf = submitConf(options);
  const { jobs, disconnect } = openJobClient(options.to, conf);
  try {
    const name = options.name ?? relative(process.cwd(), file);
    const sent = { name, args, conf: sentConf(conf), limits: jobLimits(conf), idempotencyKey: randomUUID() };
    const submitted = await jobs.submitProgram(await bundleProgram(file), sent);
    process.stdout.write(`${submitted.job}\n`);
    if (options.wait) process.exitCode = await watchJob(submitted, jobs, options);
  } finally {
    disconnect();
  }
}
