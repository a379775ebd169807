import type { AggregateCall } from "../expressions/expression.ts";
import type { DataType } from "../types/data-type.ts";
import type { AggregateFunction, AggregateSql, ReturnType, Signature } from "./function.ts";

type Rest = Partial<Omit<AggregateFunction, "kind" | "names" | "group" | "doc" | "signature" | "returns" | "complete">>;

/** A short way to write an aggregate entry; `names` are divided by spaces. The result may be NULL unless `rest` says otherwise. */
export const aggregate = (
  names: string,
  doc: string,
  signature: Signature,
  returns: ReturnType,
  complete: AggregateSql,
  rest: Rest = {},
): AggregateFunction => ({
  kind: "aggregate",
  names: names.split(" ") as [string, ...string[]],
  group: "aggregate",
  doc,
  signature,
  returns,
  nullable: true,
  complete,
  ...rest,
});

type PartialForm = NonNullable<AggregateFunction["partial"]>;

/** Partial states that do not depend on the call but for their types. */
export const partial = (
  states: (call: AggregateCall) => readonly (readonly [type: DataType, sql: AggregateSql])[],
  merge: AggregateSql,
): PartialForm => ({ states: (call) => states(call).map(([type, sql]) => ({ type, sql })), merge });

/** For aggregates whose partial result merges with others by the same DuckDB aggregate: min, bool_and, bit_or, ... */
export const mergesAsItself = (duckdbAggregate: string): { readonly complete: AggregateSql; readonly partial: PartialForm } => {
  const sql: AggregateSql = (apply, [value]) => apply(duckdbAggregate, value!);
  return { complete: sql, partial: partial((call) => [[call.type, sql]], sql) };
};

/** An aggregate entry whose forms come together, as `collecting` gives them. */
export const aggregateOf = (
  names: string,
  doc: string,
  signature: Signature,
  returns: ReturnType,
  { complete, partial: states }: Pick<AggregateFunction, "complete" | "partial">,
  rest: Omit<Rest, "partial"> = {},
): AggregateFunction => aggregate(names, doc, signature, returns, complete, { ...rest, ...(states ? { partial: states } : {}) });
