import type { Expression as EngineExpression, FrameBound, WindowFrame } from "../../engine/expressions/expression.ts";
import { invalidPlan } from "../invalid-plan.ts";
import {
  type Expression_Window,
  type Expression_Window_WindowFrame,
  type Expression_Window_WindowFrame_FrameBoundary,
  Expression_Window_WindowFrame_FrameType as FrameType,
} from "../protocol/spark/connect/expressions_pb.js";
import { expressionIn, sortOrderIn } from "./expression.ts";
import type { Scope } from "./scope.ts";

/** `function OVER (...)`. */
export async function windowCall(message: Expression_Window, scope: Scope): Promise<EngineExpression> {
  if (!message.windowFunction) throw invalidPlan("a window without a function");
  const { frameSpec } = message;
  const partitionBy: EngineExpression[] = [];
  for (const key of message.partitionSpec) partitionBy.push(await expressionIn(key, scope));
  const orderBy = [];
  for (const order of message.orderSpec) orderBy.push(await sortOrderIn(order, scope));
  return {
    kind: "window",
    function: await expressionIn(message.windowFunction, scope),
    partitionBy,
    orderBy,
    ...(frameSpec ? { frame: await frameOf(frameSpec, scope) } : {}),
  };
}

async function frameOf({ frameType, lower, upper }: Expression_Window_WindowFrame, scope: Scope): Promise<WindowFrame> {
  if (frameType !== FrameType.ROW && frameType !== FrameType.RANGE) throw invalidPlan("a frame of neither rows nor a range");
  return {
    unit: frameType === FrameType.ROW ? "rows" : "range",
    lower: await boundOf(lower, "unboundedPreceding", scope),
    upper: await boundOf(upper, "unboundedFollowing", scope),
  };
}

async function boundOf(
  message: Expression_Window_WindowFrame_FrameBoundary | undefined,
  unbounded: "unboundedPreceding" | "unboundedFollowing",
  scope: Scope,
): Promise<FrameBound> {
  const boundary = message?.boundary;
  switch (boundary?.case) {
    case "currentRow":
      return { kind: "currentRow" };
    case "unbounded":
      return { kind: unbounded };
    case "value":
      return { kind: "offset", offset: await expressionIn(boundary.value, scope) };
    default:
      throw invalidPlan("a frame without a bound");
  }
}
