import type { AggregateCall } from "../expressions/expression.ts";
import { entryOf } from "../functions/registry.ts";
import type { AggregateExec } from "../planner/plan.ts";
import { emit, emitAggregate, emitAggregateSql, emitArguments, emitNamed } from "./emit.ts";
import { type FragmentContext, from } from "./fragment.ts";
import { columnName } from "./names.ts";

/** GROUP BY of the three modes; see AggregateExec. */
export function aggregateSql(plan: AggregateExec, context: FragmentContext): string {
  const grouping = plan.grouping.map((g) => emitNamed(g, context));
  const columns = [...grouping, ...plan.aggregates.flatMap((column) => aggregateColumns(plan, column, context))];
  const keys = plan.grouping.map((g) => unordinal(emit(g, context)));
  const groupBy = keys.length > 0 ? ` GROUP BY ${keys.join(", ")}` : "";
  return `SELECT ${columns.length > 0 ? columns.join(", ") : "count(*)"} FROM ${from(plan.child, context)}${groupBy}`;
}

/** A number in GROUP BY would name a column by its place. */
const unordinal = (key: string): string => (/^-?\d+$/.test(key) ? `CAST(${key} AS BIGINT)` : key);

function aggregateColumns(plan: AggregateExec, { alias, states }: AggregateExec["aggregates"][number], context: FragmentContext): string[] {
  const call = alias.child as AggregateCall;
  if (plan.mode === "complete") return [`${emitAggregate(call, context)} AS ${columnName(alias)}`];
  const entry = entryOf(call.name);
  if (entry.kind !== "aggregate" || !entry.partial) throw new TypeError(`${call.name} has no partial states`);
  if (plan.mode === "final")
    return [`${emitAggregateSql(entry.partial.merge, call, states.map(columnName), context, true)} AS ${columnName(alias)}`];
  const args = emitArguments(call, context);
  return entry.partial.states(call).map((state, i) => `${emitAggregateSql(state.sql, call, args, context)} AS ${columnName(states[i]!)}`);
}
