import { renumber } from "../analyzer/renumber.ts";
import { call } from "../expressions/build.ts";
import type { Attribute } from "../expressions/expression.ts";
import { outputOf } from "../logical/output.ts";
import type { Aggregate, Join, LogicalPlan } from "../logical/plan.ts";
import { childrenOf, transformUp } from "../logical/traverse.ts";
import { booleanType } from "../types/data-type.ts";
import { bloomTest, filterByBloom } from "./bloom-filter.ts";
import { SIDES_THAT_NEED_PARTNERS } from "./join-sides.ts";
import { columnBelow, keyPairs, keySource } from "./key-source.ts";
import type { OptimizerContext, Rule } from "./rule.ts";
import { outputIds } from "./substitute.ts";

/** Rows of an aggregate's input from which on it is worth reading something small twice. */
const MIN_ROWS = 10_000;
/** The filter's rows are at most this share of the rows that it filters. */
const MAX_SHARE = 0.1;

/**
 * Rows that a join will not meet are neither moved (bloom-filter.ts) nor grouped: where a join's one side is an aggregate by its key and the other side's key comes
 * from a few rows of a filtered relation, the aggregate's input is filtered by those (a semi join). What stands between a join and a
 * scan without a group in between needs none: the kernel passes such filters on by itself.
 * Source: Spark's InjectRuntimeFilter (its creation and its application side).
 */
export const injectRuntimeFilter: Rule = {
  name: "InjectRuntimeFilter",
  apply: (plan, context) => {
    let blooms = countBlooms(plan);
    return transformUp(plan, (node) => {
      if (node.kind !== "join") return node;
      const grouped = filterSides(node, context);
      const untouched = (["left", "right"] as const).filter((side) => grouped[side] === node[side]);
      const filtered = filterByBloom(grouped, untouched, context, context.settings.bloomFilter.mostFilters - blooms);
      if (filtered !== grouped) blooms++;
      return filtered;
    });
  },
};

const countBlooms = (plan: LogicalPlan): number =>
  childrenOf(plan).reduce((count, child) => count + countBlooms(child), plan.kind === "join" && bloomTest(plan) ? 1 : 0);

function filterSides(join: Join, context: OptimizerContext): Join {
  let next = join;
  for (const side of SIDES_THAT_NEED_PARTNERS[join.type]) {
    const [application, creation] = side === "left" ? [next.left, next.right] : [next.right, next.left];
    for (const [key, other] of keyPairs(next, application, creation)) {
      const source = keySource(creation, other, context);
      const filtered = source && filterAggregate(application, key, source, context);
      if (!filtered) continue;
      next = { ...next, [side]: filtered };
      break;
    }
  }
  return next;
}

/** The plan with the input of an aggregate in it filtered; undefined where there is none by that key, or it would not pay. */
function filterAggregate(plan: LogicalPlan, key: Attribute, source: LogicalPlan, context: OptimizerContext): LogicalPlan | undefined {
  if (plan.kind !== "filter" && plan.kind !== "project" && plan.kind !== "aggregate") return undefined;
  const column = plan.kind === "filter" ? key : plan.kind === "project" ? columnBelow(plan.expressions, key) : groupOf(plan, key);
  const filter = plan.kind === "aggregate" ? filterInput : filterAggregate;
  const child = column && filter(plan.child, column, source, context);
  return child && { ...plan, child };
}

function groupOf(plan: Aggregate, key: Attribute): Attribute | undefined {
  const column = columnBelow(plan.aggregates, key);
  return column && plan.grouping.some((g) => g.kind === "attribute" && g.id === column.id) ? column : undefined;
}

/** A semi join as far down as the key comes from one relation. */
function filterInput(plan: LogicalPlan, key: Attribute, source: LogicalPlan, context: OptimizerContext): LogicalPlan | undefined {
  if (isOverScan(plan)) return semiJoin(plan, key, source, context);
  if (plan.kind === "filter" || (plan.kind === "project" && columnBelow(plan.expressions, key)?.id === key.id)) {
    const child = filterInput(plan.child, key, source, context);
    return child && { ...plan, child };
  }
  if (plan.kind !== "join" || (plan.type !== "inner" && plan.type !== "cross")) return semiJoin(plan, key, source, context);
  const side = outputIds(plan.left).has(key.id) ? "left" : "right";
  const filtered = filterInput(plan[side], key, source, context);
  return filtered && { ...plan, [side]: filtered };
}

const isOverScan = (plan: LogicalPlan): boolean =>
  plan.kind === "scan" || ((plan.kind === "filter" || plan.kind === "project") && childrenOf(plan).every(isOverScan));

function semiJoin(plan: LogicalPlan, key: Attribute, source: LogicalPlan, { statistics }: OptimizerContext): LogicalPlan | undefined {
  const rows = statistics(plan).rowCount;
  const read = statistics(scanBelow(source)).rowCount;
  if (rows < MIN_ROWS || read > rows || statistics(source).rowCount > rows * MAX_SHARE || isFiltered(plan, key)) return undefined;
  const copy = renumber(source);
  return { kind: "join", type: "leftSemi", left: plan, right: copy, condition: call("=", [key, outputOf(copy)[0]!], booleanType, true) };
}

const scanBelow = (plan: LogicalPlan): LogicalPlan => childrenOf(plan).map(scanBelow)[0] ?? plan;

/** Whether a semi join by that key stands there already. */
const isFiltered = (plan: LogicalPlan, key: Attribute): boolean =>
  plan.kind === "join" &&
  plan.type === "leftSemi" &&
  isOverScan(plan.right) &&
  keyPairs(plan, plan.left, plan.right).some(([a]) => a.id === key.id);
