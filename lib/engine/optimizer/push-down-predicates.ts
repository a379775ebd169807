import { splitConjuncts } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { isDeterministic, referencesOf, sameExpression } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import { outputOf } from "../logical/output.ts";
import type { Filter, LogicalPlan } from "../logical/plan.ts";
import { transformDown } from "../logical/traverse.ts";
import { filterBy } from "./filter-by.ts";
import type { Rule } from "./rule.ts";
import { aliasesOf, idsOf, outputIds, overOther, readsOnly, substitute } from "./substitute.ts";
import { callsUser, canRaise } from "./traits.ts";

/**
 * Filters move toward the scans, past what keeps each row's columns (joins: push-predicate-through-join.ts).
 * A conjunct that can raise moves only where it is evaluated for the very rows it was evaluated for before.
 */
export const pushDownPredicates: Rule = {
  name: "PushDownPredicates",
  apply: (plan, { session }) => transformDown(plan, (node) => (node.kind === "filter" ? push(node, session) : node)),
};

function push(filter: Filter, session: SessionSettings): LogicalPlan {
  const { child } = filter;
  const conjuncts = splitConjuncts(filter.condition);
  switch (child.kind) {
    case "project": {
      if (!child.expressions.every(isDeterministic)) return filter;
      const aliases = aliasesOf(child.expressions);
      const made = (c: Expression) => referencesOf(c).some((a) => callsUser(aliases.get(a.id) ?? a));
      return around(
        conjuncts,
        (c) => !made(c),
        (moved) => ({
          ...child,
          child: filterBy(
            child.child,
            moved.map((c) => substitute(c, aliases)),
          ),
        }),
        filter,
        session,
      );
    }
    case "aggregate": {
      if (child.grouping.length === 0 || !child.aggregates.every(isDeterministic)) return filter;
      const aliases = new Map([...aliasesOf(child.aggregates)].filter(([, e]) => child.grouping.some((g) => sameExpression(g, e))));
      const keys = new Set([...idsOf(child.grouping.filter((g) => g.kind === "attribute")), ...aliases.keys()]);
      return around(
        conjuncts,
        (c) => hasReferences(c) && readsOnly(c, keys),
        (moved) => ({
          ...child,
          child: filterBy(
            child.child,
            moved.map((c) => substitute(c, aliases)),
          ),
        }),
        filter,
        session,
      );
    }
    case "window": {
      const keys = idsOf(child.partitionBy.filter((e) => e.kind === "attribute"));
      return around(
        conjuncts,
        (c) => hasReferences(c) && readsOnly(c, keys),
        (moved) => ({ ...child, child: filterBy(child.child, moved) }),
        filter,
        session,
      );
    }
    case "generate": {
      const kept = outputIds(child.child);
      const safe = (c: Expression) => hasReferences(c) && readsOnly(c, kept) && !canRaise(c, session);
      return around(conjuncts, safe, (moved) => ({ ...child, child: filterBy(child.child, moved) }), filter, session);
    }
    case "union": {
      const output = outputOf(child);
      return around(
        conjuncts,
        () => true,
        (moved) => ({
          ...child,
          children: child.children.map((c) =>
            filterBy(
              c,
              moved.map((m) => overOther(m, output, outputOf(c))),
            ),
          ),
        }),
        filter,
        session,
      );
    }
    case "setOperation": {
      const output = outputOf(child);
      return around(
        conjuncts,
        (c) => !canRaise(c, session),
        (moved) => ({
          ...child,
          left: filterBy(child.left, moved),
          right: filterBy(
            child.right,
            moved.map((m) => overOther(m, output, outputOf(child.right))),
          ),
        }),
        filter,
        session,
      );
    }
    case "sort":
    case "repartition":
    case "subqueryAlias":
      return around(
        conjuncts,
        () => true,
        (moved) => ({ ...child, child: filterBy(child.child, moved) }),
        filter,
        session,
      );
    default:
      return filter;
  }
}

const hasReferences = (c: Expression): boolean => referencesOf(c).length > 0;

/** The conjuncts that may move, below; the rest stay above. One that can raise does not overtake one that stays. */
function around(
  conjuncts: readonly Expression[],
  mayMove: (c: Expression) => boolean,
  below: (moved: readonly Expression[]) => LogicalPlan,
  filter: Filter,
  session: SessionSettings,
): LogicalPlan {
  const moved: Expression[] = [];
  const kept: Expression[] = [];
  for (const c of conjuncts) {
    const moves = isDeterministic(c) && mayMove(c) && kept.every(isDeterministic) && (kept.length === 0 || !canRaise(c, session));
    (moves ? moved : kept).push(c);
  }
  return moved.length === 0 ? filter : filterBy(below(moved), kept);
}
