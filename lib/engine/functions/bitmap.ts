import { ExecutionError } from "../errors.ts";
import * as t from "../types/data-type.ts";
import { bindOnce } from "./bind-once.ts";
import { collecting } from "./collected.ts";
import { scalarsOf } from "./define.ts";
import { aggregateOf } from "./define-aggregate.ts";
import { type AggregateFunction, exactly, type FunctionEntry, of, takes } from "./function.ts";

/** Numbers as bits of bitmaps of a fixed size, for counting distinct ones. Source: Spark's bitmapExpressions.scala. */
const scalar = scalarsOf("bitwise");
const long = of(t.longType);

/** Bits of one bitmap: 4 KiB. */
const BITS = 32_768;

/** How many bits each byte has. */
const BITS_OF = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);

const bitsSet = (bytes: Uint8Array): bigint => {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) count += BITS_OF[bytes[i]!]!;
  return BigInt(count);
};

const BYTES = BITS / 8;

function ofPositions(positions: readonly unknown[]): Uint8Array {
  const bitmap = new Uint8Array(BYTES);
  for (const position of positions as readonly bigint[]) {
    if (position < 0n || position >= BITS) {
      const sizes = { bitmapNumBits: String(BITS), bitmapNumBytes: String(BYTES) };
      throw new ExecutionError("INVALID_BITMAP_POSITION", { bitPosition: String(position), ...sizes });
    }
    bitmap[Number(position >> 3n)]! |= 1 << Number(position & 7n);
  }
  return bitmap;
}

/** Bits of all bitmaps together; what a shorter one lacks is 0. */
const combined =
  (start: number, combine: (a: number, b: number) => number) =>
  (bitmaps: readonly unknown[]): Uint8Array => {
    const all = new Uint8Array(BYTES).fill(start);
    for (const bitmap of bitmaps as readonly Uint8Array[]) {
      for (let i = 0; i < BYTES; i++) all[i] = combine(all[i]!, i < bitmap.length ? bitmap[i]! : 0);
    }
    return all;
  };
const union = combined(0, (a, b) => a | b);
const intersection = combined(255, (a, b) => a & b);

const ofBitmaps = (name: string, doc: string, combine: (bitmaps: readonly unknown[]) => Uint8Array): AggregateFunction =>
  aggregateOf(
    name,
    doc,
    exactly(takes(of(t.binaryType))),
    t.binaryType,
    collecting({ name, item: (_apply, [value]) => value!, itemType: () => t.binaryType, build: combine, merge: combine }),
    { nullable: false },
  );

export const bitmapFunctions: readonly FunctionEntry[] = [
  scalar("bitmap_bucket_number", "Returns the number of the bitmap that a number is a bit of.", takes(long), t.longType, ([n]) =>
    bindOnce([n!], ([v]) => `(CASE WHEN ${v} > 0 THEN 1 + (${v} - 1) // ${BITS} ELSE ${v} // ${BITS} END)`),
  ),
  scalar("bitmap_bit_position", "Returns which bit of its bitmap a number is, counted from 0.", takes(long), t.longType, ([n]) =>
    bindOnce([n!], ([v]) => `(CASE WHEN ${v} > 0 THEN (${v} - 1) % ${BITS} ELSE -(${v} % ${BITS}) END)`),
  ),
  scalar("bitmap_count", "Returns how many bits of a bitmap are set.", takes(of(t.binaryType)), t.longType, {
    evaluate: ([bytes]) => bitsSet(bytes as Uint8Array),
  }),
  aggregateOf(
    "bitmap_construct_agg",
    "Returns a bitmap of the bit positions.",
    takes(long),
    t.binaryType,
    collecting({
      name: "bitmap_construct_agg",
      item: (_apply, [value], call) => (call.distinct ? value! : `DISTINCT ${value}`),
      itemType: () => t.longType,
      build: ofPositions,
      merge: union,
    }),
    { nullable: false },
  ),
  ofBitmaps("bitmap_or_agg", "Returns the bits that are set in at least one bitmap.", union),
  ofBitmaps("bitmap_and_agg", "Returns the bits that are set in all bitmaps.", intersection),
];
