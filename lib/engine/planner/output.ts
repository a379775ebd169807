import type { Attribute } from "../expressions/expression.ts";
import { toAttribute } from "../logical/output.ts";
import type { JoinExec, PhysicalPlan } from "./plan.ts";

type Of<K extends PhysicalPlan["kind"]> = Extract<PhysicalPlan, { kind: K }>;

/** The columns of a physical plan, in order. */
export const outputOf = (plan: PhysicalPlan): readonly Attribute[] =>
  (outputs[plan.kind] as (p: PhysicalPlan) => readonly Attribute[])(plan);

const fromChild = (plan: { child: PhysicalPlan }) => outputOf(plan.child);
const own = (plan: { output: readonly Attribute[] }) => plan.output;

const outputs: { readonly [K in PhysicalPlan["kind"]]: (plan: Of<K>) => readonly Attribute[] } = {
  scan: (p) => p.scan.output,
  localRows: own,
  range: own,
  shuffleRead: own,
  broadcastRead: own,
  project: (p) => p.expressions.map(toAttribute),
  filter: fromChild,
  aggregate: (p) => [
    ...p.grouping.map(toAttribute),
    ...(p.mode === "partial" ? p.aggregates.flatMap((a) => a.states) : p.aggregates.map((a) => toAttribute(a.alias))),
  ],
  expand: own,
  join: joinOutput,
  sort: fromChild,
  topK: fromChild,
  limit: fromChild,
  tail: fromChild,
  union: own,
  setOperation: (p) => outputOf(p.left),
  window: (p) => [...outputOf(p.child), ...p.expressions.map(toAttribute)],
  sample: fromChild,
  generate: (p) => [...outputOf(p.child), ...p.output],
  mapPartitions: own,
  python: own,
  unionLoop: own,
  loopRead: own,
  sortKeySample: own,
  exchange: fromChild,
  write: () => [],
};

function joinOutput(plan: JoinExec): readonly Attribute[] {
  const left = outputOf(plan.left);
  if (plan.type === "existence") return [...left, plan.exists!];
  return plan.type === "leftSemi" || plan.type === "leftAnti" ? left : [...left, ...outputOf(plan.right)];
}
