import { AnalysisError } from "../../errors.ts";
import { call, conjunction, splitConjuncts } from "../../expressions/build.ts";
import type { Expression } from "../../expressions/expression.ts";
import { prettyName } from "../../expressions/print.ts";
import { fingerprint, hasSubquery, isNullable, isSubquery, referencesOf } from "../../expressions/properties.ts";
import { childrenOf, mapChildren, transformUp } from "../../expressions/traverse.ts";
import { readsOuter } from "../../logical/outer-references.ts";
import { outputOf } from "../../logical/output.ts";
import type { Filter, Join, LogicalPlan } from "../../logical/plan.ts";
import { allPlansBelow, mapSubqueryPlans } from "../../logical/subqueries.ts";
import { expressionsOf, mapExpressions, mapChildren as mapPlans } from "../../logical/traverse.ts";
import { booleanType } from "../../types/data-type.ts";
import { booleanSimplification } from "../boolean-simplification.ts";
import { filterBy } from "../filter-by.ts";
import { replaceDeduplicateWithAggregate } from "../replace-deduplicate.ts";
import type { OptimizerContext, Rule } from "../rule.ts";
import { outputIds } from "../substitute.ts";
import { foldableColumns, isTestedBelow } from "./foldable-columns.ts";
import { rewriteLateral } from "./lateral.ts";
import { type MergedScalars, mergedScalars } from "./merge-scalar.ts";
import { pullOutNestedData } from "./nested-data.ts";
import { isAsked, threeValued, withoutNullValue } from "./null-in.ts";
import { attachPredicate, filterByPredicate, subqueryPredicate } from "./predicate.ts";
import { rewriteAggregate } from "./rewrite-aggregate.ts";
import { attachScalar } from "./scalar.ts";

/**
 * Subqueries and lateral joins as plain joins, so that they run wherever rows are: EXISTS and IN of a WHERE as semi and anti joins,
 * elsewhere as existence joins; values as left joins, or as a side of one row. Inner queries first.
 * Source: Spark's PullupCorrelatedPredicates, RewritePredicateSubquery, RewriteCorrelatedScalarSubquery and RewriteLateralSubquery.
 */
export const rewriteSubqueries: Rule = {
  name: "RewritePredicateSubquery",
  apply: (plan, context) => (needsRewrite(plan) ? rewrite(simplified(plan, context), context) : plan),
};

/** Levels of a condition that NOT is brought through. */
const MAX_NEGATIONS = 20;

const needsRewrite = (plan: LogicalPlan): boolean =>
  (plan.kind === "join" && plan.lateral !== undefined) || expressionsOf(plan).some(hasSubquery) || allPlansBelow(plan).some(needsRewrite);

/** NOT reaches the subqueries that it negates; distinct rows are groups, which decorrelation knows. */
function simplified(plan: LogicalPlan, context: OptimizerContext): LogicalPlan {
  let current = replaceDeduplicateWithAggregate.apply(plan, context);
  for (let pass = 0; pass < MAX_NEGATIONS; pass++) {
    const next = booleanSimplification.apply(current, context);
    if (next === current) break;
    current = next;
  }
  return current;
}

function rewrite(plan: LogicalPlan, context: OptimizerContext): LogicalPlan {
  const below = mapPlans(plan, (child) => rewrite(child, context));
  const inside = mapSubqueryPlans(below, (inner) => rewrite(simplified(inner, context), context));
  const node = mapExpressions(inside, (e) =>
    hasSubquery(e) ? transformUp(e, (one) => withoutNullValue(withNestedData(one), context.session)) : e,
  );
  const joined = node.kind === "join" && node.lateral ? rewriteLateral(lateralNestedData(node)) : node;
  return expressionsOf(joined).some(hasSubquery) ? rewriteNode(joined, context) : joined;
}

function withNestedData(e: Expression): Expression {
  if (!isSubquery(e)) return e;
  const { correlated, plan } = pullOutNestedData(e, e.plan);
  return plan === e.plan ? e : { ...correlated, plan };
}

function lateralNestedData(join: Join): Join {
  const { correlated, plan } = pullOutNestedData(join, join.right);
  return { ...correlated, right: plan };
}

function rewriteNode(node: LogicalPlan, context: OptimizerContext): LogicalPlan {
  switch (node.kind) {
    case "filter":
      return rewriteFilter(node);
    case "project": {
      const attaching = new Attaching(node.child, node.expressions);
      const expressions = node.expressions.map((e) => attaching.replace(e));
      return { ...node, expressions, child: attaching.plan };
    }
    case "aggregate":
      return rewriteAggregate(node, (project) => rewriteNode(project, context));
    case "join":
      return rewriteJoin(node, context);
    default:
      return rewriteUnary(node);
  }
}

/** Joins subqueries to a plan one after the other; the same one only once, and those together that aggregate the same rows. */
export class Attaching {
  plan: LogicalPlan;
  readonly #known = new Map<string, Expression>();
  readonly #merged: readonly MergedScalars[];

  /** `expressions` are those among which subqueries are looked for that aggregate the same rows. */
  constructor(plan: LogicalPlan, expressions: readonly Expression[] = []) {
    this.plan = plan;
    this.#merged = mergedScalars(expressions);
  }

  /** The expression over columns of `plan`, which has got them. */
  replace(expression: Expression): Expression {
    if (!hasSubquery(expression)) return expression;
    const predicate = subqueryPredicate(expression);
    if (!predicate && expression.kind !== "scalarSubquery") return mapChildren(expression, (child) => this.replace(child));
    const key = fingerprint(expression);
    const known = this.#known.get(key);
    if (known) return known;
    const together = this.#merged.find(({ values }) => values.has(key));
    if (together) return this.#attachMerged(together).get(key)!;
    const attached = predicate
      ? attachPredicate(this.#overColumns(predicate), this.plan)
      : attachScalar(expression as Extract<Expression, { kind: "scalarSubquery" }>, this.plan);
    this.plan = attached.plan;
    this.#known.set(key, attached.value);
    return attached.value;
  }

  #attachMerged({ plan, values }: MergedScalars): ReadonlyMap<string, Expression> {
    this.plan = { kind: "join", type: "cross", left: this.plan, right: plan };
    for (const [key, value] of values) this.#known.set(key, value);
    return values;
  }

  /** Subqueries among the values of IN come first. */
  #overColumns<P extends NonNullable<ReturnType<typeof subqueryPredicate>>>(predicate: P): P {
    const { subquery } = predicate;
    if (subquery.kind !== "inSubquery") return predicate;
    return { ...predicate, subquery: { ...subquery, values: subquery.values.map((value) => this.replace(value)) } };
  }
}

const to = (plan: LogicalPlan, columns: LogicalPlan): LogicalPlan => ({ kind: "project", expressions: outputOf(columns), child: plan });

/** What has no subquery goes first, unless it reads the query around this one: that would come into the subqueries' domains. */
function rewriteFilter(filter: Filter): LogicalPlan {
  const conjuncts = splitConjuncts(filter.condition);
  const plain = conjuncts.filter((c) => !hasSubquery(c));
  const asking = conjuncts.filter(hasSubquery);
  const first = filterBy(
    filter.child,
    plain.filter((c) => !readsOuter(c)),
  );
  const attaching = new Attaching(first, asking);
  for (const conjunct of asking) {
    const predicate = subqueryPredicate(conjunct);
    const values = predicate?.subquery.kind === "inSubquery" ? predicate.subquery.values : [];
    if (predicate && !values.some(hasSubquery)) {
      attaching.plan = filterByPredicate(predicate, attaching.plan);
      continue;
    }
    const condition = attaching.replace(conjunct);
    attaching.plan = filterBy(attaching.plan, [condition]);
  }
  return filterBy(to(attaching.plan, filter), plain.filter(readsOuter));
}

/** Each subquery of a condition is joined to the side that it reads. */
function rewriteJoin(join: Join, { session }: OptimizerContext): LogicalPlan {
  const [left, right] = [new Attaching(join.left), new Attaching(join.right)];
  const [leftIds, rightIds] = [outputIds(join.left), outputIds(join.right)];
  const foldable = new Set([...foldableColumns(join.left), ...foldableColumns(join.right)]);
  const replace = (e: Expression, below: boolean): Expression => {
    const predicate = subqueryPredicate(e);
    if (!predicate && !isSubquery(e)) return mapChildren(e, (child) => replace(child, below));
    const ids = childrenOf(predicate?.subquery ?? e).flatMap((child) => referencesOf(child).map((a) => a.id));
    const readsRight = ids.some((id) => rightIds.has(id));
    if (readsRight && ids.some((id) => leftIds.has(id))) {
      throw new AnalysisError("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_EXPRESSION_IN_JOIN_CONDITION", {
        subqueryExpression: prettyName(predicate?.subquery ?? e),
      });
    }
    const side = readsRight ? right : left;
    const asked = predicate?.subquery;
    if (asked?.kind !== "inSubquery" || below || !isAsked(asked, session, foldable)) return side.replace(e);
    const value = side.replace(threeValued(asked, side.replace(asked), session));
    return predicate!.negated ? call("not", [value], booleanType, isNullable(value)) : value;
  };
  const conjuncts = join.condition ? splitConjuncts(join.condition) : [];
  const condition = join.condition && conjunction(conjuncts.map((e) => replace(e, isTestedBelow(e, join, foldable))));
  return to({ ...join, left: left.plan, right: right.plan, ...(condition ? { condition } : {}) }, join);
}

/** Any other operator over one child: computed below, dropped above. */
function rewriteUnary(node: LogicalPlan): LogicalPlan {
  if (!("child" in node)) throw new TypeError(`a ${node.kind} cannot have a subquery`);
  const attaching = new Attaching(node.child, expressionsOf(node));
  const replaced = mapExpressions(node, (e) => attaching.replace(e));
  return to({ ...replaced, child: attaching.plan } as LogicalPlan, node);
}
