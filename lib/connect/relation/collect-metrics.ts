import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { CollectMetrics } from "../protocol/spark/connect/relations_pb.js";
import type { Scope } from "./scope.ts";
import { unsupported } from "./unsupported.ts";

export function collectMetricsOf(_message: CollectMetrics, _t: Scope): LogicalPlan {
  throw unsupported("DataFrame.observe", "Aggregate in a query of its own.");
}
