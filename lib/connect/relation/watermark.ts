import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { WithWatermark } from "../protocol/spark/connect/relations_pb.js";
import { frameOf } from "./frame.ts";
import type { Scope } from "./scope.ts";

/** No rows of a batch are late: its rows as they are, once the column is known to be one. Source: Spark's EliminateEventTimeWatermark. */
export async function watermarkOf({ input, eventTime }: WithWatermark, t: Scope): Promise<LogicalPlan> {
  const rows = await frameOf(input, t);
  await rows.select(eventTime).schema();
  return rows.plan;
}
