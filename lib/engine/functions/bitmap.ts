import * as t from "../types/data-type.ts";
import { bindOnce } from "./bind-once.ts";
import { scalarsOf } from "./define.ts";
import { type FunctionEntry, of, takes } from "./function.ts";

/** Numbers as bits of bitmaps of a fixed size, for counting distinct ones. Source: Spark's bitmapExpressions.scala. */
const scalar = scalarsOf("bitwise");
const long = of(t.longType);

/** Bits of one bitmap: 4 KiB. */
const BITS = 32_768;

const bitsSet = (bytes: Uint8Array): bigint => {
  let count = 0;
  for (const byte of bytes) for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return BigInt(count);
};

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
];
