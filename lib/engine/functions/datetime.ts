import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { unexpectedInput } from "./alignment.ts";
import { bindOnce } from "./bind-once.ts";
import { extractFields } from "./datetime-extract.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, of, raise, type ScalarFunction, takes, takesUpTo } from "./function.ts";
import { localTimestamp } from "./session-time.ts";

const scalar = scalarsOf("datetime");
const date = of(t.dateType);
const instant = of(t.timestampType);
const int = of(t.integerType);

const replaced = (name: string) => (): never => {
  throw new TypeError(`the optimizer replaces ${name} before execution`);
};
const current = (names: string, doc: string, type: t.DataType): ScalarFunction =>
  scalar(names, doc, takes(), type, replaced(names), { nullable: false });

/** Of a second, 6 where it is left out. */
function fractionDigits([precision]: readonly Expression[]): number {
  if (precision === undefined) return 6;
  const digits = precision.kind === "literal" ? precision.value : undefined;
  if (typeof digits === "number" && digits >= 0 && digits <= 6) return digits;
  if (digits === undefined) throw new AnalysisError("UNSUPPORTED_TIME_PRECISION", { precision: prettyName(precision) });
  throw new AnalysisError("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", {
    exprName: "`precision`",
    valueRange: "[0, 6]",
    currentValue: String(digits),
    sqlExpr: `"current_time(${String(digits)})"`,
  });
}

const ofDate = (names: string, doc: string, sql: (date: string) => string): ScalarFunction =>
  scalar(names, doc, takes(date), t.integerType, ([d]) => `CAST(${sql(d!)} AS INTEGER)`);

const ofTime = (name: string, doc: string): ScalarFunction =>
  scalar(name, doc, takes(of(t.timestampType, t.timestampNtzType, t.timeType())), t.integerType, ([x], call, session) => {
    const type = typeOf(call.args[0]!);
    return `CAST(${name}(${type.kind === "time" ? x : localTimestamp(x!, type, session.timeZone)}) AS INTEGER)`;
  });

/** Division of microseconds that rounds towards the past. */
const floorDivide = (micros: string, by: number) => bindOnce([micros], ([us]) => `((${us} - ((${us} % ${by}) + ${by}) % ${by}) // ${by})`);

const ofUnix = (name: string, doc: string, perUnit: number): ScalarFunction =>
  scalar(name, doc, takes(of(t.longType)), t.timestampType, ([x]) => `make_timestamptz(CAST(${x} AS BIGINT) * ${perUnit})`);
const toUnix = (name: string, doc: string, perUnit: number): ScalarFunction =>
  scalar(name, doc, takes(instant), t.longType, ([x]) => (perUnit === 1 ? `epoch_us(${x})` : floorDivide(`epoch_us(${x})`, perUnit)));

/** Microseconds of a number of seconds: decimals exactly, floats cut. */
function timestampOfSeconds(x: string, type: t.DataType): string {
  if (t.isIntegral(type)) return `make_timestamptz(CAST(${x} AS BIGINT) * 1000000)`;
  if (t.isFractional(type)) return `make_timestamptz(CAST(trunc(CAST(${x} AS DOUBLE) * 1000000) AS BIGINT))`;
  return bindOnce([x], ([v]) => {
    const inexact = `${v} <> trunc(${v}, 6)`;
    const failure = raise("NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", {
      roundedValue: v!,
      originalValue: v!,
      precision: "18",
      scale: "6",
    });
    return `(CASE WHEN ${inexact} THEN ${failure} ELSE make_timestamptz(CAST(trunc(CAST(${v} AS DECIMAL(38, 6)) * 1000000) AS BIGINT)) END)`;
  });
}

const requireNumber = (args: readonly Expression[]) => {
  if (!t.isNumeric(typeOf(args[0]!)) && typeOf(args[0]!).kind !== "void") throw unexpectedInput("timestamp_seconds", 0, args, '"NUMERIC"');
  return args;
};

export const datetimeFunctions: readonly FunctionEntry[] = [
  current("current_date curdate", "Returns the date at the start of the query.", t.dateType),
  current("current_timestamp", "Returns the instant at the start of the query.", t.timestampType),
  current("now", "Returns the instant at the start of the query.", t.timestampType),
  current("localtimestamp", "Returns the local time at the start of the query.", t.timestampNtzType),
  scalar(
    "current_time localtime",
    "Returns the time of day at the start of the query, to so many fractional digits of a second.",
    takesUpTo(1, int),
    (_, args) => t.timeType(fractionDigits(args)),
    replaced("current_time"),
    { nullable: false },
  ),
  current("current_timezone", "Returns the session's time zone.", t.stringType),
  ofDate("year", "Returns the year.", (d) => `year(${d})`),
  ofDate("quarter", "Returns the quarter, 1 to 4.", (d) => `quarter(${d})`),
  ofDate("month", "Returns the month, 1 to 12.", (d) => `month(${d})`),
  ofDate("day", "Returns the day of the month.", (d) => `day(${d})`),
  ofDate("dayofmonth", "Returns the day of the month.", (d) => `day(${d})`),
  ofDate("dayofweek", "Returns the day of the week, 1 for Sunday.", (d) => `dayofweek(${d}) + 1`),
  ofDate("weekday", "Returns the day of the week, 0 for Monday.", (d) => `isodow(${d}) - 1`),
  ofDate("dayofyear", "Returns the day of the year.", (d) => `dayofyear(${d})`),
  ofDate("weekofyear", "Returns the ISO 8601 week of the year.", (d) => `weekofyear(${d})`),
  ofDate("unix_date", "Returns the days since 1970-01-01.", (d) => `${d} - DATE '1970-01-01'`),
  ofTime("hour", "Returns the hour."),
  ofTime("minute", "Returns the minute."),
  ofTime("second", "Returns the whole second."),
  scalar("dayname", "Returns the name of the day in three letters.", takes(date), t.stringType, ([d]) => `strftime(${d}, '%a')`),
  scalar("monthname", "Returns the name of the month in three letters.", takes(date), t.stringType, ([d]) => `strftime(${d}, '%b')`),
  ...extractFields,
  scalar(
    "date_from_unix_date",
    "Returns the date that many days after 1970-01-01.",
    takes(int),
    t.dateType,
    ([n]) => `(DATE '1970-01-01' + ${n})`,
  ),
  scalar(
    "timestamp_seconds",
    "Returns the instant that many seconds after 1970.",
    takes(any),
    t.timestampType,
    ([x], call) => timestampOfSeconds(x!, typeOf(call.args[0]!)),
    { check: requireNumber, nullable: ([x]) => isNullable(x!) || t.isFractional(typeOf(x!)) },
  ),
  ofUnix("timestamp_millis", "Returns the instant that many milliseconds after 1970.", 1000),
  ofUnix("timestamp_micros", "Returns the instant that many microseconds after 1970.", 1),
  toUnix("unix_seconds", "Returns the seconds since 1970, cut.", 1_000_000),
  toUnix("unix_millis", "Returns the milliseconds since 1970, cut.", 1000),
  toUnix("unix_micros", "Returns the microseconds since 1970.", 1),
];
