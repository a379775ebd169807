import { splitConjuncts } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { isDeterministic } from "../expressions/properties.ts";
import type { Join, LogicalPlan } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import { bloomTest } from "./bloom-filter.ts";
import type { OptimizerContext, Rule } from "./rule.ts";
import { outputIds } from "./substitute.ts";

/** Of a relation's rows, the most that a semi join may leave to be worth doing before others: estimates are rough. */
const MOST_KEPT = 0.5;
/** The share of groups that a HAVING is taken to choose: what an aggregate's values are is not known (System R's guess for a range). */
const GROUPS_CHOSEN = 1 / 3;

/**
 * A semi join on equal keys is done on the one relation of the joins below that has the keys, where that leaves few of its rows, and the
 * joins would not: what it drops is moved by none of them. TPC-H Q18 moves orders of 300 pieces alone.
 * Source: Spark's PushLeftSemiLeftAntiThroughJoin, which pushes all that it can.
 */
export const pushLeftSemiThroughJoin: Rule = {
  name: "PushLeftSemiLeftAntiThroughJoin",
  apply: (plan, context) =>
    transformUp(plan, (node) => (node.kind === "join" && isPushable(node) ? (pushed(node, node.left, context) ?? node) : node)),
};

function isPushable(join: Join): boolean {
  if (join.type !== "leftSemi" || !join.condition || join.leftHint || join.rightHint || bloomTest(join)) return false;
  const right = outputIds(join.right);
  return splitConjuncts(join.condition).every((e) => {
    const [a, b] = e.kind === "call" && e.name === "=" ? e.args : [];
    return a?.kind === "attribute" && b?.kind === "attribute" && right.has(a.id) !== right.has(b.id);
  });
}

/** The plan with the semi join as far down as it pays; undefined where it does not. */
function pushed(semi: Join, plan: LogicalPlan, context: OptimizerContext): LogicalPlan | undefined {
  if (plan.kind === "project" && plan.expressions.every((e): e is Attribute => e.kind === "attribute")) {
    const child = pushed(semi, plan.child, context);
    return child && { ...plan, child };
  }
  if (plan.kind !== "join" || (plan.type !== "inner" && plan.type !== "cross") || !isQuiet(plan.condition)) return undefined;
  const side = (["left", "right"] as const).find((s) => readsLeftOf(semi, outputIds(plan[s])));
  if (!side) return undefined;
  const deeper = pushed(semi, plan[side], context);
  if (deeper) return { ...plan, [side]: deeper };
  const here: Join = { ...semi, left: plan[side] };
  const rows = (p: LogicalPlan) => context.statistics(p).rowCount;
  const kept = Math.min(rows(here), rows(plan[side]) * (choosesGroups(semi.right) ? GROUPS_CHOSEN : 1));
  return kept <= rows(plan[side]) * MOST_KEPT && kept < rows(plan) ? { ...plan, [side]: here } : undefined;
}

/** Whether it has a condition on what was aggregated. */
function choosesGroups(plan: LogicalPlan): boolean {
  if (plan.kind === "project" || plan.kind === "subqueryAlias") return choosesGroups(plan.child);
  if (plan.kind !== "filter") return false;
  const isAggregate = (p: LogicalPlan): boolean => p.kind === "aggregate" || (p.kind === "project" && isAggregate(p.child));
  return isAggregate(plan.child) && splitConjuncts(plan.condition).some((e) => !(e.kind === "call" && e.name === "isnotnull"));
}

const isQuiet = (condition: Expression | undefined): boolean => condition === undefined || isDeterministic(condition);

/** Whether the left keys of a semi join are columns of that side. */
function readsLeftOf({ condition, right }: Join, ids: ReadonlySet<number>): boolean {
  const others = outputIds(right);
  return splitConjuncts(condition!).every(
    (e) => e.kind === "call" && e.args.every((a) => a.kind === "attribute" && (others.has(a.id) || ids.has(a.id))),
  );
}
