import { analyzedCall } from "../../dataframe/python-table-analysis.ts";
import { type RegisteredTableFunction, tableEvaluation } from "../../dataframe/python-table-function.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { Expression as EngineExpression } from "../../engine/expressions/expression.ts";
import { sqlTypeOf } from "../../engine/expressions/quoting.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { TableInput } from "../../engine/logical/python.ts";
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

/** A client's table function, with the columns that it declared, or with none: then its `analyze` method says them. */
export function clientTableFunction(message: CommonInlineUserDefinedTableFunction, t: Translation): RegisteredTableFunction {
  const { functionName: name, deterministic } = message;
  if (message.function.case !== "pythonUdtf") throw invalidPlan(`the table function ${name} in no language`);
  const { returnType, evalType, command, pythonVer } = message.function.value;
  const called = userFunction({ name, deterministic, evalType, command, pythonVer }, t);
  if (!returnType) return { function: called };
  const schema = engineType(returnType);
  if (schema.kind !== "struct") throw new AnalysisError("INVALID_SCHEMA_TYPE_NON_STRUCT", { dataType: sqlTypeOf(schema) });
  return { function: called, schema };
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
  const [input] = inputs;
  const found = await analyzedCall(clientTableFunction(message, t), { args, ...(input ? { input } : {}) }, t.spark);
  return tableEvaluation(found.called, args, found.input);
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
