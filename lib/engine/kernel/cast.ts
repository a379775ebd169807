import { AnalysisError } from "../errors.ts";
import type { CastMode } from "../expressions/expression.ts";
import { typeSql } from "../expressions/print-type.ts";
import { bindOnce, freeName } from "../functions/bind-once.ts";
import { quoteText, type SessionSettings } from "../functions/function.ts";
import { castable } from "../types/castable.ts";
import * as t from "../types/data-type.ts";
import { toAnsiInterval, toCalendarInterval, toDate, toTime, toTimestamp, toTimestampNtz } from "./cast-datetime.ts";
import type { Conversion } from "./cast-failure.ts";
import { toBoolean, toDecimal, toFractional, toIntegral } from "./cast-number.ts";
import { toText } from "./cast-string.ts";
import { sqlTypeOf } from "./sql-type.ts";

/**
 * The SQL of a cast with Spark's meaning: `ansi` raises CAST_INVALID_INPUT, CAST_OVERFLOW and NUMERIC_VALUE_OUT_OF_RANGE,
 * `try` gives NULL for them, `legacy` wraps numbers around and gives NULL for malformed text.
 * Throws AnalysisError for a pair of types that has no cast.
 * Source: https://spark.apache.org/docs/latest/sql-ref-ansi-compliance.html#cast
 */
export function castSql(sql: string, from: t.DataType, to: t.DataType, mode: CastMode, session: SessionSettings): string {
  if (t.sameTypeIgnoringNullability(from, to) || (t.isStringLike(from) && t.isStringLike(to))) return sql;
  if (from.kind === "void")
    return sql === "NULL" ? `CAST(NULL AS ${sqlTypeOf(to)})` : `(CASE WHEN ${sql} IS NULL THEN CAST(NULL AS ${sqlTypeOf(to)}) END)`;
  if (!castable(from, to, mode !== "legacy")) {
    throw new AnalysisError("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", {
      sqlExpr: `"CAST(... AS ${typeSql(to)})"`,
      srcType: `"${typeSql(from)}"`,
      targetType: `"${typeSql(to)}"`,
    });
  }
  return writers[to.kind]({ sql, from, to, mode, session } as never);
}

const writers: { readonly [K in t.DataType["kind"]]: (c: Conversion<t.DataType, Extract<t.DataType, { kind: K }>>) => string } = {
  void: ({ to }) => `CAST(NULL AS ${sqlTypeOf(to)})`,
  boolean: toBoolean,
  byte: toIntegral,
  short: toIntegral,
  integer: toIntegral,
  long: toIntegral,
  float: toFractional,
  double: toFractional,
  decimal: toDecimal,
  string: toText,
  char: toText,
  varchar: toText,
  binary: toBinary,
  date: toDate,
  timestamp: toTimestamp,
  timestamp_ntz: toTimestampNtz,
  time: toTime,
  interval: toCalendarInterval,
  "day-time interval": toAnsiInterval,
  "year-month interval": toAnsiInterval,
  variant: ({ from, to }) => {
    throw new TypeError(`kernel/emit.ts casts ${typeSql(from)} to ${typeSql(to)}`);
  },
  array: toArray,
  map: toMap,
  struct: toStruct,
};

/** Hexadecimal digits of each integral type. */
const HEX_DIGITS: Readonly<Record<string, number>> = { byte: 2, short: 4, integer: 8, long: 16 };

/** Text as UTF-8; outside ANSI also integers, big-endian. */
function toBinary({ sql, from }: Conversion): string {
  const digits = HEX_DIGITS[from.kind];
  return digits ? `unhex(right(lpad(hex(CAST(${sql} AS BIGINT)), 16, '0'), ${digits}))` : `encode(${sql})`;
}

function toArray(c: Conversion<t.DataType, t.ArrayType>): string {
  const { elementType } = c.from as t.ArrayType;
  const x = freeName([c.sql], "e");
  const element = castSql(x, elementType, c.to.elementType, c.mode, c.session);
  return element === x ? c.sql : `list_transform(${c.sql}, lambda ${x}: ${element})`;
}

function toMap(c: Conversion<t.DataType, t.MapType>): string {
  const { keyType, valueType } = c.from as t.MapType;
  const e = freeName([c.sql], "e");
  const key = castSql(`${e}.key`, keyType, c.to.keyType, c.mode, c.session);
  const value = castSql(`${e}.value`, valueType, c.to.valueType, c.mode, c.session);
  return bindOnce(
    [c.sql],
    ([v]) =>
      `(CASE WHEN ${v} IS NOT NULL THEN map_from_entries(list_transform(map_entries(${v}), lambda ${e}: {key: ${key}, value: ${value}})) END)`,
  );
}

/** By position; the target names the fields. */
function toStruct(c: Conversion<t.DataType, t.StructType>): string {
  const { fields } = c.from as t.StructType;
  return bindOnce([c.sql], ([v]) => {
    const values = c.to.fields.map((f, i) => {
      const field = `struct_extract(${v}, ${quoteText(fields[i]!.name)})`;
      return `${quoteText(f.name)}: ${castSql(field, fields[i]!.dataType, f.dataType, c.mode, c.session)}`;
    });
    return `(CASE WHEN ${v} IS NOT NULL THEN {${values.join(", ")}} END)`;
  });
}
