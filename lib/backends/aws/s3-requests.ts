import type { Clock, Random } from "../../engine/ports/fabric.ts";
import { type HedgePolicy, Hedging, hedged } from "./hedge.ts";
import { type FlightLimits, InFlight } from "./in-flight.ts";
import { answerOf, mayPass, type S3Answer, storeError } from "./s3-errors.ts";

/** Requests that were sent, hedges and retries included, by what S3 charges for them. Deletions and aborts are free. */
export interface StoreCounts {
  /** GET and HEAD. */
  readonly reads: number;
  /** PUT, POST and LIST. */
  readonly writes: number;
}

export interface S3Request<A, T> {
  /** Named by errors. */
  readonly key: string;
  readonly billed: "read" | "write" | "free";
  /** Bytes that it sends or brings at most; they count as in flight. */
  readonly bytes?: number;
  /** Given where the same may be sent twice at a time, because the second changes nothing: the bytes that its time is measured by. */
  readonly hedge?: { readonly bytes: number } | undefined;
  /** Sends it once; resolves with the head of the answer. */
  readonly send: (signal: AbortSignal) => Promise<A>;
  /** Reads the rest of the answer. */
  readonly receive: (answer: A) => Promise<T>;
  /** Answers that are no errors here, and what they mean. */
  readonly otherwise?: { readonly [K in S3Answer]?: T };
  /** Frees the connection of an answer that nobody will read. */
  readonly discard?: (answer: A) => void;
}

export interface S3RequestOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits: FlightLimits;
  /** Without it no request is hedged. */
  readonly hedging?: HedgePolicy | undefined;
}

/** Tries of one request. The waits between them are random up to 0.1, 0.2, 0.4, 0.8 and 1.6 s: what lasts longer is for the caller to sit out. */
const TRIES = 6;
const FIRST_WAIT_MS = 100;

/** The one place that decides on retries, hedges and parallelism, and that counts. */
export class S3Requests {
  readonly #options: S3RequestOptions;
  readonly #inFlight: InFlight;
  readonly #hedging: { readonly read: Hedging; readonly write: Hedging } | undefined;
  readonly #sent = { read: 0, write: 0, free: 0 };

  constructor(options: S3RequestOptions) {
    this.#options = options;
    this.#inFlight = new InFlight(options.limits);
    this.#hedging = options.hedging && { read: new Hedging(options.hedging), write: new Hedging(options.hedging) };
  }

  counts(): StoreCounts {
    return { reads: this.#sent.read, writes: this.#sent.write };
  }

  /** Throws OBJECT_NOT_FOUND, STORE_REFUSED, or STORE_UNAVAILABLE after the last try. */
  async run<A, T>(request: S3Request<A, T>): Promise<T> {
    const { clock, random } = this.#options;
    for (let n = 1; ; n++) {
      try {
        return await this.#inFlight.run(request.bytes ?? 0, () => this.#once(request));
      } catch (thrown) {
        const answer = answerOf(thrown);
        if (answer && request.otherwise && answer in request.otherwise) return request.otherwise[answer] as T;
        if (n >= TRIES || !mayPass(thrown)) throw storeError(request.key, thrown);
        await clock.sleep(random.next() * FIRST_WAIT_MS * 2 ** (n - 1));
      }
    }
  }

  async #once<A, T>(request: S3Request<A, T>): Promise<T> {
    const { hedge, billed, discard = () => {} } = request;
    const send = (signal: AbortSignal): Promise<A> => {
      this.#sent[billed]++;
      return request.send(signal);
    };
    const hedging = billed === "free" ? undefined : this.#hedging?.[billed];
    if (!hedge || !hedging) return request.receive(await send(new AbortController().signal));
    const isFinal = (thrown: unknown): boolean => !mayPass(thrown);
    return request.receive(await hedged({ clock: this.#options.clock, hedging, bytes: hedge.bytes, isFinal, send, discard }));
  }
}
