import type { JobClient } from "../../lib/backends/remote/job-client.ts";
import { jobFailure } from "../../lib/backends/remote/problem.ts";
import type { JobStatus, LogLine } from "../../lib/service/records.ts";
import { openConsole } from "./console.ts";
import { FAILED, INTERRUPTED } from "./exit-codes.ts";
import { failureText } from "./failure.ts";
import { follow } from "./follow.ts";
import { decide, type OnInterrupt } from "./interrupt.ts";

export interface WatchOptions {
  readonly onInterrupt?: OnInterrupt;
  readonly verbose?: boolean;
}

/** Shows a job until it is over, then what its program printed and a summary. Gives the exit code. */
export async function watchJob(job: JobStatus, jobs: JobClient, { onInterrupt, verbose = false }: WatchOptions): Promise<number> {
  const output = openConsole(false);
  const left = new AbortController();
  let asked = false;
  const interrupted = async () => {
    if (asked) process.exit(INTERRUPTED);
    asked = true;
    const decision = await output.quietly(() => decide(onInterrupt, "leave"));
    asked = decision === "cancel";
    if (decision === "leave") left.abort();
    if (decision !== "cancel") return;
    output.say("cancelling; Ctrl-C again stops watching at once");
    await jobs.cancel(job.job);
  };
  process.on("SIGINT", interrupted);
  try {
    const over = await follow(job, jobs, output, left.signal);
    output.end();
    if (over.kind === "program") await printLog(jobs.logs(over.job));
    const failure = jobFailure(over);
    if (!failure) output.summarize(over.name, (over.endedAt ?? 0) - (over.startedAt ?? over.createdAt));
    else output.say(failureText(failure, { jobFile: over.name, folder: process.cwd(), verbose }));
    return failure ? (asked ? INTERRUPTED : FAILED) : 0;
  } catch (thrown) {
    output.end();
    if (!left.signal.aborted) throw thrown;
    output.say(leftText([job.job], jobs.service));
    return INTERRUPTED;
  } finally {
    process.off("SIGINT", interrupted);
  }
}

/** How to come back to jobs that were left running. */
export const leftText = (jobs: readonly string[], service: string): string =>
  jobs.length === 0 ? "nothing runs" : ["left running:", ...jobs.map((job) => `  firecrest jobs wait ${job} --to ${service}`)].join("\n");

/** A program's own lines go where they would have gone here. */
async function printLog(lines: AsyncIterable<LogLine>): Promise<void> {
  for await (const { level, message } of lines) (level === "info" ? process.stdout : process.stderr).write(`${message}\n`);
}
