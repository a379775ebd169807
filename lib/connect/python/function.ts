import { checkArgumentNames } from "../../engine/analyzer/named-arguments.ts";
import { AnalysisError } from "../../engine/errors.ts";
import type { Expression, UserFunction } from "../../engine/expressions/expression.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { pythonCall } from "../../engine/functions/python-call.ts";
import type { DataType } from "../../engine/types/data-type.ts";
import { invalidPlan } from "../invalid-plan.ts";
import type { CommonInlineUserDefinedFunction, PythonUDF } from "../protocol/spark/connect/expressions_pb.js";
import { SPARK_DEFAULTS } from "../session/spark-defaults.ts";
import type { PythonFunctions, Translation } from "../translation.ts";
import { engineType } from "../type/data-type.ts";

/** A function that a client pickled, and what it declared to give. */
export interface ClientFunction {
  readonly function: UserFunction;
  readonly type: DataType;
}

/** Settings that PySpark's worker reads. Source: ArrowPythonRunner.getPythonRunnerConfMap. */
const WORKER_SETTINGS = [
  "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName",
  "spark.sql.execution.pandas.convertToArrowArraySafely",
  "spark.sql.execution.arrow.maxRecordsPerBatch",
  "spark.sql.execution.arrow.maxBytesPerBatch",
  "spark.sql.execution.pythonUDF.arrow.concurrency.level",
  "spark.sql.execution.pythonUDF.pandas.intToDecimalCoercionEnabled",
  "spark.sql.execution.pythonUDF.pandas.preferIntExtensionDtype",
  "spark.sql.execution.pyspark.binaryAsBytes",
  "spark.sql.legacy.execution.pythonUDF.pandas.conversion.enabled",
  "spark.sql.legacy.execution.pythonUDTF.pandas.conversion.enabled",
];

/** The server's Python, or the error that says how to have one. */
export function pythonOf(t: Translation): PythonFunctions {
  if (t.python) return t.python;
  if (/^https?:/.test(t.spark.conf.get("spark.master", "")))
    throw new AnalysisError("FIRECREST_PYTHON", {
      problem: "the functions of a deployment have no Python. Write it with functions of SQL, or use a server with the embedded engine.",
    });
  throw new AnalysisError("FIRECREST_PYTHON", {
    problem: "they are off. Start the server with `firecrest connect --python-functions`, which runs what clients send.",
  });
}

/** A function of Python's as it travels in a plan. Nothing but a worker reads the command. */
export function clientFunction(message: CommonInlineUserDefinedFunction | undefined, t: Translation): ClientFunction {
  if (message?.function.case !== "pythonUdf") {
    const name = message?.functionName ?? "";
    throw new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: `The function ${name} of the JVM`,
      advice: "Use a function in Python, or SQL.",
    });
  }
  const udf: PythonUDF = message.function.value;
  if (!udf.outputType) throw invalidPlan(`the function ${message.functionName} without a type`);
  const { evalType, command, pythonVer } = udf;
  return {
    function: userFunction({ name: message.functionName, deterministic: message.deterministic, evalType, command, pythonVer }, t),
    type: engineType(udf.outputType),
  };
}

export interface Pickled {
  readonly name: string;
  readonly deterministic: boolean;
  readonly evalType: number;
  readonly command: Uint8Array;
  readonly pythonVer: string;
}

export function userFunction({ name, deterministic, evalType, command, pythonVer }: Pickled, t: Translation): UserFunction {
  const { paths: includes, files: filesDir = "" } = pythonOf(t);
  return {
    name,
    source: "",
    using: {},
    evaluation: "python",
    deterministic,
    python: { command: Buffer.from(command).toString("base64"), evalType, version: pythonVer, filesDir, includes, conf: workerConf(t) },
  };
}

function workerConf(t: Translation): Record<string, string> {
  const found = WORKER_SETTINGS.flatMap((key) => {
    const value = t.spark.conf.get(key, SPARK_DEFAULTS[key] ?? "");
    return value === "" ? [] : [[key, value] as const];
  });
  return Object.fromEntries(found);
}

/** A call in an expression, of arguments that are translated already. */
export function calledClientFunction(message: CommonInlineUserDefinedFunction, args: readonly Expression[], t: Translation): Expression {
  const { function: called, type } = clientFunction(message, t);
  checkArgumentNames(args, sqlId([called.name]));
  return pythonCall(called, type, args);
}
