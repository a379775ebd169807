import { hashBytes } from "./murmur3.ts";

/**
 * The sequences of numbers that Spark draws for a seed: XORShiftRandom (rand, randn, uniform, randstr), and Commons Math's
 * Mersenne twister (shuffle, uuid). A row's number is the one at its position in its partition.
 */
export interface RandomSource {
  /** The next `bits` (at most 32) random bits, as Java's Random.next: signed for 32. */
  next(bits: number): number;
  snapshot(): RandomSource;
}

/** Java's `Random.nextDouble`: 53 bits, at least 0 and below 1. */
export const nextDouble = (source: RandomSource): number => (source.next(26) * 2 ** 27 + source.next(27)) * 2 ** -53;

/** Marsaglia's xorshift of 64 bits, in two halves. Source: Spark's XORShiftRandom. */
export class XorShift implements RandomSource {
  #high: number;
  #low: number;

  constructor(high: number, low: number) {
    this.#high = high;
    this.#low = low;
  }

  static ofSeed(seed: bigint): XorShift {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigInt64(0, BigInt.asIntN(64, seed));
    const low = hashBytes(bytes, 0x3c074a61);
    return new XorShift(hashBytes(bytes, low), low);
  }

  next(bits: number): number {
    let high = this.#high ^ ((this.#high << 21) | (this.#low >>> 11));
    let low = this.#low ^ (this.#low << 21);
    low ^= high >>> 3;
    high ^= (high << 4) | (low >>> 28);
    low ^= low << 4;
    this.#high = high;
    this.#low = low;
    return bits === 32 ? low | 0 : low & ((1 << bits) - 1);
  }

  snapshot(): XorShift {
    return new XorShift(this.#high, this.#low);
  }
}

const [SIZE, MIDDLE] = [624, 397];

/** MT19937. Source: Matsumoto and Nishimura (1998), seeded by an array as Commons Math seeds with a long. */
export class MersenneTwister implements RandomSource {
  readonly #words: Int32Array;
  #at: number;

  private constructor(words: Int32Array, at: number) {
    this.#words = words;
    this.#at = at;
  }

  static ofSeed(seed: bigint): MersenneTwister {
    const key = [Number(BigInt.asIntN(32, seed >> 32n)), Number(BigInt.asIntN(32, seed))];
    const words = new Int32Array(SIZE);
    words[0] = 19650218;
    for (let i = 1; i < SIZE; i++) words[i] = Math.imul(1812433253, words[i - 1]! ^ (words[i - 1]! >>> 30)) + i;
    let [i, j] = [1, 0];
    const advance = () => {
      if (++i < SIZE) return;
      words[0] = words[SIZE - 1]!;
      i = 1;
    };
    for (let k = SIZE; k > 0; k--) {
      words[i] = (words[i]! ^ Math.imul(words[i - 1]! ^ (words[i - 1]! >>> 30), 1664525)) + key[j]! + j;
      advance();
      j = (j + 1) % key.length;
    }
    for (let k = SIZE - 1; k > 0; k--) {
      words[i] = (words[i]! ^ Math.imul(words[i - 1]! ^ (words[i - 1]! >>> 30), 1566083941)) - i;
      advance();
    }
    words[0] = 0x80000000;
    return new MersenneTwister(words, SIZE);
  }

  next(bits: number): number {
    if (this.#at >= SIZE) this.#refill();
    let y = this.#words[this.#at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return bits === 32 ? y : y >>> (32 - bits);
  }

  #refill(): void {
    const words = this.#words;
    for (let i = 0; i < SIZE; i++) {
      const y = (words[i]! & 0x80000000) | (words[(i + 1) % SIZE]! & 0x7fffffff);
      words[i] = words[(i + MIDDLE) % SIZE]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }

  snapshot(): MersenneTwister {
    return new MersenneTwister(this.#words.slice(), this.#at);
  }
}

/** Rows between two states that are kept, to come back to: no more than DuckDB's vectors have. */
const STEP = 2048;

/**
 * What each row of a partition draws, in the order of rows. Rows come in order but for the chunks that another call of the same seed has
 * seen already, so a state is kept every so many rows.
 */
export class RowSequence<T, A> {
  readonly #draw: (source: RandomSource, argument: A) => T;
  readonly #kept: RandomSource[];
  #source: RandomSource;
  /** Rows drawn so far. */
  #rows = 0;

  constructor(start: RandomSource, draw: (source: RandomSource, argument: A) => T) {
    this.#draw = draw;
    this.#kept = [start];
    this.#source = start.snapshot();
  }

  /** What row `row`, counted from 1, draws. */
  at(row: number, argument: A): T {
    if (row !== this.#rows + 1) {
      const kept = Math.min(Math.floor((row - 1) / STEP), this.#kept.length - 1);
      this.#source = this.#kept[kept]!.snapshot();
      this.#rows = kept * STEP;
      while (this.#rows < row - 1) this.#next(argument);
    }
    return this.#next(argument);
  }

  #next(argument: A): T {
    const value = this.#draw(this.#source, argument);
    this.#rows++;
    if (this.#rows % STEP === 0 && this.#kept.length === this.#rows / STEP) this.#kept.push(this.#source.snapshot());
    return value;
  }
}

/** Java's polar method: two numbers at a time, of which the second waits. Its source is the uniform one beneath. */
export class Gaussian implements RandomSource {
  readonly #uniform: RandomSource;
  #waiting: number | undefined;

  constructor(uniform: RandomSource, waiting?: number) {
    this.#uniform = uniform;
    this.#waiting = waiting;
  }

  next(bits: number): number {
    return this.#uniform.next(bits);
  }

  draw(): number {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) return waiting;
    for (;;) {
      const [a, b] = [2 * nextDouble(this.#uniform) - 1, 2 * nextDouble(this.#uniform) - 1];
      const square = a * a + b * b;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#waiting = b * factor;
      return a * factor;
    }
  }

  snapshot(): Gaussian {
    return new Gaussian(this.#uniform.snapshot(), this.#waiting);
  }
}

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

export function randomText(source: RandomSource, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += LETTERS[Math.abs(source.next(32) % LETTERS.length)];
  return text;
}

/** Commons Math's `nextInt(n)`: below `n`, each equally likely. */
function below(source: RandomSource, n: number): number {
  if ((n & -n) === n) return Number((BigInt(n) * BigInt(source.next(31))) >> 31n);
  for (;;) {
    const bits = source.next(31);
    const value = bits % n;
    if (bits - value + (n - 1) <= 0x7fffffff) return value;
  }
}

/** Positions from 0 in a random order: Fisher and Yates, inside out. */
export function randomOrder(source: RandomSource, length: number): number[] {
  const order: number[] = [];
  for (let i = 0; i < length; i++) {
    const j = below(source, i + 1);
    if (j !== i) order[i] = order[j]!;
    order[j] = i;
  }
  return order;
}

/** A UUID of version 4 from four words. */
export function randomUuid(source: RandomSource): string {
  const words = [source.next(32), source.next(32), source.next(32), source.next(32)];
  words[1] = (words[1]! & 0xffff0fff) | 0x4000;
  words[2] = (words[2]! & 0x3fffffff) | 0x80000000;
  const [a, b, c, d] = words.map((word) => (word >>> 0).toString(16).padStart(8, "0")) as [string, string, string, string];
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`;
}

/** One sequence a seed, started anew at a partition's first row. Seeds are few: they are constants of a statement. */
export function sequencesOf<T, A>(start: (seed: bigint) => RandomSource, draw: (source: RandomSource, argument: A) => T) {
  let sequences = new Map<bigint, RowSequence<T, A>>();
  return (row: bigint, seed: bigint, argument: A): T => {
    let sequence = sequences.get(seed);
    if (!sequence) {
      if (sequences.size >= MOST_SEEDS) sequences = new Map();
      sequence = new RowSequence(start(seed), draw);
      sequences.set(seed, sequence);
    }
    return sequence.at(Number(row), argument);
  };
}
const MOST_SEEDS = 64;
