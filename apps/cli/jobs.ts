import type { JobClient } from "../../lib/backends/remote/job-client.ts";
import { openJobClient } from "../../lib/backends/remote/open.ts";
import type { OnInterrupt } from "./interrupt.ts";
import { listLines, logText, showLines } from "./job-lines.ts";
import { clientConf, type ServiceOptions } from "./service-options.ts";
import { watchJob } from "./watch-job.ts";

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join("\n")}\n`);

/** `firecrest jobs`. */
export const listJobs = (options: ServiceOptions & { readonly limit: number }): Promise<void> =>
  connected(options, async (jobs) => print(listLines(await jobs.list(options.limit), Date.now())));

/** `firecrest jobs show`. */
export const showJob = (job: string, options: ServiceOptions): Promise<void> =>
  connected(options, async (jobs) => print(showLines(await jobs.status(job), Date.now())));

/** `firecrest jobs cancel`. */
export const cancelJob = (job: string, options: ServiceOptions): Promise<void> =>
  connected(options, async (jobs) => {
    const { state } = await jobs.cancel(job);
    print([state === "running" || state === "queued" || state === "committing" ? `${job} was asked to stop` : `${job} is over: ${state}`]);
  });

/** `firecrest jobs logs`. */
export const printLogs = (job: string, options: ServiceOptions): Promise<void> =>
  connected(options, async (jobs) => {
    for await (const line of jobs.logs(job)) print([logText(line)]);
  });

/** `firecrest jobs wait`: sets the exit code as the job ends. */
export const waitForJob = (job: string, options: ServiceOptions & { readonly onInterrupt?: OnInterrupt }): Promise<void> =>
  connected(options, async (jobs) => {
    process.exitCode = await watchJob(await jobs.status(job), jobs, options);
  });

async function connected(options: ServiceOptions, use: (jobs: JobClient) => Promise<void>): Promise<void> {
  const { jobs, disconnect } = openJobClient(options.to, clientConf(options));
  try {
    await use(jobs);
  } finally {
    disconnect();
  }
}
