import { conjunction, splitConjuncts } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { isDeterministic } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { Join, JoinType, LogicalPlan } from "../logical/plan.ts";
import { transformDown } from "../logical/traverse.ts";
import { filterBy } from "./filter-by.ts";
import type { Rule } from "./rule.ts";
import { outputIds, readsOnly } from "./substitute.ts";
import { canRaise } from "./traits.ts";

/** Where the conjuncts of a filter over a join, and of a join's condition, may go. */
interface Reach {
  /** A filter's conjuncts over one side: below the join on that side. */
  readonly filterLeft: boolean;
  readonly filterRight: boolean;
  /** A filter's other conjuncts: into the condition. */
  readonly filterCondition: boolean;
  /** The condition's conjuncts over one side: below the join on that side. */
  readonly conditionLeft: boolean;
  readonly conditionRight: boolean;
}
const reach = (
  filterLeft: boolean,
  filterRight: boolean,
  filterCondition: boolean,
  conditionLeft: boolean,
  conditionRight: boolean,
): Reach => ({
  filterLeft,
  filterRight,
  filterCondition,
  conditionLeft,
  conditionRight,
});
export const REACH: { readonly [T in JoinType]: Reach } = {
  inner: reach(true, true, true, true, true),
  cross: reach(true, true, true, true, true),
  left: reach(true, false, false, false, true),
  right: reach(false, true, false, true, false),
  full: reach(false, false, false, false, false),
  leftSemi: reach(true, false, false, true, true),
  leftAnti: reach(true, false, false, false, true),
  existence: reach(true, false, false, false, true),
};

/** Predicates over one side of a join are tested before the rows meet. Only those that cannot raise: below, they see more rows. */
export const pushPredicateThroughJoin: Rule = {
  name: "PushPredicateThroughJoin",
  apply: (plan, { session }) =>
    transformDown(plan, (node) => {
      if (node.kind === "filter" && node.child.kind === "join") return pushFilter(node.condition, node.child, session) ?? node;
      return node.kind === "join" ? pushCondition(node, session) : node;
    }),
};

function pushFilter(condition: Expression, join: Join, session: SessionSettings): LogicalPlan | undefined {
  const rules = REACH[join.type];
  const sides = sorted(splitConjuncts(condition), join, session);
  const left = rules.filterLeft ? sides.left : [];
  const right = rules.filterRight ? sides.right : [];
  const both = rules.filterCondition ? sides.both : [];
  const moved = new Set([...left, ...right, ...both]);
  if (moved.size === 0) return undefined;
  const conditions = [...(join.condition ? splitConjuncts(join.condition) : []), ...both];
  const { condition: _, ...rest } = join;
  const below: Join = {
    ...rest,
    type: join.type === "cross" && conditions.length > 0 ? "inner" : join.type,
    left: filterBy(join.left, left),
    right: filterBy(join.right, right),
    ...(conditions.length > 0 ? { condition: conjunction(conditions) } : {}),
  };
  return filterBy(
    below,
    splitConjuncts(condition).filter((c) => !moved.has(c)),
  );
}

function pushCondition(join: Join, session: SessionSettings): LogicalPlan {
  if (!join.condition) return join;
  const rules = REACH[join.type];
  const conjuncts = splitConjuncts(join.condition);
  const sides = sorted(conjuncts, join, session);
  const left = rules.conditionLeft ? sides.left : [];
  const right = rules.conditionRight ? sides.right : [];
  if (left.length + right.length === 0) return join;
  const kept = conjuncts.filter((c) => !left.includes(c) && !right.includes(c));
  const { condition: _, ...rest } = join;
  return {
    ...rest,
    left: filterBy(join.left, left),
    right: filterBy(join.right, right),
    ...(kept.length > 0 ? { condition: conjunction(kept) } : {}),
  };
}

/** The conjuncts that may move, by the sides they read. One that reads neither side stays. */
function sorted(conjuncts: readonly Expression[], join: Join, session: SessionSettings) {
  const [leftIds, rightIds] = [outputIds(join.left), outputIds(join.right)];
  const free = conjuncts.filter((c) => isDeterministic(c) && !canRaise(c, session));
  const left = free.filter((c) => readsOnly(c, leftIds) && !readsOnly(c, rightIds));
  const right = free.filter((c) => readsOnly(c, rightIds) && !readsOnly(c, leftIds));
  // Between both sides the rows that meet stay the same, so one that can raise may move into the condition.
  const both = conjuncts.filter((c) => isDeterministic(c) && !readsOnly(c, leftIds) && !readsOnly(c, rightIds));
  return { left, right, both: both.filter((c) => !canRaise(c, session) || both.length === conjuncts.length) };
}
