import type { Clock } from "../../engine/ports/fabric.ts";

/** When a second request goes out beside one that is slow. */
export interface HedgePolicy {
  /** An answer without a body takes about this long, ms. */
  readonly answerMs: number;
  /** One stream brings about this many bytes in a ms. */
  readonly bytesPerMs: number;
  /** At most this share of all requests is hedged in the long run, whatever the store's mood. */
  readonly share: number;
  /** Hedges that may be spent before any were earned, and saved at most. */
  readonly burst: number;
}

/** 15 ms and twice the time at 150 MB/s: with S3's usual first byte (27 ms) the bounds settle at what the slowest twentieth takes. */
export const s3Hedging: HedgePolicy = { answerMs: 15, bytesPerMs: 150_000, share: 0.1, burst: 5 };

/** By this a bound grows with a slow request. With the shrinking below it stands still where 1 in 20 is slow. */
const GROWTH = 1.2;
const SHRINKAGE = GROWTH ** (-1 / 19);
const MAX_FACTOR = 100;

/**
 * Decides which requests of one kind are hedged. The bound follows the store: where more than 1 in 20 pass it, answers are slow in
 * general, and asking twice would only make them slower.
 */
export class Hedging {
  readonly #policy: HedgePolicy;
  #allowance: number;
  #factor = 1;

  constructor(policy: HedgePolicy) {
    this.#policy = policy;
    this.#allowance = policy.burst;
  }

  /** How long the answer to a request of so many bytes may take, ms. */
  boundMs(bytes: number): number {
    return this.#factor * (this.#policy.answerMs + (2 * bytes) / this.#policy.bytesPerMs);
  }

  /** Notes a request that passed the bound; whether a second may be sent. */
  isSlow(): boolean {
    this.#factor = Math.min(MAX_FACTOR, this.#factor * GROWTH);
    if (this.#allowance < 1) return false;
    this.#allowance--;
    return true;
  }

  /** Notes a request that was answered within the bound. */
  isPrompt(): void {
    this.#factor = Math.max(1, this.#factor * SHRINKAGE);
  }

  /** Each request earns a share of a hedge. */
  earn(): void {
    this.#allowance = Math.min(this.#policy.burst, this.#allowance + this.#policy.share);
  }
}

export interface HedgedCall<T> {
  readonly clock: Clock;
  readonly hedging: Hedging;
  /** Bytes of the request or the answer. */
  readonly bytes: number;
  /** Whether the other request would fail alike. */
  readonly isFinal: (thrown: unknown) => boolean;
  readonly send: (signal: AbortSignal) => Promise<T>;
  /** Frees what an answer holds that came too late. */
  readonly discard: (answer: T) => void;
}

/** Sends a request and, where no answer comes in time, the same once more. The first answer counts; the other request is aborted. */
export async function hedged<T>(call: HedgedCall<T>): Promise<T> {
  const { clock, hedging, bytes } = call;
  hedging.earn();
  const race = new Race(call);
  race.enter();
  const over = new AbortController();
  const [answer] = await Promise.all([
    race.answer.finally(() => over.abort()),
    sleepUnless(over.signal, clock, hedging.boundMs(bytes)).then((slept) => {
      if (!slept) hedging.isPrompt();
      else if (hedging.isSlow()) race.enter();
    }),
  ]);
  return answer;
}

/** Equal requests of which one answer is wanted. */
class Race<T> {
  readonly #call: HedgedCall<T>;
  readonly #settled = Promise.withResolvers<T>();
  readonly #open = new Set<AbortController>();

  constructor(call: HedgedCall<T>) {
    this.#call = call;
  }

  get answer(): Promise<T> {
    return this.#settled.promise;
  }

  enter(): void {
    const request = new AbortController();
    this.#open.add(request);
    this.#call.send(request.signal).then(
      (answer) => {
        if (!this.#open.delete(request)) return this.#call.discard(answer);
        this.#end();
        this.#settled.resolve(answer);
      },
      (thrown: unknown) => {
        // Of those that the winner aborted nothing is wanted any more.
        if (!this.#open.delete(request)) return;
        if (this.#open.size > 0 && !this.#call.isFinal(thrown)) return;
        this.#end();
        this.#settled.reject(thrown);
      },
    );
  }

  #end(): void {
    for (const request of this.#open) request.abort();
    this.#open.clear();
  }
}

/** False where the signal came first. Clocks may resolve or reject then. */
async function sleepUnless(signal: AbortSignal, clock: Clock, ms: number): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
  return !signal.aborted;
}
