import { hash128 } from "./murmur3-128.ts";

/**
 * Theta sketches of Apache DataSketches in their compact binary form: the least hashes of a set, and theta, below which all are kept.
 * The estimate is their number divided by theta's part of all hashes. Sets combine by their hashes below the lesser theta.
 * Sources: DataSketches' documentation of the format; Dasgupta, Lang, Rhodes and Thaler, A Framework for Estimating Stream Expression
 * Cardinalities (2016).
 */
export const [LEAST_LG_ENTRIES, MOST_LG_ENTRIES, DEFAULT_LG_ENTRIES] = [4, 26, 12];
/** Theta of a sketch that has kept everything. */
export const ALL = 2n ** 63n - 1n;
const FAMILY = 3;
const FLAG = { readOnly: 2, empty: 4, compact: 8, ordered: 16, single: 32 };
/** Two bytes that tell the hash's seed. */
const SEED_HASH = 0x93cc;

export interface ThetaSketch {
  readonly empty: boolean;
  readonly theta: bigint;
  /** In order, each once, below theta. */
  readonly hashes: BigUint64Array;
}

const NOTHING: ThetaSketch = { empty: true, theta: ALL, hashes: new BigUint64Array() };

/** 63 bits of the value that was hashed last. */
export const thetaHash = (): bigint => ((BigInt(hash128.high1 >>> 0) << 32n) | BigInt(hash128.low1 >>> 0)) >> 1n;

/** Hashes in any order, each any number of times. */
export const thetaOf = (hashes: Iterable<bigint>, lgEntries: number): ThetaSketch => {
  const sorted = distinct(BigUint64Array.from(hashes).sort());
  return sorted.length === 0 ? NOTHING : limited({ empty: false, theta: ALL, hashes: sorted }, lgEntries);
};

function distinct(sorted: BigUint64Array): BigUint64Array {
  let kept = 0;
  for (let i = 0; i < sorted.length; i++) {
    // A hash of zero stands for nothing, as in DataSketches.
    if (sorted[i] !== 0n && (kept === 0 || sorted[kept - 1] !== sorted[i])) sorted[kept++] = sorted[i]!;
  }
  return sorted.slice(0, kept);
}

/** No more than 2^lgEntries hashes: the first that is left out is the new theta. */
function limited(sketch: ThetaSketch, lgEntries: number): ThetaSketch {
  const most = 2 ** lgEntries;
  if (sketch.hashes.length <= most) return sketch;
  return { empty: false, theta: sketch.hashes[most]!, hashes: sketch.hashes.slice(0, most) };
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
const least = (sketches: readonly ThetaSketch[]): bigint => sketches.map(({ theta }) => theta).sort(ascending)[0] ?? ALL;

export function thetaUnion(sketches: readonly ThetaSketch[], lgEntries: number): ThetaSketch {
  const filled = sketches.filter((sketch) => !sketch.empty);
  if (filled.length === 0) return NOTHING;
  const theta = least(filled);
  const hashes = filled.flatMap((sketch) => [...sketch.hashes].filter((hash) => hash < theta));
  return limited({ empty: false, theta, hashes: distinct(BigUint64Array.from(hashes).sort()) }, lgEntries);
}

export function thetaIntersection(sketches: readonly ThetaSketch[]): ThetaSketch {
  if (sketches.some((sketch) => sketch.empty)) return NOTHING;
  const theta = least(sketches);
  const [first, ...others] = sketches;
  const sets = others.map(({ hashes }) => new Set(hashes));
  return withoutDoubt(
    theta,
    first!.hashes.filter((hash) => hash < theta && sets.every((set) => set.has(hash))),
  );
}

export function thetaDifference(a: ThetaSketch, b: ThetaSketch): ThetaSketch {
  if (a.empty || b.empty) return a;
  const theta = least([a, b]);
  const removed = new Set(b.hashes);
  return withoutDoubt(
    theta,
    a.hashes.filter((hash) => hash < theta && !removed.has(hash)),
  );
}

/** No hash where all were kept is nothing. */
const withoutDoubt = (theta: bigint, hashes: BigUint64Array): ThetaSketch =>
  hashes.length === 0 && theta === ALL ? NOTHING : { empty: false, theta, hashes };

export const thetaEstimate = ({ theta, hashes }: ThetaSketch): number =>
  theta === ALL ? hashes.length : hashes.length / (Number(theta) / 2 ** 63);

/** Compressed where there are several hashes: the differences of neighbours, with as many bits as the greatest needs. */
export function thetaBytes(sketch: ThetaSketch): Uint8Array {
  const { empty, theta, hashes } = sketch;
  if (empty) return preamble(8, 1, 3, FLAG.empty | FLAG.ordered, 0);
  if (hashes.length === 1 && theta === ALL) {
    const bytes = preamble(16, 1, 3, FLAG.ordered | FLAG.single, SEED_HASH);
    new DataView(bytes.buffer).setBigUint64(8, hashes[0]!, true);
    return bytes;
  }
  if (hashes.length > 0) return compressed(sketch);
  const bytes = preamble(24, 3, 3, FLAG.ordered, SEED_HASH);
  const view = new DataView(bytes.buffer);
  view.setFloat32(12, 1, true);
  view.setBigUint64(16, theta, true);
  return bytes;
}

function preamble(size: number, longs: number, version: number, flags: number, seedHash: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set([longs, version, FAMILY, 0, 0, FLAG.readOnly | FLAG.compact | flags, seedHash & 255, seedHash >> 8]);
  return bytes;
}

function compressed({ theta, hashes }: ThetaSketch): Uint8Array {
  const deltas = Array.from(hashes, (hash, i) => hash - (i === 0 ? 0n : hashes[i - 1]!));
  const bits = deltas.reduce((a, b) => a | b, 0n).toString(2).length;
  const longs = theta === ALL ? 1 : 2;
  const countBytes = Math.ceil(hashes.length.toString(2).length / 8);
  const start = longs * 8 + countBytes;
  const bytes = preamble(start + Math.ceil((bits * hashes.length) / 8), longs, 4, FLAG.ordered, SEED_HASH);
  bytes[3] = bits;
  bytes[4] = countBytes;
  if (longs === 2) new DataView(bytes.buffer).setBigUint64(8, theta, true);
  for (let i = 0; i < countBytes; i++) bytes[longs * 8 + i] = hashes.length >> (8 * i);
  let [pending, held, at] = [0n, 0, start];
  for (const delta of deltas) {
    pending = (pending << BigInt(bits)) | delta;
    held += bits;
    while (held >= 8) {
      held -= 8;
      bytes[at++] = Number((pending >> BigInt(held)) & 255n);
    }
    pending &= (1n << BigInt(held)) - 1n;
  }
  if (held > 0) bytes[at] = Number((pending << BigInt(8 - held)) & 255n);
  return bytes;
}

/** Reads the binary form, compressed or not; undefined where it is none. */
export function thetaFromBytes(bytes: Uint8Array): ThetaSketch | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8 || bytes[2] !== FAMILY) return undefined;
  try {
    if (bytes[1] === 4) return uncompressed(bytes, view);
    return bytes[1] === 3 ? plain(bytes, view) : undefined;
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

function plain(bytes: Uint8Array, view: DataView): ThetaSketch | undefined {
  const [longs, flags] = [bytes[0]! & 63, bytes[5]!];
  if ((flags & FLAG.empty) !== 0) return NOTHING;
  if ((flags & FLAG.compact) === 0 || (flags & FLAG.readOnly) === 0 || view.getUint16(6, true) !== SEED_HASH) return undefined;
  const count = longs === 1 ? 1 : view.getInt32(8, true);
  const theta = longs > 2 ? view.getBigUint64(16, true) : ALL;
  const hashes = Array.from({ length: count }, (_, i) => view.getBigUint64(longs * 8 + i * 8, true));
  return { empty: false, theta, hashes: BigUint64Array.from(hashes).sort() };
}

function uncompressed(bytes: Uint8Array, view: DataView): ThetaSketch | undefined {
  const [longs, bits, countBytes] = [bytes[0]! & 63, BigInt(bytes[3]!), bytes[4]!];
  if (view.getUint16(6, true) !== SEED_HASH) return undefined;
  let count = 0;
  for (let i = 0; i < countBytes; i++) count |= view.getUint8(longs * 8 + i) << (8 * i);
  const hashes = new BigUint64Array(count);
  let [pending, held, at, previous] = [0n, 0n, longs * 8 + countBytes, 0n];
  for (let i = 0; i < count; i++) {
    while (held < bits) {
      pending = (pending << 8n) | BigInt(view.getUint8(at++));
      held += 8n;
    }
    held -= bits;
    previous += pending >> held;
    pending &= (1n << held) - 1n;
    hashes[i] = previous;
  }
  return { empty: false, theta: longs > 1 ? view.getBigUint64(8, true) : ALL, hashes };
}
