import { asFirecrestError } from "../../engine/errors.ts";
import type { Clock } from "../../engine/ports/fabric.ts";
import type { ObjectStore } from "../../engine/ports/object-store.ts";
import { abandonJob } from "../../service/abandon.ts";
import { runDriver } from "../../service/driver.ts";
import type { JobService } from "../../service/job-service.ts";
import { programVariables } from "../../service/program-variables.ts";
import { isOver } from "../../service/records.ts";
import type { RunJob } from "./job-runner.ts";

export interface LocalDriversOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Where jobs are kept. */
  readonly root: string;
  /** Where programs get their own folders. */
  readonly scratch: string;
  readonly service: () => JobService;
  /** The API's address. */
  readonly url: () => string;
  /** What programs show the API. */
  readonly token: string;
  readonly log: (message: string) => void;
}

/** A program whose driver fails this often in a row, for reasons that might have passed, is given up; the first wait between, in ms. */
const MAX_FAILURES = 5;
const FIRST_WAIT_MS = 500;
/** Queries of a program that are cancelled together. */
const CANCEL_PAGE = 500;

/** Runs the drivers of programs as processes of this machine. */
export function localDrivers(options: LocalDriversOptions): RunJob {
  const { store, clock, root, scratch, service, url, token, log } = options;
  const ports = () => ({
    store,
    clock,
    root,
    scratch,
    url: url(),
    variables: async () => ({ ...programVariables(process.env), FIRECREST_TOKEN: token }),
    status: (job: string) => service().status(job),
    cancelQueries: (job: string) => cancelQueries(job, service()),
  });
  return async (job, handOver) => {
    for (let failures = 0; !handOver.aborted; ) {
      try {
        await runDriver(job, ports(), handOver);
        return;
      } catch (thrown) {
        const { message } = asFirecrestError(thrown);
        log(`program ${job}: ${message}`);
        if (++failures === MAX_FAILURES) return giveUp(job, message, options);
        await clock.sleep(FIRST_WAIT_MS * 2 ** failures, handOver).catch(() => {});
      }
    }
  };
}

async function giveUp(job: string, reason: string, { root, log, ...ports }: LocalDriversOptions): Promise<void> {
  try {
    await abandonJob(root, job, reason, ports);
  } catch (thrown) {
    log(`program ${job} stays for the next start: ${asFirecrestError(thrown).message}`);
  }
}

async function cancelQueries(parent: string, service: JobService): Promise<void> {
  for (let cursor: string | undefined; ; ) {
    const { jobs, next } = await service.list({ parent, limit: CANCEL_PAGE, ...(cursor === undefined ? {} : { cursor }) });
    for (const { job, state } of jobs) if (!isOver(state)) await service.cancel(job, "its program is over");
    if (next === undefined) return;
    cursor = next;
  }
}
