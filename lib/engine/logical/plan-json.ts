import type { Expression } from "../expressions/expression.ts";
import { anyExpression } from "../expressions/shape.ts";
import type { PhysicalPlan } from "../planner/plan.ts";
import { anyFragment } from "../planner/plan-shape.ts";
import { fromJson, JSON_LIMITS, type Json, type JsonLimits, toJson } from "./json-values.ts";
import type { LogicalPlan } from "./plan.ts";
import { anyPlan } from "./plan-shape.ts";
import type { Check } from "./shape.ts";

/**
 * Plans to JSON and back, exactly: `planFromJson(planToJson(p))` equals p. What is read is taken as untrusted: its
 * depth and size are bounded, each node's kind and fields are checked, and each literal is a value of its type.
 * Throws FIRECREST_INVALID_PLAN with the place of the first fault.
 */
export const planToJson = (plan: LogicalPlan): Json => toJson(plan);
export const planFromJson = (json: unknown, limits: JsonLimits = JSON_LIMITS): LogicalPlan => checked(json, limits, anyPlan) as LogicalPlan;

/** The same for a stage's fragment, or a whole physical plan. */
export const fragmentToJson = (fragment: PhysicalPlan): Json => toJson(fragment);
export const fragmentFromJson = (json: unknown, limits: JsonLimits = JSON_LIMITS): PhysicalPlan =>
  checked(json, limits, anyFragment) as PhysicalPlan;

/** The same for an expression. */
export const expressionToJson = (expression: Expression): Json => toJson(expression);
export const expressionFromJson = (json: unknown, limits: JsonLimits = JSON_LIMITS): Expression =>
  checked(json, limits, anyExpression) as Expression;

function checked(json: unknown, limits: JsonLimits, check: Check): unknown {
  const value = fromJson(json, limits);
  check(value, "");
  return value;
}
