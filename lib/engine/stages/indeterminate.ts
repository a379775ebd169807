import type { Expression } from "../expressions/expression.ts";
import { isDeterministic } from "../expressions/properties.ts";
import type { PhysicalPlan } from "../planner/plan.ts";
import { childrenOf } from "../planner/traverse.ts";
import type { StageOutput } from "./stage.ts";

/** Operators whose rows hang on the order in which their input comes, which a parallel kernel does not repeat. */
const ORDER_DEPENDENT: ReadonlySet<PhysicalPlan["kind"]> = new Set([
  "limit",
  "tail",
  "topK",
  "sample",
  "sortKeySample",
  "window",
  "mapPartitions",
  "python",
]);
/** Aggregates whose value hangs on that order. */
const ORDER_DEPENDENT_AGGREGATES: ReadonlySet<string> = new Set([
  "first",
  "last",
  "any_value",
  "collect_list",
  "collect_set",
  "listagg",
  "max_by",
  "min_by",
  "mode",
]);

/** Whether another run of a task may give other rows, or send them to other partitions. Errs on the side of yes: it only costs reruns after a loss. */
export function isIndeterminate(fragment: PhysicalPlan, output: StageOutput): boolean {
  return (output.kind === "shuffle" && output.by.kind === "roundRobin") || dependsOnChance(fragment);
}

function dependsOnChance(plan: PhysicalPlan): boolean {
  const chance = (e: Expression) => !isDeterministic(e) || (e.kind === "aggregate" && ORDER_DEPENDENT_AGGREGATES.has(e.name));
  return ORDER_DEPENDENT.has(plan.kind) || expressionsOf(plan).some(chance) || childrenOf(plan).some(dependsOnChance);
}

function expressionsOf(plan: PhysicalPlan): readonly Expression[] {
  switch (plan.kind) {
    case "project":
      return plan.expressions;
    case "filter":
      return [plan.condition];
    case "generate":
      return [plan.generator];
    case "expand":
      return plan.projections.flat();
    case "join":
      return plan.condition ? [plan.condition] : [];
    case "aggregate":
      return plan.aggregates.map((a) => a.alias.child);
    default:
      return [];
  }
}
