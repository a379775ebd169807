import { type FaultKind, Faults } from "./faults.ts";
import { SeededRandom } from "./seeded-random.ts";

/** Something that calls ports and may die: a coordinator or a worker. From then on it is told nothing any more. */
export interface Actor {
  readonly name: string;
  alive: boolean;
  /** The chance that it dies at a call. */
  readonly mortality: FaultKind;
  /** Answers reach it only from then on. */
  pausedUntil: number;
}

interface Scheduled {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time, and all chance and order in a simulation. One seed, one course of events. */
export class World {
  readonly random: SeededRandom;
  readonly faults: Faults;
  /** Milliseconds since the simulation began. */
  now = 0;
  /** A digest of all that happened: the same in each run of a seed. */
  digest = 0x811c9dc5;
  /** CPU time that promises took to settle between events, in ms: what the code of coordinators costs. */
  promisesMs = 0;
  readonly #heap: Scheduled[] = [];
  readonly #tell: ((line: string) => void) | undefined;
  #order = 0;

  constructor(seed: number, tell?: (line: string) => void) {
    this.random = new SeededRandom(seed, 1);
    this.faults = new Faults(this, new SeededRandom(seed, 2));
    this.#tell = tell;
  }

  /** Notes something that happened. */
  log(line: string): void {
    const text = `${this.now} ${line}`;
    // FNV-1a.
    let digest = this.digest;
    for (let i = 0; i < text.length; i++) digest = Math.imul(digest ^ text.charCodeAt(i), 0x01000193);
    this.digest = digest;
    this.#tell?.(text);
  }

  after(delayMs: number, run: () => void): void {
    const item: Scheduled = { at: this.now + delayMs, order: this.#order++, run };
    const heap = this.#heap;
    let at = heap.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(item, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = item;
  }

  /** Runs what is scheduled, in order, until `done` or `untilMs`. Between any two events all promises settle. */
  async run(untilMs: number, done: () => boolean): Promise<void> {
    while (!done()) {
      const next = this.#take();
      if (!next || next.at > untilMs) return;
      this.now = next.at;
      next.run();
      const before = process.threadCpuUsage();
      await settled();
      const { user, system } = process.threadCpuUsage(before);
      this.promisesMs += (user + system) / 1_000;
    }
  }

  /**
   * A call over the network: some time there, the effect, some time back. A caller that dies in between has still made the
   * call. `lostAnswer` and `unavailable` are the faults that give `error`, after and without the effect.
   */
  call<T>(actor: Actor, what: string, faults: CallFaults, effect: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!actor.alive) return;
      this.log(`${actor.name} ${what}`);
      if (this.faults.strike(actor.mortality)) {
        actor.alive = false;
        this.log(`${actor.name} dies`);
        // Some requests are out before their sender dies.
        if (this.random.chance(0.5)) return;
      }
      this.after(this.#latency(faults.slow), () => {
        const answer = this.#outcome(what, faults, effect);
        const deliver = () => {
          if (!actor.alive) return;
          if ("thrown" in answer) reject(answer.thrown);
          else resolve(answer.value);
        };
        const wait = Math.max(actor.pausedUntil - this.now, this.random.chance(0.2) ? this.random.between(1, 20) : 0);
        if (wait > 0) this.after(wait, deliver);
        else deliver();
      });
    });
  }

  #outcome<T>(what: string, faults: CallFaults, effect: () => T): { value: T } | { thrown: unknown } {
    if (faults.unavailable && this.faults.strike(faults.unavailable)) return { thrown: faults.error(what) };
    try {
      const value = effect();
      return faults.lostAnswer && this.faults.strike(faults.lostAnswer) ? { thrown: faults.error(what) } : { value };
    } catch (thrown) {
      return { thrown };
    }
  }

  #latency(slow: FaultKind | undefined): number {
    return slow && this.faults.strike(slow) ? this.random.between(300, 4_000) : this.random.between(1, 12);
  }

  #take(): Scheduled | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

export interface CallFaults {
  readonly unavailable?: FaultKind;
  readonly lostAnswer?: FaultKind;
  readonly slow?: FaultKind;
  readonly error: (what: string) => Error;
}

const isBefore = (a: Scheduled, b: Scheduled): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Resolves when no promise is left to settle: a macrotask comes after all microtasks. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
