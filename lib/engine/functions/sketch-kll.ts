import { AnalysisError, ExecutionError } from "../errors.ts";
import { integerLiteral } from "../expressions/build.ts";
import type { AggregateCall, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isFoldable } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { javaDouble } from "../types/java-number.ts";
import { collecting, integerSetting } from "./collected.ts";
import { constantOf, requireConstant, unexpectedNull } from "./constant.ts";
import { scalarsOf } from "./define.ts";
import { aggregateOf } from "./define-aggregate.ts";
import { exactly, type FunctionEntry, of, takes, takesUpTo } from "./function.ts";
import { DEFAULT_K, type KllItem, type KllKind, KllSketch, LEAST_K, MOST_K } from "./sketch/kll.ts";

/** KLL quantile sketches of Apache DataSketches. Source: Spark's kllAggregates.scala and kllExpressions.scala. */
const scalar = scalarsOf("misc");
const binary = of(t.binaryType);

const ITEM: Readonly<Record<KllKind, t.DataType>> = { bigint: t.longType, double: t.doubleType, float: t.floatType };
/** In Spark's order, which its error messages show. */
const TAKEN: Readonly<Record<KllKind, readonly t.DataType[]>> = {
  bigint: [t.byteType, t.integerType, t.longType, t.shortType],
  double: [t.floatType, t.doubleType],
  float: [t.floatType],
};

const checkK =
  (name: string) =>
  (args: readonly Expression[]): readonly Expression[] => {
    const [value, size] = args;
    if (!size) return args;
    const sqlExpr = `"${prettyName({ kind: "unresolvedFunction", name, args })}"`;
    if (!isFoldable(size))
      throw new AnalysisError("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", {
        sqlExpr,
        inputName: "k",
        inputType: "int",
        inputExpr: prettyName(size),
      });
    const k = constantOf(size);
    if (k === null) throw unexpectedNull(name, args, "k");
    if (Number(k) >= LEAST_K! && Number(k) <= MOST_K!) return [value!, integerLiteral(Number(k))];
    const msg = new ExecutionError("KLL_SKETCH_K_OUT_OF_RANGE", { functionName: `\`${name}\``, k: String(k) }).message;
    throw new AnalysisError("DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT", { sqlExpr, msg, hint: "" });
  };

const kOf = ({ args }: AggregateCall): number => (args[1]?.kind === "literal" ? Number(args[1].value) : DEFAULT_K!);

const failed = (condition: string, name: string, reason: string, cause?: unknown): ExecutionError =>
  new ExecutionError(condition, { functionName: `\`${name}\``, reason }, cause === undefined ? {} : { cause });

function read(kind: KllKind, bytes: unknown, name: string, condition = "KLL_SKETCH_INVALID_INPUT"): KllSketch {
  try {
    return KllSketch.fromBytes(kind, bytes as Uint8Array);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const size = (bytes as Uint8Array).length;
    throw failed(condition, name, size < 8 ? `A sketch memory image must be at least 8 bytes. ${size}` : cause.message, cause);
  }
}

function filled(kind: KllKind, bytes: unknown, name: string): KllSketch {
  const sketch = read(kind, bytes, name);
  if (sketch.n > 0) return sketch;
  throw failed("KLL_SKETCH_INVALID_INPUT", name, "The sketch must not be empty for this operation. ");
}

const mergeAll =
  (kind: KllKind, name: string) =>
  (states: readonly unknown[], [k]: readonly unknown[]): Uint8Array => {
    const merged = new KllSketch(kind, k as number);
    for (const bytes of states) merged.merge(read(kind, bytes, name, "KLL_SKETCH_INCOMPATIBLE_MERGE"));
    return merged.toBytes();
  };

/** One result for a number, and a list for a list. */
const forEach = (given: unknown, results: (values: readonly unknown[]) => readonly unknown[]): unknown =>
  Array.isArray(given) ? results(given) : results([given])[0];

function quantiles(kind: KllKind, name: string) {
  return ([bytes, given]: readonly unknown[]) =>
    forEach(given, (ranks) => {
      const sketch = filled(kind, bytes, name);
      const outside = ranks.find((rank) => !((rank as number) >= 0 && (rank as number) <= 1));
      if (outside === undefined) return sketch.quantiles(ranks as number[]);
      const quantile = `${javaDouble(ranks[0] as number)}D`;
      throw new ExecutionError("KLL_SKETCH_INVALID_QUANTILE_RANGE", { functionName: `\`${name}\``, quantile });
    });
}

const constantSecond = (name: string, inputName: string) => (args: readonly Expression[]) => {
  requireConstant(name, args, 1, inputName);
  return args;
};

/** One for each item of a list. */
const like =
  (type: t.DataType) =>
  ([, given]: readonly t.DataType[]): t.DataType =>
    given!.kind === "array" ? t.arrayType(type, false) : type;

function functionsOf(kind: KllKind): readonly FunctionEntry[] {
  const named = (stem: string) => `${stem}_${kind}`;
  const item = ITEM[kind];
  const [agg, mergeAgg, merge] = [named("kll_sketch_agg"), named("kll_merge_agg"), named("kll_sketch_merge")];
  const [quantile, rank] = [named("kll_sketch_get_quantile"), named("kll_sketch_get_rank")];
  return [
    aggregateOf(
      agg,
      `Returns a KLL quantile sketch of the values as ${kind}.`,
      exactly(takesUpTo(1, of(...TAKEN[kind]), of(t.integerType))),
      t.binaryType,
      collecting({
        name: agg,
        item: (_apply, [value]) => `CAST(${value} AS ${kind === "float" ? "FLOAT" : kind})`,
        itemType: () => item,
        settings: (call) => [integerSetting(kOf(call))],
        build: (values, [k]) => {
          const sketch = new KllSketch(kind, k as number);
          for (const value of values) sketch.update(value as KllItem);
          // As Spark leaves it: what a final aggregate merges of a partial one.
          return mergeAll(kind, agg)([sketch.toBytes()], [k]);
        },
        merge: mergeAll(kind, agg),
      }),
      { nullable: false, check: checkK(agg) },
    ),
    aggregateOf(
      mergeAgg,
      `Merges KLL sketches of ${kind}s.`,
      exactly(takesUpTo(1, binary, of(t.integerType))),
      t.binaryType,
      collecting({
        name: mergeAgg,
        item: (_apply, [value]) => value!,
        itemType: () => t.binaryType,
        settings: (call) => [integerSetting(kOf(call))],
        build: mergeAll(kind, mergeAgg),
        merge: mergeAll(kind, mergeAgg),
      }),
      { nullable: false, check: checkK(mergeAgg) },
    ),
    scalar(merge, `Merges two KLL sketches of ${kind}s.`, takes(binary, binary), t.binaryType, {
      evaluate: ([a, b]) => {
        const [left, right] = [a, b].map((bytes) => read(kind, bytes, merge, "KLL_SKETCH_INCOMPATIBLE_MERGE"));
        left!.merge(right!);
        return left!.toBytes();
      },
    }),
    scalar(named("kll_sketch_get_n"), `Returns how many values a KLL sketch of ${kind}s has seen.`, takes(binary), t.longType, {
      evaluate: ([bytes]) => BigInt(read(kind, bytes, named("kll_sketch_get_n")).n),
    }),
    scalar(named("kll_sketch_to_string"), `Describes a KLL sketch of ${kind}s.`, takes(binary), t.stringType, {
      evaluate: ([bytes]) => String(read(kind, bytes, named("kll_sketch_to_string"))),
    }),
    scalar(
      quantile,
      `Returns the ${kind} at a constant rank from 0 to 1, or those at several.`,
      takes(binary, of(t.doubleType, t.arrayType(t.doubleType, false))),
      like(item),
      { evaluate: quantiles(kind, quantile) },
      { check: constantSecond(quantile, "rank") },
    ),
    scalar(
      rank,
      `Returns the rank from 0 to 1 of a constant ${kind}, or those of several.`,
      takes(binary, of(item, t.arrayType(item, false))),
      like(t.doubleType),
      { evaluate: ([bytes, given]) => forEach(given, (values) => filled(kind, bytes, rank).ranks(values as KllItem[])) },
      { check: constantSecond(rank, "quantile") },
    ),
  ];
}

export const kllFunctions: readonly FunctionEntry[] = (["bigint", "double", "float"] as const).flatMap(functionsOf);
