import { AnalysisError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { bindOnce } from "./bind-once.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, type SessionSettings, takes } from "./function.ts";
import { calendarMicros } from "./interval.ts";
import { localTimestamp } from "./session-time.ts";

const scalar = scalarsOf("datetime");

type Unit =
  | "year"
  | "yearofweek"
  | "quarter"
  | "month"
  | "week"
  | "day"
  | "dayofweek"
  | "dayofweek_iso"
  | "doy"
  | "hour"
  | "minute"
  | "second";

const UNITS: Readonly<Record<string, Unit>> = Object.fromEntries(
  Object.entries({
    year: "YEAR Y YEARS YR YRS",
    yearofweek: "YEAROFWEEK",
    quarter: "QUARTER QTR",
    month: "MONTH MON MONS MONTHS",
    week: "WEEK W WEEKS",
    day: "DAY D DAYS",
    dayofweek: "DAYOFWEEK DOW",
    dayofweek_iso: "DAYOFWEEK_ISO DOW_ISO",
    doy: "DOY",
    hour: "HOUR H HOURS HR HRS",
    minute: "MINUTE M MIN MINS MINUTES",
    second: "SECOND S SEC SECONDS SECS",
  }).flatMap(([unit, names]) => names.split(" ").map((name) => [name, unit as Unit])),
);

/** Of a DuckDB TIMESTAMP on the session's clocks; seconds as decimal(8,6). */
const ofTimestamp: { readonly [K in Unit]: (x: string) => string } = {
  year: (x) => `year(${x})`,
  yearofweek: (x) => `isoyear(${x})`,
  quarter: (x) => `quarter(${x})`,
  month: (x) => `month(${x})`,
  week: (x) => `weekofyear(${x})`,
  day: (x) => `day(${x})`,
  dayofweek: (x) => `dayofweek(${x}) + 1`,
  dayofweek_iso: (x) => `isodow(${x})`,
  doy: (x) => `dayofyear(${x})`,
  hour: (x) => `hour(${x})`,
  minute: (x) => `minute(${x})`,
  second: (x) => `microsecond(${x})`,
};

const secondType = t.decimalType(8, 6);
const micros = (sql: string) => `CAST(CAST(${sql} AS DECIMAL(18, 0)) * 0.000001 AS DECIMAL(8, 6))`;

/** Each kind of interval by its fields: integers with the sign of the interval. */
function ofInterval(x: string, type: t.DataType, unit: Unit): { readonly sql: string; readonly type: t.DataType } | undefined {
  const int = (sql: string, as: t.DataType = t.integerType) => ({
    sql: `CAST(${sql} AS ${as.kind === "byte" ? "TINYINT" : as.kind === "long" ? "BIGINT" : "INTEGER"})`,
    type: as,
  });
  if (type.kind === "year-month interval") {
    if (unit === "year") return int(`${x} // 12`);
    return unit === "month" ? int(`${x} % 12`, t.byteType) : undefined;
  }
  const calendar = type.kind === "interval";
  const time = calendar ? calendarMicros(x) : x;
  switch (unit) {
    case "year":
      return calendar ? int(`date_part('year', ${x})`) : undefined;
    case "month":
      return calendar ? int(`date_part('month', ${x})`, t.byteType) : undefined;
    case "day":
      return int(calendar ? `date_part('day', ${x})` : `${x} // 86400000000`);
    case "hour":
      return calendar ? int(`${time} // 3600000000`, t.longType) : int(`(${x} % 86400000000) // 3600000000`, t.byteType);
    case "minute":
      return int(`(${time} % 3600000000) // 60000000`, t.byteType);
    case "second":
      return { sql: micros(`${time} % 60000000`), type: secondType };
    default:
      return undefined;
  }
}

/** Whether a field lies between those that an interval begins and ends with. */
function hasField(type: t.DataType, unit: Unit): boolean {
  const fields: readonly string[] = type.kind === "year-month interval" ? ["year", "month"] : ["day", "hour", "minute", "second"];
  if (type.kind !== "year-month interval" && type.kind !== "day-time interval") return true;
  const at = fields.indexOf(unit);
  return at >= fields.indexOf(type.start) && at <= fields.indexOf(type.end);
}

function extraction(args: readonly Expression[], x: string, session: SessionSettings): { readonly sql: string; readonly type: t.DataType } {
  const [field, source] = args as [Expression, Expression];
  const type = typeOf(source);
  if (field.kind !== "literal") {
    throw new AnalysisError("NON_FOLDABLE_ARGUMENT", { funcName: "`date_part`", paramName: "`field`", paramType: '"STRING"' });
  }
  if (field.value === null) return { sql: "CAST(NULL AS DOUBLE)", type: t.doubleType };
  const unit = UNITS[String(field.value).toUpperCase()];
  const result =
    unit && (t.isInterval(type) ? (hasField(type, unit) ? ofInterval(x, type, unit) : undefined) : ofMoment(x, type, unit, session));
  if (!result)
    throw new AnalysisError("INVALID_EXTRACT_FIELD", {
      field: `\`${String(field.value)}\``,
      expr: `"${prettyName(source, session.timeZone)}"`,
    });
  return result;
}

function ofMoment(
  x: string,
  type: t.DataType,
  unit: Unit,
  session: SessionSettings,
): { readonly sql: string; readonly type: t.DataType } | undefined {
  if (type.kind === "time" && !["hour", "minute", "second"].includes(unit)) return undefined;
  const local = type.kind === "time" ? x : localTimestamp(x, type, session.timeZone);
  return unit === "second"
    ? { sql: micros(ofTimestamp.second(local)), type: secondType }
    : { sql: `CAST(${ofTimestamp[unit](local)} AS INTEGER)`, type: t.integerType };
}

/** Texts are read as timestamps. */
const asMoment = (args: readonly Expression[]): readonly Expression[] => {
  const source = args[1]!;
  const { kind } = typeOf(source);
  return kind === "string" || kind === "void" ? [args[0]!, { kind: "cast", child: source, type: t.timestampType } as Expression] : args;
};

const implementation = ([, source]: readonly string[], call: Call, session: SessionSettings) =>
  bindOnce([source!], ([x]) => extraction(call.args, x!, session).sql);

const extract = (names: string) =>
  scalar(
    names,
    "Returns a field of a date, timestamp, time or interval: year, month, ..., second (with its fraction).",
    takes(any, any),
    (_types, args, session) => extraction(args, "x", session).type,
    implementation,
    { check: asMoment },
  );

export const extractFields: readonly FunctionEntry[] = [extract("extract"), extract("date_part"), extract("datepart")];
