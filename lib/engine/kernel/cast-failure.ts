import type { CastMode } from "../expressions/expression.ts";
import { typeSql } from "../expressions/print-type.ts";
import { bindOnce } from "../functions/bind-once.ts";
import { quoteText, raise, type SessionSettings } from "../functions/function.ts";
import type { DataType, DecimalType } from "../types/data-type.ts";

/** One cast to write: `sql` is an expression of type `from`. */
export interface Conversion<F extends DataType = DataType, T extends DataType = DataType> {
  readonly sql: string;
  readonly from: F;
  readonly to: T;
  readonly mode: CastMode;
  readonly session: SessionSettings;
}

const ANSI = quoteText('"spark.sql.ansi.enabled"');
const quotedType = (type: DataType): string => quoteText(`"${typeSql(type)}"`);

/** A float or double as Java prints it, in SQL. */
export const numberText = (sql: string, type: DataType): string => `firecrest_java_${type.kind === "float" ? "float" : "double"}(${sql})`;

/** A value as Spark's messages show it, in SQL: `'text'`, `1L`, `1.0D`. `sql` may be used more than once. */
function shownValue(sql: string, type: DataType): string {
  switch (type.kind) {
    case "string":
    case "char":
    case "varchar":
      return `'''' || replace(replace(${sql}, '\\', '\\\\'), '''', '\\''') || ''''`;
    case "byte":
      return `${sql} || 'Y'`;
    case "short":
      return `${sql} || 'S'`;
    case "long":
      return `${sql} || 'L'`;
    case "float":
      return `'CAST(''' || ${numberText(sql, type)} || ''' AS FLOAT)'`;
    case "double":
      return `CASE WHEN isfinite(${sql}) THEN ${numberText(sql, type)} || 'D' ELSE 'CAST(''' || ${numberText(sql, type)} || ''' AS DOUBLE)' END`;
    case "decimal":
      return `${sql} || 'BD'`;
    case "time":
      return `'TIME ''' || ${sql} || ''''`;
    case "day-time interval":
      return `firecrest_day_time_text(${sql}, '${type.start}', '${type.end}')`;
    case "year-month interval":
      return `firecrest_year_month_text(${sql}, '${type.start}', '${type.end}')`;
    default:
      return sql;
  }
}

export const invalidInput = (sql: string, from: DataType, to: DataType, shown = shownValue(sql, from)): string =>
  raise("CAST_INVALID_INPUT", { expression: shown, sourceType: quotedType(from), targetType: quotedType(to), ansiConfig: ANSI });

export const overflow = (sql: string, from: DataType, to: DataType): string =>
  raise("CAST_OVERFLOW", { value: shownValue(sql, from), sourceType: quotedType(from), targetType: quotedType(to), ansiConfig: ANSI });

/** `shown` is SQL of the number as text. */
export const outOfDecimal = (shown: string, to: DecimalType): string =>
  raise("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", { value: shown, precision: `${to.precision}`, scale: `${to.scale}`, config: ANSI });

/** The attempt where it is not NULL; of a value that it fails for, the failure in ANSI casts and NULL in others. */
export function attempt({ sql, mode }: Conversion, attempted: (value: string) => string, failure: (value: string) => string): string {
  return bindOnce([sql], ([value]) =>
    mode === "ansi"
      ? `(CASE WHEN ${value} IS NULL THEN NULL ELSE coalesce(${attempted(value!)}, ${failure(value!)}) END)`
      : attempted(value!),
  );
}

/** `result` where `holds`, else the failure or NULL. `holds` is not true of NULL. */
export const unlessFails = (mode: CastMode, value: string, holds: string, result: string, failure: string): string =>
  mode === "ansi"
    ? `(CASE WHEN ${holds} THEN ${result} WHEN ${value} IS NULL THEN NULL ELSE ${failure} END)`
    : `(CASE WHEN ${holds} THEN ${result} END)`;
