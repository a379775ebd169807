import { javaDouble, javaFloat } from "../../types/java-number.ts";

/**
 * The KLL quantile sketches of Apache DataSketches, in their compact binary form. Values stand in levels: one of level h stands for 2^h.
 * A full sketch sorts its first full level and moves every other value up; which half is chance, for DataSketches by a random bit, here by
 * turns, so that the same rows give the same sketch. Below k values nothing is lost.
 * Source: Karnin, Lang and Liberty, Optimal Quantile Approximation in Streams (2016), and the layout of DataSketches' documentation.
 */
export const [LEAST_K, MOST_K, DEFAULT_K] = [8, 65535, 200];
/** No level is narrower. */
const M = 8;
const FAMILY = 15;
const FLAG = { empty: 1, sorted: 2, single: 4 };
const HEADER = 20;

/** Bigint sketches hold bigints, the others numbers. */
export type KllItem = bigint | number;
export type KllKind = "bigint" | "double" | "float";
const BYTES: Readonly<Record<KllKind, number>> = { bigint: 8, double: 8, float: 4 };

export class KllSketch {
  readonly kind: KllKind;
  readonly k: number;
  /** As they came in level 0, which is not in order; all others are. The binary form has the newest first there. */
  #levels: KllItem[][] = [[]];
  #n = 0;
  #leastK: number;
  #min: KllItem | undefined;
  #max: KllItem | undefined;
  #turn = 0;
  /** How many more values fit before a level is halved. */
  #room: number;

  constructor(kind: KllKind, k: number = DEFAULT_K!) {
    this.kind = kind;
    this.k = k;
    this.#leastK = k;
    this.#room = k;
  }

  get n(): number {
    return this.#n;
  }
  get #retained(): number {
    return this.#levels.reduce((sum, level) => sum + level.length, 0);
  }
  get #capacity(): number {
    return capacityOf(this.k, this.#levels.length);
  }

  update(value: KllItem): void {
    if (Number.isNaN(value)) return;
    this.#seen(value);
    if (this.#room === 0) this.#compress();
    this.#room--;
    this.#n++;
    this.#levels[0]!.push(value);
  }

  #seen(value: KllItem): void {
    if (this.#min === undefined || value < this.#min) this.#min = value;
    if (this.#max === undefined || value > this.#max) this.#max = value;
  }

  /** Halves the first level that is full. */
  #compress(): void {
    const at = this.#levels.findIndex((level, i) => level.length >= levelCapacity(this.k, this.#levels.length, i));
    if (at === this.#levels.length - 1) this.#levels.push([]);
    this.#halve(at);
    this.#room = this.#capacity - this.#retained;
  }

  #halve(at: number): void {
    const level = this.#levels[at]!;
    // An odd value stays: the newest of level 0, the least of another.
    const odd = level.length % 2;
    const halved = at === 0 ? level.slice(0, level.length - odd).sort(compare) : level.slice(odd);
    const offset = this.#turn++ % 2;
    const upper = this.#levels[at + 1]!;
    this.#levels[at + 1] = mergeSorted(
      halved.filter((_, i) => i % 2 === offset),
      upper,
    );
    this.#levels[at] = at === 0 ? level.slice(level.length - odd) : level.slice(0, odd);
  }

  merge(other: KllSketch): void {
    if (other.#n === 0) return;
    const n = this.#n + other.#n;
    if (other.#levels.length > 1) this.#leastK = Math.min(this.#leastK, other.#leastK);
    for (const value of other.#levels[0]!.toReversed()) this.update(value);
    other.#levels.slice(1).forEach((level, i) => {
      while (this.#levels.length < i + 2) this.#levels.push([]);
      this.#levels[i + 1] = mergeSorted(this.#levels[i + 1]!, level);
    });
    this.#shrink();
    this.#room = this.#capacity - this.#retained;
    this.#n = n;
    this.#seen(other.#min!);
    this.#seen(other.#max!);
  }

  /** Halves full levels from below while there is too much in all. */
  #shrink(): void {
    for (let at = 0; at < this.#levels.length; at++) {
      if (this.#retained < this.#capacity) return;
      if (this.#levels[at]!.length < levelCapacity(this.k, this.#levels.length, at)) continue;
      if (at === this.#levels.length - 1) this.#levels.push([]);
      this.#halve(at);
    }
  }

  /** All values in order, each with how many stand up to it. */
  #view(): { readonly values: readonly KllItem[]; readonly upTo: readonly number[] } {
    const weighted = this.#levels.flatMap((level, i) => level.map((value) => ({ value, weight: 2 ** i })));
    weighted.sort((a, b) => compare(a.value, b.value));
    let total = 0;
    const upTo = weighted.map(({ weight }) => {
      total += weight;
      return total;
    });
    return { values: weighted.map(({ value }) => value), upTo };
  }

  /** The least value whose rank is at least each of `ranks`. */
  quantiles(ranks: readonly number[]): KllItem[] {
    const { values, upTo } = this.#view();
    return ranks.map((rank) => {
      const wanted = Math.ceil(rank * this.#n);
      const at = upTo.findIndex((count) => count >= wanted);
      return values[at === -1 ? values.length - 1 : at]!;
    });
  }

  /** The part of all values that is at most each of `quantiles`. */
  ranks(quantiles: readonly KllItem[]): number[] {
    const { values, upTo } = this.#view();
    return quantiles.map((quantile) => {
      const at = values.findLastIndex((value) => value <= quantile);
      return at === -1 ? 0 : upTo[at]! / this.#n;
    });
  }

  #size(updatable: boolean): number {
    const [item, levels] = [BYTES[this.kind], this.#levels.length];
    if (updatable) return HEADER + 4 * (levels + 1) + item * (2 + this.#capacity);
    if (this.#n <= 1) return 8 + this.#n * item;
    return HEADER + 4 * levels + item * (2 + this.#retained);
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#size(false));
    const view = new DataView(bytes.buffer);
    const short = this.#n <= 1;
    bytes.set([short ? 2 : 5, this.#n === 1 ? 2 : 1, FAMILY, this.#n === 0 ? FLAG.empty : this.#n === 1 ? FLAG.single : 0]);
    view.setUint16(4, this.k, true);
    bytes[6] = M;
    const item = BYTES[this.kind];
    if (this.#n === 1) this.#write(view, 8, this.#levels[0]![0]!);
    if (short) return bytes;
    view.setBigInt64(8, BigInt(this.#n), true);
    view.setUint16(16, this.#leastK, true);
    bytes[18] = this.#levels.length;
    let start = this.#capacity - this.#retained;
    let at = HEADER;
    for (const level of this.#levels) {
      view.setInt32(at, start, true);
      start += level.length;
      at += 4;
    }
    for (const value of [this.#min!, this.#max!, ...this.#levels[0]!.toReversed(), ...this.#levels.slice(1).flat()]) {
      this.#write(view, at, value);
      at += item;
    }
    return bytes;
  }

  #write(view: DataView, at: number, value: KllItem): void {
    if (typeof value === "bigint") view.setBigInt64(at, value, true);
    else if (this.kind === "float") view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
  }

  #read(view: DataView, at: number): KllItem {
    if (this.kind === "bigint") return view.getBigInt64(at, true);
    return this.kind === "float" ? view.getFloat32(at, true) : view.getFloat64(at, true);
  }

  /** Reads the compact form. Throws RangeError where it is none. */
  static fromBytes(kind: KllKind, bytes: Uint8Array): KllSketch {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 8 || bytes[2] !== FAMILY) throw new RangeError("the bytes are not those of a KLL sketch");
    const sketch = new KllSketch(kind, view.getUint16(4, true));
    const flags = bytes[3]!;
    if ((flags & FLAG.empty) !== 0) return sketch;
    if (bytes[0] === 2) {
      sketch.update(sketch.#read(view, 8));
      return sketch;
    }
    sketch.#n = Number(view.getBigInt64(8, true));
    sketch.#leastK = view.getUint16(16, true);
    const levels = bytes[18]!;
    const starts = Array.from({ length: levels }, (_, i) => view.getInt32(HEADER + i * 4, true));
    const [item, values] = [BYTES[kind], HEADER + levels * 4];
    sketch.#min = sketch.#read(view, values);
    sketch.#max = sketch.#read(view, values + item);
    const first = starts[0]!;
    sketch.#levels = starts.map((start, i) => {
      const end = starts[i + 1] ?? capacityOf(sketch.k, levels);
      const level = Array.from({ length: end - start }, (_, j) => sketch.#read(view, values + item * (2 + start - first + j)));
      return i === 0 ? level.reverse() : level;
    });
    sketch.#room = sketch.#capacity - sketch.#retained;
    return sketch;
  }

  toString(): string {
    const name = { bigint: "KllLongsSketch", double: "KllDoublesSketch", float: "KllFloatsSketch" }[this.kind];
    const text = (value: KllItem | undefined) =>
      value === undefined
        ? "NaN"
        : typeof value === "bigint"
          ? String(value)
          : this.kind === "float"
            ? javaFloat(value)
            : javaDouble(value);
    const error = (factor: number, exponent: number) => `${((100 * factor) / this.#leastK ** exponent).toFixed(3)}%`;
    const lines: readonly (readonly [string, unknown])[] = [
      ["K", this.k],
      ["Dynamic min K", this.#leastK],
      ["M", M],
      ["N", this.#n],
      ["Epsilon", error(2.296, 0.9723)],
      ["Epsilon PMF", error(2.446, 0.9433)],
      ["Empty", this.#n === 0],
      ["Estimation Mode", this.#levels.length > 1],
      ["Levels", this.#levels.length],
      ["Level 0 Sorted", false],
      ["Capacity Items", this.#capacity],
      ["Retained Items", this.#retained],
      ["Free Space", this.#capacity - this.#retained],
      ["ReadOnly", false],
      ["Updatable Storage Bytes", this.#size(true)],
      ["Compact Storage Bytes", this.#size(false)],
      ["Min Item", text(this.#min)],
      ["Max Item", text(this.#max)],
    ];
    const body = lines.map(([label, value]) => `   ${label.padEnd(23)}: ${value}\n`).join("");
    return `\n### Kll${name} Summary:\n${body}### End sketch summary\n`;
  }
}

const compare = (a: KllItem, b: KllItem): number => (a < b ? -1 : a > b ? 1 : 0);

function mergeSorted(a: readonly KllItem[], b: readonly KllItem[]): KllItem[] {
  const merged: KllItem[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) merged.push(a[i]! < b[j]! ? a[i++]! : b[j++]!);
  return merged.concat(a.slice(i), b.slice(j));
}

const capacityOf = (k: number, levels: number): number => {
  let sum = 0;
  for (let i = 0; i < levels; i++) sum += levelCapacity(k, levels, i);
  return sum;
};

/** k at the top, two thirds of the level above below it, in whole numbers as DataSketches rounds them. */
function levelCapacity(k: number, levels: number, level: number): number {
  const depth = levels - level - 1;
  if (depth <= 30) return Math.max(M, scaled(k, depth));
  const half = depth >> 1;
  return Math.max(M, scaled(scaled(k, half), depth - half));
}

const scaled = (k: number, depth: number): number => Number((((BigInt(k) << 1n) << BigInt(depth)) / 3n ** BigInt(depth) + 1n) >> 1n);
