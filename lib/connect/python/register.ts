import { userDefined } from "../../dataframe/udf.ts";
import type { CommonInlineUserDefinedFunction } from "../protocol/spark/connect/expressions_pb.js";
import type { CommonInlineUserDefinedTableFunction } from "../protocol/spark/connect/relations_pb.js";
import type { Translation } from "../translation.ts";
import { clientFunction } from "./function.ts";
import { clientTableFunction } from "./table-function.ts";

/** `spark.udf.register`: SQL calls the function by its name from then on. */
export async function registerFunction(message: CommonInlineUserDefinedFunction, t: Translation): Promise<void> {
  const { function: called, type } = clientFunction(message, t);
  t.spark.udf.register(message.functionName, userDefined(called, type));
}

/** `spark.udtf.register`. */
export async function registerTableFunction(message: CommonInlineUserDefinedTableFunction, t: Translation): Promise<void> {
  t.spark.udf.registerTable(message.functionName, clientTableFunction(message, t));
}
