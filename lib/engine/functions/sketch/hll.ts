import { hash128 } from "./murmur3-128.ts";

/**
 * The HyperLogLog sketch of Apache DataSketches with one byte a register (HLL_8), in its updatable binary form.
 *
 * A value's hash is a coupon: 26 bits that choose a register, 6 that rank it. Few coupons are kept as they are (a list, then a hash set);
 * from a fill that depends on k on, only each register's highest rank is.
 *
 *   list (8 coupons) --> set (while at most k / 8 slots, 3/4 full; k >= 256) --> registers
 *
 * Estimates are DataSketches' own where values came one by one (the HIP estimate), and where few did. For merged registers DataSketches
 * corrects its estimate by tables of measurements; here Ertl's estimator takes their place, which needs none.
 * Sources: the binary layout of DataSketches' documentation; Lang, Back to the Future: an Even More Nearly Optimal Cardinality Estimation
 * Algorithm (2017); Ertl, New Cardinality Estimation Algorithms for HyperLogLog Sketches (2017).
 */
export const [LEAST_LG_K, MOST_LG_K, DEFAULT_LG_K] = [4, 21, 12];
const [LIST, SET, REGISTERS] = [0, 1, 2];
const TARGET_8 = 2 << 2;
const LIST_SIZE = 8;
const FIRST_SET_BITS = 5;
const KEY_MASK = 0x3ffffff;
const FLAG = { empty: 4, compact: 8, outOfOrder: 16 };
const FAMILY = 7;

/** The coupon of the value that was hashed last. */
export function couponOfHash(): number {
  const zeros = hash128.high2 !== 0 ? Math.clz32(hash128.high2) : 32 + Math.clz32(hash128.low2);
  return ((Math.min(zeros, 62) + 1) << 26) | (hash128.low1 & KEY_MASK);
}

const rankOf = (coupon: number): number => coupon >>> 26;

interface Registers {
  readonly ranks: Uint8Array;
  /** The estimate of values in order; meaningless where `merged`. */
  hip: number;
  /** The sum of 2^-rank, of ranks below 32 and of all others. */
  sums: [number, number];
  zeros: number;
  merged: boolean;
}

export class HllSketch {
  readonly lgK: number;
  /** In the order they came, or in that of the hash set's slots. */
  #coupons: number[] = [];
  #set: Int32Array | undefined;
  #registers: Registers | undefined;

  constructor(lgK: number) {
    this.lgK = lgK;
  }

  get isEmpty(): boolean {
    return !this.#registers && this.#count === 0;
  }
  get #count(): number {
    return this.#coupons.length;
  }

  update(coupon: number): void {
    if (this.#registers) this.#raise(this.#registers, coupon);
    else if (this.#set) this.#addToSet(this.#set, coupon);
    else if (!this.#coupons.includes(coupon)) {
      this.#coupons.push(coupon);
      if (this.#count === LIST_SIZE) this.lgK < 8 ? this.#promote() : this.#rehash(FIRST_SET_BITS);
    }
  }

  #addToSet(set: Int32Array, coupon: number): void {
    const slot = slotOf(set, coupon);
    if (set[slot] === coupon) return;
    set[slot] = coupon;
    this.#coupons.push(coupon);
    if (4 * this.#count <= 3 * set.length) return;
    const bits = Math.log2(set.length);
    if (bits === this.lgK - 3) this.#promote();
    else this.#rehash(bits + 1);
  }

  #rehash(bits: number): void {
    const from = this.#set ?? this.#coupons;
    this.#set = new Int32Array(1 << bits);
    for (const coupon of from) if (coupon !== 0) this.#set[slotOf(this.#set, coupon)] = coupon;
  }

  #promote(): void {
    const estimate = this.estimate();
    const coupons = this.#set ?? this.#coupons;
    const registers = emptyRegisters(this.lgK);
    this.#registers = registers;
    for (const coupon of coupons) if (coupon !== 0) this.#raise(registers, coupon);
    registers.hip = estimate;
    this.#coupons = [];
    this.#set = undefined;
  }

  #raise(registers: Registers, coupon: number): void {
    const slot = coupon & (registers.ranks.length - 1);
    const [before, after] = [registers.ranks[slot]!, rankOf(coupon)];
    if (after <= before) return;
    registers.hip += registers.ranks.length / (registers.sums[0] + registers.sums[1]);
    registers.sums[before < 32 ? 0 : 1] -= 2 ** -before;
    registers.sums[after < 32 ? 0 : 1] += 2 ** -after;
    registers.ranks[slot] = after;
    if (before === 0) registers.zeros--;
  }

  /** The union of sketches, of at most 2^lgK registers. Source: the cases of DataSketches' Union. */
  static union(sketches: readonly HllSketch[], lgK: number): HllSketch {
    let merged = new HllSketch(lgK);
    for (const sketch of sketches) merged = merged.#with(sketch, lgK);
    return merged;
  }

  #with(other: HllSketch, most: number): HllSketch {
    if (other.isEmpty) return this;
    if (!other.#registers) {
      for (const coupon of other.#set ?? other.#coupons) if (coupon !== 0) this.update(coupon);
      return this;
    }
    if (!this.#registers) {
      const copy = other.#reducedTo(Math.min(most, other.lgK));
      for (const coupon of this.#set ?? this.#coupons) if (coupon !== 0) copy.update(coupon);
      return copy;
    }
    const target = other.lgK < this.lgK ? this.#reducedTo(other.lgK) : this;
    const { ranks } = target.#registers!;
    other.#registers.ranks.forEach((rank, i) => {
      const slot = i & (ranks.length - 1);
      if (rank > ranks[slot]!) ranks[slot] = rank;
    });
    target.#registers = { ...recounted(ranks), merged: true };
    return target;
  }

  /** A copy with no more than 2^lgK registers. */
  #reducedTo(lgK: number): HllSketch {
    const [from, copy] = [this.#registers!, new HllSketch(lgK)];
    const registers = emptyRegisters(lgK);
    copy.#registers = registers;
    from.ranks.forEach((rank, i) => {
      if (rank > 0) copy.#raise(registers, (rank << 26) | i);
    });
    registers.hip = from.hip;
    registers.merged = from.merged;
    return copy;
  }

  estimate(): number {
    const registers = this.#registers;
    if (!registers) return ofCoupons(this.#count);
    return registers.merged ? ofRegisters(registers) : registers.hip;
  }

  toBytes(): Uint8Array {
    if (this.#registers) return this.#registerBytes(this.#registers);
    const [words, header] = this.#set ? [this.#set, 12] : [Int32Array.from({ length: LIST_SIZE }, (_, i) => this.#coupons[i] ?? 0), 8];
    const bytes = new Uint8Array(header + words.length * 4);
    const view = new DataView(bytes.buffer);
    bytes.set([header / 4, 1, FAMILY, this.lgK, Math.log2(words.length), this.isEmpty ? FLAG.empty : 0]);
    bytes[6] = this.#set ? 0 : this.#count;
    bytes[7] = TARGET_8 | (this.#set ? SET! : LIST!);
    if (this.#set) view.setInt32(8, this.#count, true);
    words.forEach((word, i) => {
      view.setInt32(header + i * 4, word, true);
    });
    return bytes;
  }

  #registerBytes({ ranks, hip, sums, zeros, merged }: Registers): Uint8Array {
    const bytes = new Uint8Array(40 + ranks.length);
    const view = new DataView(bytes.buffer);
    // A union counts the registers of the least rank; a sketch that only grew those of rank 0.
    const least = merged ? ranks.reduce((a, b) => Math.min(a, b), 64) : 0;
    bytes.set([10, 1, FAMILY, this.lgK, 0, merged ? FLAG.outOfOrder : 0, least, TARGET_8 | REGISTERS!]);
    view.setFloat64(8, merged ? 0 : hip, true);
    view.setFloat64(16, sums[0], true);
    view.setFloat64(24, sums[1], true);
    view.setInt32(32, merged ? ranks.reduce((count, rank) => count + (rank === least ? 1 : 0), 0) : zeros, true);
    bytes.set(ranks, 40);
    return bytes;
  }

  /** Reads the binary form; undefined where it is none. Throws RangeError for registers of 4 or 6 bits. */
  static fromBytes(bytes: Uint8Array): HllSketch | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 8 || bytes[1] !== 1 || bytes[2] !== FAMILY) return undefined;
    const [lgK, mode] = [bytes[3]!, bytes[7]! & 3];
    const sketch = new HllSketch(lgK);
    if (lgK < LEAST_LG_K! || lgK > MOST_LG_K! || bytes[0] !== [2, 3, 10][mode]) return undefined;
    if (mode === REGISTERS) return sketch.#readRegisters(bytes, view) ? sketch : undefined;
    if ((bytes[5]! & FLAG.empty) !== 0) return sketch;
    const [start, count] = mode === LIST ? [8, bytes[6]!] : [12, bytes.length >= 12 ? view.getInt32(8, true) : -1];
    const isTable = (bytes[5]! & FLAG.compact) === 0 && mode === SET;
    const words = isTable ? 1 << bytes[4]! : count;
    if (count < 0 || bytes.length < start + words * 4) return undefined;
    const coupons = Int32Array.from({ length: words }, (_, i) => view.getInt32(start + i * 4, true));
    if (isTable) {
      sketch.#set = coupons;
      sketch.#coupons = [...coupons].filter((coupon) => coupon !== 0);
    } else for (const coupon of coupons) if (coupon !== 0) sketch.update(coupon);
    return sketch;
  }

  #readRegisters(bytes: Uint8Array, view: DataView): boolean {
    if ((bytes[7]! & 12) !== TARGET_8) throw new RangeError("registers of less than a byte");
    const k = 1 << this.lgK;
    if (bytes.length < 40 + k) return false;
    const ranks = bytes.slice(40, 40 + k);
    this.#registers = { ...recounted(ranks), hip: view.getFloat64(8, true), merged: (bytes[5]! & FLAG.outOfOrder) !== 0 };
    return true;
  }
}

const emptyRegisters = (lgK: number): Registers => ({
  ranks: new Uint8Array(1 << lgK),
  hip: 0,
  sums: [1 << lgK, 0],
  zeros: 1 << lgK,
  merged: false,
});

function recounted(ranks: Uint8Array): Registers {
  const registers: Registers = { ranks, hip: 0, sums: [0, 0], zeros: 0, merged: false };
  for (const rank of ranks) {
    registers.sums[rank < 32 ? 0 : 1] += 2 ** -rank;
    if (rank === 0) registers.zeros++;
  }
  return registers;
}

/** The slot of a coupon in a hash set, or the empty one where it goes: open addressing by a stride of its other bits. */
function slotOf(set: Int32Array, coupon: number): number {
  const mask = set.length - 1;
  const stride = ((coupon & KEY_MASK) >>> Math.log2(set.length)) | 1;
  let slot = coupon & mask;
  while (set[slot] !== 0 && set[slot] !== coupon) slot = (slot + stride) & mask;
  return slot;
}

/** How many values make `count` different coupons: as many, but for the few that share one. */
function ofCoupons(count: number): number {
  let [low, high] = [count, count * 2];
  if (couponsOf(count) >= count - 1e-9) return count;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (couponsOf(middle) < count) low = middle;
    else high = middle;
  }
  return Math.max(count, low);
}

/** The expected number of different coupons of `n` values: 2^26 addresses, ranks of falling likelihood. */
function couponsOf(n: number): number {
  let expected = 0;
  for (let rank = 1; rank <= 32; rank++) expected += 2 ** 26 * -Math.expm1(n * Math.log1p(-(2 ** -(26 + rank))));
  return expected;
}

/** Linear counting while registers are free enough, else Ertl's improved raw estimator. */
function ofRegisters({ ranks, zeros }: Registers): number {
  const k = ranks.length;
  const linear = zeros > 0 ? k * (harmonic(k) - harmonic(zeros)) : Number.POSITIVE_INFINITY;
  const raw = ertl(ranks);
  return (raw + linear) / 2 > crossOver(k) * k ? raw : linear;
}

/** Source: DataSketches' HllArray: where linear counting gets worse than registers. */
const crossOver = (k: number): number => (k === 16 ? 0.718 : k === 32 ? 0.672 : 0.64);

const GAMMA = 0.5772156649015329;

/** 1 + 1/2 + ... + 1/n. */
function harmonic(n: number): number {
  if (n > 30) return Math.log(n) + GAMMA + 1 / (2 * n) - 1 / (12 * n * n) + 1 / (120 * n ** 4);
  let sum = 0;
  for (let i = 1; i <= n; i++) sum += 1 / i;
  return sum;
}

/** Algorithm 6 of Ertl's paper: registers of `q` ranks, the first and the last of which are open. */
function ertl(ranks: Uint8Array): number {
  const [k, q] = [ranks.length, 62];
  const counts = new Array<number>(q + 2).fill(0);
  for (const rank of ranks) counts[Math.min(rank, q + 1)]!++;
  let z = k * tau(1 - counts[q + 1]! / k);
  for (let rank = q; rank >= 1; rank--) z = 0.5 * (z + counts[rank]!);
  z += k * sigma(counts[0]! / k);
  return (k * k) / (2 * Math.LN2 * z);
}

function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY;
  let [x, y, z, before] = [start, 1, start, -1];
  while (z !== before) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let [x, y, z, before] = [start, 1, 1 - start, -1];
  while (z !== before) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
