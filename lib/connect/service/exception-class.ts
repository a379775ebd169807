import { AnalysisError, type FirecrestError, ParseError } from "../../engine/errors.ts";
import byCondition from "./spark-exceptions.json" with { type: "json" };

const THROWABLE = ["java.lang.Throwable", "java.lang.Object"];
const EXCEPTION = ["java.lang.Exception", ...THROWABLE];
const RUNTIME = ["java.lang.RuntimeException", ...EXCEPTION];
const spark = (name: string, ...above: readonly string[]): readonly string[] => [`org.apache.spark.${name}`, ...above];
const ANALYSIS = spark("sql.AnalysisException", ...EXCEPTION);

/** Spark's classes of exceptions, each with those above it. */
const classes = {
  AnalysisException: ANALYSIS,
  ParseException: spark("sql.catalyst.parser.ParseException", ...ANALYSIS),
  PythonException: spark("api.python.PythonException", ...RUNTIME),
  SparkArithmeticException: spark("SparkArithmeticException", "java.lang.ArithmeticException", ...RUNTIME),
  SparkArrayIndexOutOfBoundsException: spark(
    "SparkArrayIndexOutOfBoundsException",
    "java.lang.ArrayIndexOutOfBoundsException",
    "java.lang.IndexOutOfBoundsException",
    ...RUNTIME,
  ),
  SparkClassNotFoundException: spark(
    "SparkClassNotFoundException",
    "java.lang.ClassNotFoundException",
    "java.lang.ReflectiveOperationException",
    ...EXCEPTION,
  ),
  SparkConcurrentModificationException: spark(
    "SparkConcurrentModificationException",
    "java.util.ConcurrentModificationException",
    ...RUNTIME,
  ),
  SparkDateTimeException: spark("SparkDateTimeException", "java.time.DateTimeException", ...RUNTIME),
  SparkException: spark("SparkException", ...EXCEPTION),
  SparkFileAlreadyExistsException: spark("SparkFileAlreadyExistsException", "java.io.IOException", ...EXCEPTION),
  SparkFileNotFoundException: spark("SparkFileNotFoundException", "java.io.FileNotFoundException", "java.io.IOException", ...EXCEPTION),
  SparkIllegalArgumentException: spark("SparkIllegalArgumentException", "java.lang.IllegalArgumentException", ...RUNTIME),
  SparkIllegalStateException: spark("SparkIllegalStateException", "java.lang.IllegalStateException", ...RUNTIME),
  SparkNoSuchElementException: spark("SparkNoSuchElementException", "java.util.NoSuchElementException", ...RUNTIME),
  SparkNumberFormatException: spark(
    "SparkNumberFormatException",
    "java.lang.NumberFormatException",
    "java.lang.IllegalArgumentException",
    ...RUNTIME,
  ),
  SparkRuntimeException: spark("SparkRuntimeException", ...RUNTIME),
  SparkSecurityException: spark("SparkSecurityException", "java.lang.SecurityException", ...RUNTIME),
  SparkSQLException: spark("SparkSQLException", "java.sql.SQLException", ...EXCEPTION),
  SparkSQLFeatureNotSupportedException: spark(
    "SparkSQLFeatureNotSupportedException",
    "java.sql.SQLFeatureNotSupportedException",
    "java.sql.SQLNonTransientException",
    "java.sql.SQLException",
    ...EXCEPTION,
  ),
  SparkUnsupportedOperationException: spark("SparkUnsupportedOperationException", "java.lang.UnsupportedOperationException", ...RUNTIME),
  SparkUpgradeException: spark("SparkUpgradeException", ...RUNTIME),
} as const;
type Class = keyof typeof classes;

/** By condition, or by the first part of it, where Spark throws something else than an AnalysisException. Source: its sources. */
const listed = byCondition as Readonly<Record<string, string>>;

/** The class that Spark would throw for an error, and those above it: PySpark raises the first of them that it has. */
export const exceptionClasses = (error: FirecrestError): readonly string[] => classes[classOf(error)];

/** Whether an error is the parser's: its origin then shows the statement's text. */
const isParseError = (error: FirecrestError): boolean =>
  error instanceof ParseError || (error.origin?.startsWith("(line ") === true && error.origin.includes("== SQL =="));

/** Spark's own name of an error's class. */
export const exceptionName = (error: FirecrestError): string => classOf(error);

function classOf(error: FirecrestError): Class {
  const { condition, messageParameters } = error;
  if (isParseError(error)) return "ParseException";
  if (condition === "CAST_INVALID_INPUT") return castClass(messageParameters.targetType ?? "");
  const found = listed[condition] ?? listed[condition.split(".", 1)[0]!] ?? bySibling.get(condition.split(".", 1)[0]!);
  return (found as Class | undefined) ?? (error instanceof AnalysisError ? "AnalysisException" : "SparkRuntimeException");
}

/** Subconditions that are not listed are thrown as others of theirs: the first of them. */
const bySibling: ReadonlyMap<string, string> = new Map(
  Object.entries(listed)
    .reverse()
    .filter(([condition]) => condition.includes(".") && !condition.startsWith("UNSUPPORTED_FEATURE."))
    .map(([condition, name]) => [condition.split(".", 1)[0]!, name]),
);

/** A cast fails as what it casts to does. */
function castClass(targetType: string): Class {
  if (/DATE|TIME|INTERVAL/.test(targetType)) return "SparkDateTimeException";
  return targetType.includes("BOOLEAN") ? "SparkRuntimeException" : "SparkNumberFormatException";
}
