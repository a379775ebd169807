import { taskCount } from "../../engine/scheduler/job-spec.ts";
import { journalFolder } from "../../engine/scheduler/journal.ts";
import type { JobOutcome } from "../../engine/scheduler/progress.ts";
import type { SimulatedBill } from "./simulated-bill.ts";
import type { SimulatedFleet } from "./simulated-fleet.ts";
import { rowsOf, type SimulatedJob } from "./simulated-job.ts";
import type { SimulatedQueue } from "./simulated-queue.ts";
import { type SimulatedStore, uploadsBelow } from "./simulated-store.ts";
import { decodeRows } from "./simulated-worker.ts";

/** What a simulation must show at its end; each gives the violations it finds. */
export interface Evidence {
  readonly job: SimulatedJob;
  readonly store: SimulatedStore;
  readonly queue: SimulatedQueue;
  readonly fleet: SimulatedFleet;
  readonly folder: FolderWatch;
  readonly bill: SimulatedBill;
}

export function violationsOf(evidence: Evidence): string[] {
  const { fleet, folder } = evidence;
  const [outcome] = fleet.outcomes;
  if (!outcome) return ["the job has not ended", ...crashesOf(fleet)];
  return [
    ...crashesOf(fleet),
    ...folder.violations,
    ...disagreements(fleet.outcomes),
    ...(outcome.kind === "succeeded" ? wrongRows(evidence, outcome) : unfounded(evidence, outcome)),
    ...leftovers(evidence, outcome),
    ...excess(evidence),
    ...overspent(evidence),
  ];
}

const crashesOf = (fleet: SimulatedFleet): string[] =>
  fleet.crashes.map((thrown) => `a coordinator threw ${thrown instanceof Error ? thrown.stack : thrown}`);

function disagreements(outcomes: readonly JobOutcome[]): string[] {
  const kinds = new Set(outcomes.map((outcome) => JSON.stringify(outcome.kind === "failed" ? outcome.error : outcome)));
  return kinds.size > 1 ? [`coordinators disagree about the outcome: ${[...kinds].join(" or ")}`] : [];
}

/** Every row exactly once, in the result or in the folder. */
function wrongRows({ job, store, folder }: Evidence, outcome: Extract<JobOutcome, { kind: "succeeded" }>): string[] {
  const expected = rowsOf(job.spec, job.spec.stages.length - 1);
  if (job.spec.commit) return folder.isNew(expected) ? [] : [`the folder holds ${folder.describe()}, expected ${expected}`];
  const rows = outcome.outputs.flatMap((output) => {
    if (output.kind !== "result") return [Number.NaN];
    if (output.inline !== undefined) return decodeRows(Buffer.from(output.inline, "base64"));
    const object = store.objects.get(output.key!);
    return object ? decodeRows(object.bytes) : [Number.NaN];
  });
  return String(rows.sort((a, b) => a - b)) === String(expected) ? [] : [`the result is ${rows}, expected ${expected}`];
}

/** A job may fail only by what was done to it, and must not show anything new then. */
function unfounded({ job, queue, folder }: Evidence, outcome: JobOutcome): string[] {
  if (outcome.kind !== "failed") return [];
  const { condition, class: errorClass } = outcome.error;
  const { maxTaskFailures, maxTaskReruns, maxJobRetries, maxDollars, maxJobMs } = job.options;
  const attempts = [...queue.attempts.values()].map((numbers) => numbers.size);
  const reasons: Readonly<Record<string, boolean>> = {
    DIVIDE_BY_ZERO: job.poisoned !== undefined,
    OPERATION_CANCELED: job.cancelAt !== undefined,
    JOB_COST_LIMIT: maxDollars !== undefined,
    JOB_TIMEOUT: maxJobMs !== undefined,
    SHUFFLE_OUTPUT_LOST: attempts.some((count) => count > maxTaskReruns),
  };
  const exhausted = attempts.some((count) => count >= maxTaskFailures) || attempts.reduce((sum, count) => sum + count, 0) > maxJobRetries;
  const founded = reasons[condition] ?? (errorClass === "retryable" && exhausted);
  return [
    ...(founded ? [] : [`the job failed without reason: ${outcome.error.message}`]),
    ...(folder.isOld() ? [] : [`the job failed, but the folder holds ${folder.describe()}`]),
  ];
}

/** Nothing of the job is left, but for its journal, its result, and what dead-slow workers wrote after the clean-up. */
function leftovers({ job, store }: Evidence, outcome: JobOutcome): string[] {
  const { prefix, commit } = job.spec;
  const kept =
    outcome.kind === "succeeded" ? outcome.outputs.flatMap((output) => (output.kind === "result" && output.key ? [output.key] : [])) : [];
  const sweptAt = store.sweptAt(`${prefix}/`);
  const objects = [...store.objects].filter(
    ([key, { modified }]) =>
      key.startsWith(`${prefix}/`) && !key.startsWith(journalFolder(prefix)) && !kept.includes(key) && modified < sweptAt,
  );
  const uploadsSweptAt = commit ? store.sweptAt(uploadsBelow(`${commit.folder}/`)) : 0;
  const uploads = [...store.uploads.values()].filter(({ startedAt }) => startedAt < uploadsSweptAt);
  return [...objects.map(([key]) => `object ${key} is left`), ...uploads.map(({ key, upload }) => `${upload} of ${key} is left`)];
}

/** Messages are bounded by what went wrong. */
function excess({ job, queue, fleet }: Evidence): string[] {
  const bound = (taskCount(job.spec) + 10) * 30 * (1 + fleet.coordinators);
  return queue.sent > bound ? [`${queue.sent} task messages were sent, more than ${bound}`] : [];
}

/** A capped job's workers cost no more than the cap, whatever became of them. */
function overspent({ job, bill }: Evidence): string[] {
  const { maxDollars = Number.POSITIVE_INFINITY, prices } = job.options;
  const dollars = bill.dollars(prices!);
  return dollars > maxDollars ? [`the job cost ${dollars}, more than its cap of ${maxDollars}`] : [];
}

/** Looks at the output folder at each change: with `_SUCCESS` it must hold all of the old files or all of the new rows. */
export class FolderWatch {
  readonly violations: string[] = [];
  readonly #job: SimulatedJob;
  readonly #store: SimulatedStore;

  constructor(job: SimulatedJob, store: SimulatedStore) {
    this.#job = job;
    this.#store = store;
    const folder = job.spec.commit?.folder;
    if (folder) store.onChange = (key) => key.startsWith(`${folder}/`) && this.#look();
  }

  #look(): void {
    const marker = `${this.#job.spec.commit!.folder}/_SUCCESS`;
    if (!this.#store.objects.has(marker) || this.#holdsOld() || this.#holdsNew(rowsOf(this.#job.spec, this.#job.spec.stages.length - 1)))
      return;
    this.violations.push(`with _SUCCESS the folder holds ${this.describe()}`);
  }

  isOld(): boolean {
    return !this.#job.spec.commit || this.#holdsOld();
  }

  isNew(expected: readonly number[]): boolean {
    const { folder, marker } = this.#job.spec.commit!;
    return this.#holdsNew(expected) && (!marker || this.#store.objects.has(`${folder}/_SUCCESS`));
  }

  describe(): string {
    return [...this.#files()].map(([key, rows]) => `${key}: ${rows}`).join("; ");
  }

  #holdsOld(): boolean {
    return describeFiles(this.#files()) === describeFiles(this.#job.before);
  }

  #holdsNew(expected: readonly number[]): boolean {
    const { before, spec } = this.#job;
    const files = this.#files();
    const rows = [...files].flatMap(([key, content]) => (before.has(key) ? [] : content)).sort((a, b) => a - b);
    const old = [...before.keys()].filter((key) => files.has(key)).length;
    return String(rows) === String(expected) && old === (spec.commit!.overwrite ? 0 : before.size);
  }

  #files(): Map<string, readonly number[]> {
    const folder = `${this.#job.spec.commit!.folder}/`;
    const files = [...this.#store.objects].filter(([key]) => key.startsWith(folder) && !key.endsWith("/_SUCCESS"));
    return new Map(files.map(([key, { bytes }]) => [key, decodeRows(bytes)]));
  }
}

const describeFiles = (files: ReadonlyMap<string, readonly number[]>): string =>
  [...files]
    .map(([key, rows]) => `${key}:${rows}`)
    .sort()
    .join(";");
