import { ExecutionError } from "../../engine/errors.ts";
import { isWhole, jsonObject, texts } from "./json-shape.ts";

/** What a deployment tells its functions by environment variables: the one place where they are read. */

export type Environs = Readonly<Record<string, string | undefined>>;

/** Task functions of one size, and the queue that feeds them. */
export interface TaskTier {
  readonly memoryMiB: number;
  readonly queueUrl: string;
  readonly functionName: string;
  /** Most of them at once; absent: as many as the fleet has. */
  readonly most?: number;
}

export interface CoordinatorSettings {
  /** `s3://bucket`. */
  readonly root: string;
  /** Ascending by memory, at least one. */
  readonly tiers: readonly TaskTier[];
  readonly wakeQueueUrl: string;
  readonly inboxPrefix: string;
  /** Most tasks at once of all jobs. */
  readonly fleetLimit: number;
  readonly heartbeatMs: number;
  /** The function's own memory, set by Lambda. */
  readonly memoryMiB: number;
}

export interface TaskSettings {
  readonly root: string;
  readonly inboxPrefix: string;
  readonly heartbeatMs: number;
  /** The function's own memory, set by Lambda. */
  readonly memoryMiB: number;
  /** Names this execution environment in reports and logs. */
  readonly worker: string;
}

export interface DriverSettings {
  readonly root: string;
  readonly driverQueueUrl: string;
  /** Where programs send their queries. */
  readonly apiUrl: string;
  /** ARN of the role that programs have instead of the driver's. */
  readonly programRole: string;
  readonly heartbeatMs: number;
}

export interface ApiSettings extends Pick<CoordinatorSettings, "root" | "tiers" | "wakeQueueUrl" | "inboxPrefix" | "fleetLimit"> {
  readonly driverQueueUrl: string;
  /** `iam`, or `bearer:` and hashes of tokens. */
  readonly auth: string;
  readonly logGroups: readonly string[];
}

export interface DeadLetterSettings {
  readonly root: string;
  readonly inboxPrefix: string;
}

const DEFAULT_HEARTBEAT_SECONDS = 10;
/** A message is held for three heartbeats, and SQS for 12 hours at most; a minute is as late as a loss should be noticed. */
const MOST_HEARTBEAT_SECONDS = 60;
/** Lambda's bounds on a function's memory. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LEAST_MEMORY_MIB = 128;
const MOST_MEMORY_MIB = 10_240;
const MOST_FLEET = 100_000;

/** These throw INVALID_ENVIRONMENT_VARIABLE, which names the variable and what it has to be. */

export const coordinatorSettings = (environs: Environs): CoordinatorSettings => ({
  root: root(environs),
  tiers: taskTiers(environs),
  wakeQueueUrl: url(environs, "FIRECREST_WAKE_QUEUE"),
  inboxPrefix: inboxPrefix(environs),
  fleetLimit: wholeNumber(environs, "FIRECREST_FLEET_LIMIT", 1, MOST_FLEET),
  heartbeatMs: heartbeatMs(environs),
  memoryMiB: functionMemoryMiB(environs),
});

export const taskSettings = (environs: Environs): TaskSettings => ({
  root: root(environs),
  inboxPrefix: inboxPrefix(environs),
  heartbeatMs: heartbeatMs(environs),
  memoryMiB: functionMemoryMiB(environs),
  worker: environs.AWS_LAMBDA_LOG_STREAM_NAME ?? required(environs, "AWS_LAMBDA_FUNCTION_NAME"),
});

export const driverSettings = (environs: Environs): DriverSettings => ({
  root: root(environs),
  driverQueueUrl: url(environs, "FIRECREST_DRIVER_QUEUE"),
  apiUrl: matching(environs, "FIRECREST_API_URL", /^https?:\/\/\S+$/, "the URL of the API"),
  programRole: matching(environs, "FIRECREST_PROGRAM_ROLE", /^arn:[\w-]+:iam::\d{12}:role\/\S+$/, "the ARN of the programs' role"),
  heartbeatMs: heartbeatMs(environs),
});

export const apiSettings = (environs: Environs): ApiSettings => ({
  root: root(environs),
  tiers: taskTiers(environs),
  wakeQueueUrl: url(environs, "FIRECREST_WAKE_QUEUE"),
  inboxPrefix: inboxPrefix(environs),
  fleetLimit: wholeNumber(environs, "FIRECREST_FLEET_LIMIT", 1, MOST_FLEET),
  driverQueueUrl: url(environs, "FIRECREST_DRIVER_QUEUE"),
  auth: matching(
    environs,
    "FIRECREST_AUTH",
    /^(iam|bearer:[0-9a-f]{64}(,[0-9a-f]{64})*)$/,
    "iam, or bearer: and SHA-256 hashes of tokens in hex",
  ),
  logGroups: (environs.FIRECREST_LOG_GROUPS ?? "").split(",").filter((group) => group !== ""),
});

export const deadLetterSettings = (environs: Environs): DeadLetterSettings => ({
  root: root(environs),
  inboxPrefix: inboxPrefix(environs),
});

const root = (environs: Environs): string =>
  matching(environs, "FIRECREST_ROOT", /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket as s3://name, without a slash at the end");

/** With a job's id behind it, it has to stay a queue's name: 80 letters, digits, hyphens and underscores. */
const inboxPrefix = (environs: Environs): string =>
  matching(environs, "FIRECREST_INBOX_PREFIX", /^[A-Za-z0-9_-]{1,54}$/, "1 to 54 letters, digits, hyphens or underscores");

const url = (environs: Environs, name: string): string => matching(environs, name, /^https?:\/\/\S+$/, "the URL of a queue");

const functionMemoryMiB = (environs: Environs): number =>
  wholeNumber(environs, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", LEAST_MEMORY_MIB, MOST_MEMORY_MIB);

const heartbeatMs = (environs: Environs): number =>
  1_000 *
  (environs.FIRECREST_HEARTBEAT_SECONDS === undefined
    ? DEFAULT_HEARTBEAT_SECONDS
    : wholeNumber(environs, "FIRECREST_HEARTBEAT_SECONDS", 1, MOST_HEARTBEAT_SECONDS));

function taskTiers(environs: Environs): readonly TaskTier[] {
  const name = "FIRECREST_TASK_TIERS";
  const text = required(environs, name);
  const tiers = parsed(text);
  const ascending = (all: readonly TaskTier[]) => all.every((tier, i) => i === 0 || tier.memoryMiB > all[i - 1]!.memoryMiB);
  if (Array.isArray(tiers) && tiers.length > 0 && tiers.every(isTier) && ascending(tiers)) return tiers;
  throw invalid(name, text, 'a JSON array of {"memoryMiB", "queueUrl", "functionName", "most"?}, ascending by memory');
}

const isTier = (tier: unknown): tier is TaskTier => {
  const { memoryMiB, queueUrl, functionName, most = 1 } = jsonObject(tier) ?? {};
  return [memoryMiB, most].every((count) => isWhole(count) && count !== 0) && texts(queueUrl, functionName);
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wholeNumber(environs: Environs, name: string, least: number, most: number): number {
  const text = required(environs, name);
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw invalid(name, text, `a whole number from ${least} to ${most}`);
}

function matching(environs: Environs, name: string, pattern: RegExp, requirement: string): string {
  const text = required(environs, name);
  if (pattern.test(text)) return text;
  throw invalid(name, text, requirement);
}

function required(environs: Environs, name: string): string {
  const text = environs[name];
  if (text) return text;
  throw invalid(name, "not set", "set by the deployment");
}

const invalid = (name: string, value: string, requirement: string): ExecutionError =>
  new ExecutionError("INVALID_ENVIRONMENT_VARIABLE", { name, value, requirement });
