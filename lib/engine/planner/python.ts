import { AnalysisError } from "../errors.ts";
import { call, freshId, integerLiteral, namedAs, newAttribute } from "../expressions/build.ts";
import type { AggregateCall, Alias, Attribute, Expression, SortOrder, WindowCall } from "../expressions/expression.ts";
import { fingerprint } from "../expressions/properties.ts";
import { windowPython } from "../functions/python-type.ts";
import { outputOf as logicalOutputOf, toAttribute } from "../logical/output.ts";
import type { Aggregate, Window } from "../logical/plan.ts";
import type { PythonCall, PythonEvaluation } from "../logical/python.ts";
import { integerType } from "../types/data-type.ts";
import { outputOf } from "./output.ts";
import { type Distribution, partitionsOf } from "./partitioning.ts";
import type { PhysicalPlan, PythonExec } from "./plan.ts";
import { coLocate, type Planned, type Planner, passing } from "./plan-physical.ts";

/** Functions over rows run where the rows are; grouped ones where the rows of a group have come together. */
export function planPython(planner: Planner, logical: PythonEvaluation): Planned {
  const { kind, form, calls, sides, table } = logical;
  const results = logical.results ?? [];
  const node = { kind, form, calls, results, output: logicalOutputOf(logical), ...(table ? { table } : {}) };
  const keyed = logical.children.map((child, i) => withKeys(planner.plan(child), sides[i]!.inputs.slice(0, sides[i]!.keys)));
  const inputs = sides.map((side, i) => ({ ...side, inputs: [...keyed[i]!.keys, ...side.inputs.slice(side.keys)] }));
  const ready = together(planner, logical, keyed);
  const made: PythonExec = { ...node, sides: inputs, children: ready.map(({ plan }) => plan) };
  const { partitioning } = ready[0]!;
  const unknown = partitionsOf(partitioning) > 1 ? ({ kind: "unknown", partitions: partitionsOf(partitioning) } as const) : partitioning;
  return form === "columns" || table?.passes ? passing(made, partitioning) : { plan: made, partitioning: unknown };
}

interface Keyed {
  readonly planned: Planned;
  readonly keys: readonly Attribute[];
}

/** Keys that are computed are computed before rows move, so that they move by plain columns. */
function withKeys(planned: Planned, keys: readonly Expression[]): Keyed {
  const named = keys.map((key) => (key.kind === "attribute" || key.kind === "alias" ? key : namedAs(key, freshId(), "group")));
  const made = named.filter((key) => key.kind === "alias");
  if (made.length === 0) return { planned, keys: named.map(toAttribute) };
  const plan: PhysicalPlan = { kind: "project", expressions: [...outputOf(planned.plan), ...made], child: planned.plan };
  return { planned: { plan, partitioning: planned.partitioning }, keys: named.map(toAttribute) };
}

function together(planner: Planner, { form, children, table }: PythonEvaluation, keyed: readonly Keyed[]): readonly Planned[] {
  const [first, second] = keyed;
  const size = (i: number) => planner.options.sizeOf(children[i]!);
  const clustered = (keys: readonly Attribute[]): Distribution =>
    keys.length === 0 ? { kind: "all" } : { kind: "clustered", expressions: keys };
  if (form === "cogroups" && first && second) {
    if (first.keys.length === 0) return [planner.gather(first.planned), planner.gather(second.planned)];
    return coLocate(planner, { left: children[0]!, right: children[1]! }, first.keys, second.keys, first.planned, second.planned);
  }
  if (table?.single) return keyed.map(({ planned }) => planner.gather(planned));
  const grouped = form === "groups" || (form === "table" && first!.keys.length > 0);
  return keyed.map(({ planned, keys }, i) => (grouped ? planner.ensure(planned, clustered(keys), size(i)) : planned));
}

export const isPythonAggregate = (alias: Alias): boolean => (alias.child as AggregateCall).python !== undefined;

/** Grouped aggregates in Python, which stand with no others. Source: Spark's Aggregation strategy and ArrowAggregatePythonExec. */
export function planPythonAggregate(
  planner: Planner,
  logical: Aggregate,
  child: Planned,
  grouping: readonly (Attribute | Alias)[],
  aliases: readonly Alias[],
): Planned {
  if (!aliases.every(isPythonAggregate)) {
    const functions = aliases.filter(isPythonAggregate).map((alias) => `\`${(alias.child as AggregateCall).name}\``);
    throw new AnalysisError("INVALID_PANDAS_UDF_PLACEMENT", { functionList: functions.join(", ") });
  }
  const { planned, keys } = withKeys(child, grouping);
  const needed: Distribution = keys.length === 0 ? { kind: "all" } : { kind: "clustered", expressions: keys };
  const ready = planner.ensure(planned, needed, planner.options.sizeOf(logical.child));
  const { calls, inputs } = callsOf(aliases, (alias) => alias.child as AggregateCall, keys);
  const results = aliases.map(toAttribute);
  const plan: PhysicalPlan = {
    kind: "python",
    form: "aggregate",
    calls,
    sides: [{ inputs, keys: keys.length, order: [] }],
    results,
    output: [...keys, ...results],
    children: [ready.plan],
  };
  return passing(plan, ready.partitioning);
}

export const isPythonWindow = (e: Expression): boolean => {
  const inner = e.kind === "alias" ? e.child : e;
  return inner.kind === "window" && inner.function.kind === "aggregate" && inner.function.python !== undefined;
};

/** Windows in Python above those of the kernel, which also numbers the rows that a bounded frame begins and ends at. */
export function planPythonWindow(ready: Planned, window: Window): Planned {
  const own = window.expressions.filter(isPythonWindow) as Alias[];
  const others = window.expressions.filter((e) => !isPythonWindow(e)) as Alias[];
  const { partitionBy, orderBy } = window;
  const below: PhysicalPlan = others.length > 0 ? { kind: "window", expressions: others, child: ready.plan } : ready.plan;
  const keyed = withKeys({ plan: below, partitioning: ready.partitioning }, partitionBy);
  const numbered = numberedRows(keyed.planned.plan, partitionBy, orderBy);
  const { plan, frames } = withFrames(numbered, own);
  const evalType = windowPython((own[0]!.child as WindowCall & { function: AggregateCall }).function.python!.python!.evalType);
  const functionOf = (alias: Alias) => {
    const called = (alias.child as WindowCall).function as AggregateCall;
    const python = called.python!;
    return {
      ...called,
      args: [...(frames.get(alias.id) ?? []), ...called.args],
      python: { ...python, python: { ...python.python!, evalType } },
    };
  };
  const { calls, inputs } = callsOf(own, functionOf, keyed.keys);
  const results = own.map(toAttribute);
  const made: PhysicalPlan = {
    kind: "python",
    form: "window",
    calls,
    sides: [{ inputs, keys: keyed.keys.length, order: [{ kind: "sortOrder", child: numbered.number, ascending: true, nullsFirst: true }] }],
    bounds: own.map((alias) => (frames.has(alias.id) ? "bounded" : "unbounded")).join(","),
    results,
    output: [...outputOf(plan), ...results],
    children: [plan],
  };
  const columns = [...outputOf(ready.plan), ...others.map(toAttribute)];
  const wanted = window.expressions.map((e) => toAttribute(e));
  const output = [...columns.filter((a) => !wanted.some((w) => w.id === a.id)), ...wanted];
  return passing({ kind: "project", expressions: output, child: made }, ready.partitioning);
}

interface Numbered {
  readonly plan: PhysicalPlan;
  readonly number: Attribute;
}

function numberedRows(child: PhysicalPlan, partitionBy: readonly Expression[], orderBy: readonly SortOrder[]): Numbered {
  const number = newAttribute("row", integerType, false);
  const rows: WindowCall = { kind: "window", function: call("row_number", [], integerType, false), partitionBy, orderBy };
  const alias = { ...namedAs(rows, freshId(), "row"), id: number.id };
  return { plan: { kind: "window", expressions: [alias], child }, number };
}

/** For each bounded frame the numbers of its first row and of the row behind its last, from 0; equal where it is empty. */
function withFrames({ plan, number }: Numbered, own: readonly Alias[]): { plan: PhysicalPlan; frames: Map<number, Attribute[]> } {
  const frames = new Map<number, Attribute[]>();
  const edges: Alias[] = [];
  const made: Alias[] = [];
  for (const alias of own) {
    const window = alias.child as WindowCall;
    if (!isBounded(window)) continue;
    const edge = (name: string): Attribute => {
      const aggregate: AggregateCall = { kind: "aggregate", name, args: [number], distinct: false, type: integerType, nullable: true };
      const column = namedAs({ ...window, function: aggregate }, freshId(), name);
      edges.push(column);
      return toAttribute(column);
    };
    const begin = call(
      "-",
      [call("coalesce", [edge("min"), integerLiteral(1)], integerType, false), integerLiteral(1)],
      integerType,
      false,
    );
    const end = call("coalesce", [edge("max"), integerLiteral(0)], integerType, false);
    const columns = [namedAs(begin, freshId(), "begin"), namedAs(end, freshId(), "end")];
    made.push(...columns);
    frames.set(alias.id, columns.map(toAttribute));
  }
  if (made.length === 0) return { plan, frames };
  const framed: PhysicalPlan = { kind: "window", expressions: edges, child: plan };
  return { plan: { kind: "project", expressions: [...outputOf(plan), ...made], child: framed }, frames };
}

const isBounded = ({ frame, orderBy }: WindowCall): boolean =>
  frame ? frame.lower.kind !== "unboundedPreceding" || frame.upper.kind !== "unboundedFollowing" : orderBy.length > 0;

/** Each argument is one column, however many functions take it. Keys come first: a worker gets them with each group. */
function callsOf(
  aliases: readonly Alias[],
  functionOf: (alias: Alias) => AggregateCall,
  keys: readonly Attribute[],
): { readonly calls: readonly PythonCall[]; readonly inputs: readonly Expression[] } {
  const inputs: Expression[] = [...keys];
  const offsets = new Map<string, number>();
  const calls = aliases.map((alias): PythonCall => {
    const { args, python } = functionOf(alias);
    const given = args.map((arg, i) => {
      const key = fingerprint(arg);
      const offset = offsets.get(key) ?? inputs.length;
      if (offset === inputs.length) inputs.push(arg.kind === "attribute" ? arg : namedAs(arg, freshId(), "_"));
      offsets.set(key, offset);
      const name = python!.python!.argumentNames?.[i - (args.length - (python!.python!.argumentNames?.length ?? 0))];
      return { offset, ...(name == null ? {} : { name }) };
    });
    return { functions: [python!], args: given };
  });
  return { calls, inputs };
}
