import { isNullable } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import {
  any,
  type FunctionEntry,
  integral,
  of,
  type ReturnType,
  type Signature,
  sameAsFirst,
  takes,
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
const ranking = (name: string, doc: string): WindowFunction =>
  windowFunction(name, doc, takes(), t.integerType, (apply) => `CAST(${apply(name)} AS INTEGER)`);

const distribution = (name: string, doc: string): WindowFunction =>
  windowFunction(name, doc, takes(), t.doubleType, (apply) => apply(name));

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
    },
  );

/** Functions that only stand before OVER. Every aggregate stands there too. */
export const windowFunctions: readonly FunctionEntry[] = [
  ranking("row_number", "Numbers the rows of a window partition from 1."),
  ranking("rank", "Returns one more than the number of rows before the current row's peers."),
  ranking("dense_rank", "Returns the rank without gaps after peers."),
  windowFunction(
    "ntile",
    "Returns which of n buckets of nearly equal size a row is in, from 1.",
    takesUpTo(1, of(t.integerType)),
    t.integerType,
    (apply, [buckets = "1"]) => `CAST(${apply("ntile", buckets)} AS INTEGER)`,
  ),
  distribution("percent_rank", "Returns (rank - 1) / (rows - 1)."),
  distribution("cume_dist", "Returns the share of rows up to the current row's last peer."),
  shifted("lag", "Returns the value a number of rows before the current one."),
  shifted("lead", "Returns the value a number of rows after the current one."),
  windowFunction(
    "nth_value",
    "Returns the value of the n-th row of the frame, from 1.",
    takesUpTo(1, any, integral, of(t.booleanType)),
    ([type]) => type!,
    (apply, [value, n]) => apply("nth_value", value!, n!),
    {
      nullable: true,
      frame: "given",
      ignoresNulls: ([, , third]) => third?.kind === "literal" && third.value === true,
    },
  ),
];
