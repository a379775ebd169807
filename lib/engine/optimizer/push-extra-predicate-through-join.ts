import { conjunction, splitConjuncts } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { fingerprint, isDeterministic, referencesOf } from "../expressions/properties.ts";
import type { Join, LogicalPlan } from "../logical/plan.ts";
import { transformUp } from "../logical/traverse.ts";
import { constraintsOf } from "./constraints.ts";
import { filterBy } from "./filter-by.ts";
import type { OptimizerContext, Rule } from "./rule.ts";
import { outputIds, readsOnly } from "./substitute.ts";
import { canRaise } from "./traits.ts";

/**
 * What an OR over both sides of a join asks of one side alone is tested there as well:
 * `(a = 1 AND b = 2) OR (a = 3 AND b = 4)` asks `a = 1 OR a = 3`. Source: Spark's PushExtraPredicateThroughJoin.
 */
export const pushExtraPredicateThroughJoin: Rule = {
  name: "PushExtraPredicateThroughJoin",
  apply: (plan, context) => transformUp(plan, (node) => (node.kind === "join" && node.condition ? pushExtra(node, context) : node)),
};

/** The sides of which rows for which the condition cannot hold are not in the result. */
const SIDES: { readonly [T in Join["type"]]: readonly ("left" | "right")[] } = {
  inner: ["left", "right"],
  cross: ["left", "right"],
  left: ["right"],
  right: ["left"],
  full: [],
  leftSemi: ["left", "right"],
  leftAnti: ["right"],
  existence: ["right"],
};

function pushExtra(join: Join, { session }: OptimizerContext): LogicalPlan {
  const candidates = splitConjuncts(join.condition!).filter((e) => isOr(e) && isDeterministic(e) && !canRaise(e, session));
  let next = join;
  for (const side of SIDES[join.type]) {
    const ids = outputIds(join[side]);
    const have = constraintsOf(join[side]);
    const asked = candidates.flatMap((e) => (readsOnly(e, ids) ? [] : (askedOf(e, ids) ?? [])));
    const extra = asked.filter((e) => !have.has(fingerprint(e)));
    if (extra.length > 0) next = { ...next, [side]: filterBy(join[side], extra) };
  }
  return next;
}

const isOr = (e: Expression): boolean => e.kind === "call" && e.name === "or";

/** What must hold over these columns wherever the predicate holds; undefined where nothing must. */
function askedOf(e: Expression, ids: ReadonlySet<number>): Expression | undefined {
  if (referencesOf(e).length > 0 && readsOnly(e, ids)) return e;
  const [left, right] = e.kind === "call" && (e.name === "and" || e.name === "or") ? e.args.map((arg) => askedOf(arg, ids)) : [];
  if (e.kind !== "call" || (!left && !right)) return undefined;
  if (left && right) return e.name === "and" ? conjunction([left, right]) : { ...e, args: [left, right] };
  return e.name === "and" ? (left ?? right) : undefined;
}
