import { s3Hedging } from "../../aws/hedge.ts";
import { s3 } from "../aws-limits.ts";
import type { SeededRandom } from "../seeded-random.ts";

/** A log-normal distribution: half of all values are below the median. */
export interface Spread {
  readonly median: number;
  readonly sigma: number;
}

/** One value, by Box and Muller. */
export function sample(random: SeededRandom, { median, sigma }: Spread): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return median * Math.exp(sigma * normal);
}

/** Of a log-normal distribution a twentieth is beyond so many sigmas: where the bounds of hedging settle (aws/hedge.ts). */
const SLOWEST_TWENTIETH = 1.645;

export interface Answer {
  readonly ms: number;
  /** One, or two where a second request went out beside a slow one. */
  readonly requests: number;
}

/** S3's answer to a request of so many bytes, hedged as the S3 store does. Without the time that its bytes take. */
export function storeAnswer(random: SeededRandom, spread: Spread, bytes: number): Answer {
  const bound = Math.max(
    s3Hedging.answerMs + (2 * bytes) / s3Hedging.bytesPerMs,
    spread.median * Math.exp(SLOWEST_TWENTIETH * spread.sigma),
  );
  const first = withTail(random, spread);
  return first <= bound ? { ms: first, requests: 1 } : { ms: Math.min(first, bound + withTail(random, spread)), requests: 2 };
}

function withTail(random: SeededRandom, spread: Spread): number {
  const ms = sample(random, spread);
  if (!random.chance(s3.slowShare)) return ms;
  const { least, most } = s3.slowFactor;
  return ms * (least + (most - least) * random.next() ** 3);
}

/** Requests of a rate that is documented: those beyond it wait for their turn, as retries after a 503 do. */
export class RequestRate {
  readonly #perMs: number;
  #freeAt = 0;
  /** Longest that a request had to wait, in ms. */
  longestWaitMs = 0;

  constructor(perSecond: number) {
    this.#perMs = perSecond / 1_000;
  }

  /** Takes a number of requests from `now` on; gives how long it is until the last of them may go. */
  take(now: number, requests: number): number {
    this.#freeAt = Math.max(this.#freeAt, now) + requests / this.#perMs;
    // S3 counts over whole seconds: a short burst below a second's worth passes.
    const wait = Math.max(0, this.#freeAt - now - 1_000);
    this.longestWaitMs = Math.max(this.longestWaitMs, wait);
    return wait;
  }
}
