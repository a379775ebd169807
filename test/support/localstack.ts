import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe } from "vitest";

/** LocalStack for tests that mean AWS: an emulator of their own, or one that all files of a run share. */

export interface LocalStackOptions {
  /** End functions whose memory passes their MemorySize. Not by default. */
  readonly limitMemory?: boolean;
}

/** Faults that the emulator does from now on. See localstack/README.md. */
export interface FaultSettings {
  /** Ends the process of a share of the invocations, so many milliseconds after their start (a random time between the two). */
  readonly kill?: {
    /** Part of the function's name. Every function without it. */
    readonly function?: string;
    /** Between 0 and 1. */
    readonly share: number;
    readonly afterMs?: readonly [number, number];
    readonly atMost?: number;
  };
  /** Invokes a second time with every message of an event source mapping whose queue's name contains `queue`. */
  readonly duplicate?: { readonly queue: string; readonly atMost?: number };
  /** Answers 503 SlowDown to a share of the requests to S3. */
  readonly s3?: {
    readonly share: number;
    /** Names like GetObject. All without it. */
    readonly operations?: readonly string[];
    readonly keyContains?: string;
    readonly atMost?: number;
  };
  /** Holds back the bodies of GetObject. */
  readonly slow?: { readonly keyContains: string; readonly ms: number; readonly atMost?: number };
  /** Closes the connection in the middle of the body of GetObject. */
  readonly torn?: { readonly keyContains: string; readonly atMost?: number };
}

/** What happened since the start of the emulator. */
export interface FaultCounters {
  /** By service and operation, as in `s3.GetObject`. */
  readonly requests: Readonly<Record<string, number>>;
  readonly kills: number;
  readonly duplicates: number;
  readonly slowDowns: number;
  readonly slowObjects: number;
  readonly tornObjects: number;
}

export interface LocalStack {
  /** For path-style S3 and for every other service, region us-east-1, credentials test/test. */
  readonly endpoint: string;
  readonly port: number;
  /** State and log. */
  readonly folder: string;
  stop(): Promise<void>;
  /** Replaces the faults of before; `{}` ends them. */
  faults(settings: FaultSettings): Promise<void>;
  counters(): Promise<FaultCounters>;
  /** The last lines of the log. */
  logTail(lines: number): Promise<string>;
}

const script = join(import.meta.dirname, "..", "..", "scripts", "localstack.mjs");
/** The longest that a start may take: the first one of a checkout installs. For the time limit of `beforeAll`. */
export const START_MS = 600_000;

async function control(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { timeout: START_MS });
  return stdout.trim();
}

/** Starts an emulator on a free port, with a folder of its own. It ends with this process at the latest. Installs it first, if need be: a minute. */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  return start(await mkdtemp(join(tmpdir(), "firecrest-localstack-")), process.pid, options);
}

/**
 * The emulator that all test files of a run share, started by the first that asks. It ends with the run.
 * Names of buckets, queues and functions must be the test's own, and faults are for `startLocalStack`.
 */
export function sharedLocalStack(): Promise<LocalStack> {
  // Test files run in children of the process that is the run.
  shared ??= start(join(tmpdir(), `firecrest-localstack-of-${process.ppid}`), process.ppid, {});
  return shared;
}

let shared: Promise<LocalStack> | undefined;

async function start(folder: string, owner: number, { limitMemory }: LocalStackOptions): Promise<LocalStack> {
  const flags = limitMemory ? ["--limit-memory"] : [];
  const endpoint = await control("start", "--port", "0", "--folder", folder, "--owner", String(owner), ...flags);
  return {
    endpoint,
    port: Number(new URL(endpoint).port),
    folder,
    stop: async () => {
      await control("stop", "--folder", folder);
    },
    faults: async (settings) => {
      await request(`${endpoint}/_firecrest/faults`, { method: "PUT", body: JSON.stringify(settings) });
    },
    counters: async () => (await request(`${endpoint}/_firecrest/counters`)).json() as Promise<FaultCounters>,
    logTail: async (lines) => (await readFile(join(folder, "localstack.log"), "utf8")).trimEnd().split("\n").slice(-lines).join("\n"),
  };
}

async function request(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${init.method ?? "GET"} ${url} gave ${response.status}: ${await response.text()}`);
  return response;
}

/** Why LocalStack cannot run here; undefined where it can. For `test.skipIf(localStackUnavailable())`. */
export function localStackUnavailable(): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, [script, "check"], { encoding: "utf8" });
  return status === 0 ? undefined : stderr.trim();
}

/** A suite that needs LocalStack. Where that cannot run it is skipped, and its name says why. */
export function describeOnLocalStack(name: string, options: { readonly timeout: number }, suite: () => void): void {
  const reason = localStackUnavailable();
  describe.skipIf(reason)(reason === undefined ? name : `${name} (skipped: ${reason})`, options, suite);
}
