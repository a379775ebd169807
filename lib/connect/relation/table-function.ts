import { parseAttributeName } from "../../engine/expressions/build.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { UnresolvedTableValuedFunction } from "../protocol/spark/connect/relations_pb.js";
import { expressionsOf } from "./frame.ts";
import type { Scope } from "./scope.ts";

export async function tableFunctionOf(message: UnresolvedTableValuedFunction, t: Scope): Promise<LogicalPlan> {
  const args = await expressionsOf(message.arguments, t);
  return { kind: "tableFunction", nameParts: parseAttributeName(message.functionName), args };
}
