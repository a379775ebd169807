import type { Attribute, Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import type { Join, LogicalPlan } from "./plan.ts";

type Of<K extends LogicalPlan["kind"]> = Extract<LogicalPlan, { kind: K }>;

const known = new WeakMap<LogicalPlan, readonly Attribute[]>();

/** The columns of a resolved plan, in order. */
export function outputOf(plan: LogicalPlan): readonly Attribute[] {
  let output = known.get(plan);
  if (!output) {
    output = (outputs[plan.kind] as (p: LogicalPlan) => readonly Attribute[])(plan);
    known.set(plan, output);
  }
  return output;
}

/** The column that a named expression (attribute or alias) puts out. */
export function toAttribute(expression: Expression): Attribute {
  if (expression.kind === "attribute") return expression;
  if (expression.kind !== "alias") throw new TypeError(`a ${expression.kind} has no name: the analyzer gives one to each column`);
  const { id, name, child, metadata } = expression;
  const inherited = metadata ?? (child.kind === "attribute" ? child.metadata : undefined);
  return { kind: "attribute", id, name, type: typeOf(child), nullable: isNullable(child), ...(inherited ? { metadata: inherited } : {}) };
}

const fromChild = (plan: { child: LogicalPlan }) => outputOf(plan.child);
const asNullable = (attributes: readonly Attribute[]) => attributes.map((a) => (a.nullable ? a : { ...a, nullable: true }));
const unresolved = (plan: LogicalPlan): never => {
  throw new TypeError(`a ${plan.kind} has no output before analysis`);
};

function joinOutput(plan: Join): readonly Attribute[] {
  const left = outputOf(plan.left);
  if (plan.type === "leftSemi" || plan.type === "leftAnti") return left;
  if (plan.type === "existence") return [...left, plan.exists!];
  const right = outputOf(plan.right);
  return [
    ...(plan.type === "right" || plan.type === "full" ? asNullable(left) : left),
    ...(plan.type === "left" || plan.type === "full" ? asNullable(right) : right),
  ];
}

const outputs: { readonly [K in LogicalPlan["kind"]]: (plan: Of<K>) => readonly Attribute[] } = {
  read: unresolved,
  unresolvedRelation: unresolved,
  view: unresolved,
  inlineTable: unresolved,
  oneRow: unresolved,
  tableFunction: unresolved,
  lateralView: unresolved,
  scan: (p) => p.output,
  localRelation: (p) => p.output ?? unresolved(p),
  range: (p) => p.output ?? unresolved(p),
  subqueryAlias: (p) => outputOf(p.child).map((a) => ({ ...a, qualifier: [...(p.qualifier ?? []), p.alias] })),
  project: (p) => p.expressions.map(toAttribute),
  withColumns: unresolved,
  rename: unresolved,
  drop: unresolved,
  toNames: unresolved,
  filter: fromChild,
  aggregate: (p) => p.aggregates.map(toAttribute),
  expand: (p) => p.output,
  pivot: unresolved,
  unpivot: unresolved,
  join: joinOutput,
  sort: fromChild,
  limit: fromChild,
  offset: fromChild,
  tail: fromChild,
  deduplicate: fromChild,
  union: (p) => p.output ?? unresolved(p),
  setOperation: (p) => outputOf(p.left),
  window: (p) => [...outputOf(p.child), ...p.expressions.map(toAttribute)],
  repartition: fromChild,
  sample: fromChild,
  generate: (p) => [...outputOf(p.child), ...p.output],
  mapPartitions: (p) => p.output ?? unresolved(p),
  python: (p) => {
    const results = p.results ?? unresolved(p);
    return p.form === "columns" || p.table?.passes ? [...outputOf(p.children[0]!), ...results] : results;
  },
  hint: fromChild,
  cached: fromChild,
  with: fromChild,
  cteRef: (p) => p.output ?? unresolved(p),
  unionLoop: (p) => p.output,
  write: () => [],
};
