import type { PythonTableFunction } from "../../dataframe/python-table-function.ts";
import { tableEvaluation } from "../../dataframe/python-table-function.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { Expression as EngineExpression } from "../../engine/expressions/expression.ts";
import type { LogicalPlan, TableInput } from "../../engine/logical/plan.ts";
import { expressionOf, sortOrderOf } from "../expression/expression.ts";
import { invalidPlan } from "../invalid-plan.ts";
import {
  type Expression,
  type SubqueryExpression,
  SubqueryExpression_SubqueryType as SubqueryType,
} from "../protocol/spark/connect/expressions_pb.js";
import type { CommonInlineUserDefinedTableFunction } from "../protocol/spark/connect/relations_pb.js";
import type { Translation } from "../translation.ts";
import { engineType } from "../type/data-type.ts";
import { userFunction } from "./function.ts";

/** A client's table function. One whose columns its `analyze` method says is refused: that method would run before any task. */
export function clientTableFunction(message: CommonInlineUserDefinedTableFunction, t: Translation): PythonTableFunction {
  const { functionName: name, deterministic } = message;
  if (message.function.case !== "pythonUdtf") throw invalidPlan(`the table function ${name} in no language`);
  const { returnType, evalType, command, pythonVer } = message.function.value;
  if (!returnType)
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `The method analyze() of the table function ${name}`,
      advice: "Declare what the function gives with returnType.",
    });
  const schema = engineType(returnType);
  if (schema.kind !== "struct") throw invalidPlan(`the table function ${name}, which gives no rows`);
  return { function: userFunction({ name, deterministic, evalType, command, pythonVer }, t), schema };
}

/** A table function called with constants or, once among its arguments, a table. `planNamed` gives what stands beside the plan. */
export async function tableFunctionCall(
  message: CommonInlineUserDefinedTableFunction,
  t: Translation,
  planNamed: (id: bigint) => Promise<LogicalPlan>,
): Promise<LogicalPlan> {
  const args: EngineExpression[] = [];
  const inputs: TableInput[] = [];
  for (const argument of message.arguments) {
    const named = argument.exprType.case === "namedArgumentExpression" ? argument.exprType.value : undefined;
    const table = tableArgument(named ? named.value : argument);
    if (table) inputs.push(await tableInput(table, t, planNamed));
    const star: EngineExpression = { kind: "unresolvedStar" };
    if (!table) args.push(await expressionOf(argument, t));
    else args.push(named ? { kind: "namedArgument", name: named.key, value: star } : star);
  }
  if (inputs.length > 1) throw new AnalysisError("TABLE_VALUED_FUNCTION_TOO_MANY_TABLE_ARGUMENTS", { num: String(inputs.length) });
  return tableEvaluation(clientTableFunction(message, t), args, inputs[0]);
}

function tableArgument(expression: Expression | undefined): SubqueryExpression | undefined {
  const type = expression?.exprType;
  return type?.case === "subqueryExpression" && type.value.subqueryType === SubqueryType.TABLE_ARG ? type.value : undefined;
}

async function tableInput(
  message: SubqueryExpression,
  t: Translation,
  planNamed: (id: bigint) => Promise<LogicalPlan>,
): Promise<TableInput> {
  const options = message.tableArgOptions;
  const partitionBy: EngineExpression[] = [];
  for (const key of options?.partitionSpec ?? []) partitionBy.push(await expressionOf(key, t));
  const orderBy: TableInput["orderBy"][number][] = [];
  for (const key of options?.orderSpec ?? []) orderBy.push(await sortOrderOf(key, t));
  return { plan: await planNamed(message.planId), partitionBy, orderBy, ...(options?.withSinglePartition ? { single: true } : {}) };
}
