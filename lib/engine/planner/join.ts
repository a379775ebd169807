import { call, conjunction, freshId, namedAs, splitConjuncts } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { referencesOf, sameExpression } from "../expressions/properties.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { Join, JoinType, LogicalPlan } from "../logical/plan.ts";
import { bloomTest } from "../optimizer/bloom-filter.ts";
import { binaryType } from "../types/data-type.ts";
import { satisfies } from "./partitioning.ts";
import type { JoinKey, JoinStrategy, PhysicalPlan } from "./plan.ts";
import { coLocate, exchange, type Planned, type Planner } from "./plan-physical.ts";

/** A build side this many times smaller is worth a hash table rather than a sort (Spark's `canBuildLocalHashMapBySize` and `muchSmaller`). */
const MUCH_SMALLER = 3;

type Side = "left" | "right";

/** Broadcast, shuffled hash or sort-merge by hints and sizes; exchanges only where sides do not meet already. */
export function planJoin(planner: Planner, logical: Join): Planned {
  const notIn = notInKey(logical);
  if (notIn) return planNotIn(planner, logical, notIn);
  const bloom = bloomTest(logical);
  if (bloom) return planBloom(planner, logical, bloom);
  const { keys, condition } = splitCondition(logical);
  const [left, right] = [planner.plan(logical.left), planner.plan(logical.right)];
  const build = broadcastSide(planner, logical, keys.length > 0);
  const together = satisfies(left.partitioning, { kind: "all" }) && satisfies(right.partitioning, { kind: "all" });
  const join = (strategy: JoinStrategy, l: Planned, r: Planned, partitioning: Planned["partitioning"], hashed?: Side): Planned => {
    const plan: PhysicalPlan = {
      kind: "join",
      strategy,
      type: logical.type,
      left: l.plan,
      right: r.plan,
      keys,
      ...(condition ? { condition } : {}),
      ...(logical.exists ? { exists: logical.exists } : {}),
      ...(hashed ? { build: hashed } : {}),
    };
    return { plan, partitioning };
  };
  if (build) {
    const strategy = keys.length > 0 ? "broadcastHash" : "broadcastNestedLoop";
    if (together) return join(strategy, left, right, left.partitioning);
    const [l, r] = build === "left" ? [broadcast(left), right] : [left, broadcast(right)];
    return join(strategy, l, r, build === "left" ? right.partitioning : left.partitioning);
  }
  if (keys.length === 0) {
    const [l, r] = [planner.gather(left), planner.gather(right)];
    return join("cartesian", l, r, { kind: "single" });
  }
  const [l, r] = coLocate(
    planner,
    logical,
    keys.map((k) => k.left),
    keys.map((k) => k.right),
    left,
    right,
  );
  const hashed = hashedSide(planner, logical);
  return join(hashed ? "shuffledHash" : "sortMerge", l, r, outputPartitioning(logical.type, l, r), hashed);
}

/** Every task needs all of the right side: one NULL in it, and no row is surely outside. */
function planNotIn(planner: Planner, logical: Join, key: JoinKey): Planned {
  const [left, right] = [planner.plan(logical.left), planner.plan(logical.right)];
  const together = satisfies(left.partitioning, { kind: "all" }) && satisfies(right.partitioning, { kind: "all" });
  const all = together ? right : broadcast(right);
  return {
    plan: { kind: "join", strategy: "broadcastHash", type: "leftAnti", left: left.plan, right: all.plan, keys: [key], nullAware: true },
    partitioning: left.partitioning,
  };
}

/** Every task unpacks the filter once, after it has come, and tests its rows. */
function planBloom(planner: Planner, logical: Join, test: Call): Planned {
  const [left, right] = [planner.plan(logical.left), planner.plan(logical.right)];
  const together = satisfies(left.partitioning, { kind: "all" }) && satisfies(right.partitioning, { kind: "all" });
  const [filter, ...others] = test.args;
  const bits = namedAs(call("bloom_filter_bits", [filter!], binaryType, true), freshId(), "bloomFilter");
  const unpacked: PhysicalPlan = { kind: "project", expressions: [bits], child: (together ? right : broadcast(right)).plan };
  const condition = { ...test, args: [toAttribute(bits), ...others] };
  return {
    plan: { kind: "join", strategy: "broadcastNestedLoop", type: "leftSemi", left: left.plan, right: unpacked, keys: [], condition },
    partitioning: left.partitioning,
  };
}

/** The key of an anti join on `a = b OR (a = b) IS NULL`. Source: Spark's ExtractSingleColumnNullAwareAntiJoin. */
function notInKey(join: Join): JoinKey | undefined {
  const { condition } = join;
  if (join.type !== "leftAnti" || condition?.kind !== "call" || condition.name !== "or") return undefined;
  const [equal, missing] = condition.args;
  if (missing?.kind !== "call" || missing.name !== "isnull" || !equal || !sameExpression(missing.args[0]!, equal)) return undefined;
  const { keys, condition: rest } = splitCondition({ ...join, condition: equal });
  const [key, another] = keys;
  return key && !another && !rest && !key.nullSafe ? key : undefined;
}

/** A broadcast of one partition is a plain read; of many, each task reads all. */
const broadcast = (side: Planned): Planned => exchange(side, { kind: "broadcast" }, "broadcast");

function outputPartitioning(type: JoinType, left: Planned, right: Planned): Planned["partitioning"] {
  if (type === "full" && left.partitioning.kind === "hash") return { kind: "unknown", partitions: left.partitioning.partitions };
  return type === "right" ? right.partitioning : left.partitioning;
}

/** Which side every task may hold whole, for the join type. */
const buildable: Readonly<Record<JoinType, readonly Side[]>> = {
  inner: ["right", "left"],
  cross: ["right", "left"],
  left: ["right"],
  leftSemi: ["right"],
  leftAnti: ["right"],
  existence: ["right"],
  right: ["left"],
  full: [],
};

function broadcastSide(planner: Planner, join: Join, hasKeys: boolean): Side | undefined {
  const sides = buildable[join.type];
  const hinted = sides.filter((side) => hintOf(join, side) === "broadcast");
  const size = (side: Side) => planner.options.sizeOf(planOf(join, side));
  const smallest = (among: readonly Side[]) => [...among].sort((a, b) => size(a) - size(b))[0];
  if (hinted.length > 0) return smallest(hinted);
  if (hasKeys && (join.leftHint ?? join.rightHint) !== undefined) return undefined;
  const small = sides.filter((side) => size(side) <= planner.options.broadcastThreshold);
  return smallest(small.length > 0 || hasKeys ? small : sides);
}

const hintOf = (join: Join, side: Side) => (side === "left" ? join.leftHint : join.rightHint);
const planOf = (join: Join, side: Side): LogicalPlan => (side === "left" ? join.left : join.right);

/** Which side a shuffled hash join hashes, where that is better than sorting both. Source: Spark's JoinSelection. */
function hashedSide(planner: Planner, join: Join): Side | undefined {
  const hints = [join.leftHint, join.rightHint];
  if (hints.includes("merge")) return undefined;
  const sides = hashable(join.type);
  const size = (side: Side) => planner.options.sizeOf(planOf(join, side));
  const smaller = [...sides].sort((a, b) => size(a) - size(b))[0]!;
  const hinted = sides.filter((side) => hintOf(join, side) === "shuffleHash");
  if (hinted.length > 0) return hinted.length > 1 ? smaller : hinted[0];
  if (hints.includes("shuffleHash")) return smaller;
  const fits = size(smaller) <= Math.max(0, planner.options.broadcastThreshold) * planner.options.shufflePartitions;
  return fits && size(smaller) * MUCH_SMALLER <= size(smaller === "left" ? "right" : "left") ? smaller : undefined;
}

/** Semi, anti and existence joins look left rows up in the right side. */
const hashable = (type: JoinType): readonly Side[] =>
  type === "leftSemi" || type === "leftAnti" || type === "existence" ? ["right"] : ["right", "left"];

/** Conjuncts that equate a left with a right expression are keys; the rest is the condition. */
function splitCondition(join: Join): { keys: readonly JoinKey[]; condition?: Expression } {
  if (!join.condition) return { keys: [] };
  const [leftIds, rightIds] = [join.left, join.right].map((side) => new Set(outputOf(side).map((a) => a.id))) as [Set<number>, Set<number>];
  const within = (e: Expression, ids: Set<number>) => {
    const references = referencesOf(e);
    return references.length > 0 && references.every((a) => ids.has(a.id));
  };
  const keys: JoinKey[] = [];
  const rest: Expression[] = [];
  for (const conjunct of splitConjuncts(join.condition)) {
    const [a, b] = conjunct.kind === "call" && (conjunct.name === "=" || conjunct.name === "<=>") ? conjunct.args : [];
    const nullSafe = conjunct.kind === "call" && conjunct.name === "<=>";
    if (a && b && within(a, leftIds) && within(b, rightIds)) keys.push({ left: a, right: b, nullSafe });
    else if (a && b && within(b, leftIds) && within(a, rightIds)) keys.push({ left: b, right: a, nullSafe });
    else rest.push(conjunct);
  }
  return rest.length > 0 ? { keys, condition: conjunction(rest) } : { keys };
}
