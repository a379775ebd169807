/** Spark's Murmur3_x86_32. Signed 32-bit numbers in and out. Unlike the original, bytes behind the last whole word are mixed one by one. */
const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

const rotated = (n: number, by: number): number => (n << by) | (n >>> (32 - by));
const mixedWord = (k: number): number => Math.imul(rotated(Math.imul(k, C1), 15), C2);
const mixed = (h: number, k: number): number => (Math.imul(rotated(h ^ mixedWord(k), 13), 5) + 0xe6546b64) | 0;

function finished(h: number, length: number): number {
  let n = h ^ length;
  n = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  n = Math.imul(n ^ (n >>> 13), 0xc2b2ae35);
  return n ^ (n >>> 16);
}

export const hashInt = (value: number, seed: number): number => finished(mixed(seed, value | 0), 4);

export function hashLong(value: bigint, seed: number): number {
  const bits = BigInt.asUintN(64, value);
  const low = Number(bits & 0xffffffffn) | 0;
  const high = Number(bits >> 32n) | 0;
  return finished(mixed(mixed(seed, low), high), 8);
}

export function hashBytes(bytes: Uint8Array, seed: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const aligned = bytes.length - (bytes.length % 4);
  let h = seed;
  for (let i = 0; i < aligned; i += 4) h = mixed(h, view.getInt32(i, true));
  for (let i = aligned; i < bytes.length; i++) h = mixed(h, view.getInt8(i));
  return finished(h, bytes.length);
}
