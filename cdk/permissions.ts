import { Effect, type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { DataBucket } from "./storage.ts";

/** Objects that jobs may read or write: all below `prefix`, or the whole bucket where it is "". */
export interface DataFolder {
  readonly bucketArn: string;
  readonly prefix: string;
}

/** What permissions are about. */
export interface Reach {
  readonly bucket: DataBucket;
  readonly readPrefixes: readonly DataFolder[];
  readonly writePrefixes: readonly DataFolder[];
  /** ARN pattern of all jobs' inboxes. */
  readonly inboxes: string;
}

/*
 * Who may do what, role by role; test/cdk/permissions.txt is the outcome as a table. Users' code runs in tasks and programs, so theirs matter most:
 * neither reaches a journal. What the queues' triggers need (receive, delete, change visibility of the own queue) comes with the triggers.
 *
 * Every role lists the data bucket: without that, S3 answers 403 instead of 404 for an object that is missing. A list gives names, never contents.
 */

/** Runs task attempts: fragments of queries with users' functions in them. */
export function permitTask(role: IRole, { bucket, readPrefixes, writePrefixes, inboxes }: Reach): void {
  const work = (path: string) => bucket.arnForObjects(`jobs/*/work/${path}`);
  allow(role, "s3:ListBucket", bucket.bucketArn);
  allow(role, "s3:GetObject", work("programs/*"), work("tasks/*"), work("cancelled.json"));
  allow(role, ["s3:PutObject", "s3:AbortMultipartUpload"], work("tasks/*"));
  deny(role, "s3:*", work("journal/*"));
  readData(role, readPrefixes);
  allow(role, ["s3:PutObject", "s3:AbortMultipartUpload"], ...objectsBelow(writePrefixes));
  // Tables are what coordinators say they are.
  deny(role, "s3:PutObject", bucket.arnForObjects("data/warehouse/_firecrest_catalog/*"));
  allow(role, ["sqs:GetQueueUrl", "sqs:SendMessage"], inboxes);
}

/** Supervises jobs: compiles, schedules, commits. Runs no user's code. */
export function permitCoordinator(
  role: IRole,
  { bucket, readPrefixes, writePrefixes, inboxes }: Reach,
  { wake, tasks, functions }: { readonly wake: IQueue; readonly tasks: readonly IQueue[]; readonly functions: readonly IFunction[] },
): void {
  allow(role, "s3:ListBucket", bucket.bucketArn);
  allow(role, ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], bucket.arnForObjects("jobs/*"));
  readData(role, readPrefixes);
  listData(role, readPrefixes);
  allow(role, ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"], ...objectsBelow(writePrefixes));
  listData(role, writePrefixes, ["s3:ListBucket", "s3:ListBucketMultipartUploads"]);
  allow(role, ["sqs:CreateQueue", "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:DeleteQueue"], inboxes);
  allow(role, "sqs:SendMessage", wake.queueArn, ...tasks.map((queue) => queue.queueArn));
  allow(role, "lambda:InvokeFunction", ...functions.map((fn) => fn.functionArn));
}

/** Answers callers. Reads all of a job, but what the scheduler keeps is not its to change. */
export function permitApi(
  role: IRole,
  { bucket, readPrefixes, inboxes }: Reach,
  { wake, driver, logGroups }: { readonly wake: IQueue; readonly driver: IQueue; readonly logGroups: readonly ILogGroup[] },
): void {
  const own = ["jobs/*", "drivers/*", "idempotency/*", "uploads/*"].map((path) => bucket.arnForObjects(path));
  allow(role, "s3:ListBucket", bucket.bucketArn);
  allow(role, ["s3:GetObject", "s3:PutObject"], ...own);
  // What engines behind the API keep, and the tables that they make, rename and drop.
  allow(
    role,
    ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
    ...["scratch/*", "data/warehouse/*"].map((path) => bucket.arnForObjects(path)),
  );
  // Entries are empty: a list tells all.
  allow(role, "s3:PutObject", bucket.arnForObjects("index/*"));
  deny(role, "s3:PutObject", bucket.arnForObjects("jobs/*/work/*"));
  readData(role, readPrefixes);
  listData(role, readPrefixes);
  allow(role, "sqs:SendMessage", wake.queueArn, driver.queueArn);
  allow(role, ["sqs:GetQueueUrl", "sqs:SendMessage"], inboxes);
  allow(role, "logs:FilterLogEvents", ...logGroups.map((group) => group.logGroupArn));
}

/** Runs users' programs, in a role of theirs. Its own queue wakes the driver that goes on with a long one. */
export function permitDriver(
  role: IRole,
  { bucket }: Reach,
  { driver, api, program }: { readonly driver: IQueue; readonly api: Pick<IFunction, "functionArn">; readonly program: IRole },
): void {
  allow(role, "s3:ListBucket", bucket.bucketArn);
  allow(role, ["s3:GetObject", "s3:PutObject"], bucket.arnForObjects("drivers/*"));
  allow(role, "sqs:SendMessage", driver.queueArn);
  allow(role, "sts:AssumeRole", program.roleArn);
  callApi(role, api);
}

/** A user's program: reaches data only by the jobs that it submits. */
export const permitProgram = (role: IRole, api: Pick<IFunction, "functionArn">): void => callApi(role, api);

/** Tells jobs of attempts that were given up, and ends jobs that were. */
export function permitDeadLetters(role: IRole, { bucket, inboxes }: Reach): void {
  const ends = ["jobs/*/status.json", "jobs/*/outcome.json"].map((path) => bucket.arnForObjects(path));
  allow(role, "s3:ListBucket", bucket.bucketArn);
  allow(role, ["s3:GetObject", "s3:PutObject"], ...ends);
  allow(role, ["sqs:GetQueueUrl", "sqs:SendMessage"], inboxes);
}

/** A function's log lines. */
export function permitLogging(role: IRole, group: ILogGroup): void {
  allow(role, ["logs:CreateLogStream", "logs:PutLogEvents"], group.logGroupArn);
}

function callApi(role: IRole, api: Pick<IFunction, "functionArn">): void {
  allow(role, "lambda:InvokeFunctionUrl", api.functionArn);
  // A function URL asks for this one too, but only by way of the URL.
  add(role, Effect.ALLOW, ["lambda:InvokeFunction"], [api.functionArn], { Bool: { "lambda:InvokedViaFunctionUrl": "true" } });
}

/** Objects to read: all below a folder, or the one object of that name. */
function readData(role: IRole, folders: readonly DataFolder[]): void {
  const single = folders.filter(({ prefix }) => prefix !== "").map(({ bucketArn, prefix }) => `${bucketArn}/${prefix}`);
  allow(role, "s3:GetObject", ...objectsBelow(folders), ...single);
}

function listData(role: IRole, folders: readonly DataFolder[], actions: readonly string[] = ["s3:ListBucket"]): void {
  for (const { bucketArn, prefix } of folders) {
    const below = { StringLike: { "s3:prefix": [prefix, `${prefix}/*`] } };
    add(role, Effect.ALLOW, actions, [bucketArn], prefix === "" ? undefined : below);
  }
}

const objectsBelow = (folders: readonly DataFolder[]): readonly string[] =>
  folders.map(({ bucketArn, prefix }) => (prefix === "" ? `${bucketArn}/*` : `${bucketArn}/${prefix}/*`));

const allow = (role: IRole, actions: string | readonly string[], ...resources: readonly string[]) =>
  add(role, Effect.ALLOW, [actions].flat(), resources);
const deny = (role: IRole, actions: string | readonly string[], ...resources: readonly string[]) =>
  add(role, Effect.DENY, [actions].flat(), resources);

function add(
  role: IRole,
  effect: Effect,
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>,
): void {
  if (resources.length === 0) return;
  role.addToPrincipalPolicy(
    new PolicyStatement({ effect, actions: [...actions], resources: [...new Set(resources)], ...(conditions ? { conditions } : {}) }),
  );
}
