import { AnalysisError } from "../errors.ts";
import type { Cast } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import { castable } from "../types/castable.ts";

/** The resolved cast, if Spark has it between these types in its mode; throws DATATYPE_MISMATCH.CAST_WITH... otherwise. */
export function checkCast(cast: Cast): Cast {
  const from = typeOf(cast.child);
  if (castable(from, cast.type, cast.mode !== "legacy")) return cast;
  const parameters = {
    sqlExpr: `"CAST(${prettyName(cast.child)} AS ${typeSql(cast.type)})"`,
    srcType: `"${typeSql(from)}"`,
    targetType: `"${typeSql(cast.type)}"`,
  };
  if (cast.mode === "ansi" && castable(from, cast.type, false)) {
    throw new AnalysisError("DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION", {
      ...parameters,
      config: '"spark.sql.ansi.enabled"',
      configVal: "'false'",
    });
  }
  throw new AnalysisError("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", parameters);
}
