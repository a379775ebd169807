import { AnalysisError } from "../engine/errors.ts";
import { typeName } from "../engine/expressions/print-type.ts";
import { strptimeSql } from "../engine/functions/datetime-pattern.ts";
import { quoteText, type SessionSettings } from "../engine/functions/function.ts";
import { fromZone } from "../engine/functions/session-time.ts";
import { castSql } from "../engine/kernel/cast.ts";
import { sqlTypeOf } from "../engine/kernel/sql-type.ts";
import { type DataType, isIntegral, stringType } from "../engine/types/data-type.ts";
import type { Options } from "./options.ts";
import { type TimeFormats, timeFormats } from "./time-formats.ts";

/** How the texts of a file stand for values. */
export interface TextValueOptions extends TimeFormats {
  readonly nan: string;
  readonly positiveInfinity: string;
  readonly negativeInfinity: string;
}

export function textValueOptions(options: Options, session: SessionSettings): TextValueOptions {
  options.refuse("locale", "en-us", "en_us", "en");
  return {
    ...timeFormats(options, session),
    nan: options.text("nanValue") ?? "NaN",
    positiveInfinity: options.text("positiveInf") ?? "Inf",
    negativeInfinity: options.text("negativeInf") ?? "-Inf",
  };
}

/** A decimal number with Java's optional suffix; DuckDB's own casts take more (underscores, `inf`, hexadecimal). */
const NUMBER = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?";

/** SQL for a text's value as Spark's CSV and JSON parsers read it, NULL where it is none. `cast` names what `commonCast` gives for it. Source: UnivocityParser.makeConverter. */
export function textValue(sql: string, type: DataType, options: TextValueOptions, cast = commonCast(sql, type) ?? ""): string {
  const castTo = sqlTypeOf(type);
  switch (type.kind) {
    case "string":
    case "char":
    case "varchar":
      return sql;
    case "byte":
    case "short":
    case "integer":
    case "long":
      return whereItPrintsSo(sql, cast, `CASE WHEN regexp_full_match(${sql}, '[+-]?[0-9]+') THEN ${cast} END`);
    case "float":
    case "double":
      return floating(sql, castTo, options);
    case "decimal":
      return `CASE WHEN regexp_full_match(${sql}, '${NUMBER}') THEN TRY_CAST(${sql} AS ${castTo}) END`;
    case "boolean":
      return `CASE lower(${sql}) WHEN 'true' THEN true WHEN 'false' THEN false END`;
    case "date":
      return options.dateFormat === undefined
        ? datetime(sql, cast, tolerantCast(sql, type, options))
        : `CAST(${byPattern(sql, options.dateFormat)} AS DATE)`;
    case "timestamp":
      return options.timestampFormat === undefined
        ? datetime(sql, cast, tolerantCast(sql, type, options), fromZone(cast, options.session.timeZone))
        : fromZone(byPattern(sql, options.timestampFormat), options.session.timeZone);
    case "timestamp_ntz":
      return options.timestampNtzFormat === undefined
        ? datetime(sql, cast, tolerantCast(sql, type, options))
        : byPattern(sql, options.timestampNtzFormat);
    case "binary":
      return `encode(${sql})`;
    case "time":
    case "day-time interval":
    case "year-month interval":
      return tolerantCast(sql, type, options);
    default:
      throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: `Reading ${typeName(type)} from text`, advice: "Read it as a string." });
  }
}

/**
 * The cast where its result prints as the text itself: then Spark reads it so, too. DuckDB's casts alone take more (`1_000`,
 * `1e3`, ` 5`); what prints otherwise goes another way. It is cheaper than to look at each character.
 */
const whereItPrintsSo = (sql: string, cast: string, otherwise: string, value = cast): string =>
  `CASE WHEN CAST(${cast} AS VARCHAR) = ${sql} THEN ${value} ELSE ${otherwise} END`;

/** The same for dates and timestamps, but for `infinity` and years before Christ, which only DuckDB prints and reads. */
const datetime = (sql: string, cast: string, otherwise: string, value = cast): string =>
  `CASE WHEN ${cast} >= '0001-01-01' AND ${cast} < '10000-01-01' AND CAST(${cast} AS VARCHAR) = ${sql} THEN ${value} ELSE ${otherwise} END`;

/** The cast that most texts of a type are read by; its result may be handed to `textValue`. Absent where there is none. */
export function commonCast(sql: string, type: DataType): string | undefined {
  const castTo = type.kind === "timestamp" ? "TIMESTAMP" : sqlTypeOf(type);
  return isIntegral(type) || type.kind === "date" || type.kind === "timestamp" || type.kind === "timestamp_ntz"
    ? `TRY_CAST(${sql} AS ${castTo})`
    : undefined;
}

const tolerantCast = (sql: string, type: DataType, { session }: TextValueOptions): string => castSql(sql, stringType, type, "try", session);

function floating(sql: string, castTo: string, { nan, positiveInfinity, negativeInfinity }: TextValueOptions): string {
  const special = (texts: readonly string[], value: string) =>
    `WHEN ${sql} IN (${[...new Set(texts)].map(quoteText).join(", ")}) THEN '${value}'::${castTo}`;
  // DuckDB's cast takes just what Java's does but for these; what it does not take, or not so, the slower way tells.
  const doubtful = `contains(${sql}, '_') OR contains(${sql}, 'n') OR contains(${sql}, 'N') OR starts_with(${sql}, '+')`;
  const bySpark =
    `CASE WHEN regexp_full_match(${sql}, '${NUMBER}') THEN TRY_CAST(${sql} AS ${castTo}) ` +
    `${special([nan, "NaN", "+NaN", "-NaN"], "NaN")} ${special([positiveInfinity, "Infinity", "+Infinity"], "Infinity")} ` +
    `${special([negativeInfinity, "-Infinity"], "-Infinity")} ` +
    `WHEN regexp_full_match(${sql}, '[\\x00-\\x20]*${NUMBER}[fFdD]?[\\x00-\\x20]*') THEN TRY_CAST(regexp_extract(${sql}, '${NUMBER}') AS ${castTo}) END`;
  return `coalesce(CASE WHEN NOT (${doubtful}) THEN TRY_CAST(${sql} AS ${castTo}) END, ${bySpark})`;
}

function byPattern(sql: string, pattern: string): string {
  const parsed = strptimeSql(sql, pattern);
  if (parsed !== undefined) return parsed;
  throw new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: `Reading files with the pattern ${pattern}`,
    advice: "Use only yyyy, MM, dd, HH, mm and ss, or read a string and parse it with to_date or to_timestamp.",
  });
}
