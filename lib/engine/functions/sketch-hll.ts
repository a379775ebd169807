import { AnalysisError, ExecutionError, FirecrestError } from "../errors.ts";
import { booleanLiteral, integerLiteral } from "../expressions/build.ts";
import type { AggregateCall, Expression } from "../expressions/expression.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { keyType } from "./collation-key.ts";
import { collecting, hashable, integerSetting } from "./collected.ts";
import { constantOf } from "./constant.ts";
import { scalarsOf } from "./define.ts";
import { aggregateOf } from "./define-aggregate.ts";
import { exactly, type FunctionEntry, type NativeStep, of, takes, takesUpTo } from "./function.ts";
import { hashedKey, hashValue } from "./sketch/hash-value.ts";
import { couponOfHash, DEFAULT_LG_K, HllSketch, LEAST_LG_K, MOST_LG_K } from "./sketch/hll.ts";

/** HyperLogLog sketches of Apache DataSketches. Source: Spark's datasketchesAggregates.scala and datasketchesExpressions.scala. */
const scalar = scalarsOf("misc");
const binary = of(t.binaryType);

function checkSize(args: readonly Expression[]): readonly Expression[] {
  const size = args[1];
  if (!size) return args;
  const name = "`hll_sketch_agg`";
  if (!isFoldable(size)) throw new ExecutionError("HLL_K_MUST_BE_CONSTANT", { function: name });
  const value = Number(constantOf(size) ?? 0);
  if (value >= LEAST_LG_K! && value <= MOST_LG_K!) return [args[0]!, integerLiteral(value)];
  throw new ExecutionError("HLL_INVALID_LG_K", {
    function: name,
    min: String(LEAST_LG_K),
    max: String(MOST_LG_K),
    value: String(value),
  });
}

const settingOf = ({ args }: AggregateCall, otherwise: number): number => (args[1]?.kind === "literal" ? Number(args[1].value) : otherwise);

/** A row's value as its coupon; NULL for an empty text, which counts for nothing. */
const couponStep = (type: t.DataType): NativeStep => ({
  name: "hll_coupon",
  types: [type],
  returns: t.integerType,
  evaluate: ([value]) => (hashValue(value, type) ? couponOfHash() : null),
  total: true,
});

export function readHll(bytes: Uint8Array, name: string): HllSketch {
  const sketch = registersRead(bytes);
  if (sketch) return sketch;
  throw new ExecutionError("HLL_INVALID_INPUT_SKETCH_BUFFER", { function: `\`${name}\`` });
}

function registersRead(bytes: Uint8Array): HllSketch | undefined {
  try {
    return HllSketch.fromBytes(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const parameters = { feature: "An HLL sketch of 4 or 6 bits a register", advice: "Convert it to HLL_8." };
    throw new FirecrestError("FIRECREST_UNSUPPORTED", parameters, { cause });
  }
}

function checkSameSize(sketches: readonly HllSketch[], allowed: boolean, name: string): void {
  const [first, ...others] = sketches;
  const other = others.find((sketch) => sketch.lgK !== first!.lgK);
  if (!other || allowed) return;
  const parameters = { left: String(first!.lgK), right: String(other.lgK), function: `\`${name}\`` };
  throw new ExecutionError("HLL_UNION_DIFFERENT_LG_K", parameters);
}

/** Of no sketch there is none, and no size either. */
function unionAgg(states: readonly unknown[], [allowed]: readonly unknown[]): Uint8Array | null {
  const sketches = states.map((bytes) => readHll(bytes as Uint8Array, "hll_union_agg"));
  checkSameSize(sketches, allowed === true, "hll_union_agg");
  return sketches.length === 0 ? null : HllSketch.union(sketches, sketches[0]!.lgK).toBytes();
}

function checkFlag(args: readonly Expression[]): readonly Expression[] {
  if (!args[1]) return args;
  if (!isFoldable(args[1]))
    throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "A flag of hll_union_agg that changes", advice: "Write true or false." });
  return [args[0]!, booleanLiteral(constantOf(args[1]) === true)];
}

export const hllFunctions: readonly FunctionEntry[] = [
  aggregateOf(
    "hll_sketch_agg",
    "Returns a HyperLogLog sketch of the values, of 2^lgConfigK registers.",
    exactly(takesUpTo(1, of(t.integerType, t.longType, t.stringType, t.binaryType), of(t.integerType))),
    t.binaryType,
    collecting({
      name: "hll_sketch",
      item: (apply, [value], call) =>
        apply.native(couponStep(hashedKey(keyType(typeOf(call.args[0]!)))), hashable(value!, typeOf(call.args[0]!))),
      itemType: () => t.integerType,
      settings: (call) => [integerSetting(settingOf(call, DEFAULT_LG_K!))],
      build: (coupons, [lgK]) => {
        const sketch = new HllSketch(lgK as number);
        for (const coupon of coupons) sketch.update(coupon as number);
        return sketch.toBytes();
      },
      merge: (states, [lgK]) =>
        HllSketch.union(
          states.map((bytes) => readHll(bytes, "hll_sketch_agg")),
          lgK as number,
        ).toBytes(),
    }),
    { nullable: false, check: checkSize },
  ),
  aggregateOf(
    "hll_union_agg",
    "Merges HyperLogLog sketches; of different sizes only where the second argument is true.",
    exactly(takesUpTo(1, binary, of(t.booleanType))),
    t.binaryType,
    collecting({
      name: "hll_union",
      item: (_apply, [value]) => value!,
      itemType: () => t.binaryType,
      settings: (call) => [[`${call.args[1]?.kind === "literal" && call.args[1].value === true}`, t.booleanType]],
      build: unionAgg,
      merge: unionAgg,
      finish: (state) => `coalesce(${state}, unhex('${Buffer.from(new HllSketch(DEFAULT_LG_K!).toBytes()).toString("hex")}'))`,
    }),
    { nullable: false, check: checkFlag },
  ),
  scalar("hll_sketch_estimate", "Returns the estimated number of different values of a sketch.", exactly(takes(binary)), t.longType, {
    evaluate: ([bytes]) => BigInt(Math.round(readHll(bytes as Uint8Array, "hll_sketch_estimate").estimate())),
  }),
  scalar(
    "hll_union",
    "Merges two HyperLogLog sketches; of different sizes only where the third argument is true.",
    exactly(takesUpTo(1, binary, binary, of(t.booleanType))),
    t.binaryType,
    {
      evaluate: ([a, b, allowed]) => {
        const sketches = [a, b].map((bytes) => readHll(bytes as Uint8Array, "hll_union"));
        checkSameSize(sketches, allowed === true, "hll_union");
        return HllSketch.union(sketches, Math.min(...sketches.map((sketch) => sketch.lgK))).toBytes();
      },
    },
  ),
];
