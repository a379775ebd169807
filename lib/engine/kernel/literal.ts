import { quoteText } from "../functions/function.ts";
import type { DataType, StructType } from "../types/data-type.ts";
import type {
  CalendarInterval,
  DayTimeInterval,
  LocalDate,
  LocalDateTime,
  LocalTime,
  StructValue,
  Timestamp,
  Value,
  YearMonthInterval,
} from "../types/values.ts";
import type { Variant } from "../types/variant/variant.ts";
import { sqlTypeOf } from "./sql-type.ts";

/** A SQL expression of exactly this value and type. */
export function literalSql(value: Value, type: DataType): string {
  if (value === null) return type.kind === "void" ? "NULL" : `CAST(NULL AS ${sqlTypeOf(type)})`;
  switch (type.kind) {
    case "boolean":
      return value ? "true" : "false";
    case "byte":
    case "short":
    case "long":
      return `CAST(${value} AS ${sqlTypeOf(type)})`;
    case "void":
    case "integer":
      return (value as number) < 0 ? `CAST(${value} AS INTEGER)` : String(value);
    case "float":
    case "double":
      return floatSql(value as number, sqlTypeOf(type));
    case "decimal":
      return `CAST('${value}' AS ${sqlTypeOf(type)})`;
    case "string":
    case "char":
    case "varchar":
      return textSql(value as string);
    case "binary":
      return blobSql(value as Uint8Array);
    case "date":
      return dateSql(value as LocalDate);
    case "timestamp":
      return `make_timestamptz(${(value as Timestamp).epochMicros})`;
    case "timestamp_ntz":
      return `make_timestamp(${(value as LocalDateTime).epochMicros})`;
    case "time":
      return `CAST('${value as LocalTime}' AS TIME)`;
    case "day-time interval":
      return `CAST(${(value as DayTimeInterval).micros} AS BIGINT)`;
    case "year-month interval":
      return `CAST(${(value as YearMonthInterval).months} AS INTEGER)`;
    case "interval": {
      const { months, days, micros } = value as CalendarInterval;
      return `(to_months(${months}) + to_days(${days}) + to_microseconds(${micros}))`;
    }
    case "array":
      return `CAST([${(value as readonly Value[]).map((item) => literalSql(item, type.elementType)).join(", ")}] AS ${sqlTypeOf(type)})`;
    case "map": {
      const entries = [...(value as Map<Value, Value>)];
      const keys = entries.map(([key]) => literalSql(key, type.keyType));
      const values = entries.map(([, item]) => literalSql(item, type.valueType));
      return `CAST(map([${keys.join(", ")}], [${values.join(", ")}]) AS ${sqlTypeOf(type)})`;
    }
    case "struct":
      return structSql(value as StructValue, type);
    case "variant": {
      const { value: bytes, metadata } = value as Variant;
      return `{'value': ${blobSql(bytes)}, 'metadata': ${blobSql(metadata)}}`;
    }
  }
}

const blobSql = (bytes: Uint8Array): string => `unhex('${Buffer.from(bytes).toString("hex")}')`;

const structSql = (value: StructValue, type: StructType): string =>
  `CAST({${type.fields.map((f) => `${quoteText(f.name)}: ${literalSql(value[f.name] ?? null, f.dataType)}`).join(", ")}} AS ${sqlTypeOf(type)})`;

/** Exponent notation is read by DuckDB as a double; plain notation would be a decimal. */
function floatSql(value: number, sqlType: string): string {
  if (!Number.isFinite(value)) return `CAST('${value}' AS ${sqlType})`;
  const text = Object.is(value, -0) ? "-0e0" : value.toExponential();
  return `CAST(${text} AS ${sqlType})`;
}

/** SQL text cannot hold a NUL character. */
function textSql(text: string): string {
  const parts = text.split("\0").map(quoteText);
  return parts.length === 1 ? parts[0]! : `(${parts.join(" || chr(0) || ")})`;
}

const FIRST_DAY_OF_YEAR_1 = -719_162;
const LAST_DAY_OF_YEAR_9999 = 2_932_896;

function dateSql(date: LocalDate): string {
  if (date.epochDays < FIRST_DAY_OF_YEAR_1 || date.epochDays > LAST_DAY_OF_YEAR_9999)
    return `(DATE '1970-01-01' + CAST(${date.epochDays} AS INTEGER))`;
  return `DATE '${date}'`;
}
