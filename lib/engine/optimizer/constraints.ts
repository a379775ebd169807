import { call, splitConjuncts } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { fingerprint, isDeterministic, isNullable, referencesOf } from "../expressions/properties.ts";
import type { Join, LogicalPlan } from "../logical/plan.ts";
import { booleanType, isFractional } from "../types/data-type.ts";
import { outputIds, readsOnly, substitute } from "./substitute.ts";
import { provesNotNull } from "./traits.ts";

/** Predicates by their fingerprint, each true (and deterministic) for every row. */
export type Constraints = ReadonlyMap<string, Expression>;

const known = new WeakMap<LogicalPlan, Constraints>();
const NONE: Constraints = new Map();
/** Bounds the work where wide filters meet many joins. */
const MAX_CONSTRAINTS = 200;

export function constraintSet(predicates: Iterable<Expression>): Constraints {
  const found = new Map<string, Expression>();
  for (const predicate of predicates) {
    if (found.size >= MAX_CONSTRAINTS) break;
    if (isDeterministic(predicate)) found.set(fingerprint(predicate), predicate);
  }
  return found;
}

export const isNotNull = (attribute: Attribute): Expression => call("isnotnull", [attribute], booleanType, false);

/** A predicate and what follows from it alone: columns that are not NULL. */
export function withNotNull(predicates: readonly Expression[]): Expression[] {
  const attributes = predicates.flatMap((predicate) => {
    const ids = provesNotNull(predicate);
    return referencesOf(predicate).filter((a) => ids.has(a.id) && isNullable(a));
  });
  return [...attributes.map(isNotNull), ...predicates];
}

/** What surely holds for each row of the plan. */
export function constraintsOf(plan: LogicalPlan): Constraints {
  let found = known.get(plan);
  if (!found) {
    found = derive(plan);
    known.set(plan, found);
  }
  return found;
}

function derive(plan: LogicalPlan): Constraints {
  switch (plan.kind) {
    case "filter":
      return constraintSet([...constraintsOf(plan.child).values(), ...withNotNull(splitConjuncts(plan.condition))]);
    case "project":
      return throughNames(plan.expressions, constraintsOf(plan.child), columnsKept(plan.expressions));
    case "aggregate":
      return plan.grouping.length === 0 ? NONE : throughNames(plan.aggregates, constraintsOf(plan.child), columnsKept(plan.aggregates));
    case "join":
      return joined(plan);
    case "setOperation":
      return constraintsOf(plan.left);
    case "sort":
    case "limit":
    case "offset":
    case "tail":
    case "window":
    case "repartition":
    case "sample":
    case "generate":
    case "subqueryAlias":
      return constraintsOf(plan.child);
    default:
      return NONE;
  }
}

/** Columns that a plan passes on, renamed or not. */
const columnsKept = (expressions: readonly Expression[]): ReadonlySet<number> =>
  new Set(expressions.flatMap((e) => (e.kind === "attribute" || (e.kind === "alias" && e.child.kind === "attribute") ? [e.id] : [])));

/** The child's constraints over the columns that are left, and over their new names. */
function throughNames(expressions: readonly Expression[], below: Constraints, output: ReadonlySet<number>): Constraints {
  const renamed = new Map(
    expressions.flatMap((e) =>
      e.kind === "alias" && e.child.kind === "attribute" && !output.has(e.child.id)
        ? [[e.child.id, { ...e.child, id: e.id, name: e.name }] as const]
        : [],
    ),
  );
  return constraintSet([...below.values()].map((c) => substitute(c, renamed)).filter((c) => readsOnly(c, output)));
}

function joined(join: Join): Constraints {
  const [left, right] = [[...constraintsOf(join.left).values()], [...constraintsOf(join.right).values()]];
  const condition = join.condition ? withNotNull(splitConjuncts(join.condition)) : [];
  switch (join.type) {
    case "inner":
    case "cross":
      return constraintSet([...left, ...right, ...condition]);
    case "leftSemi":
      return constraintSet([...left, ...condition.filter((c) => readsOnly(c, outputIds(join.left)))]);
    case "left":
    case "leftAnti":
      return constraintSet(left);
    case "right":
      return constraintSet(right);
    case "full":
      return NONE;
  }
}

/** What follows from equalities of columns: a = b and b > 5 give a > 5. One round; the fixed point goes on. */
export function inferFromEqualities(predicates: readonly Expression[]): Expression[] {
  return predicates.flatMap((equality) => {
    if (equality.kind !== "call" || equality.name !== "=") return [];
    const [a, b] = equality.args;
    // Equal doubles (0.0 and -0.0) and strings of a collation can still differ elsewhere.
    if (a?.kind !== "attribute" || b?.kind !== "attribute" || isFractional(a.type) || (a.type.kind === "string" && a.type.collation))
      return [];
    const others = predicates.filter((p) => p !== equality);
    return [...replaced(others, a, b), ...replaced(others, b, a)];
  });
}

const replaced = (predicates: readonly Expression[], from: Attribute, to: Attribute): Expression[] =>
  predicates.filter((p) => referencesOf(p).some((a) => a.id === from.id)).map((p) => substitute(p, new Map([[from.id, to]])));
