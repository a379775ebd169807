import type { Random } from "../../engine/ports/fabric.ts";

/** A stream of numbers that its seed decides: Chris Doty-Humphrey's sfc32 (128 bits of state, passes PractRand). */
export class SeededRandom implements Random {
  #a = 0x9e3779b9;
  #b = 0x243f6a88;
  #c: number;
  #counter: number;

  /** `stream` tells apart streams of the same seed. */
  constructor(seed: number, stream: number) {
    this.#c = seed >>> 0;
    this.#counter = ((stream << 16) ^ Math.floor(seed / 2 ** 32)) >>> 0;
    // The first outputs still show the seed.
    for (let i = 0; i < 12; i++) this.next();
  }

  /** Uniform in [0, 1). */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** A whole number in [from, to]. */
  between(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)]!;
  }
}
