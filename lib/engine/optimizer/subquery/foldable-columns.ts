import { nullLiteral } from "../../expressions/build.ts";
import type { Expression } from "../../expressions/expression.ts";
import { isFoldable, referencesOf, typeOf } from "../../expressions/properties.ts";
import type { Join, LogicalPlan } from "../../logical/plan.ts";
import { REACH } from "../push-predicate-through-join.ts";
import { outputIds, substitute } from "../substitute.ts";

/** The columns of a plan that are the same constant in every row, by their ids. Source: Spark's FoldablePropagation. */
export function foldableColumns(plan: LogicalPlan): ReadonlySet<number> {
  switch (plan.kind) {
    case "project":
      return ofExpressions(plan.expressions, foldableColumns(plan.child));
    case "aggregate":
      return ofExpressions(plan.aggregates, foldableColumns(plan.child));
    case "expand":
    case "filter":
    case "subqueryAlias":
    case "window":
    case "sample":
    case "limit":
    case "offset":
    case "generate":
    case "deduplicate":
    case "repartition":
    case "sort":
      return foldableColumns(plan.child);
    case "join": {
      const ids = new Set([...foldableColumns(plan.left), ...foldableColumns(plan.right)]);
      const padded = [
        ...(plan.type === "left" || plan.type === "full" ? outputIds(plan.right) : []),
        ...(plan.type === "right" || plan.type === "full" ? outputIds(plan.left) : []),
      ];
      for (const id of padded) ids.delete(id);
      return ids;
    }
    default:
      return new Set();
  }
}

const ofExpressions = (expressions: readonly Expression[], below: ReadonlySet<number>): ReadonlySet<number> =>
  new Set(expressions.flatMap((e) => ((e.kind === "alias" || e.kind === "attribute") && isFoldableOver(e, below) ? [e.id] : [])));

/** Whether an expression is a constant where the columns of these ids are. */
export function isFoldableOver(e: Expression, foldable: ReadonlySet<number>): boolean {
  const by = new Map(referencesOf(e).flatMap((a) => (foldable.has(a.id) ? [[a.id, nullLiteral(typeOf(a))] as const] : [])));
  return isFoldable(substitute(e, by));
}

/**
 * Whether a conjunct of a join's condition is tested below the join. Constants in place of columns are seen after the first push, and what
 * reads no column goes to the left. Source: Spark's PushPredicateThroughJoin before FoldablePropagation.
 */
export function isTestedBelow(conjunct: Expression, join: Join, foldable: ReadonlySet<number>): boolean {
  const { conditionLeft, conditionRight } = REACH[join.type];
  const read = referencesOf(conjunct).map(({ id }) => id);
  const rest = read.filter((id) => !foldable.has(id));
  const [left, right] = [outputIds(join.left), outputIds(join.right)];
  return (conditionLeft && rest.every((id) => left.has(id))) || (conditionRight && read.length > 0 && read.every((id) => right.has(id)));
}
