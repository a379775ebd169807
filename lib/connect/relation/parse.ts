import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Parse } from "../protocol/spark/connect/relations_pb.js";
import type { Scope } from "./scope.ts";
import { unsupported } from "./unsupported.ts";

export function parseOf(_message: Parse, _t: Scope): LogicalPlan {
  throw unsupported("Reading from a DataFrame of lines", "Use functions.from_json or from_csv.");
}
