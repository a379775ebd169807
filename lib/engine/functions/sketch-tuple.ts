import { AnalysisError, ExecutionError } from "../errors.ts";
import { integerLiteral, stringLiteral } from "../expressions/build.ts";
import type { AggregateCall, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isFoldable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { keyType } from "./collation-key.ts";
import { collecting, hashable, integerSetting } from "./collected.ts";
import { constantOf, unexpectedNull } from "./constant.ts";
import { scalarsOf } from "./define.ts";
import { aggregateOf } from "./define-aggregate.ts";
import { type FunctionEntry, of, quoteText, takes, takesUpTo } from "./function.ts";
import { hashedKey } from "./sketch/hash-value.ts";
import { DEFAULT_LG_ENTRIES, LEAST_LG_ENTRIES, MOST_LG_ENTRIES, type ThetaSketch } from "./sketch/theta.ts";
import {
  familyOf,
  MODES,
  type Mode,
  Summaries,
  type SummaryKind,
  summaryOf,
  TUPLE_FAMILY,
  type TupleSketch,
  tupleBytes,
  tupleDifference,
  tupleEstimate,
  tupleFromBytes,
  tupleIntersection,
  tupleOf,
  tupleTheta,
  tupleUnion,
  withSummaries,
} from "./sketch/tuple.ts";
import { HASHED_ITEMS, hashStep, readTheta } from "./sketch-theta.ts";

/** Tuple sketches of Apache DataSketches, Spark's since 4.2. Source: Spark's tupleSketchAgg.scala, tupleUnion.scala and their like. */
const scalar = scalarsOf("misc");
const binary = of(t.binaryType);
const size = of(t.integerType);
const text = of(t.stringType);

type Check = (args: readonly Expression[]) => readonly Expression[];

/** Arguments with the defaults of those that are left out: `at` is where the size stands, the mode behind it. */
const checked =
  (name: string, at: { readonly size?: number; readonly mode: number }): Check =>
  (args) => {
    const filled = [...args];
    if (at.size !== undefined) filled[at.size] ??= integerLiteral(DEFAULT_LG_ENTRIES!);
    filled[at.mode] ??= stringLiteral("sum");
    if (at.size !== undefined) filled[at.size] = integerLiteral(constantArgument(name, filled, at.size, "lgNomEntries", "int", checkSize));
    filled[at.mode] = stringLiteral(constantArgument(name, filled, at.mode, "mode", "string", modeOf));
    return filled;
  };

function constantArgument<T>(
  name: string,
  args: readonly Expression[],
  index: number,
  inputName: string,
  inputType: string,
  read: (name: string, value: unknown) => T,
): T {
  const sqlExpr = `"${prettyName({ kind: "unresolvedFunction", name, args })}"`;
  const inputExpr = prettyName(args[index]!);
  if (!isFoldable(args[index]!))
    throw new AnalysisError("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", { sqlExpr, inputName, inputType, inputExpr });
  const value = constantOf(args[index]!);
  if (value === null) throw unexpectedNull(name, args, inputName);
  try {
    return read(name, value);
  } catch (thrown) {
    if (!(thrown instanceof ExecutionError)) throw thrown;
    throw new AnalysisError("DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT", { sqlExpr, msg: thrown.message, hint: "" });
  }
}

function checkSize(name: string, value: unknown): number {
  if (Number(value) >= LEAST_LG_ENTRIES! && Number(value) <= MOST_LG_ENTRIES!) return Number(value);
  throw new ExecutionError("THETA_INVALID_LG_NOM_ENTRIES", {
    function: `\`${name}\``,
    min: String(LEAST_LG_ENTRIES),
    max: String(MOST_LG_ENTRIES),
    value: String(value),
  });
}

function modeOf(name: string, value: unknown): Mode {
  const mode = MODES.find((each) => each === String(value).toLowerCase());
  if (mode) return mode;
  throw new ExecutionError("TUPLE_INVALID_SKETCH_MODE", { function: `\`${name}\``, mode: String(value), validModes: MODES.join(", ") });
}

function read(kind: SummaryKind, name: string, given: unknown): TupleSketch {
  const bytes = given as Uint8Array;
  const family = familyOf(bytes);
  const called = { function: `\`${name}\`` };
  if (family === undefined) throw new ExecutionError("TUPLE_INVALID_INPUT_SKETCH_BUFFER", called);
  if (family !== TUPLE_FAMILY) {
    const families = { expectedFamily: TUPLE_FAMILY, actualFamily: family };
    throw new ExecutionError("TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY", { ...called, ...families });
  }
  try {
    return tupleFromBytes(bytes, kind);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ExecutionError("TUPLE_INVALID_INPUT_SKETCH_BUFFER", called, { cause });
  }
}

const literalOf = ({ args }: AggregateCall, index: number): unknown => {
  const arg = args[index];
  return arg?.kind === "literal" ? arg.value : undefined;
};
const settingsAt = (at: { readonly size?: number; readonly mode: number }) => (call: AggregateCall) =>
  [
    integerSetting(Number((at.size === undefined ? undefined : literalOf(call, at.size)) ?? DEFAULT_LG_ENTRIES)),
    [quoteText(String(literalOf(call, at.mode) ?? "sum")), t.stringType],
  ] as const;

const ITEM = t.structType([t.structField("h", t.longType), t.structField("v", t.doubleType)]);

function aggregatesOf(kind: SummaryKind): readonly FunctionEntry[] {
  const [agg, union, intersection] = [`tuple_sketch_agg_${kind}`, `tuple_union_agg_${kind}`, `tuple_intersection_agg_${kind}`];
  const summaries = (mode: unknown) => new Summaries(kind, mode as Mode);
  const merged =
    (name: string) =>
    (states: readonly unknown[], [lg, mode]: readonly unknown[]): Uint8Array =>
      tupleBytes(
        tupleUnion(
          states.map((bytes) => read(kind, name, bytes)),
          lg as number,
          summaries(mode),
        ),
        kind,
      );
  const common = (states: readonly unknown[], [, mode]: readonly unknown[]): Uint8Array | null => {
    const sketches = states.map((bytes) => read(kind, intersection, bytes));
    return sketches.length === 0 ? null : tupleBytes(tupleIntersection(sketches, summaries(mode)), kind);
  };
  return [
    aggregateOf(
      agg,
      `Returns a tuple sketch of the keys with a summary of each key's ${kind}s, of about 2^lgNomEntries keys.`,
      takesUpTo(2, of(...HASHED_ITEMS), of(kind === "double" ? t.doubleType : t.integerType), size, text),
      t.binaryType,
      collecting({
        name: agg,
        item: (apply, [key, value], call) => {
          const type = typeOf(call.args[0]!);
          const hash = apply.native(hashStep(hashedKey(keyType(type))), hashable(key!, type));
          const item = `CASE WHEN ${value} IS NOT NULL AND ${hash} IS NOT NULL THEN {'h': ${hash}, 'v': CAST(${value} AS DOUBLE)} END`;
          return call.distinct ? `DISTINCT ${item}` : item;
        },
        itemType: () => ITEM,
        settings: settingsAt({ size: 2, mode: 3 }),
        build: (items, [lg, mode]) => {
          const values = (items as readonly { h: bigint; v: number }[]).map(({ h, v }) => [h, v] as const);
          return tupleBytes(tupleOf(values, lg as number, summaries(mode)), kind);
        },
        merge: merged(agg),
      }),
      { nullable: false, check: checked(agg, { size: 2, mode: 3 }) },
    ),
    aggregateOf(
      union,
      `Merges tuple sketches of ${kind}s into one of at most 2^lgNomEntries keys.`,
      takesUpTo(2, binary, size, text),
      t.binaryType,
      collecting({
        name: union,
        item: (_apply, [value]) => value!,
        itemType: () => t.binaryType,
        settings: settingsAt({ size: 1, mode: 2 }),
        build: merged(union),
        merge: merged(union),
      }),
      { nullable: false, check: checked(union, { size: 1, mode: 2 }) },
    ),
    aggregateOf(
      intersection,
      `Returns a tuple sketch of the keys that all the sketches of ${kind}s have.`,
      takesUpTo(1, binary, text),
      t.binaryType,
      collecting({
        name: intersection,
        item: (_apply, [value]) => value!,
        itemType: () => t.binaryType,
        settings: settingsAt({ mode: 1 }),
        build: common,
        merge: common,
        finish: (state, apply) =>
          apply.native(
            {
              name: `${intersection}_some`,
              types: [t.binaryType],
              returns: t.binaryType,
              nulls: true,
              total: true,
              evaluate: ([bytes]) => bytes ?? tupleBytes(tupleIntersection([], summaries("sum")), kind),
            },
            state,
          ),
      }),
      { nullable: false, check: checked(intersection, { mode: 1 }) },
    ),
  ];
}

function readingOf(kind: SummaryKind): readonly FunctionEntry[] {
  const [estimate, theta, summary] = [`tuple_sketch_estimate_${kind}`, `tuple_sketch_theta_${kind}`, `tuple_sketch_summary_${kind}`];
  return [
    scalar(estimate, `Returns the estimated number of different keys of a tuple sketch of ${kind}s.`, takes(binary), t.doubleType, {
      evaluate: ([bytes]) => tupleEstimate(read(kind, estimate, bytes)),
    }),
    scalar(theta, `Returns the part of all keys that a tuple sketch of ${kind}s keeps.`, takes(binary), t.doubleType, {
      evaluate: ([bytes]) => tupleTheta(read(kind, theta, bytes)),
    }),
    scalar(
      summary,
      `Returns the sum, the least or the greatest of the summaries of a tuple sketch of ${kind}s, or their number.`,
      takesUpTo(1, binary, text),
      kind === "double" ? t.doubleType : t.longType,
      {
        evaluate: ([bytes, mode]) => {
          const value = summaryOf(read(kind, summary, bytes), mode as Mode);
          return kind === "double" ? value : BigInt(value);
        },
      },
      { check: checked(summary, { mode: 1 }) },
    ),
  ];
}

/** Functions of two tuple sketches, or, with `theta`, of a tuple sketch and a theta sketch. */
function combiningOf(kind: SummaryKind, theta: boolean): readonly FunctionEntry[] {
  const of = theta ? `a tuple sketch of ${kind}s and a theta sketch` : `two tuple sketches of ${kind}s`;
  const named = (stem: string) => `tuple_${stem}_${theta ? "theta_" : ""}${kind}`;
  const [union, intersection, difference] = [named("union"), named("intersection"), named("difference")];
  const second = (name: string, bytes: unknown, summaries: Summaries): TupleSketch =>
    theta ? withSummaries(readTheta(bytes, name), summaries) : read(kind, name, bytes);
  const removed = (name: string, bytes: unknown): ThetaSketch | (TupleSketch & { readonly hashes: readonly bigint[] }) => {
    if (theta) return readTheta(bytes, name);
    const sketch = read(kind, name, bytes);
    return { ...sketch, hashes: sketch.entries.map(({ hash }) => hash) };
  };
  return [
    scalar(
      union,
      `Merges ${of} into one of at most 2^lgNomEntries keys.`,
      takesUpTo(2, binary, binary, size, text),
      t.binaryType,
      {
        evaluate: ([a, b, lg, mode]) => {
          const summaries = new Summaries(kind, mode as Mode);
          return tupleBytes(tupleUnion([read(kind, union, a), second(union, b, summaries)], lg as number, summaries), kind);
        },
      },
      { check: checked(union, { size: 2, mode: 3 }) },
    ),
    scalar(
      intersection,
      `Returns a tuple sketch of the keys that ${of} have in common.`,
      takesUpTo(1, binary, binary, text),
      t.binaryType,
      {
        evaluate: ([a, b, mode]) => {
          const summaries = new Summaries(kind, mode as Mode);
          const sketches = [read(kind, intersection, a), second(intersection, b, summaries)];
          return tupleBytes(tupleIntersection(sketches, summaries), kind);
        },
      },
      { check: checked(intersection, { mode: 2 }) },
    ),
    scalar(difference, `Returns a tuple sketch of the keys that only the first of ${of} has.`, takes(binary, binary), t.binaryType, {
      evaluate: ([a, b]) => tupleBytes(tupleDifference(read(kind, difference, a), removed(difference, b)), kind),
    }),
  ];
}

export const tupleFunctions: readonly FunctionEntry[] = (["double", "integer"] as const).flatMap((kind) => [
  ...aggregatesOf(kind),
  ...readingOf(kind),
  ...combiningOf(kind, false),
  ...combiningOf(kind, true),
]);
