import { ExecutionError } from "../errors.ts";
import { integerLiteral } from "../expressions/build.ts";
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
import {
  DEFAULT_LG_ENTRIES,
  LEAST_LG_ENTRIES,
  MOST_LG_ENTRIES,
  type ThetaSketch,
  thetaBytes,
  thetaDifference,
  thetaEstimate,
  thetaFromBytes,
  thetaHash,
  thetaIntersection,
  thetaOf,
  thetaUnion,
} from "./sketch/theta.ts";

/** Theta sketches of Apache DataSketches. Source: Spark's thetasketchesAggregates.scala and thetasketchesExpressions.scala. */
const scalar = scalarsOf("misc");
const binary = of(t.binaryType);

/** What sketches hash. */
export const HASHED_ITEMS = [
  t.arrayType(t.integerType),
  t.arrayType(t.longType),
  t.binaryType,
  t.doubleType,
  t.floatType,
  t.integerType,
  t.longType,
  t.stringType,
];

function checkedSize(value: number, name: string): number {
  if (value >= LEAST_LG_ENTRIES! && value <= MOST_LG_ENTRIES!) return value;
  throw new ExecutionError("THETA_INVALID_LG_NOM_ENTRIES", {
    function: `\`${name}\``,
    min: String(LEAST_LG_ENTRIES),
    max: String(MOST_LG_ENTRIES),
    value: String(value),
  });
}

const checkSize =
  (name: string) =>
  (args: readonly Expression[]): readonly Expression[] => {
    const size = args[1];
    if (!size) return args;
    if (!isFoldable(size)) throw new ExecutionError("THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT", { function: `\`${name}\`` });
    return [args[0]!, integerLiteral(checkedSize(Number(constantOf(size) ?? 0), name))];
  };

const sizeOf = ({ args }: AggregateCall): number => (args[1]?.kind === "literal" ? Number(args[1].value) : DEFAULT_LG_ENTRIES!);

export const hashStep = (type: t.DataType): NativeStep => ({
  name: "theta_hash",
  types: [type],
  returns: t.longType,
  evaluate: ([value]) => (hashValue(value, type) ? thetaHash() : null),
  total: true,
});

export function readTheta(bytes: unknown, name: string): ThetaSketch {
  const sketch = thetaFromBytes(bytes as Uint8Array);
  if (sketch) return sketch;
  throw new ExecutionError("THETA_INVALID_INPUT_SKETCH_BUFFER", { function: `\`${name}\`` });
}

const unionOf =
  (name: string) =>
  (states: readonly unknown[], [size]: readonly unknown[]): Uint8Array =>
    thetaBytes(
      thetaUnion(
        states.map((bytes) => readTheta(bytes, name)),
        size as number,
      ),
    );

/** Of no sketch there is none: it would hold everything. */
function intersection(states: readonly unknown[]): Uint8Array | null {
  const sketches = states.map((bytes) => readTheta(bytes, "theta_intersection_agg"));
  return sketches.length === 0 ? null : thetaBytes(thetaIntersection(sketches));
}

const EVERYTHING: NativeStep = {
  name: "theta_intersection_some",
  types: [t.binaryType],
  returns: t.binaryType,
  nulls: true,
  evaluate: ([bytes]) => bytes ?? readTheta(new Uint8Array(), "theta_intersection_agg"),
};

const combined = (name: string, doc: string, combine: (a: ThetaSketch, b: ThetaSketch) => ThetaSketch) =>
  scalar(name, doc, exactly(takes(binary, binary)), t.binaryType, {
    evaluate: ([a, b]) => thetaBytes(combine(readTheta(a, name), readTheta(b, name))),
  });

export const thetaFunctions: readonly FunctionEntry[] = [
  aggregateOf(
    "theta_sketch_agg",
    "Returns a theta sketch of the values, of at most 2^lgNomEntries hashes.",
    exactly(takesUpTo(1, of(...HASHED_ITEMS), of(t.integerType))),
    t.binaryType,
    collecting({
      name: "theta_sketch",
      item: (apply, [value], call) => {
        const hash = apply.native(hashStep(hashedKey(keyType(typeOf(call.args[0]!)))), hashable(value!, typeOf(call.args[0]!)));
        return call.distinct ? hash : `DISTINCT ${hash}`;
      },
      itemType: () => t.longType,
      settings: (call) => [integerSetting(sizeOf(call))],
      build: (hashes, [size]) => thetaBytes(thetaOf(hashes as bigint[], size as number)),
      merge: unionOf("theta_sketch_agg"),
    }),
    { nullable: false, check: checkSize("theta_sketch_agg") },
  ),
  aggregateOf(
    "theta_union_agg",
    "Merges theta sketches into one of at most 2^lgNomEntries hashes.",
    exactly(takesUpTo(1, binary, of(t.integerType))),
    t.binaryType,
    collecting({
      name: "theta_union",
      item: (_apply, [value]) => value!,
      itemType: () => t.binaryType,
      settings: (call) => [integerSetting(sizeOf(call))],
      build: unionOf("theta_union_agg"),
      merge: unionOf("theta_union_agg"),
    }),
    { nullable: false, check: checkSize("theta_union_agg") },
  ),
  aggregateOf(
    "theta_intersection_agg",
    "Returns a theta sketch of what all the sketches have in common.",
    exactly(takes(binary)),
    t.binaryType,
    collecting({
      name: "theta_intersection",
      item: (_apply, [value]) => value!,
      itemType: () => t.binaryType,
      build: intersection,
      merge: intersection,
      finish: (state, apply) => apply.native(EVERYTHING, state),
    }),
    { nullable: false },
  ),
  scalar("theta_sketch_estimate", "Returns the estimated number of different values of a sketch.", exactly(takes(binary)), t.longType, {
    evaluate: ([bytes]) => BigInt(Math.round(thetaEstimate(readTheta(bytes, "theta_sketch_estimate")))),
  }),
  scalar(
    "theta_union",
    "Merges two theta sketches into one of at most 2^lgNomEntries hashes.",
    exactly(takesUpTo(1, binary, binary, of(t.integerType))),
    t.binaryType,
    {
      evaluate: ([a, b, size]) => {
        const most = checkedSize((size as number | undefined) ?? DEFAULT_LG_ENTRIES!, "theta_union");
        return thetaBytes(thetaUnion([readTheta(a, "theta_union"), readTheta(b, "theta_union")], most));
      },
    },
  ),
  combined("theta_intersection", "Returns a theta sketch of what two sketches have in common.", (a, b) => thetaIntersection([a, b])),
  combined("theta_difference", "Returns a theta sketch of what only the first of two sketches has.", thetaDifference),
];
