import type { Expression, SortOrder } from "../expressions/expression.ts";
import { changed, transformUp as transformExpressionUp } from "../expressions/traverse.ts";
import type { LogicalPlan } from "./plan.ts";

type Of<K extends LogicalPlan["kind"]> = Extract<LogicalPlan, { kind: K }>;
type Map<T> = (value: T) => T;
type AnyRebuild = (plan: LogicalPlan, child: Map<LogicalPlan>, expression: Map<Expression>) => LogicalPlan;
/** Rebuilds a node from its children and expressions; a new kind does not compile until it is here. */
type Rebuild<K extends LogicalPlan["kind"]> = (plan: Of<K>, child: Map<LogicalPlan>, expression: Map<Expression>) => LogicalPlan;

const leaf = <P extends LogicalPlan>(plan: P): P => plan;
const childOnly = <P extends Extract<LogicalPlan, { child: LogicalPlan }>>(plan: P, child: Map<LogicalPlan>): P => ({
  ...plan,
  child: child(plan.child),
});
const order = (orders: readonly SortOrder[], map: Map<Expression>) => orders.map((o) => map(o) as SortOrder);

const rebuilders: { readonly [K in LogicalPlan["kind"]]: Rebuild<K> } = {
  read: leaf,
  unresolvedRelation: leaf,
  view: childOnly,
  inlineTable: (p, _c, e) => ({ ...p, rows: p.rows.map((row) => row.map(e)) }),
  oneRow: leaf,
  tableFunction: (p, c, e) => ({
    ...p,
    args: p.args.map(e),
    ...(p.input
      ? { input: { ...p.input, plan: c(p.input.plan), partitionBy: p.input.partitionBy.map(e), orderBy: order(p.input.orderBy, e) } }
      : {}),
  }),
  lateralView: (p, c, e) => ({ ...p, child: c(p.child), generator: e(p.generator) }),
  scan: (p, _c, e) => ({ ...p, filters: p.filters.map(e) }),
  localRelation: leaf,
  range: leaf,
  subqueryAlias: childOnly,
  project: (p, c, e) => ({ ...p, child: c(p.child), expressions: p.expressions.map(e) }),
  withColumns: (p, c, e) => ({
    ...p,
    child: c(p.child),
    columns: p.columns.map((column) => ({ ...column, expression: e(column.expression) })),
  }),
  rename: childOnly,
  drop: (p, c, e) => ({ ...p, child: c(p.child), columns: p.columns.map(e) }),
  toNames: childOnly,
  filter: (p, c, e) => ({ ...p, child: c(p.child), condition: e(p.condition) }),
  aggregate: (p, c, e) => ({
    ...p,
    child: c(p.child),
    grouping: p.grouping.map(e),
    aggregates: p.aggregates.map(e),
    ...(p.having ? { having: e(p.having) } : {}),
  }),
  expand: (p, c, e) => ({ ...p, child: c(p.child), projections: p.projections.map((projection) => projection.map(e)) }),
  pivot: (p, c, e) => ({
    ...p,
    child: c(p.child),
    ...(p.grouping ? { grouping: p.grouping.map(e) } : {}),
    column: e(p.column),
    values: p.values.map(e),
    aggregates: p.aggregates.map(e),
  }),
  unpivot: (p, c, e) => ({
    ...p,
    child: c(p.child),
    ...(p.ids ? { ids: p.ids.map(e) } : {}),
    ...(p.values ? { values: p.values.map(e) } : {}),
  }),
  join: (p, c, e) => ({
    ...p,
    left: c(p.left),
    right: c(p.right),
    ...(p.condition ? { condition: e(p.condition) } : {}),
    ...(p.outer ? { outer: p.outer.map(e) } : {}),
  }),
  sort: (p, c, e) => ({ ...p, child: c(p.child), order: order(p.order, e) }),
  limit: childOnly,
  offset: childOnly,
  tail: childOnly,
  deduplicate: childOnly,
  union: (p, c) => ({ ...p, children: p.children.map(c) }),
  setOperation: (p, c) => ({ ...p, left: c(p.left), right: c(p.right) }),
  window: (p, c, e) => ({
    ...p,
    child: c(p.child),
    expressions: p.expressions.map(e),
    partitionBy: p.partitionBy.map(e),
    orderBy: order(p.orderBy, e),
  }),
  repartition: (p, c, e) => ({ ...p, child: c(p.child), expressions: p.expressions.map(e) }),
  sample: childOnly,
  generate: (p, c, e) => ({ ...p, child: c(p.child), generator: e(p.generator) }),
  mapPartitions: childOnly,
  python: (p, c, e) => ({
    ...p,
    children: p.children.map(c),
    sides: p.sides.map((side) => ({ ...side, inputs: side.inputs.map(e), order: order(side.order, e) })),
    ...(p.select ? { select: p.select.map(e) } : {}),
  }),
  hint: (p, c, e) => ({ ...p, child: c(p.child), parameters: p.parameters.map(e) }),
  cached: childOnly,
  with: (p, c) => ({ ...p, definitions: p.definitions.map((d) => ({ ...d, plan: c(d.plan) })), child: c(p.child) }),
  cteRef: leaf,
  unionLoop: (p, c) => ({ ...p, anchor: c(p.anchor), step: c(p.step) }),
  write: childOnly,
};

const rebuild = (plan: LogicalPlan, child: Map<LogicalPlan>, expression: Map<Expression>): LogicalPlan =>
  (rebuilders[plan.kind] as unknown as AnyRebuild)(plan, child, expression);

/** Rules visit the same nodes again and again; a node is never changed, so what it holds is found once. */
interface Held {
  readonly children: readonly LogicalPlan[];
  readonly expressions: readonly Expression[];
}
const found = new WeakMap<LogicalPlan, Held>();

function heldBy(plan: LogicalPlan): Held {
  let held = found.get(plan);
  if (!held) {
    const children: LogicalPlan[] = [];
    const expressions: Expression[] = [];
    rebuild(
      plan,
      (child) => kept(child, children),
      (e) => kept(e, expressions),
    );
    held = { children, expressions };
    found.set(plan, held);
  }
  return held;
}

function kept<T>(value: T, list: T[]): T {
  list.push(value);
  return value;
}

export const childrenOf = (plan: LogicalPlan): readonly LogicalPlan[] => heldBy(plan).children;

/** The top expressions of one node, not of its children. */
export const expressionsOf = (plan: LogicalPlan): readonly Expression[] => heldBy(plan).expressions;

/** The same node with each child mapped; the same object where no child changed. */
export function mapChildren(plan: LogicalPlan, map: Map<LogicalPlan>): LogicalPlan {
  const mapped = changed(childrenOf(plan), map);
  let next = 0;
  return mapped
    ? rebuild(
        plan,
        () => mapped[next++]!,
        (e) => e,
      )
    : plan;
}

/** The same node with each of its top expressions mapped; the same object where none changed. */
export function mapExpressions(plan: LogicalPlan, map: Map<Expression>): LogicalPlan {
  const mapped = changed(expressionsOf(plan), map);
  let next = 0;
  return mapped
    ? rebuild(
        plan,
        (child) => child,
        () => mapped[next++]!,
      )
    : plan;
}

/** Rewrites a plan from the leaves up. */
export function transformUp(plan: LogicalPlan, rewrite: Map<LogicalPlan>): LogicalPlan {
  const visit = (node: LogicalPlan): LogicalPlan => rewrite(mapChildren(node, visit));
  return visit(plan);
}
/** Rewrites a plan from the root down. */
export function transformDown(plan: LogicalPlan, rewrite: Map<LogicalPlan>): LogicalPlan {
  const visit = (node: LogicalPlan): LogicalPlan => mapChildren(rewrite(node), visit);
  return visit(plan);
}
/** Rewrites every expression of every node, leaves first. */
export const transformExpressions = (plan: LogicalPlan, rewrite: Map<Expression>): LogicalPlan =>
  transformUp(plan, (node) => mapExpressions(node, (e) => transformExpressionUp(e, rewrite)));
