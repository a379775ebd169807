import { create } from "@bufbuild/protobuf";
import { DataFrame } from "../../dataframe/dataframe.ts";
import { settle } from "../../dataframe/deferred.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { expressionOf } from "../expression/expression.ts";
import {
  type Expression_Literal,
  type Expression as ExpressionMessage,
  ExpressionSchema,
} from "../protocol/spark/connect/expressions_pb.js";
import type { Relation } from "../protocol/spark/connect/relations_pb.js";
import type { Translation } from "../translation.ts";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";

/** The DataFrame of a plan, which keeps its number: the client's columns name it. */
export const frameOfPlan = (plan: LogicalPlan, t: Translation): DataFrame => new DataFrame(t.spark, plan);

/** The DataFrame of a client's relation. */
export const frameOf = async (relation: Relation | undefined, t: Scope): Promise<DataFrame> => frameOfPlan(await planOf(relation, t), t);

/** What a DataFrame's builder made, with nothing left to look up. */
export const builtBy = <T>(frame: DataFrame<T>): Promise<LogicalPlan> => settle(frame.plan);

/** Expressions one after the other, in their order. */
export async function expressionsOf(messages: readonly ExpressionMessage[], t: Scope): Promise<Expression[]> {
  const expressions: Expression[] = [];
  for (const message of messages) expressions.push(await expressionOf(message, t));
  return expressions;
}

export const literalExpression = (value: Expression_Literal, t: Scope): Promise<Expression> =>
  expressionOf(create(ExpressionSchema, { exprType: { case: "literal", value } }), t);
