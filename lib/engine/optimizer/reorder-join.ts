import { splitConjuncts } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { isDeterministic, referencesOf } from "../expressions/properties.ts";
import { outputOf } from "../logical/output.ts";
import type { Join, LogicalPlan } from "../logical/plan.ts";
import { mapChildren } from "../logical/traverse.ts";
import { JoinOrder } from "./join-order.ts";
import type { OptimizerContext, Rule } from "./rule.ts";
import { outputIds, readsOnly } from "./substitute.ts";
import { canRaise } from "./traits.ts";

/** Estimates are rough: an order that promises less than this many times less cost is not better than the user's. */
const WORTH_IT = 1.2;

/** Whatever the session says: work grows as 3^n, 5 million pairs of sets of 14 relations. */
const MOST_RELATIONS = 14;

/**
 * Chains of inner joins in the order in which, by the estimates, the fewest bytes are moved and made (join-order.ts). Joins with hints,
 * and chains that conditions do not connect, stay as they were written. Source: Spark's CostBasedJoinReorder.
 */
export const reorderJoin: Rule = {
  name: "CostBasedJoinReorder",
  apply: (plan, context) => (context.settings.joinReorder.enabled ? reorder(plan, context) : plan),
};

function reorder(plan: LogicalPlan, context: OptimizerContext): LogicalPlan {
  if (!chained(plan, context)) return mapChildren(plan, (child) => reorder(child, context));
  const written = mapRelations(plan, context);
  const { relations, conditions } = flattened(written, context);
  const { mostRelations } = context.settings.joinReorder;
  if (relations.length < 3 || relations.length > Math.min(mostRelations, MOST_RELATIONS)) return written;
  if (!conditions.every((e) => joinsRelations(e, relations))) return written;
  const output = outputOf(plan);
  const rows = (p: LogicalPlan) => context.statistics(p).rowCount;
  const order = new JoinOrder({ relations, conditions, output }, { rows, broadcastThreshold: context.settings.broadcastThreshold });
  const cost = order.costOf(written, (node) => sidesOf(node, context));
  const best = order.best();
  if (!best || best.cost * WORTH_IT > cost) return written;
  return { kind: "project", expressions: output, child: best.plan };
}

/** The plan with the relations of its chain reordered in themselves. */
function mapRelations(plan: LogicalPlan, context: OptimizerContext): LogicalPlan {
  return chained(plan, context) ? mapChildren(plan, (child) => mapRelations(child, context)) : reorder(plan, context);
}

function flattened(plan: LogicalPlan, context: OptimizerContext): { relations: readonly LogicalPlan[]; conditions: readonly Expression[] } {
  const join = chained(plan, context);
  if (!join) return { relations: [plan], conditions: [] };
  const sides = [join.left, join.right].map((side) => flattened(side, context));
  return {
    relations: sides.flatMap((side) => side.relations),
    conditions: [...sides.flatMap((side) => side.conditions), ...(join.condition ? splitConjuncts(join.condition) : [])],
  };
}

const sidesOf = (plan: LogicalPlan, context: OptimizerContext): readonly [LogicalPlan, LogicalPlan] | undefined => {
  const join = chained(plan, context);
  return join && [join.left, join.right];
};

/** The join that a plan is, below projections that only leave out columns. */
function chained(plan: LogicalPlan, context: OptimizerContext): Join | undefined {
  if (isPlain(plan, context)) return plan;
  const prunes = plan.kind === "project" && plan.expressions.every((e): e is Attribute => e.kind === "attribute");
  return prunes ? chained(plan.child, context) : undefined;
}

function isPlain(plan: LogicalPlan, { session }: OptimizerContext): plan is Join {
  if (plan.kind !== "join" || (plan.type !== "inner" && plan.type !== "cross") || plan.leftHint || plan.rightHint) return false;
  return !plan.condition || (isDeterministic(plan.condition) && !canRaise(plan.condition, session));
}

/** What reads one relation alone, or none, is no condition of a join: it would find no place in another order. */
const joinsRelations = (e: Expression, relations: readonly LogicalPlan[]): boolean =>
  referencesOf(e).length > 0 && !relations.some((plan) => readsOnly(e, outputIds(plan)));
