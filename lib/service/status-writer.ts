import { costReport } from "../engine/cost/cost.ts";
import type { Prices } from "../engine/cost/prices.ts";
import type { Clock } from "../engine/ports/fabric.ts";
import type { ObjectStore } from "../engine/ports/object-store.ts";
import type { Progress } from "../engine/scheduler/progress.ts";
import type { PhaseKind } from "../engine/scheduler/state.ts";
import { writeJson } from "./json-object.ts";
import { keys } from "./keys.ts";
import type { JobState, JobStatus } from "./records.ts";

/** Between two writes of a status, in ms. */
const INTERVAL_MS = 1_000;

const stateOf: { readonly [K in PhaseKind]: JobState } = {
  submitted: "running",
  running: "running",
  committing: "committing",
  draining: "running",
  cleaning: "running",
  finished: "running",
};

/** Keeps `status.json` near what the coordinator knows: at most one write at a time, and one a second. */
export class StatusWriter {
  readonly #root: string;
  readonly #ports: { readonly store: ObjectStore; readonly clock: Clock };
  readonly #prices: Prices | undefined;
  readonly #stopped = new AbortController();
  #status: JobStatus;
  #dirty = false;
  #writing: Promise<void> | undefined;

  constructor(
    root: string,
    status: JobStatus,
    ports: { readonly store: ObjectStore; readonly clock: Clock },
    /** Absent where nothing costs anything. */
    prices?: Prices,
  ) {
    this.#root = root;
    this.#prices = prices;
    this.#status = status;
    this.#ports = ports;
  }

  get latest(): JobStatus {
    return this.#status;
  }

  /** Notes where the job stands. Cheap; the write comes later. */
  note(progress: Progress): void {
    const cost = this.#prices && { cost: costReport(progress, this.#prices) };
    this.#status = { ...this.#status, state: stateOf[progress.phase], stages: progress.stages, ...cost };
    this.#dirty = true;
    if (!this.#stopped.signal.aborted) this.#writing ??= this.#write();
  }

  /** After this nothing is written any more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { store, clock } = this.#ports;
    while (this.#dirty && !this.#stopped.signal.aborted) {
      this.#dirty = false;
      this.#status = { ...this.#status, version: Math.max(clock.now(), this.#status.version + 1) };
      // A status that could not be written is followed by the next one.
      await writeJson(keys.status(this.#root, this.#status.job), this.#status, store).catch(() => {});
      await clock.sleep(INTERVAL_MS, this.#stopped.signal).catch(() => {});
    }
    this.#writing = undefined;
  }
}
