/** Most requests and bytes that are under way at once. */
export interface FlightLimits {
  readonly requests: number;
  readonly bytes: number;
}

interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/** Lets work begin, first come, first served, while what is under way stays within bounds. */
export class InFlight {
  readonly #limits: FlightLimits;
  readonly #waiting: Waiting[] = [];
  #requests = 0;
  #bytes = 0;

  constructor(limits: FlightLimits) {
    this.#limits = limits;
  }

  /** Runs `work`, which holds `bytes` while it lasts. Work of more bytes than the bound runs alone, instead of never. */
  async run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const held = Math.min(bytes, this.#limits.bytes);
    await this.#enter(held);
    try {
      return await work();
    } finally {
      this.#leave(held);
    }
  }

  #enter(bytes: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ bytes, start: resolve });
    this.#startWaiting();
    return promise;
  }

  #leave(bytes: number): void {
    this.#requests--;
    this.#bytes -= bytes;
    this.#startWaiting();
  }

  #startWaiting(): void {
    for (let next = this.#waiting[0]; next && this.#fits(next); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#requests++;
      this.#bytes += next.bytes;
      next.start();
    }
  }

  #fits({ bytes }: Waiting): boolean {
    return this.#requests < this.#limits.requests && this.#bytes + bytes <= this.#limits.bytes;
  }
}
