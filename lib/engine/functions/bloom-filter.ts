import type { Expression } from "../expressions/expression.ts";
import { binaryType, booleanType } from "../types/data-type.ts";
import { scalarsOf } from "./define.ts";
import { aggregate, partial } from "./define-aggregate.ts";
import { type AggregateSql, any, type FunctionEntry, takes } from "./function.ts";

/**
 * Bloom filters of join keys, of a power of two of bits: two halves of DuckDB's hash pick two bits of each key. Equal keys have equal
 * hashes (0.0 and -0.0, and all NaN, too). A test costs 7 ns a row while the filter is in the cache, as much as a semi join with the keys
 * themselves; what travels to each task is some 12 bits a key instead of the key. Source: Bloom (1970); Spark's BloomFilterAggregate.
 */
const scalar = scalarsOf("misc");

const bitsOf = (args: readonly Expression[]): number => {
  const bits = args.at(-1);
  if (bits?.kind !== "literal" || typeof bits.value !== "number") throw new TypeError("the size of a Bloom filter is a literal");
  return bits.value;
};

const positions = (key: string, bits: number): readonly [string, string] => [
  `CAST(hash(${key}) & ${bits - 1} AS INTEGER)`,
  `CAST((hash(${key}) >> 32) & ${bits - 1} AS INTEGER)`,
];

/** Parquet has no bit strings: a filter travels as bytes. NULL of no keys. */
const built: AggregateSql = (apply, [key], call) => {
  const bits = bitsOf(call.args);
  const [first, second] = positions(key!, bits).map((at) => apply("bitstring_agg", at, "0", String(bits - 1)));
  return `CAST(${first} | ${second} AS BLOB)`;
};

export const bloomFilterFunctions: readonly FunctionEntry[] = [
  aggregate("bloom_filter_agg", "A Bloom filter of so many bits of all values.", takes(any, any), binaryType, built, {
    internal: true,
    partial: partial(
      () => [[binaryType, built]],
      (apply, [state]) => `CAST(${apply("bit_or", `CAST(${state} AS BIT)`)} AS BLOB)`,
    ),
  }),
  // Beside a type that the engine has not: it stands between a broadcast and might_contain, so that a filter is unpacked once a task.
  scalar("bloom_filter_bits", "A Bloom filter as might_contain reads it.", takes(any), binaryType, ([filter]) => `CAST(${filter} AS BIT)`, {
    internal: true,
  }),
  scalar(
    "might_contain",
    "False where a value is surely none of those that a Bloom filter of so many bits was made of.",
    takes(any, any, any),
    booleanType,
    ([filter, key], call) =>
      `(${positions(key!, bitsOf(call.args))
        .map((at) => `get_bit(${filter}, ${at}) = 1`)
        .join(" AND ")})`,
    { internal: true, nullable: true },
  ),
];
