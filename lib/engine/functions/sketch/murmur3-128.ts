/**
 * MurmurHash3 of 128 bits (x64), as Apache DataSketches hashes with its default seed. 64-bit numbers are pairs of 32-bit halves: bigints
 * would take several times as long. Source: Austin Appleby's smhasher.
 */
const SEED = 9001;

/** The last hash: each half as two signed 32-bit words. */
export const hash128 = { high1: 0, low1: 0, high2: 0, low2: 0 };

/** The halves of the last product or rotation. */
let [high, low] = [0, 0];

function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const [a0, a1, b0, b1] = [aLow & 0xffff, aLow >>> 16, bLow & 0xffff, bLow >>> 16];
  const first = a0 * b0;
  const middle = a1 * b0 + (first >>> 16);
  const second = a0 * b1 + (middle & 0xffff);
  const carry = a1 * b1 + Math.floor(middle / 65536) + Math.floor(second / 65536);
  low = ((second & 0xffff) << 16) | (first & 0xffff) | 0;
  high = (carry + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) | 0;
}

/** By 1 to 31 bits. */
function rotate(aHigh: number, aLow: number, by: number): void {
  high = (aHigh << by) | (aLow >>> (32 - by));
  low = (aLow << by) | (aHigh >>> (32 - by));
}

function add(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const sum = (aLow >>> 0) + (bLow >>> 0);
  low = sum | 0;
  high = (aHigh + bHigh + (sum > 0xffffffff ? 1 : 0)) | 0;
}

function finish(aHigh: number, aLow: number): void {
  multiply(aHigh, aLow ^ (aHigh >>> 1), 0xff51afd7, 0xed558ccd);
  multiply(high, low ^ (high >>> 1), 0xc4ceb9fe, 0x1a85ec53);
  low ^= high >>> 1;
}

function mixFirst(kHigh: number, kLow: number): void {
  multiply(kHigh, kLow, 0x87c37b91, 0x114253d5);
  rotate(high, low, 31);
  multiply(high, low, 0x4cf5ad43, 0x2745937f);
}

function mixSecond(kHigh: number, kLow: number): void {
  multiply(kHigh, kLow, 0x4cf5ad43, 0x2745937f);
  rotate(low, high, 1); // By 33: the halves change places.
  multiply(high, low, 0x87c37b91, 0x114253d5);
}

/** Leaves the hash of the bytes in `hash128`. */
export function hashBytes128(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [high1, low1, high2, low2] = [0, SEED, 0, SEED];
  const blocks = bytes.length >>> 4;
  for (let i = 0; i < blocks * 16; i += 16) {
    mixFirst(view.getInt32(i + 4, true), view.getInt32(i, true));
    rotate(high1 ^ high, low1 ^ low, 27);
    add(high, low, high2, low2);
    multiply(high, low, 0, 5);
    add(high, low, 0, 0x52dce729);
    [high1, low1] = [high, low];
    mixSecond(view.getInt32(i + 12, true), view.getInt32(i + 8, true));
    rotate(high2 ^ high, low2 ^ low, 31);
    add(high, low, high1, low1);
    multiply(high, low, 0, 5);
    add(high, low, 0, 0x38495ab5);
    [high2, low2] = [high, low];
  }
  const tail = new Int32Array(4);
  for (let i = blocks * 16; i < bytes.length; i++) tail[(i >> 2) & 3]! |= bytes[i]! << ((i & 3) * 8);
  const rest = bytes.length & 15;
  if (rest > 8) {
    mixSecond(tail[3]!, tail[2]!);
    high2 ^= high;
    low2 ^= low;
  }
  if (rest > 0) {
    mixFirst(tail[1]!, tail[0]!);
    high1 ^= high;
    low1 ^= low;
  }
  last(high1, low1, high2, low2, bytes.length);
}

/** Leaves the hash of one 64-bit number in `hash128`. */
export function hashLong128(value: bigint): void {
  mixFirst(Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value)));
  last(high, low ^ SEED, 0, SEED, 8);
}

function last(h1: number, l1: number, h2: number, l2: number, length: number): void {
  let [high1, low1, high2, low2] = [h1, l1 ^ length, h2, l2 ^ length];
  const sum = () => {
    add(high1, low1, high2, low2);
    [high1, low1] = [high, low];
    add(high2, low2, high1, low1);
    [high2, low2] = [high, low];
  };
  sum();
  finish(high1, low1);
  [high1, low1] = [high, low];
  finish(high2, low2);
  [high2, low2] = [high, low];
  sum();
  hash128.high1 = high1;
  hash128.low1 = low1;
  hash128.high2 = high2;
  hash128.low2 = low2;
}

const bits = new DataView(new ArrayBuffer(8));

/** The hash of a double: 0 and -0 are one value, and all NaNs. */
export function hashDouble128(value: number): void {
  bits.setFloat64(0, value === 0 ? 0 : value);
  hashLong128(Number.isNaN(value) ? 0x7ff8000000000000n : bits.getBigInt64(0));
}
