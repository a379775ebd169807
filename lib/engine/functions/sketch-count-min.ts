import type { AggregateCall, Expression } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { javaDouble } from "../types/java-number.ts";
import { collecting } from "./collected.ts";
import { constantOf, requireConstant, unexpectedNull, valueOutOfRange } from "./constant.ts";
import { aggregateOf } from "./define-aggregate.ts";
import { type FunctionEntry, of, takes } from "./function.ts";
import { hashBytes } from "./murmur3.ts";
import { JavaRandom } from "./sketch/java-random.ts";

/**
 * Count-min sketches in the binary form of Spark's CountMinSketch: rows of counters, each with a hash of its own drawn from a seed.
 * Source: Cormode and Muthukrishnan, An Improved Data Stream Summary: The Count-Min Sketch and its Applications (2005).
 */
const NAME = "count_min_sketch";
const PRIME = (1n << 31n) - 1n;

class CountMin {
  readonly #width: number;
  readonly #hashes: readonly number[];
  readonly #counts: BigInt64Array;
  #total = 0n;

  constructor(eps: number, confidence: number, seed: number | bigint) {
    this.#width = Math.ceil(2 / eps);
    const depth = Math.ceil(-Math.log1p(-confidence) / Math.log(2));
    const random = new JavaRandom(BigInt.asIntN(32, BigInt(seed)));
    this.#hashes = Array.from({ length: depth }, () => random.nextInt(2 ** 31 - 1));
    this.#counts = new BigInt64Array(depth * this.#width);
  }

  addNumber(item: bigint): void {
    this.#total++;
    for (const [row, hash] of this.#hashes.entries()) {
      let product = BigInt.asIntN(64, BigInt(hash) * item);
      product = BigInt.asIntN(64, product + (product >> 32n)) & PRIME;
      this.#counts[row * this.#width + Number(product % BigInt(this.#width))]!++;
    }
  }

  addBytes(item: Uint8Array): void {
    this.#total++;
    const first = hashBytes(item, 0);
    const second = hashBytes(item, first);
    for (const row of this.#hashes.keys()) {
      const slot = Math.abs(((first + Math.imul(row, second)) | 0) % this.#width);
      this.#counts[row * this.#width + slot]!++;
    }
  }

  /** Adds the counters of another sketch of the same size and seed. */
  addSketch(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#total += view.getBigInt64(4);
    const start = 20 + 8 * this.#hashes.length;
    for (const i of this.#counts.keys()) this.#counts[i]! += view.getBigInt64(start + 8 * i);
  }

  toBytes(): Uint8Array {
    const depth = this.#hashes.length;
    const bytes = new Uint8Array(20 + 8 * (depth + this.#counts.length));
    const view = new DataView(bytes.buffer);
    view.setInt32(0, 1);
    view.setBigInt64(4, this.#total);
    view.setInt32(12, depth);
    view.setInt32(16, this.#width);
    for (const [i, hash] of this.#hashes.entries()) view.setBigInt64(20 + 8 * i, BigInt(hash));
    for (const [i, count] of this.#counts.entries()) view.setBigInt64(20 + 8 * (depth + i), count);
    return bytes;
  }
}

/** Source: Spark's CountMinSketchAgg.checkInputDataTypes. */
function check(args: readonly Expression[]): readonly Expression[] {
  for (const [i, name] of [
    [1, "eps"],
    [2, "confidence"],
    [3, "seed"],
  ] as const) {
    requireConstant(NAME, args, i, name);
  }
  const [eps, confidence, seed] = args.slice(1).map(constantOf);
  for (const [name, value] of Object.entries({ eps, confidence, seed })) if (value === null) throw unexpectedNull(NAME, args, name);
  if (!(Number(eps) > 0)) throw valueOutOfRange(NAME, args, "eps", "(0.0, 1.7976931348623157E308]", `${javaDouble(Number(eps))}D`);
  if (!(Number(confidence) > 0 && Number(confidence) <= 1)) {
    throw valueOutOfRange(NAME, args, "confidence", "(0.0, 1.0]", `${javaDouble(Number(confidence))}D`);
  }
  return args;
}

const INTEGRAL = [t.longType, t.byteType, t.shortType, t.integerType];

const made = ([eps, confidence, seed]: readonly unknown[]): CountMin =>
  new CountMin(eps as number, confidence as number, seed as number | bigint);

const sqlTypes: Readonly<Record<string, string>> = { integer: "INTEGER", long: "BIGINT", double: "DOUBLE" };

const setting = ({ args }: AggregateCall, i: number, type: t.DataType): readonly [string, t.DataType] => [
  `CAST(${constantOf(args[i]!)} AS ${sqlTypes[type.kind]})`,
  type,
];

const encoder = new TextEncoder();

export const countMinSketches: readonly FunctionEntry[] = [
  aggregateOf(
    NAME,
    "Returns a count-min sketch of the values with a relative error, a confidence and a seed.",
    takes(of(...INTEGRAL, t.stringType, t.binaryType), of(t.doubleType), of(t.doubleType), of(t.integerType, t.longType)),
    t.binaryType,
    collecting({
      name: NAME,
      item: (_apply, [value]) => value!,
      itemType: (call) => typeOf(call.args[0]!),
      settings: (call) => [setting(call, 1, t.doubleType), setting(call, 2, t.doubleType), setting(call, 3, typeOf(call.args[3]!))],
      build: (values, settings) => {
        const sketch = made(settings);
        for (const value of values) {
          if (typeof value === "string") sketch.addBytes(encoder.encode(value));
          else if (value instanceof Uint8Array) sketch.addBytes(value);
          else sketch.addNumber(BigInt(value as number | bigint));
        }
        return sketch.toBytes();
      },
      merge: (states, settings) => {
        const sketch = made(settings);
        for (const bytes of states) sketch.addSketch(bytes);
        return sketch.toBytes();
      },
    }),
    { nullable: false, check },
  ),
];
