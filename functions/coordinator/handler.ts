import type { Context, SQSEvent } from "aws-lambda";
import { openLambda, openSqs, s3Options } from "../../lib/backends/aws/aws-clients.ts";
import { awsEnvironment, endJob, tablesOf } from "../../lib/backends/aws/aws-environment.ts";
import { coordinatorSettings } from "../../lib/backends/aws/aws-settings.ts";
import { coordinatorUsage, QueueMeter } from "../../lib/backends/aws/coordinator-usage.ts";
import { functionEnvironment } from "../../lib/backends/aws/function-environment.ts";
import { type FunctionLog, functionLog } from "../../lib/backends/aws/function-log.ts";
import { HeldMessage } from "../../lib/backends/aws/held-message.ts";
import { S3Store } from "../../lib/backends/aws/s3-store.ts";
import { readWake, sendWake, type WakeMessage } from "../../lib/backends/aws/sqs-wake.ts";
import { type SqlPlanning, sqlPorts, withCatalog } from "../../lib/backends/sql-plans.ts";
import { systemClock, systemRandom } from "../../lib/backends/system-clock.ts";
import { JobCatalog } from "../../lib/catalog/job-catalog.ts";
import { StoredCatalog } from "../../lib/catalog/stored-catalog.ts";
import { asFirecrestError, ExecutionError, RetryableError } from "../../lib/engine/errors.ts";
import { newId } from "../../lib/service/keys.ts";
import { type SupervisorPorts, superviseJob } from "../../lib/service/supervise.ts";

/** Before the function's time limit: the turn that is under way ends, the status is written, the next coordinator woken. */
const MARGIN_MS = 30_000;
/** Calls of the inbox at once: each gives at most 10 reports. */
const RECEIVERS = 4;

const settings = coordinatorSettings(process.env);
const sqs = openSqs();
const queues = new QueueMeter();
queues.watch(sqs);
const store = new S3Store(s3Options(process.env));
const { location: warehouse } = tablesOf(settings);
const sql: SqlPlanning = {
  catalog: new StoredCatalog(store, warehouse),
  catalogOf: (job) => new JobCatalog(store, warehouse, job),
  located: (plan) => plan,
};
const fabric = awsEnvironment(settings, {
  store,
  sqs,
  lambda: openLambda(),
  newJobId: () => newId(systemClock.now(), systemRandom),
  architecture: process.arch === "arm64" ? "arm64" : "x64",
});
const ports: SupervisorPorts = {
  environment: withCatalog(fabric, sql),
  functions: functionEnvironment(settings),
  root: settings.root,
  ...sqlPorts(sql, fabric),
  endJob: endJob(settings, sqs),
};

/** Coordinates one job, until it is over or this function's time is. Throws what may pass: the queue wakes another coordinator. */
export async function handler(event: SQSEvent, context: Pick<Context, "getRemainingTimeInMillis">): Promise<void> {
  const [record, ...others] = event.Records;
  const wake = record && readWake(record.body);
  if (!record || !wake || others.length > 0) throw new ExecutionError("INVALID_WAKE_EVENT", { event: JSON.stringify(event).slice(0, 500) });
  const log = functionLog(wake.job, "coordinator");
  const held = new HeldMessage({
    sqs,
    clock: systemClock,
    queueUrl: async () => settings.wakeQueueUrl,
    receiptHandle: record.receiptHandle,
    heartbeatMs: settings.heartbeatMs,
    log: (message) => log("warn", message),
  });
  try {
    await coordinate(wake, held, Math.max(0, context.getRemainingTimeInMillis() - MARGIN_MS), log);
  } catch (thrown) {
    const error = asFirecrestError(thrown);
    log(error.condition === "JOB_TAKEN_OVER" ? "info" : "error", error.message);
    if (error.condition !== "JOB_TAKEN_OVER") throw error;
  } finally {
    await held.release();
  }
}

async function coordinate({ job, n }: WakeMessage, { lost }: HeldMessage, ms: number, log: FunctionLog): Promise<void> {
  const handOver = AbortSignal.any([lost, AbortSignal.timeout(ms)]);
  const usage = coordinatorUsage({ store, queues, now: systemClock.now, memoryBytes: settings.memoryMiB * 1024 ** 2 });
  const end = await superviseJob(job, ports, { handOver, receivers: RECEIVERS, usage });
  if (end === "over") return;
  // Its message comes back to another one, or is with it already.
  if (lost.aborted) throw new RetryableError("QUEUE_UNAVAILABLE", { queue: "wake", detail: `job ${job} lost the message that keeps it` });
  await sendWake(sqs, settings.wakeQueueUrl, { job, n: n + 1 });
  log("info", `the function's time is up: coordinator ${n + 1} goes on`);
}
