import { type RandomSource, sequencesOf } from "./random-sequence.ts";
import { JavaRandom } from "./sketch/java-random.ts";

/** How often rows come in a sample with replacement: Spark's PoissonSampler, which draws by Commons Math. */

const [SIZE, M1, M2, M3] = [624, 70, 179, 449];

/** WELL19937c. Source: Panneton, L'Ecuyer and Matsumoto, Improved Long-Period Generators (2006), seeded as Commons Math seeds with a long. */
export class Well19937 implements RandomSource {
  readonly #words: Int32Array;
  #at: number;

  private constructor(words: Int32Array, at: number) {
    this.#words = words;
    this.#at = at;
  }

  static ofSeed(seed: bigint): Well19937 {
    const words = new Int32Array(SIZE);
    words[0] = Number(BigInt.asIntN(32, seed >> 32n));
    words[1] = Number(BigInt.asIntN(32, seed));
    for (let i = 2; i < SIZE; i++) words[i] = Math.imul(1812433253, words[i - 2]! ^ (words[i - 2]! >> 30)) + i;
    return new Well19937(words, 0);
  }

  next(bits: number): number {
    const words = this.#words;
    const behind = (n: number) => (this.#at + n) % SIZE;
    const [last, beforeLast] = [behind(SIZE - 1), behind(SIZE - 2)];
    const [own, a, b, c] = [words[this.#at]!, words[behind(M1)]!, words[behind(M2)]!, words[behind(M3)]!];
    const z0 = (0x80000000 & words[last]!) ^ (0x7fffffff & words[beforeLast]!);
    const z1 = own ^ (own << 25) ^ a ^ (a >>> 27);
    const z2 = (b >>> 9) ^ c ^ (c >>> 1);
    const z3 = z1 ^ z2;
    let z4 = z0 ^ z1 ^ (z1 << 9) ^ z2 ^ (z2 << 21) ^ z3 ^ (z3 >>> 21);
    words[this.#at] = z3;
    words[last] = z4;
    words[beforeLast]! &= 0x80000000;
    this.#at = last;
    z4 ^= (z4 << 7) & 0xe46e1700;
    z4 ^= (z4 << 15) & 0x9b868000;
    return bits === 32 ? z4 : z4 >>> (32 - bits);
  }

  snapshot(): Well19937 {
    return new Well19937(this.#words.slice(), this.#at);
  }
}

/** Commons Math's nextDouble: 52 bits. */
const nextDouble = (source: RandomSource): number => (source.next(26) * 2 ** 26 + source.next(26)) * 2 ** -52;

/** Greater means underflow where they are drawn at once. */
const MOST_AT_ONCE = 40;

/** A number of Poisson's distribution, by the product of uniform ones. */
export function poisson(source: RandomSource, mean: number): number {
  if (mean <= 0) return 0;
  if (mean >= MOST_AT_ONCE) return poisson(source, mean / 2) + poisson(source, mean / 2);
  const end = Math.exp(-mean);
  let product = 1;
  for (let n = 0; ; n++) {
    if (n >= 1000 * mean) return n;
    product *= nextDouble(source);
    if (product < end) return n;
  }
}

const PARTITION_BITS = 32n;
const ofPlace = sequencesOf((key) => Well19937.ofSeed(partitionSeed(key >> PARTITION_BITS, BigInt.asUintN(32, key))), poisson);

/** The seed of a partition is as many numbers behind the sample's. Source: Spark's SampleExec. */
function partitionSeed(seed: bigint, partition: bigint): bigint {
  const random = new JavaRandom(seed);
  for (let i = 0n; i < partition; i++) random.nextLong();
  return random.nextLong();
}

/** How often the row of a partition, counted from 1, is taken, where `mean` is the average. */
export const drawCopies = (row: bigint, seed: bigint, partition: bigint, mean: number): number =>
  ofPlace(row, (seed << PARTITION_BITS) | partition, mean);
