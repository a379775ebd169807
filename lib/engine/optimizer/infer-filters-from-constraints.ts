import { conjunction, splitConjuncts } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { fingerprint, isDeterministic, referencesOf } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import type { Filter, Join, LogicalPlan } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import { constraintSet, constraintsOf, inferFromEqualities, withNotNull } from "./constraints.ts";
import { filterBy } from "./filter-by.ts";
import { SIDES_THAT_NEED_PARTNERS } from "./join-sides.ts";
import type { Rule } from "./rule.ts";
import { outputIds, readsOnly } from "./substitute.ts";
import { canRaise } from "./traits.ts";

/** Predicates that follow from others: columns that cannot be NULL, and a bound on one join key for the other. */
export const inferFiltersFromConstraints: Rule = {
  name: "InferFiltersFromConstraints",
  apply: (plan, { session }) =>
    transformUp(plan, (node) => {
      if (node.kind === "filter") return inferInFilter(node);
      return node.kind === "join" ? inferInJoin(node, session) : node;
    }),
};

function inferInFilter(filter: Filter): LogicalPlan {
  const conjuncts = splitConjuncts(filter.condition);
  // A volatile conjunct must see the rows it saw.
  if (!conjuncts.every(isDeterministic)) return filter;
  const have = new Set([...constraintsOf(filter.child).keys(), ...conjuncts.map(fingerprint)]);
  const inferred = [...constraintSet(withNotNull(conjuncts))].filter(([key]) => !have.has(key)).map(([, predicate]) => predicate);
  return inferred.length === 0 ? filter : { ...filter, condition: conjunction([...inferred, ...conjuncts]) };
}

function inferInJoin(join: Join, session: SessionSettings): LogicalPlan {
  if (!join.condition) return join;
  const condition = withNotNull(splitConjuncts(join.condition).filter(isDeterministic));
  const all = [...constraintsOf(join.left).values(), ...constraintsOf(join.right).values(), ...condition];
  const inferred = [...constraintSet([...condition, ...inferFromEqualities(all)]).values()].filter((p) => !canRaise(p, session));
  let next: Join = join;
  for (const side of SIDES_THAT_NEED_PARTNERS[join.type]) {
    const added = newFor(join[side], inferred);
    if (added.length > 0) next = { ...next, [side]: filterBy(join[side], added) };
  }
  return next;
}

function newFor(side: LogicalPlan, inferred: readonly Expression[]): Expression[] {
  const ids = outputIds(side);
  const known = constraintsOf(side);
  const added = inferred.filter((p) => referencesOf(p).length > 0 && readsOnly(p, ids) && !known.has(fingerprint(p)) && !isSelfEquality(p));
  if (added.length === 0) return added;
  // What follows from what the side asks already would be one more key to move and compare.
  const implied = constraintSet(inferFromEqualities([...known.values()]));
  return added.filter((p) => !implied.has(fingerprint(p)));
}

const isSelfEquality = (p: Expression): boolean =>
  p.kind === "call" && p.args.length === 2 && fingerprint(p.args[0]!) === fingerprint(p.args[1]!);
