import type { SeededRandom } from "./seeded-random.ts";

/** What can go wrong, and how often at most: the chance at each occasion. */
const highestChance = {
  /** A call of the store does nothing and fails; or does it and fails; or takes seconds. */
  storeUnavailable: 0.05,
  storeAnswerLost: 0.03,
  storeSlow: 0.03,
  /** A shuffle object is damaged or gone some time after it was written. */
  blockCorrupt: 0.15,
  blockLost: 0.15,
  /** The queue takes nothing; or fails, having taken all or nothing. */
  queueThrottled: 0.3,
  queueUnavailable: 0.1,
  queueAnswerLost: 0.1,
  /** A task message arrives never, twice, or late. */
  taskDropped: 0.1,
  taskDuplicated: 0.15,
  taskDelayed: 0.15,
  /** A report arrives twice, or late; the inbox cannot be read. */
  reportDuplicated: 0.2,
  reportDelayed: 0.15,
  inboxUnavailable: 0.1,
  /** A worker dies at a call, takes longer than it may, runs out of memory, or fails for reasons that pass. */
  workerDied: 0.05,
  workerHung: 0.1,
  outOfMemory: 0.3,
  taskFailed: 0.2,
  /** A coordinator dies at a call, or stands still for seconds. */
  coordinatorDied: 0.04,
  coordinatorPaused: 0.03,
  /** A second coordinator starts although the first is alive; the running one hands over. */
  coordinatorDoubled: 0.03,
  handedOver: 0.02,
} as const;
export type FaultKind = keyof typeof highestChance;
export const faultKinds = Object.keys(highestChance) as FaultKind[];

/** The storm's length in ms, at most; after it nothing goes wrong any more, so that every job must come to its end. */
const LONGEST_STORM_MS = 60_000;

/** A seed's faults: some kinds only, each with its own chance, so that rare combinations meet without drowning each other. */
export class Faults {
  /** How often each kind has struck. */
  readonly met: Record<FaultKind, number>;
  readonly #chances: Record<FaultKind, number>;
  readonly #stormMs: number;
  readonly #random: SeededRandom;
  readonly #clock: { readonly now: number };

  constructor(clock: { readonly now: number }, random: SeededRandom) {
    this.#clock = clock;
    this.#random = random;
    this.#stormMs = random.between(0, LONGEST_STORM_MS);
    const share = random.next();
    this.met = recordOf(() => 0);
    this.#chances = recordOf((kind) => (random.chance(share) ? highestChance[kind] * random.next() : 0));
  }

  /** A kind that this simulation leaves out. */
  exclude(kind: FaultKind): void {
    this.#chances[kind] = 0;
  }

  /** Whether a fault happens now. */
  strike(kind: FaultKind): boolean {
    if (this.#clock.now > this.#stormMs || !this.#random.chance(this.#chances[kind])) return false;
    this.met[kind]++;
    return true;
  }
}

const recordOf = (value: (kind: FaultKind) => number): Record<FaultKind, number> =>
  Object.fromEntries(faultKinds.map((kind) => [kind, value(kind)])) as Record<FaultKind, number>;
