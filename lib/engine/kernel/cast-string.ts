import { bindOnce, freeName } from "../functions/bind-once.ts";
import { quoteText } from "../functions/function.ts";
import { toZone } from "../functions/session-time.ts";
import type * as t from "../types/data-type.ts";
import { MAX_DECIMAL_PRECISION } from "../types/data-type.ts";
import { type Conversion, numberText } from "./cast-failure.ts";

/** Casts to string. Source: Spark's ToStringBase. */
export function toText(c: Conversion): string {
  const { sql, from, mode, session } = c;
  switch (from.kind) {
    case "float":
    case "double":
      return bindOnce(
        [sql],
        ([v]) => `(CASE WHEN abs(${v}) >= 0.001 AND abs(${v}) < 1e7 THEN CAST(${v} AS VARCHAR) ELSE ${numberText(v!, from)} END)`,
      );
    case "decimal":
      return mode === "legacy" && from.scale > 6 ? scientific(sql, from) : plainDecimal(sql, from);
    case "binary":
      return `firecrest_text_of_bytes(${sql})`;
    case "date":
      return bindOnce(
        [sql],
        ([v]) =>
          `(CASE WHEN ${v} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN CAST(${v} AS VARCHAR) ELSE split_part(firecrest_timestamp_text(CAST(${v} AS TIMESTAMP)), ' ', 1) END)`,
      );
    case "timestamp":
      return timestampText(toZone(sql, session.timeZone));
    case "timestamp_ntz":
      return timestampText(sql);
    case "variant":
      return `firecrest_variant_text(${sql})`;
    case "interval":
      return `firecrest_interval_text(${sql})`;
    case "day-time interval":
      return `firecrest_day_time_text(${sql}, '${from.start}', '${from.end}')`;
    case "year-month interval":
      return `firecrest_year_month_text(${sql}, '${from.start}', '${from.end}')`;
    case "array":
      return bindOnce([sql], ([v]) => `('[' || ${joined(v!, (x) => elementText(c, x, from.elementType), [v!])} || ']')`);
    case "map":
      return bindOnce([sql], ([v]) => {
        const entry = (x: string) =>
          `${elementText(c, `${x}.key`, from.keyType)} || ' -> ' || ${elementText(c, `${x}.value`, from.valueType)}`;
        return `('{' || ${joined(`map_entries(${v})`, entry, [v!])} || '}')`;
      });
    case "struct":
      return bindOnce([sql], ([v]) => {
        const fields = from.fields.map((f) => elementText(c, `struct_extract(${v}, ${quoteText(f.name)})`, f.dataType));
        return `(CASE WHEN ${v} IS NOT NULL THEN '{' || ${fields.length > 0 ? fields.join(" || ', ' || ") : "''"} || '}' END)`;
      });
    default:
      return `CAST(${sql} AS VARCHAR)`;
  }
}

const timestampText = (local: string): string =>
  bindOnce(
    [local],
    ([v]) =>
      `(CASE WHEN ${v} >= TIMESTAMP '0001-01-01' AND ${v} < TIMESTAMP '10000-01-01' THEN CAST(${v} AS VARCHAR) ELSE firecrest_timestamp_text(${v}) END)`,
  );

/** Elements inside a collection: NULL is `null`. */
const elementText = (c: Conversion, sql: string, from: t.DataType): string =>
  `coalesce(${from.kind === "string" || from.kind === "void" ? `CAST(${sql} AS VARCHAR)` : toText({ ...c, sql, from })}, 'null')`;

function joined(list: string, text: (element: string) => string, outer: readonly string[]): string {
  const x = freeName(outer, "e");
  return `(CASE WHEN ${list} IS NOT NULL THEN coalesce(array_to_string(list_transform(${list}, lambda ${x}: ${text(x)}), ', '), '') END)`;
}

/** DuckDB leaves out the zero before the point of a type that has no whole digits. */
function plainDecimal(sql: string, { precision, scale }: t.DecimalType): string {
  if (precision > scale) return `CAST(${sql} AS VARCHAR)`;
  if (precision < MAX_DECIMAL_PRECISION) return `CAST(CAST(${sql} AS DECIMAL(${precision + 1}, ${scale})) AS VARCHAR)`;
  return `regexp_replace(CAST(${sql} AS VARCHAR), '^(-?)[.]', '\\10.')`;
}

/** Java's BigDecimal.toString below 10^-6: `1E-8`, `0E-8`. */
function scientific(sql: string, type: t.DecimalType): string {
  const { scale } = type;
  return bindOnce([sql], ([v]) => {
    const digits = `coalesce(nullif(ltrim(replace(CAST(abs(${v}) AS VARCHAR), '.', ''), '0'), ''), '0')`;
    const text = `CASE WHEN ${v} < 0 THEN '-' ELSE '' END || left(${digits}, 1) || CASE WHEN len(${digits}) > 1 THEN '.' || ${digits}[2:] ELSE '' END || 'E' || (len(${digits}) - 1 - ${scale})`;
    return `(CASE WHEN abs(${v}) >= 0.000001 THEN ${plainDecimal(v!, type)} WHEN ${v} IS NOT NULL THEN ${text} END)`;
  });
}
