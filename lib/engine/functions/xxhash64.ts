/** Spark's XXH64: xxHash of 64 bits, with shortcuts for one int and one long. Signed 64-bit numbers in and out. */
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

const u64 = (n: bigint): bigint => BigInt.asUintN(64, n);
const rotated = (n: bigint, by: bigint): bigint => u64((n << by) | (n >> (64n - by)));

function finished(h: bigint): bigint {
  let n = u64((h ^ (h >> 33n)) * P2);
  n = u64((n ^ (n >> 29n)) * P3);
  return BigInt.asIntN(64, n ^ (n >> 32n));
}

const withInt = (h: bigint, value: bigint): bigint => u64(rotated(h ^ u64(value * P1), 23n) * P2 + P3);
const round = (accumulator: bigint, word: bigint): bigint => u64(rotated(u64(accumulator + word * P2), 31n) * P1);
const withLong = (h: bigint, word: bigint): bigint => u64(rotated(h ^ round(0n, word), 27n) * P1 + P4);

export const hashInt = (value: number, seed: bigint): bigint => finished(withInt(u64(seed + P5 + 4n), BigInt(value >>> 0)));
export const hashLong = (value: bigint, seed: bigint): bigint => finished(withLong(u64(seed + P5 + 8n), u64(value)));

export function hashBytes(bytes: Uint8Array, seed: bigint): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => view.getBigUint64(at, true);
  let at = 0;
  let h = u64(seed + P5);
  if (bytes.length >= 32) {
    const v = [u64(seed + P1 + P2), u64(seed + P2), u64(seed), u64(seed - P1)];
    for (; at + 32 <= bytes.length; at += 32) for (let i = 0; i < 4; i++) v[i] = round(v[i]!, word(at + 8 * i));
    h = u64(rotated(v[0]!, 1n) + rotated(v[1]!, 7n) + rotated(v[2]!, 12n) + rotated(v[3]!, 18n));
    for (const lane of v) h = u64((h ^ round(0n, lane)) * P1 + P4);
  }
  h = u64(h + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8) h = withLong(h, word(at));
  if (at + 4 <= bytes.length) {
    h = withInt(h, BigInt(view.getUint32(at, true)));
    at += 4;
  }
  for (; at < bytes.length; at++) h = u64(rotated(h ^ u64(BigInt(bytes[at]!) * P5), 11n) * P1);
  return finished(h);
}
