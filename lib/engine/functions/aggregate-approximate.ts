import { AnalysisError } from "../errors.ts";
import type { AggregateCall, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import * as t from "../types/data-type.ts";
import { bindOnce } from "./bind-once.ts";
import { aggregate, partial } from "./define-aggregate.ts";
import { type AggregateSql, any, type FunctionEntry, of, takesUpTo } from "./function.ts";

/**
 * HyperLogLog in SQL: a value's hash picks a register, the trailing zeros of the rest are its rank, and the state is the set of
 * (register, rank) codes that were seen: at most 2^precision * 64 small numbers, and no more than there are values.
 * Source: Flajolet, Fusy, Gandouet and Meunier, HyperLogLog (2007), with linear counting for few values.
 */
const RANKS = 64;
const DEFAULT_ERROR = 0.05;
/** Registers beyond what Spark takes for the same error: it corrects bias by tables instead. */
const EXTRA_BITS = 2;
const [LEAST_BITS, MOST_BITS] = [4, 16];

/** Source: Spark's HyperLogLogPlusPlusHelper. */
const sparkBits = (error: number): number => Math.ceil((2 * Math.log(1.106 / error)) / Math.log(2));
const errorOf = (args: readonly Expression[]): number => (args[1]?.kind === "literal" ? Number(args[1].value) : DEFAULT_ERROR);
const bitsOf = (call: AggregateCall): number => Math.min(sparkBits(errorOf(call.args)) + EXTRA_BITS, MOST_BITS);

/** The code of a value; NULL of NULL. */
function code(value: string, bits: number): string {
  const rest = `CAST(hash(${value}) & ${2n ** BigInt(64 - bits) - 1n}::UBIGINT AS BIGINT)`;
  const rank = `CASE WHEN ${rest} = 0 THEN ${64 - bits + 1} ELSE bit_count(xor(${rest}, ${rest} - 1)) END`;
  return `CASE WHEN ${value} IS NOT NULL THEN CAST(CAST(hash(${value}) >> ${64 - bits} AS INTEGER) * ${RANKS} + ${rank} AS INTEGER) END`;
}

const codes: AggregateSql = (apply, [value], call) => {
  const seen = code(value!, bitsOf(call));
  return `coalesce(list_filter(${apply("list", call.distinct ? seen : `DISTINCT ${seen}`)}, lambda e: e IS NOT NULL), [])`;
};

/** The estimate from a list of distinct codes: of each register the highest rank counts, which is its last code in order. */
function estimate(list: string, bits: number): string {
  const registers = 2 ** bits;
  const alpha = 0.7213 / (1 + 1.079 / registers);
  return bindOnce([`list_sort(${list})`], ([sorted]) => {
    const highest = `list_filter(${sorted}, lambda c, i: i = len(${sorted}) OR ${sorted}[i + 1] // ${RANKS} <> c // ${RANKS})`;
    return bindOnce([highest], ([top]) => {
      const empty = `(${registers} - len(${top}))`;
      const harmonic = `(${empty} + coalesce(list_sum(list_transform(${top}, lambda c: pow(2e0, -(c % ${RANKS})))), 0))`;
      return bindOnce([`${alpha * registers * registers} / ${harmonic}`, empty], ([raw, zeros]) => {
        const few = `${registers} * ln(${registers}e0 / ${zeros})`;
        return `CAST(round(CASE WHEN ${raw} <= ${2.5 * registers} AND ${zeros} > 0 THEN ${few} ELSE ${raw} END) AS BIGINT)`;
      });
    });
  });
}

function checkError(args: readonly Expression[]): readonly Expression[] {
  const error = args[1];
  if (!error) return args;
  const sqlExpr = `"${prettyName({ kind: "unresolvedFunction", name: "approx_count_distinct", args })}"`;
  if (error.kind !== "literal" && !(error.kind === "cast" && error.child.kind === "literal")) {
    const inputExpr = `"${prettyName(error)}"`;
    throw new AnalysisError("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", {
      sqlExpr,
      inputName: "`relativeSD`",
      inputType: '"DOUBLE"',
      inputExpr,
    });
  }
  const literal = error.kind === "cast" ? error.child : error;
  const value = literal.kind === "literal" ? Number(String(literal.value)) : Number.NaN;
  if (value > 0 && sparkBits(value) >= LEAST_BITS) return [args[0]!, { kind: "literal", value, type: t.doubleType }];
  throw new AnalysisError("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", {
    sqlExpr,
    exprName: "relativeSD",
    valueRange: "(0, 0.39]",
    currentValue: String(value),
  });
}

export const approximateAggregates: readonly FunctionEntry[] = [
  aggregate(
    "approx_count_distinct",
    "Returns the estimated number of distinct values, by HyperLogLog; the second argument is the greatest relative standard deviation.",
    takesUpTo(1, any, of(t.doubleType)),
    t.longType,
    (apply, args, call, session) => estimate(codes(apply, args, call, session), bitsOf(call)),
    {
      nullable: false,
      check: checkError,
      partial: partial(
        () => [[t.arrayType(t.integerType, false), codes]],
        (apply, [state], call) => estimate(`coalesce(list_distinct(flatten(${apply("list", state!)})), [])`, bitsOf(call)),
      ),
    },
  ),
];
