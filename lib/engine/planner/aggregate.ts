import { freshId, namedAs, newAttribute } from "../expressions/build.ts";
import type { AggregateCall, Alias, Attribute, Expression } from "../expressions/expression.ts";
import { fingerprint } from "../expressions/properties.ts";
import { mapChildren } from "../expressions/traverse.ts";
import { entryOf } from "../functions/registry.ts";
import { toAttribute } from "../logical/output.ts";
import type { Aggregate } from "../logical/plan.ts";
import { outputOf } from "./output.ts";
import { type Distribution, partitionsOf, satisfies } from "./partitioning.ts";
import type { AggregateColumn, PhysicalPlan } from "./plan.ts";
import { type Planned, type Planner, passing } from "./plan-physical.ts";
import { isPythonAggregate, planPythonAggregate } from "./python.ts";

/**
 * One aggregate where the rows of a group are together already; else partial, exchange, final; else (DISTINCT, or an aggregate
 * without partial states) an exchange of the rows and one aggregate. A projection above computes what is around the calls.
 */
export function planAggregate(planner: Planner, logical: Aggregate): Planned {
  const grouping = logical.grouping.map(asColumn);
  const calls = new Map<string, Alias>();
  const expressions = logical.aggregates.map((e) => replaceCalls(e, logical.grouping, grouping, calls));
  const aliases = [...calls.values()];
  const child = planner.plan(logical.child);
  const rows = aggregateRows(planner, logical, child, grouping, aliases);
  return passing({ kind: "project", expressions, child: rows.plan }, rows.partitioning);
}

const asColumn = (expression: Expression): Attribute | Alias =>
  expression.kind === "attribute" ? expression : namedAs(expression, freshId(), "group");

/** Group expressions become their columns, aggregate calls the columns of their results, each distinct call once. */
function replaceCalls(
  expression: Expression,
  grouping: readonly Expression[],
  columns: readonly (Attribute | Alias)[],
  calls: Map<string, Alias>,
): Expression {
  const group = grouping.findIndex((g) => fingerprint(g) === fingerprint(expression));
  if (group >= 0 && expression.kind !== "alias") return toAttribute(columns[group]!);
  if (expression.kind !== "aggregate") return mapChildren(expression, (child) => replaceCalls(child, grouping, columns, calls));
  const key = fingerprint(expression);
  const alias = calls.get(key) ?? namedAs(expression, freshId(), expression.name);
  calls.set(key, alias);
  return toAttribute(alias);
}

function aggregateRows(
  planner: Planner,
  logical: Aggregate,
  child: Planned,
  grouping: readonly (Attribute | Alias)[],
  aliases: readonly Alias[],
): Planned {
  const keys = logical.grouping;
  const bytes = planner.options.sizeOf(logical.child);
  const needed: Distribution = keys.length === 0 ? { kind: "all" } : { kind: "clustered", expressions: keys };
  if (aliases.some(isPythonAggregate)) return planPythonAggregate(planner, logical, child, grouping, aliases);
  const complete = (rows: Planned): Planned =>
    passing(
      { kind: "aggregate", mode: "complete", grouping, aggregates: aliases.map((alias) => ({ alias, states: [] })), child: rows.plan },
      rows.partitioning,
    );
  if (satisfies(child.partitioning, needed)) return complete(child);
  if (!aliases.every(canSplit)) {
    if (grouping.every((g) => g.kind === "attribute")) return complete(planner.ensure(child, needed, bytes));
    return completeByComputedKeys(planner, child, grouping, aliases, bytes);
  }
  const aggregates = aliases.map(withStates);
  const partial: PhysicalPlan = { kind: "aggregate", mode: "partial", grouping, aggregates, child: child.plan };
  const columns = grouping.map(toAttribute);
  const clustered: Distribution = columns.length === 0 ? { kind: "all" } : { kind: "clustered", expressions: columns };
  // Each task gives each group at most once.
  const groups = planner.options.sizeOf(logical) * partitionsOf(child.partitioning);
  const moved = planner.ensure(passing(partial, child.partitioning), clustered, Math.min(bytes, groups));
  return { plan: { kind: "aggregate", mode: "final", grouping: columns, aggregates, child: moved.plan }, partitioning: moved.partitioning };
}

/** Keys that are computed are computed before the exchange, so that it hashes plain columns. */
function completeByComputedKeys(
  planner: Planner,
  child: Planned,
  grouping: readonly (Attribute | Alias)[],
  aliases: readonly Alias[],
  bytes: number,
): Planned {
  const columns = grouping.map(toAttribute);
  const keyed: PhysicalPlan = {
    kind: "project",
    expressions: [...outputOf(child.plan), ...grouping.filter((g) => g.kind === "alias")],
    child: child.plan,
  };
  const moved = planner.ensure({ plan: keyed, partitioning: child.partitioning }, { kind: "clustered", expressions: columns }, bytes);
  return {
    plan: {
      kind: "aggregate",
      mode: "complete",
      grouping: columns,
      aggregates: aliases.map((alias) => ({ alias, states: [] })),
      child: moved.plan,
    },
    partitioning: moved.partitioning,
  };
}

function canSplit(alias: Alias): boolean {
  const call = alias.child as AggregateCall;
  const entry = entryOf(call.name);
  return entry.kind === "aggregate" && entry.partial !== undefined && !call.distinct;
}

function withStates(alias: Alias): AggregateColumn {
  const call = alias.child as AggregateCall;
  const entry = entryOf(call.name);
  if (entry.kind !== "aggregate" || !entry.partial) throw new TypeError(`${call.name} has no partial states`);
  return { alias, states: entry.partial.states(call).map((state, i) => newAttribute(`${call.name}_state${i}`, state.type)) };
}
