import { call, freshId, integerLiteral, namedAs, sortOrder, splitConjuncts } from "../expressions/build.ts";
import type { Call, Expression, SortOrder } from "../expressions/expression.ts";
import { referencesOf, typeOf } from "../expressions/properties.ts";
import { someExpression } from "../expressions/traverse.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { Aggregate, Join, LogicalPlan, Window } from "../logical/plan.ts";
import * as t from "../types/data-type.ts";
import type { OptimizerContext, Rule } from "./rule.ts";

/** More than this is not sorted for the sake of it. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * The rows of small results in the order in which Spark's exchanges leave them, which programs that print a handful of rows have come to
 * show: groups and windows by the partition that their keys hash to, joins by the side that is not broadcast. SQL promises none of it, so
 * that only sessions with `spark.firecrest.rowOrder` pay for it.
 */
export const orderRows: Rule = {
  name: "OrderRows",
  apply: (plan, context) => {
    const { rowOrder } = context.settings;
    return rowOrder === undefined || context.statistics(plan).sizeInBytes > MOST_BYTES ? plan : ordered(plan, rowOrder, context);
  },
};

/** `partitions` is what Spark's exchanges would have. */
function ordered(plan: LogicalPlan, partitions: number, context: OptimizerContext): LogicalPlan {
  const below = (child: LogicalPlan) => ordered(child, partitions, context);
  switch (plan.kind) {
    case "project":
    case "filter":
    case "limit":
    case "offset":
    case "tail":
    case "generate": {
      const child = below(plan.child);
      return child === plan.child ? plan : { ...plan, child };
    }
    case "union":
      return { ...plan, children: plan.children.map(below) };
    case "aggregate":
      return plan.grouping.length === 0 ? plan : orderedGroups(plan, partitions);
    case "window":
      return plan.partitionBy.length + plan.orderBy.length === 0 ? plan : orderedWindow(plan);
    case "join":
      return plan.lateral ? plan : orderedJoin({ ...plan, left: below(plan.left), right: below(plan.right) }, context);
    default:
      return plan;
  }
}

const sorted = (order: readonly SortOrder[], child: LogicalPlan): LogicalPlan => ({ kind: "sort", order, global: true, child });

/** The partition of an exchange that equal keys meet in. Source: Spark's HashPartitioning.partitionIdExpression. */
function partitionOf(keys: readonly Expression[], partitions: number): Expression {
  const hash = call("hash", keys, t.integerType, false);
  return call("pmod", [hash, integerLiteral(partitions)], t.integerType, false);
}

/** A map has no hash of its own. */
const hasHash = (keys: readonly Expression[]): boolean => keys.every((key) => !t.holdsKind(typeOf(key), "map"));

function orderedGroups(plan: Aggregate, partitions: number): LogicalPlan {
  if (!hasHash(plan.grouping)) return plan;
  const bySorting = plan.aggregates.some((e) => someExpression(e, isSorted)) && !plan.aggregates.some((e) => someExpression(e, isObject));
  const order = bySorting ? plan.grouping : [partitionOf(plan.grouping, partitions)];
  const keys = order.map((key) => namedAs(key, freshId(), "key"));
  const child: LogicalPlan = { ...plan, aggregates: [...plan.aggregates, ...keys] };
  const positions = keys.map((key) => sortOrder(toAttribute(key)));
  return { kind: "project", expressions: outputOf(plan), child: sorted(positions, child) };
}

/** Aggregates whose state is a value of their argument's type: one of no fixed length makes Spark sort by the keys and not hash them. */
const KEEPS_VALUE: ReadonlySet<string> = new Set(["min", "max", "first", "last", "any_value", "min_by", "max_by"]);
const FIXED_LENGTH = /^(void|boolean|byte|short|integer|long|float|double|decimal|date|timestamp|timestamp_ntz|time|.*interval)$/;
const isSorted = (e: Expression): boolean =>
  e.kind === "aggregate" && KEEPS_VALUE.has(e.name) && e.args.some((arg) => !FIXED_LENGTH.test(typeOf(arg).kind));
/** Aggregates of any other state are kept in a hash table by Spark, whatever stands beside them. Source: Spark's TypedImperativeAggregate. */
const OBJECTS =
  /^(collect_|array_agg|percentile|median|approx_percentile|approx_top_k|count_min_sketch|histogram_numeric|hll_|kll_|theta_|tuple_|listagg|mode|bitmap_|schema_of_variant_agg)/;
const isObject = (e: Expression): boolean => e.kind === "aggregate" && OBJECTS.test(e.name);

/** Small partitions become one before they are sorted by the window's keys. */
const orderedWindow = (plan: Window): LogicalPlan => sorted([...plan.partitionBy.map((e) => sortOrder(e)), ...plan.orderBy], plan);

function orderedJoin(plan: Join, context: OptimizerContext): LogicalPlan {
  const [left, right] = [numbered(plan.left), numbered(plan.right)];
  const keys = equalKeys(plan);
  const onlyLeft = plan.type === "leftSemi" || plan.type === "leftAnti" || plan.type === "existence";
  const join: LogicalPlan = { ...plan, left: left.plan, right: onlyLeft ? plan.right : right.plan };
  const order = onlyLeft ? [left.position] : positions(plan, keys, left.position, right.position, context);
  return { kind: "project", expressions: outputOf(plan), child: sorted(order, join) };
}

/** By the rows of the side that streams, and for each by those that it meets. */
function positions(
  plan: Join,
  keys: readonly (readonly [left: Expression, right: Expression])[],
  left: SortOrder,
  right: SortOrder,
  context: OptimizerContext,
): readonly SortOrder[] {
  if (plan.type === "full" || plan.leftHint === "merge" || plan.rightHint === "merge") {
    const merged = keys.map(([a, b]) => (plan.type === "full" ? call("coalesce", [a, b], typeOf(a), true) : a));
    return [...merged.map((e) => sortOrder(e)), left, right];
  }
  // A hash table gives the rows of one key with the last one first.
  const met = (order: SortOrder) => (keys.length > 0 ? sortOrder(order.child, false) : order);
  return buildsLeft(plan, context) ? [right, met(left)] : [left, met(right)];
}

/** Source: Spark's JoinSelection, of sides that are both small enough to broadcast. */
function buildsLeft({ type, left, right, leftHint, rightHint }: Join, { statistics }: OptimizerContext): boolean {
  if (type === "left") return false;
  if (type === "right") return true;
  if (leftHint === "broadcast" || rightHint === "broadcast") return rightHint !== "broadcast";
  return statistics(left).sizeInBytes < statistics(right).sizeInBytes;
}

function numbered(plan: LogicalPlan): { readonly plan: LogicalPlan; readonly position: SortOrder } {
  const position = namedAs(call("monotonically_increasing_id", [], t.longType, false), freshId(), "position");
  return {
    plan: { kind: "project", expressions: [...outputOf(plan), position], child: plan },
    position: sortOrder(toAttribute(position)),
  };
}

function equalKeys({ condition, left, right }: Join): readonly (readonly [Expression, Expression])[] {
  if (!condition) return [];
  const [leftIds, rightIds] = [left, right].map((side) => new Set(outputOf(side).map(({ id }) => id))) as [Set<number>, Set<number>];
  const isOf = (e: Expression, ids: ReadonlySet<number>) => referencesOf(e).length > 0 && referencesOf(e).every(({ id }) => ids.has(id));
  return splitConjuncts(condition).flatMap((conjunct) => {
    if (conjunct.kind !== "call" || !["=", "==", "<=>"].includes(conjunct.name)) return [];
    const [a, b] = (conjunct as Call).args as [Expression, Expression];
    if (isOf(a, leftIds) && isOf(b, rightIds)) return [[a, b] as const];
    return isOf(b, leftIds) && isOf(a, rightIds) ? [[b, a] as const] : [];
  });
}
