import { AnalysisError, type FirecrestError } from "../../engine/errors.ts";

const ROOT = ["java.lang.Throwable", "java.lang.Object"];
const ANALYSIS = ["org.apache.spark.sql.AnalysisException", "java.lang.Exception", ...ROOT];
const RUNTIME = ["org.apache.spark.SparkRuntimeException", "java.lang.RuntimeException", "java.lang.Exception", ...ROOT];

/** The class that Spark would throw for an error, and those above it: PySpark raises the first of them that it has. */
export function exceptionClasses(error: FirecrestError): readonly string[] {
  return error instanceof AnalysisError ? ANALYSIS : RUNTIME;
}
