import { AnalysisError } from "../../engine/errors.ts";
import type { Expression as EngineExpression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { invalidPlan } from "../invalid-plan.ts";
import { type SubqueryExpression, SubqueryExpression_SubqueryType as SubqueryType } from "../protocol/spark/connect/expressions_pb.js";
import { planOf } from "../relation/relation.ts";
import { expressionIn } from "./expression.ts";
import type { Scope } from "./scope.ts";

/** A query inside an expression; the relation stands beside the plan, under its id. */
export async function subquery(message: SubqueryExpression, scope: Scope): Promise<EngineExpression> {
  switch (message.subqueryType) {
    case SubqueryType.SCALAR:
      return { kind: "scalarSubquery", plan: await queried(message, scope) };
    case SubqueryType.EXISTS:
      return { kind: "exists", plan: await queried(message, scope) };
    case SubqueryType.IN: {
      const values: EngineExpression[] = [];
      for (const value of message.inSubqueryValues) values.push(await expressionIn(value, scope));
      return { kind: "inSubquery", values, plan: await queried(message, scope) };
    }
    case SubqueryType.TABLE_ARG:
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: "A table as an argument",
        advice: "Only table functions of Python take tables.",
      });
    default:
      throw invalidPlan("a subquery of an unknown kind");
  }
}

function queried({ planId }: SubqueryExpression, { t }: Scope): Promise<LogicalPlan> {
  const relation = t.references.get(planId);
  if (!relation) throw invalidPlan(`a subquery of the plan ${planId}, which did not come with it`);
  return planOf(relation, t);
}
