import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Context } from "aws-lambda";
import { runAttempt } from "../../lib/backends/aws/attempt-run.ts";
import { openSqs, s3Options } from "../../lib/backends/aws/aws-clients.ts";
import { taskSettings } from "../../lib/backends/aws/aws-settings.ts";
import { functionLog } from "../../lib/backends/aws/function-log.ts";
import { QueueUrls } from "../../lib/backends/aws/queue-urls.ts";
import { S3Store } from "../../lib/backends/aws/s3-store.ts";
import { InboxSender } from "../../lib/backends/aws/sqs-inbox-sender.ts";
import { readDelivery } from "../../lib/backends/aws/task-delivery.ts";
import { taskResources } from "../../lib/backends/aws/task-resources.ts";
import { WorkerPool } from "../../lib/backends/local/worker-pool.ts";
import { systemClock } from "../../lib/backends/system-clock.ts";

/** Before the function's time limit: an attempt is asked to end, killed two seconds later, and its report sent and sent again. */
const MARGIN_MS = 12_000;

const settings = taskSettings(process.env);
const sqs = openSqs();
const urls = new QueueUrls(sqs);
const inbox = new InboxSender(sqs, settings.inboxPrefix, urls);
const store = new S3Store(s3Options(process.env));
let pool = openPool();

/** Runs one attempt, from a queue or a direct invocation. Throws where it could not even report a failure. */
export async function handler(event: unknown, context: Pick<Context, "getRemainingTimeInMillis">): Promise<void> {
  const deadline = systemClock.now() + context.getRemainingTimeInMillis() - MARGIN_MS;
  if (pool.isBroken) {
    await pool.close();
    pool = openPool();
  }
  const { worker, heartbeatMs } = settings;
  const delivery = read(event);
  const { job, id } = delivery.message;
  const log = functionLog(job, `task ${id}`);
  await runAttempt(delivery, deadline, {
    sqs,
    store,
    clock: systemClock,
    pool,
    inbox,
    queueUrl: (name) => urls.of(name),
    worker,
    heartbeatMs,
    log,
  });
}

/** What cannot be read goes to the dead letters by the way of failures. */
function read(event: unknown) {
  try {
    return readDelivery(event, settings.root);
  } catch (thrown) {
    functionLog("", "task")("error", String(thrown));
    throw thrown;
  }
}

/** The process is started while this one still loads, and stays warm between invocations. Its folder outlives both: see worker-process.ts. */
function openPool(): WorkerPool {
  const { threads, kernelMemory, heap } = taskResources(settings.memoryMiB);
  return new WorkerPool({
    workers: 1,
    threadsPerWorker: threads,
    memoryPerWorker: kernelMemory,
    heapPerWorker: heap,
    folder: join(tmpdir(), "firecrest-task"),
    entry: workerPath(),
  });
}

/** The bundle beside this one, or the source where this is the source. */
function workerPath(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.cjs", import.meta.url));
}
