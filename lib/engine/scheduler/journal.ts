import { asFirecrestError, ExecutionError } from "../errors.ts";
import type { Clock, Random } from "../ports/fabric.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { SchedulerEvent } from "./event.ts";
import { insist, type Patience } from "./insist.ts";
import { inParallel } from "./parallel.ts";
import { corrupt, decodeSegment, encodeSegment } from "./segment.ts";
import { type JobState, newJob } from "./state.ts";
import { transition } from "./transition.ts";

export interface JournalPorts {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly random: Random;
}

interface Segment {
  readonly number: number;
  readonly events: readonly SchedulerEvent[];
}

/** Segments that a replay reads at once. */
const PARALLEL_READS = 32;

/** Of one append or read: about 13 s in all. */
const PATIENCE: Patience = { tries: 9, firstWaitMs: 50 };

/**
 * A job's history: batches of events as numbered objects `prefix/journal/00000001.json`, each written only if absent. Who
 * finds the next number taken has lost the job to another coordinator and must stop at once: no lease, no clock.
 * A snapshot `00000042.snapshot.json` is the state after segment 42; it only shortens the replay.
 */
export class Journal {
  readonly #ports: JournalPorts;
  readonly #folder: string;
  readonly #job: string;
  readonly #owner: string;
  /** Number of the last segment. */
  #last = 0;
  #eventsSinceSnapshot = 0;

  constructor(ports: JournalPorts, prefix: string, job: string) {
    this.#ports = ports;
    this.#folder = journalFolder(prefix);
    this.#job = job;
    this.#owner = Array.from({ length: 4 }, () => Math.floor(ports.random.next() * 2 ** 32).toString(36)).join("-");
  }

  /** Adds a batch of events. Throws JOB_TAKEN_OVER where another coordinator was faster, and what the store throws when it stays away. */
  async append(events: readonly SchedulerEvent[]): Promise<void> {
    const number = this.#last + 1;
    const key = segmentKey(this.#folder, number);
    const bytes = encodeSegment(number, this.#owner, events);
    await this.#insist(async () => {
      if (await this.#ports.store.put(key, bytes, { ifAbsent: true })) return;
      // A put that was answered by an error, or repeated on the way, may have been ours all the same.
      if (!equal(bytes, await this.#ports.store.get(key))) throw new ExecutionError("JOB_TAKEN_OVER", { job: this.#job });
    });
    this.#last = number;
    this.#eventsSinceSnapshot += events.length;
  }

  /** Writes the state after the last segment where the events since the last snapshot are worth it, to bound the replay. */
  async snapshot(state: JobState): Promise<void> {
    if (this.#eventsSinceSnapshot < Math.max(state.options.snapshotEvery, state.tasks.length)) return;
    this.#eventsSinceSnapshot = 0;
    const bytes = encodeSegment(this.#last, this.#owner, state);
    // Without it the replay is longer, nothing else.
    await this.#ports.store.put(snapshotKey(this.#folder, this.#last), bytes).catch(() => {});
  }

  /** The state that the journal tells of; undefined where there is none. Throws JOURNAL_CORRUPT. */
  async replay(fold: typeof transition = transition): Promise<JobState | undefined> {
    const { segments, snapshots } = await this.#insist(() => this.#list());
    let state = await this.#latestSnapshot(snapshots);
    for (const { number, events } of await this.#readAfter(this.#last, segments)) {
      for (const event of events) state = fold(state ?? firstState(segmentKey(this.#folder, number), event), event).state;
      this.#last = number;
      this.#eventsSinceSnapshot += events.length;
    }
    return state;
  }

  /** Everything that happened, from the beginning, in order. Throws JOURNAL_CORRUPT. */
  async *events(): AsyncGenerator<SchedulerEvent> {
    const { segments } = await this.#insist(() => this.#list());
    for (let at = 0; at < segments.length; at += PARALLEL_READS)
      for (const { events } of await this.#readAfter(at, segments.slice(at, at + PARALLEL_READS))) yield* events;
  }

  async #list(): Promise<{ segments: number[]; snapshots: number[] }> {
    const found = { segments: [] as number[], snapshots: [] as number[] };
    for await (const { key } of this.#ports.store.list(this.#folder)) {
      const match = /(\d{8})(\.snapshot)?\.json$/.exec(key);
      if (match) found[match[2] ? "snapshots" : "segments"].push(Number(match[1]));
    }
    return found;
  }

  /** Snapshots are not fenced and may be torn: the newest that can be read counts. */
  async #latestSnapshot(numbers: readonly number[]): Promise<JobState | undefined> {
    for (const number of numbers.toReversed()) {
      const key = snapshotKey(this.#folder, number);
      const bytes = await this.#insist(() => this.#ports.store.get(key));
      try {
        const state = decodeSegment(key, number, bytes) as JobState;
        this.#last = number;
        return state;
      } catch (thrown) {
        if (asFirecrestError(thrown).condition !== "JOURNAL_CORRUPT") throw thrown;
      }
    }
    return undefined;
  }

  /** The segments after a number, which must all be there. */
  async #readAfter(last: number, numbers: readonly number[]): Promise<readonly Segment[]> {
    const wanted = numbers.filter((number) => number > last);
    for (const [i, number] of wanted.entries())
      if (number !== last + 1 + i) throw corrupt(segmentKey(this.#folder, last + 1 + i), "it is missing, though later ones are there");
    const segments: Segment[] = [];
    await inParallel(wanted, PARALLEL_READS, async (number) => {
      const key = segmentKey(this.#folder, number);
      const bytes = await this.#insist(() => this.#ports.store.get(key));
      segments[number - last - 1] = { number, events: decodeSegment(key, number, bytes) as readonly SchedulerEvent[] };
    });
    return segments;
  }

  #insist<T>(call: () => Promise<T>): Promise<T> {
    return insist(this.#ports.clock, PATIENCE, call);
  }
}

export const journalFolder = (prefix: string): string => `${prefix}/journal/`;
const segmentKey = (folder: string, number: number): string => `${folder}${String(number).padStart(8, "0")}.json`;
const snapshotKey = (folder: string, number: number): string => `${folder}${String(number).padStart(8, "0")}.snapshot.json`;

function firstState(key: string, event: SchedulerEvent): JobState {
  if (event.kind !== "submitted") throw corrupt(key, `it begins with ${event.kind} instead of the submission`);
  return newJob(event.spec, event.options);
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);
