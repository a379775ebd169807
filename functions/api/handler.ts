import { randomUUID } from "node:crypto";
import { handle } from "hono/aws-lambda";
import { openLambda, openSqs, s3Options } from "../../lib/backends/aws/aws-clients.ts";
import { awsEnvironment, tablesOf } from "../../lib/backends/aws/aws-environment.ts";
import { apiSettings } from "../../lib/backends/aws/aws-settings.ts";
import { functionEnvironment } from "../../lib/backends/aws/function-environment.ts";
import { jobLogs } from "../../lib/backends/aws/job-logs.ts";
import { QueueUrls } from "../../lib/backends/aws/queue-urls.ts";
import { presign } from "../../lib/backends/aws/s3-presign.ts";
import { S3Store } from "../../lib/backends/aws/s3-store.ts";
import { InboxSender } from "../../lib/backends/aws/sqs-inbox-sender.ts";
import { sendWake } from "../../lib/backends/aws/sqs-wake.ts";
import { withCatalog } from "../../lib/backends/sql-plans.ts";
import { systemClock, systemRandom } from "../../lib/backends/system-clock.ts";
import { StoredCatalog } from "../../lib/catalog/stored-catalog.ts";
import { awsPrices } from "../../lib/engine/cost/prices.ts";
import { asFirecrestError } from "../../lib/engine/errors.ts";
import type { Failure, TransportFacts } from "../../lib/service/http/api.ts";
import { createApi } from "../../lib/service/http/app.ts";
import { authenticatorFrom } from "../../lib/service/http/auth.ts";
import { newId } from "../../lib/service/keys.ts";
import { StoredJobs } from "../../lib/service/stored-jobs.ts";
import { Warehouse } from "../../lib/service/warehouse.ts";

/** What a function takes and gives: 6 MB, answers with what base64 adds. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_REQUEST_BYTES = 6 * 1024 ** 2;
const MAX_RESPONSE_BYTES = 4 * 1024 ** 2;
/** How long an address of an object is good. */
const ADDRESS_SECONDS = 900;

const settings = apiSettings(process.env);
const sqs = openSqs();
const s3 = s3Options(process.env);
const inboxes = new InboxSender(sqs, settings.inboxPrefix, new QueueUrls(sqs));
const architecture = process.arch === "arm64" ? "arm64" : "x64";
const queues = { query: settings.wakeQueueUrl, program: settings.driverQueueUrl };

const store = new S3Store(s3);
const { location, data } = tablesOf(settings);
const catalog = new StoredCatalog(store, location);
const environment = awsEnvironment(settings, {
  store,
  sqs,
  lambda: openLambda(),
  newJobId: () => newId(systemClock.now(), systemRandom),
  architecture,
});

const service = new StoredJobs({
  environment: withCatalog(environment, { catalog, located: (plan) => plan }),
  warehouse: new Warehouse({ store, root: settings.root, data, location, move: (from, to) => catalog.files.move(from, to) }),
  root: settings.root,
  wake: (job, kind) => sendWake(sqs, queues[kind], { job, n: 0 }),
  tell: async (job, message) => void (await inboxes.send(job, message)),
  presign: (key, method) => presign(s3.client, key, ADDRESS_SECONDS, method),
  maxInlineBytes: MAX_RESPONSE_BYTES,
  platform: { functions: functionEnvironment(settings), prices: awsPrices[architecture] },
  logs: jobLogs(settings.logGroups),
});

const api = createApi({
  service,
  authenticator: authenticatorFrom(settings.auth),
  maxRequestBytes: MAX_REQUEST_BYTES,
  maxResponseBytes: MAX_RESPONSE_BYTES,
  streams: false,
  transport,
  log: logFailure,
});

/** The API behind a function URL. All bodies travel as base64: what text would grow by escapes nobody can tell before. */
export const handler = handle(api, { isContentTypeBinary: () => true });

interface FunctionUrlContext {
  readonly requestId?: string;
  readonly authorizer?: { readonly iam?: { readonly userArn?: string } };
}

function transport(env: unknown): TransportFacts {
  const { requestId, authorizer } = (env as { readonly requestContext?: FunctionUrlContext }).requestContext ?? {};
  const principal = authorizer?.iam?.userArn;
  return { request: requestId ?? randomUUID(), ...(principal === undefined ? {} : { principal }) };
}

/** One JSON line, as all functions log. */
function logFailure({ request, method, path, status, thrown }: Failure): void {
  const { message, cause } = asFirecrestError(thrown);
  const stack = cause instanceof Error ? { stack: cause.stack } : {};
  process.stdout.write(`${JSON.stringify({ source: "api", level: "error", request, method, path, status, message, ...stack })}\n`);
}
