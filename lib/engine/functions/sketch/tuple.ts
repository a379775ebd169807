import { ALL, type ThetaSketch } from "./theta.ts";

/**
 * Tuple sketches of Apache DataSketches in their compact binary form: the hashes of a theta sketch, each with a number that summarises what
 * came with its values. Hashes keep the order of DataSketches' hash table, which decides when theta falls and how the bytes read.
 * Sources: DataSketches' documentation of the format; Dasgupta, Lang, Rhodes and Thaler, A Framework for Estimating Stream Expression
 * Cardinalities (2016).
 */
export const MODES = ["sum", "min", "max", "alwaysone"] as const;
export type Mode = (typeof MODES)[number];
export type SummaryKind = "double" | "integer";

interface Entry {
  readonly hash: bigint;
  readonly value: number;
  readonly mode: Mode;
}
export interface TupleSketch {
  readonly empty: boolean;
  readonly theta: bigint;
  readonly entries: readonly Entry[];
}

const NOTHING: TupleSketch = { empty: true, theta: ALL, entries: [] };
const FAMILY = 9;
const COMPACT_TYPE = 1;
const FLAG = { readOnly: 2, empty: 4, compact: 8 };
const SEED_HASH = 0x93cc;
const [FULL, HALF_FULL] = [15 / 16, 1 / 2];
const [LEAST_LG_SLOTS, LG_GROWTH] = [5, 3];
/** Bits of a hash that decide how far the next slot is. */
const STRIDE = 127n;

/** Which summary nothing has been added to. */
const START: Readonly<Record<SummaryKind, Readonly<Record<Mode, number>>>> = {
  double: { sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, alwaysone: 1 },
  integer: { sum: 0, min: 2 ** 31 - 1, max: -(2 ** 31), alwaysone: 1 },
};

const ADDED: Readonly<Record<Mode, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  min: (a, b) => (Number.isNaN(b) ? a : Math.min(a, b)),
  max: (a, b) => (Number.isNaN(b) ? a : Math.max(a, b)),
  alwaysone: () => 1,
};

/** How summaries of one kind and mode come together. */
export class Summaries {
  readonly kind: SummaryKind;
  readonly mode: Mode;
  constructor(kind: SummaryKind, mode: Mode) {
    this.kind = kind;
    this.mode = mode;
  }
  get start(): number {
    return START[this.kind][this.mode];
  }
  add(a: number, b: number): number {
    const sum = ADDED[this.mode](a, b);
    return this.kind === "integer" ? sum | 0 : sum;
  }
  both(a: number, b: number): number {
    return this.add(this.add(this.start, a), b);
  }
}

/** Open addressing with a stride of the hash's own. */
class Slots {
  readonly lg: number;
  readonly slots: (Entry | undefined)[];
  count = 0;
  constructor(lg: number) {
    this.lg = lg;
    this.slots = new Array(1 << lg);
  }
  /** Where a hash is, or would be. */
  find(hash: bigint): number {
    const mask = (1 << this.lg) - 1;
    let at = Number(hash & BigInt(mask));
    const stride = 2 * Number((hash >> BigInt(this.lg)) & STRIDE) + 1;
    while (this.slots[at] !== undefined && this.slots[at]!.hash !== hash) at = (at + stride) & mask;
    return at;
  }
  put(entry: Entry): void {
    const at = this.find(entry.hash);
    if (this.slots[at] === undefined) this.count++;
    this.slots[at] = entry;
  }
  get(hash: bigint): Entry | undefined {
    return this.slots[this.find(hash)];
  }
  entries(): Entry[] {
    return this.slots.filter((entry) => entry !== undefined);
  }
}

/** A sketch that grows: once its table is full, theta falls to the hash behind the 2^lgEntries least ones. */
class GrowingSketch {
  readonly #nominal: number;
  readonly #summaries: Summaries;
  #slots: Slots;
  theta = ALL;
  empty = true;

  constructor(lgEntries: number, summaries: Summaries) {
    this.#nominal = 2 ** lgEntries;
    this.#summaries = summaries;
    const lg = lgEntries + 1;
    this.#slots = new Slots(lg <= LEAST_LG_SLOTS ? LEAST_LG_SLOTS : ((lg - LEAST_LG_SLOTS) % LG_GROWTH) + LEAST_LG_SLOTS);
  }

  update(hash: bigint, value: number): void {
    this.#insert(hash, (held) => this.#summaries.add(held?.value ?? this.#summaries.start, value));
  }

  merge(entry: Entry): void {
    this.empty = false;
    this.#insert(entry.hash, (held) => (held ? this.#summaries.both(held.value, entry.value) : entry.value), entry.mode);
  }

  #insert(hash: bigint, summary: (held: Entry | undefined) => number, newMode = this.#summaries.mode): void {
    this.empty = false;
    // A hash of zero stands for nothing, as in DataSketches.
    if (hash === 0n || hash >= this.theta) return;
    const held = this.#slots.get(hash);
    this.#slots.put({ hash, value: summary(held), mode: held ? this.#summaries.mode : newMode });
    if (this.#slots.count > this.#most()) this.#rebuild();
  }

  #most(): number {
    const size = this.#slots.slots.length;
    return Math.floor(size * (size > this.#nominal ? FULL : HALF_FULL));
  }

  #rebuild(): void {
    const entries = this.#slots.entries();
    const isWhole = this.#slots.slots.length > this.#nominal;
    if (isWhole) this.theta = hashAt(entries, this.#nominal);
    this.#slots = new Slots(this.#slots.lg + (isWhole ? 0 : LG_GROWTH));
    for (const entry of entries) if (entry.hash < this.theta) this.#slots.put(entry);
  }

  get sketch(): TupleSketch {
    return { empty: this.empty, theta: this.theta, entries: this.#slots.entries() };
  }
}

/** The hash that so many others are less than. */
const hashAt = (entries: readonly Entry[], index: number): bigint => BigUint64Array.from(entries, ({ hash }) => hash).sort()[index]!;

/** A sketch of hashes, each with what its summary takes. */
export function tupleOf(values: Iterable<readonly [hash: bigint, value: number]>, lgEntries: number, summaries: Summaries): TupleSketch {
  const growing = new GrowingSketch(lgEntries, summaries);
  for (const [hash, value] of values) growing.update(hash, value);
  return growing.sketch;
}

/** What a theta sketch has, with the summary of nothing. */
export const withSummaries = ({ empty, theta, hashes }: ThetaSketch, { start, mode }: Summaries): TupleSketch => ({
  empty,
  theta,
  entries: Array.from(hashes, (hash) => ({ hash, value: start, mode })),
});

export function tupleUnion(sketches: readonly TupleSketch[], lgEntries: number, summaries: Summaries): TupleSketch {
  const growing = new GrowingSketch(lgEntries, summaries);
  let theta = ALL;
  for (const sketch of sketches) {
    if (sketch.empty) continue;
    growing.empty = false;
    for (const entry of sketch.entries) growing.merge(entry);
    theta = [theta, sketch.theta, growing.theta].reduce(lesser);
  }
  const entries = growing.sketch.entries.filter(({ hash }) => hash < theta);
  if (entries.length <= 2 ** lgEntries) return { empty: growing.empty, theta, entries };
  const next = hashAt(entries, 2 ** lgEntries);
  return { empty: false, theta: next, entries: entries.filter(({ hash }) => hash < next) };
}

const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const nothingLeft = ({ entries, theta }: TupleSketch): boolean => entries.length === 0 && theta === ALL;

/** What all have, in the order in which the last one has it. */
export function tupleIntersection(sketches: readonly TupleSketch[], summaries: Summaries): TupleSketch {
  const [first, ...others] = sketches;
  if (!first) return NOTHING;
  const theta = sketches.map((sketch) => sketch.theta).reduce(lesser);
  let held = tableOf(first.entries);
  for (const { entries } of others) {
    const matches = entries.flatMap(({ hash, value }) => {
      const own = hash < theta ? held.get(hash) : undefined;
      return own ? [{ hash, value: summaries.both(own.value, value), mode: summaries.mode }] : [];
    });
    held = tableOf(matches);
  }
  const entries = held.entries().filter(({ hash }) => hash < theta);
  return { empty: sketches.some(nothingLeft), theta, entries };
}

function tableOf(entries: readonly Entry[]): Slots {
  const slots = new Slots(Math.max(Math.ceil(Math.log2(Math.max(Math.ceil(entries.length / 0.75), 1))), LEAST_LG_SLOTS - 1));
  for (const entry of entries) slots.put(entry);
  return slots;
}

export function tupleDifference(
  a: TupleSketch,
  b: Pick<TupleSketch, "empty" | "theta"> & { readonly hashes: Iterable<bigint> },
): TupleSketch {
  if (a.empty || b.empty) return a;
  const theta = lesser(a.theta, b.theta);
  const removed = new Set(b.hashes);
  const entries = a.entries.filter(({ hash }) => hash < theta && !removed.has(hash));
  return entries.length === 0 && theta === ALL ? NOTHING : { empty: false, theta, entries };
}

export const tupleTheta = ({ theta }: TupleSketch): number => Number(theta) / 2 ** 63;
export const tupleEstimate = (sketch: TupleSketch): number =>
  sketch.theta === ALL || sketch.empty ? sketch.entries.length : sketch.entries.length / tupleTheta(sketch);

const summaryBytes = (kind: SummaryKind): number => (kind === "double" ? 9 : 5);

export function tupleBytes({ empty, theta, entries }: TupleSketch, kind: SummaryKind): Uint8Array {
  const estimates = theta < ALL && !empty;
  const longs = empty || (entries.length === 1 && !estimates) ? 1 : estimates ? 3 : 2;
  const size = 8 + summaryBytes(kind);
  const bytes = new Uint8Array(longs * 8 + entries.length * size);
  const view = new DataView(bytes.buffer);
  bytes.set([longs, 3, FAMILY, COMPACT_TYPE, 0, FLAG.compact | FLAG.readOnly | (empty ? FLAG.empty : 0), SEED_HASH & 255, SEED_HASH >> 8]);
  if (longs > 1) view.setInt32(8, entries.length, true);
  if (longs > 2) view.setBigUint64(16, theta, true);
  for (const [i, { hash, value, mode }] of entries.entries()) {
    const at = longs * 8 + i * size;
    view.setBigUint64(at, hash, true);
    if (kind === "double") view.setFloat64(at + 8, value, true);
    else view.setInt32(at + 8, value, true);
    bytes[at + size - 1] = MODES.indexOf(mode);
  }
  return bytes;
}

/** Reads the compact binary form; throws a RangeError where it is none. */
export function tupleFromBytes(bytes: Uint8Array, kind: SummaryKind): TupleSketch {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [longs, version, , type, , flags] = Array.from({ length: 6 }, (_, i) => view.getUint8(i)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (version !== 3 || type !== COMPACT_TYPE || longs < 1 || longs > 3) throw new RangeError("no compact tuple sketch");
  if ((flags & FLAG.empty) !== 0) return NOTHING;
  const count = longs === 1 ? 1 : view.getInt32(8, true);
  const size = 8 + summaryBytes(kind);
  if (count < 0 || longs * 8 + count * size > bytes.length) throw new RangeError("a tuple sketch that is cut off");
  const entries = Array.from({ length: count }, (_, i) => {
    const at = longs * 8 + i * size;
    const mode = MODES[view.getUint8(at + size - 1)];
    if (!mode) throw new RangeError("no mode of a summary");
    const value = kind === "double" ? view.getFloat64(at + 8, true) : view.getInt32(at + 8, true);
    return { hash: view.getBigUint64(at, true), value, mode };
  });
  return { empty: false, theta: longs > 2 ? view.getBigUint64(16, true) : ALL, entries };
}

/** Apache DataSketches' families of sketches by their numbers, as its messages name them. */
const FAMILIES: Readonly<Record<number, string>> = {
  1: "ALPHA",
  2: "QUICKSELECT",
  3: "COMPACT",
  4: "UNION",
  5: "INTERSECTION",
  6: "A_NOT_B",
  7: "HLL",
  8: "QUANTILES",
  9: "TUPLE",
  10: "FREQUENCY",
  11: "RESERVOIR",
  12: "RESERVOIR_UNION",
  13: "VAROPT",
  14: "VAROPT_UNION",
  15: "KLL",
  16: "CPC",
  17: "REQ",
  18: "COUNTMIN",
  19: "EBPPS",
  20: "TDIGEST",
  21: "BLOOMFILTER",
};
export const TUPLE_FAMILY = FAMILIES[FAMILY]!;
export const familyOf = (bytes: Uint8Array): string | undefined => FAMILIES[bytes[2] ?? 0];

/** One number of all summaries: their sum, least, greatest, or how many there are. */
export function summaryOf({ entries }: TupleSketch, mode: Mode): number {
  const values = entries.map(({ value }) => value);
  if (mode === "alwaysone") return values.length;
  if (mode === "sum") return values.reduce((a, b) => a + b, 0);
  return values.length === 0 ? 0 : values.reduce((a, b) => Math[mode](a, b));
}
