import { tmpdir } from "node:os";
import type { Context, SQSEvent } from "aws-lambda";
import { openSqs, s3Options } from "../../lib/backends/aws/aws-clients.ts";
import { driverSettings } from "../../lib/backends/aws/aws-settings.ts";
import { type FunctionLog, functionLog } from "../../lib/backends/aws/function-log.ts";
import { HeldMessage } from "../../lib/backends/aws/held-message.ts";
import { openSts, programCredentials } from "../../lib/backends/aws/program-credentials.ts";
import { S3Store } from "../../lib/backends/aws/s3-store.ts";
import { readWake, sendWake, type WakeMessage } from "../../lib/backends/aws/sqs-wake.ts";
import { openJobClient } from "../../lib/backends/remote/open.ts";
import { systemClock } from "../../lib/backends/system-clock.ts";
import { asFirecrestError, ExecutionError, RetryableError } from "../../lib/engine/errors.ts";
import { type DriverPorts, runDriver } from "../../lib/service/driver.ts";
import { programVariables } from "../../lib/service/program-variables.ts";

/** Before the function's time limit: the program is ended, its log written, the next driver woken. */
const MARGIN_MS = 30_000;

const settings = driverSettings(process.env);
const sqs = openSqs();
const sts = openSts();
const { jobs } = openJobClient(settings.apiUrl, {});
const ports: DriverPorts = {
  store: new S3Store(s3Options(process.env)),
  clock: systemClock,
  root: settings.root,
  url: settings.apiUrl,
  variables: async (job) => ({ ...programVariables(process.env), ...(await programCredentials(sts, settings.programRole, job)) }),
  scratch: tmpdir(),
  status: (job) => jobs.status(job),
  cancelQueries: (job) => jobs.cancelQueries(job),
};

/** Runs one program, until it is over or this function's time is. Throws what may pass: the queue wakes another driver. */
export async function handler(event: SQSEvent, context: Pick<Context, "getRemainingTimeInMillis">): Promise<void> {
  const [record, ...others] = event.Records;
  const wake = record && readWake(record.body);
  if (!record || !wake || others.length > 0) throw new ExecutionError("INVALID_WAKE_EVENT", { event: JSON.stringify(event).slice(0, 500) });
  const log = functionLog(wake.job, "driver");
  const held = new HeldMessage({
    sqs,
    clock: systemClock,
    queueUrl: async () => settings.driverQueueUrl,
    receiptHandle: record.receiptHandle,
    heartbeatMs: settings.heartbeatMs,
    log: (message) => log("warn", message),
  });
  try {
    await drive(wake, held, Math.max(0, context.getRemainingTimeInMillis() - MARGIN_MS), log);
  } catch (thrown) {
    log("error", asFirecrestError(thrown).message);
    throw thrown;
  } finally {
    await held.release();
  }
}

async function drive({ job, n }: WakeMessage, { lost }: HeldMessage, ms: number, log: FunctionLog): Promise<void> {
  const end = await runDriver(job, ports, AbortSignal.any([lost, AbortSignal.timeout(ms)]));
  if (end === "over") return;
  // Its message comes back to another one, or is with it already.
  if (lost.aborted) throw new RetryableError("QUEUE_UNAVAILABLE", { queue: "driver", detail: `job ${job} lost the message that keeps it` });
  await sendWake(sqs, settings.driverQueueUrl, { job, n: n + 1 });
  log("info", `the function's time is up: driver ${n + 1} goes on`);
}
