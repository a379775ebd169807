import { AnalysisError } from "../errors.ts";
import type { Cast } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import { castable } from "../types/castable.ts";
import { type DataType, isNumeric } from "../types/data-type.ts";

/** The resolved cast, if Spark has it between these types in its mode; throws DATATYPE_MISMATCH.CAST_WITH... otherwise. */
export function checkCast(cast: Cast): Cast {
  const from = typeOf(cast.child);
  const isOpaque = from.udt && cast.type.kind !== "string" && cast.type.udt?.pythonClass !== from.udt.pythonClass;
  if (!isOpaque && castable(from, cast.type, cast.mode !== "legacy")) return cast;
  const parameters = {
    sqlExpr: `"CAST(${prettyName(cast.child)} AS ${typeSql(cast.type)})"`,
    srcType: from.udt ? `UDT("${typeSql(from)}")` : `"${typeSql(from)}"`,
    targetType: `"${typeSql(cast.type)}"`,
  };
  if (isOpaque) throw new AnalysisError("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", parameters);
  const functionNames = conversions(from, cast.type);
  if (functionNames) throw new AnalysisError("DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION", { ...parameters, functionNames });
  if (cast.mode === "ansi" && castable(from, cast.type, false)) {
    throw new AnalysisError("DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION", {
      ...parameters,
      config: '"spark.sql.ansi.enabled"',
      configVal: "'false'",
    });
  }
  throw new AnalysisError("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", parameters);
}

/** The functions that convert between types which casts do not. */
function conversions(from: DataType, to: DataType): string | undefined {
  const names = (...all: readonly string[]) => all.map((name) => `\`${name}\``).join("/");
  if (isNumeric(from) && to.kind === "timestamp") return names("TIMESTAMP_SECONDS", "TIMESTAMP_MILLIS", "TIMESTAMP_MICROS");
  if (from.kind === "timestamp" && isNumeric(to)) return names("UNIX_SECONDS", "UNIX_MILLIS", "UNIX_MICROS");
  if (isNumeric(from) && to.kind === "date") return names("DATE_FROM_UNIX_DATE");
  return from.kind === "date" && isNumeric(to) ? names("UNIX_DATE") : undefined;
}
