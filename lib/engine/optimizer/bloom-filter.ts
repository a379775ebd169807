import { renumber } from "../analyzer/renumber.ts";
import { call, freshId, integerLiteral, namedAs, splitConjuncts } from "../expressions/build.ts";
import type { Attribute, Call, Expression } from "../expressions/expression.ts";
import { fingerprint, isDeterministic, referencesOf } from "../expressions/properties.ts";
import { outputOf, toAttribute } from "../logical/output.ts";
import type { Aggregate, Join, LogicalPlan, Scan } from "../logical/plan.ts";
import { childrenOf } from "../logical/traverse.ts";
import { binaryType, booleanType, isFractional } from "../types/data-type.ts";
import { SIDES_THAT_NEED_PARTNERS } from "./join-sides.ts";
import { keySource } from "./key-source.ts";
import type { OptimizerContext } from "./rule.ts";
import type { BloomFilterSettings } from "./settings.ts";
import { aliasesOf, outputIds, readsOnly, substitute } from "./substitute.ts";
import { callsUser, canRaise } from "./traits.ts";

/** Least bits for a key: with two bits set for each, 5 % of other keys seem to be in a filter of 8 and 1.4 % in one of 16. */
const BITS_PER_KEY = 8;
const LEAST_BITS = 1024;
/** A filter that is thought to leave more of the keys than this share is not worth a stage of its own. */
const MOST_KEPT = 0.5;

type Side = "left" | "right";

/**
 * A side of a shuffled join without the rows whose keys are surely not on the other side, where that comes from a filtered relation:
 * a semi join by a Bloom filter of its keys, below the exchange. Gives the same join where none would pay.
 * Source: Spark's InjectRuntimeFilter.
 */
export function filterByBloom(join: Join, sides: readonly Side[], context: OptimizerContext, most: number): Join {
  if (most <= 0 || !context.settings.bloomFilter.enabled) return join;
  const shuffled = isShuffled(join, context);
  let next = join;
  for (const [left, right] of equalKeys(join)) {
    for (const side of SIDES_THAT_NEED_PARTNERS[join.type]) {
      if (!sides.includes(side) || !(shuffled || hasShuffle(join[side], context))) continue;
      const [key, other, creation] = side === "left" ? [left, right, join.right] : [right, left, join.left];
      const filtered = isWorthFiltering(join[side], context) ? withFilter(next[side], key, creation, other, context) : undefined;
      if (!filtered) continue;
      next = { ...next, [side]: filtered };
      break;
    }
  }
  return next;
}

/** The call in a semi join by a Bloom filter; undefined of other joins. Its arguments: the filter, the key, the filter's bits. */
export function bloomTest(join: Join): Call | undefined {
  const { condition } = join;
  return join.type === "leftSemi" && condition?.kind === "call" && condition.name === "might_contain" ? condition : undefined;
}

function equalKeys(join: Join): (readonly [left: Expression, right: Expression])[] {
  const [leftIds, rightIds] = [outputIds(join.left), outputIds(join.right)];
  return (join.condition ? splitConjuncts(join.condition) : []).flatMap((e): (readonly [Expression, Expression])[] => {
    const [a, b] = e.kind === "call" && e.name === "=" ? e.args : [];
    if (!a || !b || !isSimple(a) || !isSimple(b)) return [];
    if (readsOnly(a, leftIds) && readsOnly(b, rightIds)) return [[a, b]];
    return readsOnly(a, rightIds) && readsOnly(b, leftIds) ? [[b, a]] : [];
  });
}

const isSimple = (e: Expression): boolean => referencesOf(e).length > 0 && isDeterministic(e) && !callsUser(e);

function isShuffled({ left, right, leftHint, rightHint }: Join, { settings, statistics }: OptimizerContext): boolean {
  if (leftHint === "broadcast" || rightHint === "broadcast") return false;
  return [left, right].every((side) => statistics(side).sizeInBytes > settings.broadcastThreshold);
}

function hasShuffle(plan: LogicalPlan, context: OptimizerContext): boolean {
  if (plan.kind === "aggregate" || plan.kind === "window" || (plan.kind === "join" && isShuffled(plan, context))) return true;
  return childrenOf(plan).some((child) => hasShuffle(child, context));
}

/** Whether a side is large, and read by more than one task. */
function isWorthFiltering(plan: LogicalPlan, { settings, isSpread }: OptimizerContext): boolean {
  const { applicationSideScanSizeThreshold: least } = settings.bloomFilter;
  return scansOf(plan).some((scan) => scan.files.reduce((sum, { size }) => sum + size, 0) >= least && isSpread(scan));
}

const scansOf = (plan: LogicalPlan): Scan[] => (plan.kind === "scan" ? [plan] : childrenOf(plan).flatMap(scansOf));

function withFilter(
  plan: LogicalPlan,
  key: Expression,
  creation: LogicalPlan,
  other: Expression,
  context: OptimizerContext,
): LogicalPlan | undefined {
  const keys = keysOf(creation, other, context);
  if (!keys || context.statistics(keys.plan).sizeInBytes > context.settings.bloomFilter.creationSideThreshold) return undefined;
  const distinct = key.kind === "attribute" ? context.statistics(plan).columns.get(key.id)?.distinct : undefined;
  const count = context.statistics(keys.plan).rowCount;
  if (distinct !== undefined && count > distinct * MOST_KEPT) return undefined;
  const bits = bitsFor(count, context.settings.bloomFilter);
  const made = { kind: "aggregate", name: "bloom_filter_agg", args: [keys.key, integerLiteral(bits)], distinct: false } as const;
  const filter = namedAs({ ...made, type: binaryType, nullable: true }, freshId(), "bloomFilter");
  const right: Aggregate = { kind: "aggregate", grouping: [], aggregates: [filter], child: keys.plan };
  return place(plan, key, context, (below, e) => {
    const condition = call("might_contain", [toAttribute(filter), e, integerLiteral(bits)], booleanType, true);
    return isFiltered(below, e) ? undefined : { kind: "join", type: "leftSemi", left: below, right, condition };
  });
}

/** A filtered relation's column that has all values of an expression over one column, and the expression over it. */
function keysOf(creation: LogicalPlan, key: Expression, context: OptimizerContext): { plan: LogicalPlan; key: Expression } | undefined {
  const [column, another] = new Map(referencesOf(key).map((a) => [a.id, a])).values();
  // 0.0 and -0.0 are equal, but not all that is made of them.
  if (!column || another || (key.kind !== "attribute" && isFractional(column.type))) return undefined;
  const source = keySource(creation, column, context);
  if (!source) return undefined;
  const plan = renumber(source);
  return { plan, key: substitute(key, new Map([[column.id, outputOf(plan)[0]!]])) };
}

function bitsFor(keys: number, { numBits, expectedNumItems, maxNumItems, maxNumBits }: BloomFilterSettings): number {
  const wanted = keys > 0 ? Math.min(keys, maxNumItems) * BITS_PER_KEY : Math.max(numBits, expectedNumItems * BITS_PER_KEY);
  const most = 2 ** Math.floor(Math.log2(maxNumBits));
  return Math.max(LEAST_BITS, Math.min(most, 2 ** Math.ceil(Math.log2(wanted))));
}

type Test = (plan: LogicalPlan, key: Expression) => LogicalPlan | undefined;

/** Puts a test of a key as far down as the key reaches with all rows of each of its values. */
function place(plan: LogicalPlan, key: Expression, context: OptimizerContext, test: Test): LogicalPlan | undefined {
  const below = isOverScan(plan) ? undefined : stepDown(plan, key, context);
  if (!below) return test(plan, key);
  const child = place(below.child, below.key, context, test);
  return child && { ...plan, [below.at]: child };
}

interface Step {
  readonly at: "child" | Side;
  readonly child: LogicalPlan;
  readonly key: Expression;
}

function stepDown(plan: LogicalPlan, key: Expression, { session }: OptimizerContext): Step | undefined {
  switch (plan.kind) {
    case "filter":
      return isDeterministic(plan.condition) ? { at: "child", child: plan.child, key } : undefined;
    case "project":
    case "aggregate": {
      const named = plan.kind === "project" ? plan.expressions : plan.aggregates;
      const inner = substitute(key, aliasesOf(named));
      const grouped = plan.kind === "project" || (plan.grouping.length > 0 && readsOnly(inner, columnsOf(plan.grouping)));
      const moves = grouped && named.every(isDeterministic) && readsOnly(inner, outputIds(plan.child)) && !canRaise(inner, session);
      return moves ? { at: "child", child: plan.child, key: inner } : undefined;
    }
    case "window":
      return readsOnly(key, columnsOf(plan.partitionBy)) ? { at: "child", child: plan.child, key } : undefined;
    case "join": {
      const at = KEEPING[plan.type].find((side) => readsOnly(key, outputIds(plan[side])));
      return at && { at, child: plan[at], key };
    }
    default:
      return undefined;
  }
}

/** Sides without whose rows a join has no rows of their values, and all else. */
const KEEPING: { readonly [T in Join["type"]]: readonly Side[] } = {
  inner: ["left", "right"],
  cross: ["left", "right"],
  left: ["left"],
  right: ["right"],
  full: [],
  leftSemi: ["left"],
  leftAnti: ["left"],
  existence: ["left"],
};

const columnsOf = (keys: readonly Expression[]): ReadonlySet<number> =>
  new Set(keys.filter((e): e is Attribute => e.kind === "attribute").map(({ id }) => id));

const isOverScan = (plan: LogicalPlan): boolean =>
  plan.kind === "scan" || ((plan.kind === "filter" || plan.kind === "project") && isOverScan(plan.child));

/** Whether a filter of that key stands there already. */
function isFiltered(plan: LogicalPlan, key: Expression): boolean {
  const test = plan.kind === "join" ? bloomTest(plan) : undefined;
  return plan.kind === "join" && test !== undefined && (fingerprint(test.args[1]!) === fingerprint(key) || isFiltered(plan.left, key));
}
