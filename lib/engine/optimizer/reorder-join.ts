import { conjunction, splitConjuncts } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { isDeterministic } from "../expressions/properties.ts";
import { outputOf } from "../logical/output.ts";
import type { Join, LogicalPlan } from "../logical/plan.ts";
import { mapChildren } from "../logical/traverse.ts";
import type { OptimizerContext, Rule } from "./rule.ts";
import { outputIds, readsOnly } from "./substitute.ts";
import { canRaise } from "./traits.ts";

/** Above this many relations the pairs to be weighed grow too many. */
const MAX_RELATIONS = 12;

/** Estimates are rough: an order that promises less than this many times fewer rows is not better than the user's. */
const WORTH_IT = 2;

/**
 * Chains of inner joins in an order of small intermediate results: first the pair, then each time the relation, that by the
 * estimates makes the fewest rows; a product of relations without a condition comes last. Joins with hints stay.
 */
export const reorderJoin: Rule = { name: "CostBasedJoinReorder", apply: (plan, context) => reorder(plan, context) };

function reorder(plan: LogicalPlan, context: OptimizerContext): LogicalPlan {
  if (!isPlain(plan, context)) return mapChildren(plan, (child) => reorder(child, context));
  const relations: LogicalPlan[] = [];
  const conditions: Expression[] = [];
  const flatten = (node: LogicalPlan): void => {
    if (!isPlain(node, context)) {
      relations.push(reorder(node, context));
      return;
    }
    flatten(node.left);
    flatten(node.right);
    conditions.push(...(node.condition ? splitConjuncts(node.condition) : []));
  };
  flatten(plan);
  const asWritten = mapJoined(plan, context);
  if (relations.length < 3 || relations.length > MAX_RELATIONS) return asWritten;
  const ordered = greedy(relations, conditions, context);
  if (cost(ordered, context) > cost(asWritten, context) / WORTH_IT) return asWritten;
  return { kind: "project", expressions: outputOf(plan), child: ordered };
}

/** The join as it is, with what stands below the chain reordered. */
const mapJoined = (plan: LogicalPlan, context: OptimizerContext): LogicalPlan =>
  isPlain(plan, context) ? mapChildren(plan, (child) => mapJoined(child, context)) : reorder(plan, context);

function isPlain(plan: LogicalPlan, { session }: OptimizerContext): plan is Join {
  if (plan.kind !== "join" || (plan.type !== "inner" && plan.type !== "cross") || plan.leftHint || plan.rightHint) return false;
  return !plan.condition || (isDeterministic(plan.condition) && !canRaise(plan.condition, session));
}

/** Rows that all joins of the chain put out. */
function cost(plan: LogicalPlan, context: OptimizerContext): number {
  return isPlain(plan, context) ? context.statistics(plan).rowCount + cost(plan.left, context) + cost(plan.right, context) : 0;
}

function greedy(relations: readonly LogicalPlan[], conditions: readonly Expression[], context: OptimizerContext): LogicalPlan {
  let rest = [...relations];
  let open = [...conditions];
  let best: LogicalPlan | undefined;
  while (rest.length > 0) {
    const starts: readonly (LogicalPlan | undefined)[] = best ? [best] : rest;
    const candidates = starts.flatMap((left) => rest.filter((r) => r !== left).map((right) => joinOf(left!, right, open)));
    const [first] = candidates.sort(
      (a, b) => Number(!a.condition) - Number(!b.condition) || context.statistics(a).rowCount - context.statistics(b).rowCount,
    );
    if (!first) break;
    const used = new Set(first.condition ? splitConjuncts(first.condition) : []);
    open = open.filter((c) => !used.has(c));
    rest = rest.filter((r) => r !== first.left && r !== first.right);
    best = first;
  }
  return best!;
}

function joinOf(left: LogicalPlan, right: LogicalPlan, open: readonly Expression[]): Join {
  const [leftIds, rightIds] = [outputIds(left), outputIds(right)];
  const both = new Set([...leftIds, ...rightIds]);
  const usable = open.filter((c) => readsOnly(c, both) && !readsOnly(c, leftIds) && !readsOnly(c, rightIds));
  return usable.length > 0
    ? { kind: "join", type: "inner", left, right, condition: conjunction(usable) }
    : { kind: "join", type: "cross", left, right };
}
