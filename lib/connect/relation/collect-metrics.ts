import { observedPlan } from "../../dataframe/observation.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { CollectMetrics } from "../protocol/spark/connect/relations_pb.js";
import { expressionsOf } from "./frame.ts";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";

/** Aggregates over the rows that pass: the operation that runs the plan tells them. */
export async function collectMetricsOf({ input, name, metrics }: CollectMetrics, t: Scope): Promise<LogicalPlan> {
  const child = await planOf(input, t);
  return observedPlan(child, name, await expressionsOf(metrics, t), t.spark);
}
