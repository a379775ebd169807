import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asFirecrestError, ExecutionError, type FirecrestError } from "../engine/errors.ts";
import type { Clock } from "../engine/ports/fabric.ts";
import type { ObjectStore } from "../engine/ports/object-store.ts";
import { driverVariables } from "./driver-environment.ts";
import { readJson, writeJson } from "./json-object.ts";
import { keys } from "./keys.ts";
import { failure } from "./outcome.ts";
import { ProgramLog } from "./program-log.ts";
import { type ProgramEnd, ProgramProcess } from "./program-process.ts";
import { isOver, type JobStatus, type Submission } from "./records.ts";

export interface DriverPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Where the service keeps its jobs, without a slash at the end. Only what lies below `drivers/` is touched. */
  readonly root: string;
  /** The API's address, for the program. */
  readonly url: string;
  /** Environment variables of a job's program, besides those that name the job. Throws what may pass. */
  readonly variables: (job: string) => Promise<Readonly<Record<string, string>>>;
  /** Where the program's own folder is made. */
  readonly scratch: string;
  /** The job as the service knows it. */
  readonly status: (job: string) => Promise<JobStatus>;
  /** Cancels what the program has submitted and that still runs. */
  readonly cancelQueries: (job: string) => Promise<void>;
}

/** Between two looks whether the job is to stop. */
const LOOK_MS = 2_000;
/** Between two writes of a log that has grown. */
const LOG_MS = 2_000;

/**
 * Runs the driver of a program job: a process of its own, whose queries go to the service. A driver that was broken off is run
 * again from its beginning; what it submitted before is found by its idempotency keys, so that no query runs twice.
 *
 * `over`: nothing is left to do. `handedOver`: the next driver is to be woken. Throws what may pass.
 */
export async function runDriver(job: string, ports: DriverPorts, handOver: AbortSignal): Promise<"over" | "handedOver"> {
  const before = await ports.status(job);
  const folder = keys.driver(ports.root, job);
  const submission = await readJson<Submission>(`${folder}/submission.json`, ports.store);
  if (isOver(before.state) || !submission) return "over";
  const startedAt = before.startedAt ?? ports.clock.now();
  const log = new ProgramLog();
  const saveLog = () => ports.store.put(`${folder}/log.jsonl`, log.encode(ports.clock.now()));
  const keep = async (status: Partial<JobStatus>) => {
    const now = ports.clock.now();
    const version = Math.max(now, before.version + 1);
    const ended = status.state === "running" ? {} : { endedAt: now };
    await writeJson(`${folder}/status.json`, { startedAt, version, ...ended, ...status }, ports.store);
  };
  if (before.cancelRequested === undefined) await keep({ state: "running" });
  const verdict =
    before.cancelRequested === undefined ? await drive({ submission, startedAt, log, saveLog, ports, handOver }) : "cancelled";
  if (log.changes > 0) await saveLog();
  if (verdict === "handedOver") return verdict;
  await ports.cancelQueries(job);
  await keep(endOf(verdict));
  return "over";
}

/** Why a program is over: it ended itself, or was ended. */
type Verdict = ProgramEnd | "cancelled" | "handedOver" | { readonly error: FirecrestError };

interface Drive {
  readonly submission: Submission;
  readonly startedAt: number;
  readonly log: ProgramLog;
  readonly saveLog: () => Promise<unknown>;
  readonly ports: DriverPorts;
  readonly handOver: AbortSignal;
}

async function drive({ submission, startedAt, log, saveLog, ports, handOver }: Drive): Promise<Verdict> {
  const { job, conf, limits, program } = submission;
  const { store, clock, url } = ports;
  const variables = await ports.variables(job);
  const folder = await mkdtemp(join(ports.scratch, "firecrest-driver-"));
  const file = join(folder, "program.mjs");
  await writeFile(file, await store.get(program!.bundle));
  const running = new ProgramProcess({
    file,
    args: program!.args,
    folder,
    variables: { ...variables, ...driverVariables({ url, job, conf }) },
    onLine: (level, message) => log.add({ at: clock.now(), source: "driver", level, message }),
  });
  const over = new AbortController();
  const stops = [
    abortOf(handOver, over.signal).then(() => "handedOver" as const),
    cancellation(job, ports, over.signal).then(() => "cancelled" as const),
    timeLimit(limits.timeoutSeconds, startedAt, clock, over.signal),
  ];
  const saving = savedRepeatedly(log, saveLog, clock, over.signal);
  try {
    const verdict = await Promise.race([running.ended, ...stops]);
    // Whoever goes on runs it again: nothing is lost by ending it at once.
    if (verdict === "handedOver") await running.kill();
    else await running.stop();
    // A cancellation reaches the queries first, and the program fails by theirs before the next look.
    return isFailure(verdict) && (await ports.status(job)).cancelRequested !== undefined ? "cancelled" : verdict;
  } finally {
    over.abort();
    await saving;
    await rm(folder, { recursive: true, force: true });
  }
}

function endOf(verdict: Exclude<Verdict, "handedOver">): Partial<JobStatus> {
  if (verdict === "cancelled") return failure(new ExecutionError("OPERATION_CANCELED"));
  if ("error" in verdict) return failure(verdict.error);
  if ("signal" in verdict) return failure(new ExecutionError("PROGRAM_FAILED", { ending: verdict.signal }));
  const { exitCode } = verdict;
  if (exitCode === 0) return { state: "succeeded", exitCode };
  return { ...failure(new ExecutionError("PROGRAM_FAILED", { ending: `exit code ${exitCode}` })), exitCode };
}

const isFailure = (verdict: Verdict): boolean => typeof verdict === "object" && !("exitCode" in verdict && verdict.exitCode === 0);

const never = new Promise<never>(() => {});

function abortOf(signal: AbortSignal, over: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true, signal: over }));
}

/** Resolves once the job is to stop. A service that does not answer now may do so at the next look. */
async function cancellation(job: string, { status, clock }: DriverPorts, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await clock.sleep(LOOK_MS, over).catch(() => {});
    const now = await status(job).catch(() => undefined);
    if (now?.cancelRequested !== undefined) return;
  }
  return never;
}

async function timeLimit(
  seconds: number | undefined,
  startedAt: number,
  clock: Clock,
  over: AbortSignal,
): Promise<{ readonly error: FirecrestError }> {
  if (seconds === undefined) return never;
  await clock.sleep(Math.max(0, startedAt + seconds * 1000 - clock.now()), over).catch(() => {});
  return over.aborted ? never : { error: new ExecutionError("JOB_TIMEOUT", { seconds: String(seconds) }) };
}

/** A log that could not be written now is written with its next lines, or at the end. */
async function savedRepeatedly(log: ProgramLog, save: () => Promise<unknown>, clock: Clock, over: AbortSignal): Promise<void> {
  for (let saved = 0; !over.aborted; ) {
    await clock.sleep(LOG_MS, over).catch(() => {});
    if (log.changes === saved) continue;
    const { changes } = log;
    await save().then(
      () => {
        saved = changes;
      },
      (thrown: unknown) => log.add({ at: clock.now(), source: "driver", level: "warn", message: asFirecrestError(thrown).message }),
    );
  }
}
