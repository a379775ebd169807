import { AnalysisError } from "../errors.ts";
import { typeOf } from "../expressions/properties.ts";
import { sqlConf } from "../expressions/quoting.ts";
import * as t from "../types/data-type.ts";
import { topByFunctions } from "./aggregate-top-by.ts";
import { aggregate, mergesAsItself, partial } from "./define-aggregate.ts";
import {
  type AggregateSql,
  any,
  type FunctionEntry,
  type IgnoresNulls,
  integral,
  of,
  orderable,
  takes,
  takesMany,
  takesUpTo,
} from "./function.ts";
import { isNested, orderedSql } from "./nested-order.ts";

/** Counting, extremes, first and last, logic and bits. Sums: aggregate-sum.ts. */

/** How many rows have no NULL among the arguments. */
const count: AggregateSql = (apply, args, call) => {
  if (args.length <= 1) return apply("count", args[0] ?? "NULL");
  const complete = args.map((arg) => `${arg} IS NOT NULL`).join(" AND ");
  return apply(
    "count",
    `CASE WHEN ${complete} THEN ${call.distinct || call.name === "count_distinct" ? `row(${args.join(", ")})` : "1"} END`,
  );
};

const PARAMETERLESS_COUNT = {
  functionName: "`count`",
  expectedNum: " >= 1",
  actualNum: "0",
  legacyNum: "0",
  legacyConfKey: sqlConf("spark.sql.legacy.allowParameterlessCount"),
  legacyConfValue: sqlConf("true"),
};

/** `sum` of counts is a HUGEINT. */
const addCounts: AggregateSql = (apply, [state]) => `CAST(coalesce(${apply("sum", state!)}, 0) AS BIGINT)`;

type Extreme = "min" | "max";

const extremeOf = (apply: Parameters<AggregateSql>[0], value: string, type: t.DataType, which: Extreme): string =>
  isNested(type) ? apply(`arg_${which}`, value, orderedSql(value, type)) : apply(which, value);

function extreme(names: string, doc: string, which: Extreme) {
  const pick: AggregateSql = (apply, [value], { type }) => extremeOf(apply, value!, type, which);
  return aggregate(names, doc, takes(orderable), ([type]) => type!, pick, { partial: partial((call) => [[call.type, pick]], pick) });
}

/** The value beside the extreme one; rows whose ordering value is NULL are left out, a NULL beside it is not. */
function extremeBy(name: string, doc: string, which: Extreme) {
  const pick: AggregateSql = (apply, [value, ordering], { args }) =>
    apply(`arg_${which}_null`, value!, orderedSql(ordering!, typeOf(args[1]!)));
  return aggregate(name, doc, takes(any, orderable), ([type]) => type!, pick, {
    partial: partial(
      (call) => [
        [call.type, pick],
        [typeOf(call.args[1]!), (apply, [, ordering]) => extremeOf(apply, ordering!, typeOf(call.args[1]!), which)],
      ],
      pick,
    ),
  });
}

const secondIsTrue: IgnoresNulls = ([, second]) => second?.kind === "literal" && second.value === true;

/** `present` tells a first NULL from no row at all. */
function firstOrLast(names: string, doc: string, duckdbAggregate: "first" | "last") {
  const pick: AggregateSql = (apply, [value]) => apply(duckdbAggregate, value!);
  const present: AggregateSql = (apply, args, call, session) =>
    call.ignoreNulls ? `(${pick(apply, args, call, session)} IS NOT NULL)` : `(${apply("count")} > 0)`;
  return aggregate(names, doc, takesUpTo(1, any, of(t.booleanType)), ([type]) => type!, pick, {
    ignoresNulls: secondIsTrue,
    partial: partial(
      (call) => [
        [call.type, pick],
        [t.booleanType, present],
      ],
      (_apply, [value, exists]) => `${duckdbAggregate}(${value}) FILTER (WHERE ${exists})`,
    ),
  });
}

const logical = (names: string, doc: string, duckdbAggregate: string) => {
  const { complete, partial: states } = mergesAsItself(duckdbAggregate);
  return aggregate(names, doc, takes(of(t.booleanType)), t.booleanType, complete, { partial: states });
};

const bits = (name: string, doc: string) => {
  const { complete, partial: states } = mergesAsItself(name);
  return aggregate(name, doc, takes(integral), ([type]) => type!, complete, { partial: states });
};

const countIf: AggregateSql = (apply, [condition]) => apply("count", `CASE WHEN ${condition} THEN 1 END`);
const neverNull = { nullable: false } as const;

/** Rewritten by the analyzer where a query groups; reaching the kernel is a bug. */
const grouping: AggregateSql = (_apply, _args, call) => {
  throw new TypeError(`${call.name} stands outside GROUP BY`);
};

export const aggregates: readonly FunctionEntry[] = [
  aggregate(
    "count",
    "Returns the number of rows for which no argument is NULL; count(*) counts all rows.",
    takesMany(0, any),
    t.longType,
    count,
    {
      ...neverNull,
      partial: partial(() => [[t.longType, count]], addCounts),
      check: (args, { countsNothing }) => {
        if (args.length > 0 || countsNothing) return args;
        throw new AnalysisError("WRONG_NUM_ARGS.WITH_SUGGESTION", PARAMETERLESS_COUNT);
      },
    },
  ),
  aggregate(
    "count_distinct",
    "Returns the number of distinct combinations of its arguments without a NULL.",
    takesMany(1, any),
    t.longType,
    (apply, args, call, session) =>
      count(
        Object.assign((name: string, value?: string) => apply(name, `DISTINCT ${value}`), { native: apply.native }),
        args,
        call,
        session,
      ),
    neverNull,
  ),
  aggregate("count_if", "Returns the number of rows for which the argument is true.", takes(of(t.booleanType)), t.longType, countIf, {
    ...neverNull,
    partial: partial(() => [[t.longType, countIf]], addCounts),
  }),
  extreme("max", "Returns the greatest value.", "max"),
  extreme("min", "Returns the least value.", "min"),
  extremeBy("max_by", "Returns the first argument of the row with the greatest second argument.", "max"),
  extremeBy("min_by", "Returns the first argument of the row with the least second argument.", "min"),
  ...topByFunctions,
  firstOrLast(
    "first first_value",
    "Returns the first value of a group of rows; with a second argument true, the first that is not NULL.",
    "first",
  ),
  firstOrLast(
    "last last_value",
    "Returns the last value of a group of rows; with a second argument true, the last that is not NULL.",
    "last",
  ),
  firstOrLast("any_value", "Returns some value of a group of rows; with a second argument true, one that is not NULL.", "first"),
  logical("bool_and every", "Returns true if all values are true.", "bool_and"),
  logical("bool_or some any", "Returns true if at least one value is true.", "bool_or"),
  bits("bit_and", "Returns the bitwise AND of all values."),
  bits("bit_or", "Returns the bitwise OR of all values."),
  bits("bit_xor", "Returns the bitwise XOR of all values."),
  aggregate(
    "grouping",
    "Returns 1 where a GROUP BY column is aggregated away in a row, 0 otherwise.",
    takes(any),
    t.byteType,
    grouping,
    neverNull,
  ),
  aggregate(
    "grouping_id",
    "Returns the grouping level: the grouping bits of the columns as one number.",
    takesMany(0, any),
    t.longType,
    grouping,
    neverNull,
  ),
];
