import { call, freshId, integerLiteral, longLiteral, namedAs, newAttribute, sortOrder, splitConjuncts } from "../expressions/build.ts";
import type { Attribute, Call, Expression, SortOrder } from "../expressions/expression.ts";
import { referencesOf, typeOf } from "../expressions/properties.ts";
import { someExpression } from "../expressions/traverse.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { Aggregate, Expand, Join, LogicalPlan, Union, Window } from "../logical/plan.ts";
import { rangeLength } from "../logical/range-length.ts";
import { expressionsOf, mapChildren } from "../logical/traverse.ts";
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
  const numbersBelow = <P extends LogicalPlan & { readonly child: LogicalPlan }>(over: P): P => ({
    ...over,
    child: belowNumbers(over.child, below),
  });
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
    case "sort":
      return belowNumbers(plan, below);
    case "expand":
      return orderedExpand({ ...plan, child: below(plan.child) });
    case "aggregate":
      return plan.grouping.length === 0 ? belowNumbers(plan, below) : orderedGroups(numbersBelow(plan), partitions, context);
    case "window":
      return isNumbering(plan) ? belowNumbers(plan, below) : orderedWindow(numbersBelow(plan));
    case "join":
      return plan.lateral ? plan : orderedJoin({ ...plan, left: below(plan.left), right: below(plan.right) }, context);
    default:
      return plan;
  }
}

/** A row's place becomes a value of its own by such a call: the order of the rows below then counts, whatever is above. */
const numbers = (e: Expression): boolean => someExpression(e, (one) => one.kind === "call" && one.name === "monotonically_increasing_id");
const isNumbering = (plan: Window): boolean => plan.partitionBy.length === 0 && plan.orderBy.every(numbers);

/** Rows are put in order where their places are asked for. */
function belowNumbers(plan: LogicalPlan, order: (plan: LogicalPlan) => LogicalPlan): LogicalPlan {
  return expressionsOf(plan).some(numbers) ? mapChildren(plan, order) : mapChildren(plan, (child) => belowNumbers(child, order));
}

const sorted = (order: readonly SortOrder[], child: LogicalPlan): LogicalPlan => ({ kind: "sort", order, global: true, child });

/** The partition of an exchange that equal keys meet in. Source: Spark's HashPartitioning.partitionIdExpression. */
function partitionOf(keys: readonly Expression[], partitions: number): Expression {
  const hash = call("hash", keys, t.integerType, false);
  return call("pmod", [hash, integerLiteral(partitions)], t.integerType, false);
}

/** A map has no hash of its own. */
const hasHash = (keys: readonly Expression[]): boolean => keys.every((key) => !t.holdsKind(typeOf(key), "map"));

function orderedGroups(plan: Aggregate, partitions: number, context: OptimizerContext): LogicalPlan {
  if (!hasHash(plan.grouping)) return plan;
  const has = (test: (e: Expression) => boolean) => plan.aggregates.some((e) => someExpression(e, test));
  // Functions in Python take the groups by their keys' order already, and stand beside no other aggregates.
  if (has((e) => e.kind === "aggregate" && e.python !== undefined)) return plan;
  if (has(isSorted) && !has(isObject)) return groupsBy(plan, plan.grouping, plan.child);
  // Two aggregations run where one has DISTINCT: the second reads what the first has brought together.
  const spread = has((e) => e.kind === "aggregate" && e.distinct) ? undefined : withTask(plan.child, context);
  const input = numbered(spread?.plan ?? (plan.child.kind === "expand" ? orderedExpand(plan.child) : plan.child));
  const tasks = spread ? [least(spread.task)] : [];
  return groupsBy(plan, [...tasks, partitionOf(plan.grouping, partitions), least(input.position.child)], input.plan);
}

/** All that becomes of a row before what becomes of the next one. */
function orderedExpand(plan: Expand): LogicalPlan {
  const input = numbered(plan.child);
  const keys = [newAttribute("position", t.longType, false), newAttribute("branch", t.integerType, false)];
  const expand: LogicalPlan = {
    ...plan,
    projections: plan.projections.map((projection, branch) => [...projection, input.position.child, integerLiteral(branch)]),
    output: [...plan.output, ...keys],
    child: input.plan,
  };
  const order = keys.map((key) => sortOrder(key));
  return { kind: "project", expressions: plan.output, child: sorted(order, expand) };
}

function groupsBy(plan: Aggregate, order: readonly Expression[], child: LogicalPlan): LogicalPlan {
  const keys = order.map((key) => namedAs(key, freshId(), "key"));
  const groups: LogicalPlan = { ...plan, aggregates: [...plan.aggregates, ...keys], child };
  return {
    kind: "project",
    expressions: outputOf(plan),
    child: sorted(
      keys.map((key) => sortOrder(toAttribute(key))),
      groups,
    ),
  };
}

const least = (e: Expression): Expression => ({
  kind: "aggregate",
  name: "min",
  args: [e],
  distinct: false,
  type: typeOf(e),
  nullable: true,
});

/** Tasks that Spark reads a program's rows in, where its own examples were made: local[4]. */
const TASKS = 4n;

/**
 * A plan with a column more, the task that reads a row; undefined where that is not known. Groups meet in one partition after the
 * exchange, those of the first task first. Source: Spark's ParallelCollectionRDD.slice, CoalesceShufflePartitions.
 */
function withTask(plan: LogicalPlan, context: OptimizerContext): { readonly plan: LogicalPlan; readonly task: Attribute } | undefined {
  switch (plan.kind) {
    case "localRelation":
      return ofRows(plan, BigInt(plan.rows));
    case "range":
      return ofRows(plan, rangeLength(plan));
    case "project":
      return through(plan, context, (child, task) => ({ ...plan, expressions: [...plan.expressions, task], child }));
    case "generate":
    case "filter":
      return through(plan, context, (child) => ({ ...plan, child }));
    case "union":
      return throughUnion(plan, context);
    case "expand":
      return through(plan, context, (child, task) => ({
        ...plan,
        projections: plan.projections.map((projection) => [...projection, task]),
        output: [...plan.output, task],
        child,
      }));
    case "join":
      return throughJoin(plan, context);
    default:
      return undefined;
  }
}

function ofRows(plan: LogicalPlan, rows: bigint): ReturnType<typeof withTask> {
  if (rows === 0n) return undefined;
  const tasks = rows < TASKS ? rows : TASKS;
  const input = numbered(plan);
  const long = (name: string, a: Expression, b: bigint) => call(name, [a, longLiteral(b)], t.longType, false);
  const task = namedAs(long("div", long("+", long("*", input.position.child, tasks), tasks - 1n), rows), freshId(), "task");
  return { plan: { kind: "project", expressions: [...outputOf(plan), task], child: input.plan }, task: toAttribute(task) };
}

function through(
  plan: Extract<LogicalPlan, { child: LogicalPlan }>,
  context: OptimizerContext,
  over: (child: LogicalPlan, task: Attribute) => LogicalPlan,
): ReturnType<typeof withTask> {
  const below = withTask(plan.child, context);
  return below && { plan: over(below.plan, below.task), task: below.task };
}

/** The tasks of each child come behind those of the ones before. */
function throughUnion(plan: Union, context: OptimizerContext): ReturnType<typeof withTask> {
  const tasks = plan.children.map((child) => withTask(child, context));
  if (!tasks.every((below) => below !== undefined)) return undefined;
  const task = newAttribute("task", t.longType, false);
  const children = tasks.map(({ plan: child, task: own }, i): LogicalPlan => {
    const shifted = call("+", [own, longLiteral(BigInt(i) * TASKS)], t.longType, false);
    const columns = outputOf(child).filter(({ id }) => id !== own.id);
    return { kind: "project", expressions: [...columns, namedAs(shifted, freshId(), "task")], child };
  });
  return { plan: { ...plan, children, output: [...outputOf(plan), task] }, task };
}

/** A join with a side that is broadcast runs in the tasks of the other one. */
function throughJoin(plan: Join, context: OptimizerContext): ReturnType<typeof withTask> {
  if (isMerged(plan) || plan.lateral) return undefined;
  const side = !isHalf(plan) && buildsLeft(plan, context) ? "right" : "left";
  const below = withTask(plan[side], context);
  return below && { plan: { ...plan, [side]: below.plan }, task: below.task };
}

const isHalf = ({ type }: Join): boolean => type === "leftSemi" || type === "leftAnti" || type === "existence";
const isMerged = ({ type, leftHint, rightHint }: Join): boolean => type === "full" || leftHint === "merge" || rightHint === "merge";

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
  const onlyLeft = isHalf(plan);
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
  if (isMerged(plan)) {
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
