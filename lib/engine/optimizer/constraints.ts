import { call, splitConjuncts } from "../expressions/build.ts";
import type { Attribute, Expression } from "../expressions/expression.ts";
import { fingerprint, isDeterministic, isNullable, referencesOf, typeOf } from "../expressions/properties.ts";
import { transformDown } from "../expressions/traverse.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { Join, LogicalPlan, Union } from "../logical/plan.ts";
import { booleanType, isFractional } from "../types/data-type.ts";
import { outputIds, overOther, readsOnly, substitute } from "./substitute.ts";
import { isLossless, provesNotNull } from "./traits.ts";

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

const nullTest = (test: "isnull" | "isnotnull", e: Expression): Expression => call(test, [e], booleanType, false);

/** A predicate and what follows from it alone: columns that are not NULL. */
export function withNotNull(predicates: readonly Expression[]): Expression[] {
  const attributes = predicates.flatMap((predicate) => {
    const ids = provesNotNull(predicate);
    return referencesOf(predicate).filter((a) => ids.has(a.id) && isNullable(a));
  });
  return [...attributes.map((a) => nullTest("isnotnull", a)), ...predicates];
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
      return throughNames(plan.expressions, constraintsOf(plan.child));
    case "aggregate":
      return plan.grouping.length === 0 ? NONE : throughNames(columnsKept(plan.aggregates), constraintsOf(plan.child));
    case "join":
      return joined(plan);
    case "union":
      return inAll(plan);
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

/** Columns that an aggregate passes on, renamed or not. */
const columnsKept = (expressions: readonly Expression[]): readonly Expression[] =>
  expressions.filter((e) => e.kind === "attribute" || (e.kind === "alias" && e.child.kind === "attribute"));

/** The child's constraints over the columns that are left, and over the new names of columns and of what is computed. */
function throughNames(expressions: readonly Expression[], below: Constraints): Constraints {
  const names = new Map<string, Attribute>();
  for (const e of expressions) {
    if (e.kind === "alias" && isDeterministic(e.child) && e.child.kind !== "literal") names.set(fingerprint(e.child), toAttribute(e));
  }
  const output = new Set(expressions.flatMap((e) => (e.kind === "attribute" || e.kind === "alias" ? [e.id] : [])));
  const over = (e: Expression): Expression | undefined =>
    e.kind === "attribute" && output.has(e.id) ? undefined : names.get(fingerprint(e));
  const renamed = names.size === 0 ? below.values() : [...below.values()].map((c) => transformDown(c, over));
  return constraintSet([...[...renamed].filter((c) => readsOnly(c, output)), ...expressions.flatMap((e) => nullness(e, below))]);
}

/** What is known of an exact cast: it is NULL just where the column under it is. */
function nullness(e: Expression, below: Constraints): Expression[] {
  if (e.kind !== "alias") return [];
  let column = e.child;
  while (column.kind === "cast" && isLossless(typeOf(column.child), column.type)) column = column.child;
  if (column.kind !== "attribute" || column === e.child) return [];
  const tests = ["isnull", "isnotnull"] as const;
  return tests.filter((test) => below.has(fingerprint(nullTest(test, column)))).map((test) => nullTest(test, toAttribute(e)));
}

/** What holds in every part of a union. */
function inAll(union: Union): Constraints {
  const output = outputOf(union);
  const parts = union.children.map((child) =>
    constraintSet([...constraintsOf(child).values()].map((c) => overOther(c, outputOf(child), output))),
  );
  const [first, ...rest] = parts;
  return new Map([...(first ?? NONE)].filter(([key]) => rest.every((part) => part.has(key))));
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
    case "existence":
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
