import { AnalysisError } from "../errors.ts";
import { fn } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { isFoldable, isNullable } from "../expressions/properties.ts";
import { sqlExpr, sqlTypeOf } from "../expressions/quoting.ts";
import * as t from "../types/data-type.ts";
import { constantOf, requireConstant, valueOutOfRange } from "./constant.ts";
import {
  any,
  type FunctionEntry,
  of,
  type ReturnType,
  type Signature,
  sameAsFirst,
  takes,
  takesMany,
  takesUpTo,
  type WindowFunction,
} from "./function.ts";

type Rest = Partial<Omit<WindowFunction, "kind" | "names" | "signature" | "returns" | "sql" | "doc">>;

const windowFunction = (
  name: string,
  doc: string,
  signature: Signature,
  returns: ReturnType,
  sql: WindowFunction["sql"],
  rest: Rest = {},
): WindowFunction => ({
  kind: "window",
  names: [name],
  group: "window",
  doc,
  signature,
  returns,
  nullable: false,
  sql,
  frame: "fixed",
  requiresOrder: true,
  ...rest,
});

/** DuckDB numbers rows in BIGINT, Spark in INT. */
const ranking = (name: string, doc: string, signature = takes()): WindowFunction =>
  windowFunction(name, doc, signature, t.integerType, (apply) => `CAST(${apply(name)} AS INTEGER)`);

const distribution = (name: string, doc: string, signature = takes()): WindowFunction =>
  windowFunction(name, doc, signature, t.doubleType, (apply) => apply(name));

/** Arguments of these mean nothing: the window's keys take their place. Source: Spark's RankLike. */
const anyArguments = takesMany(0, any);

/** A check that the argument at a place is a constant from 1 on; `most` is the greatest that Spark's type for it has. */
const positiveConstant =
  (name: string, exprName: string, at: number, most: string, suffix = ""): NonNullable<WindowFunction["check"]> =>
  (args) => {
    requireConstant(name, args, at, exprName);
    const value = args[at] && Number(String(constantOf(args[at])));
    if (value === undefined || value > 0) return args;
    throw valueOutOfRange(name, args, exprName, `(0, ${most}]`, `${value}${suffix}`);
  };

/** Spark's lag is a lead of the negative offset, and says so. */
function checkOffset(name: string, args: readonly Expression[]): readonly Expression[] {
  const offset = args[1];
  if (!offset || isFoldable(offset)) return args;
  throw new AnalysisError("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", {
    sqlExpr: sqlExpr(fn(name, ...args)),
    inputName: "`offset`",
    inputType: sqlTypeOf(t.integerType),
    inputExpr: sqlExpr(name === "lag" ? fn("-", offset) : offset),
  });
}

/** `lag(x, offset, default)`; the default is NULL, the offset 1. */
const shifted = (name: string, doc: string): WindowFunction =>
  windowFunction(
    name,
    doc,
    takesUpTo(2, any, of(t.integerType), sameAsFirst),
    ([type]) => type!,
    (apply, args) => apply(name, ...args),
    {
      nullable: ([input, , otherwise]) => !otherwise || isNullable(input!) || isNullable(otherwise),
      check: (args) => checkOffset(name, args),
    },
  );

/** Functions that only stand before OVER. Every aggregate stands there too. */
export const windowFunctions: readonly FunctionEntry[] = [
  ranking("row_number", "Numbers the rows of a window partition from 1."),
  ranking("rank", "Returns one more than the number of rows before the current row's peers.", anyArguments),
  ranking("dense_rank", "Returns the rank without gaps after peers.", anyArguments),
  windowFunction(
    "ntile",
    "Returns which of n buckets of nearly equal size a row is in, from 1.",
    takesUpTo(1, of(t.integerType)),
    t.integerType,
    (apply, [buckets = "1"]) => `CAST(${apply("ntile", buckets)} AS INTEGER)`,
    { check: positiveConstant("ntile", "buckets", 0, "2147483647") },
  ),
  distribution("percent_rank", "Returns (rank - 1) / (rows - 1).", anyArguments),
  distribution("cume_dist", "Returns the share of rows up to the current row's last peer."),
  shifted("lag", "Returns the value a number of rows before the current one."),
  shifted("lead", "Returns the value a number of rows after the current one."),
  windowFunction(
    "nth_value",
    "Returns the value of the n-th row of the frame, from 1.",
    takesUpTo(1, any, of(t.integerType), of(t.booleanType)),
    ([type]) => type!,
    (apply, [value, n]) => apply("nth_value", value!, n!),
    {
      nullable: true,
      frame: "given",
      check: positiveConstant("nth_value", "offset", 1, "9223372036854775807", "L"),
      ignoresNulls: ([, , third]) => third?.kind === "literal" && third.value === true,
    },
  ),
];
