const MASK = (1n << 48n) - 1n;

/** java.util.Random: what Spark's histograms, count-min sketches and samples draw from a seed. */
export class JavaRandom {
  #state: bigint;

  constructor(seed: bigint) {
    this.#state = (seed ^ 0x5deece66dn) & MASK;
  }

  next(bits: number): number {
    this.#state = (this.#state * 0x5deece66dn + 0xbn) & MASK;
    return Number(BigInt.asIntN(32, this.#state >> BigInt(48 - bits)));
  }

  nextLong(): bigint {
    const high = BigInt(this.next(32));
    return BigInt.asIntN(64, (high << 32n) + BigInt(this.next(32)));
  }

  nextDouble(): number {
    return (this.next(26) * 2 ** 27 + this.next(27)) * 2 ** -53;
  }

  /** At least 0 and below `bound`, which is no power of two. */
  nextInt(bound: number): number {
    for (;;) {
      const bits = this.next(31);
      const value = bits % bound;
      if (bits - value + (bound - 1) <= 0x7fffffff) return value;
    }
  }
}
