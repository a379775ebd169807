import { castTo } from "../analyzer/implicit-cast.ts";
import { AnalysisError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { bindOnce } from "./bind-once.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, numeric, of, raise, type SessionSettings, takes, takesUpTo } from "./function.ts";
import { fromZone, ofLocalTimestamp, toZone } from "./session-time.ts";

/**
 * Intervals, and the arithmetic that the analyzer picks for `+`, `-`, `*`, `/` when a side is a date, timestamp or interval:
 *
 * | operator | entry |
 * |---|---|
 * | date + int, date - int | date_add, date_sub (datetime.ts) |
 * | date + INTERVAL DAY | date_add(date, extractansiintervaldays(interval)) |
 * | date + calendar or year-month | date_add_interval |
 * | date + any other day-time interval | timestamp_add_interval of the date cast to timestamp |
 * | timestamp[_ntz] + any interval | timestamp_add_interval |
 * | x - interval, for a date or timestamp x | the entry of x + interval_negate(interval) |
 * | date - date | subtract_dates: INTERVAL DAY |
 * | time + day-time, time - time | time_add_interval, subtract_times (time.ts) |
 * | timestamp - timestamp (dates cast) | subtract_timestamps: INTERVAL DAY TO SECOND |
 * | interval + interval, interval - interval | interval_add, interval_subtract |
 * | -interval | interval_negate |
 * | interval * number, number * interval | multiply_interval(interval, number) |
 * | interval / number | divide_interval(interval, number) |
 *
 * Source: Spark's BinaryArithmeticWithDatetimeResolver and IntervalUtils.
 */
export const MICROS_PER_DAY = 86_400_000_000;
const scalar = scalarsOf("datetime");

const INT_RANGE = "BETWEEN -2147483648 AND 2147483647";
const LONG_RANGE = "BETWEEN -9223372036854775808 AND 9223372036854775807";

/** A third argument of arithmetic with intervals, which only try_add and its kin give, asks for NULL where it overflows. */
const orNull = (call: Call, alternative: string): string | null => (call.args.length > 2 ? null : alternative);

/** A HUGEINT or DOUBLE count of months or microseconds as the interval's own integer; beyond it an error, or NULL where `alternative` is. */
function checked(sql: string, type: t.DataType, alternative?: string | null): string {
  const [range, sqlType] = type.kind === "year-month interval" ? [INT_RANGE, "INTEGER"] : [LONG_RANGE, "BIGINT"];
  const failure =
    alternative === null
      ? "NULL"
      : alternative
        ? raise("INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION", { functionName: `'\`${alternative}\`'` })
        : raise("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION");
  return bindOnce(
    [sql],
    ([v]) => `(CASE WHEN ${v} IS NULL THEN NULL WHEN ${v} ${range} THEN CAST(${v} AS ${sqlType}) ELSE ${failure} END)`,
  );
}

const DAY_TIME = ["day", "hour", "minute", "second"] as const;
const YEAR_MONTH = ["year", "month"] as const;

/** The type of a sum: from the coarsest field of both to the finest. */
function unionOfIntervals(left: t.DataType, right: t.DataType): t.DataType {
  if (left.kind === "day-time interval" && right.kind === "day-time interval") {
    const index = (f: t.DayTimeField) => DAY_TIME.indexOf(f);
    return t.dayTimeIntervalType(
      DAY_TIME[Math.min(index(left.start), index(right.start))]!,
      DAY_TIME[Math.max(index(left.end), index(right.end))]!,
    );
  }
  if (left.kind === "year-month interval" && right.kind === "year-month interval") {
    const index = (f: t.YearMonthField) => YEAR_MONTH.indexOf(f);
    return t.yearMonthIntervalType(
      YEAR_MONTH[Math.min(index(left.start), index(right.start))]!,
      YEAR_MONTH[Math.max(index(left.end), index(right.end))]!,
    );
  }
  return t.calendarIntervalType;
}

const sameKind = (name: string) => (args: readonly Expression[]) => {
  const [left, right] = args.map(typeOf);
  if (!t.isInterval(left!) || left!.kind !== right!.kind)
    throw new AnalysisError("DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", { sqlExpr: `"${name}"`, left: left!.kind, right: right!.kind });
  return args;
};

function plusMinus(name: string, sign: "+" | "-", alternative: string) {
  return scalar(
    name,
    `Returns the ${sign === "+" ? "sum" : "difference"} of two intervals of one kind.`,
    takes(any, any),
    ([left, right]) => unionOfIntervals(left!, right!),
    ([left, right], call) =>
      call.type.kind === "interval"
        ? `(${left} ${sign} ${right})`
        : checked(`(CAST(${left} AS HUGEINT) ${sign} ${right})`, call.type, orNull(call, alternative)),
    { check: sameKind(name), internal: true },
  );
}

/** A DuckDB INTERVAL of any of the three kinds; whole days of a day-time interval move on the calendar, as Spark's do. */
export function duckdbInterval(sql: string, type: t.DataType): string {
  if (type.kind === "interval") return sql;
  if (type.kind === "year-month interval") return `to_months(${sql})`;
  return bindOnce([sql], ([v]) => `(to_days(CAST(${v} // ${MICROS_PER_DAY} AS INTEGER)) + to_microseconds(${v} % ${MICROS_PER_DAY}))`);
}

function addToTimestamp([instant, interval]: readonly string[], call: Call, session: SessionSettings): string {
  const step = duckdbInterval(interval!, typeOf(call.args[1]!));
  if (call.type.kind === "timestamp_ntz") return `(${instant} + ${step})`;
  const fixed = toZone(instant!, session.timeZone);
  if (fixed.startsWith("make_timestamp")) return ofLocalTimestamp(`(${fixed} + ${step})`, call.type, session.timeZone);
  return call.session ? addOnClocks(instant!, step, session.timeZone) : `(${instant} + ${step})`;
}

/** DuckDB adds on the clocks of the statement's zone: for another one, months and days move its clocks, and the rest the instant. */
const addOnClocks = (instant: string, step: string, zone: string): string =>
  bindOnce([instant, step], ([ts, by]) => {
    const calendar = `to_months(CAST(date_part('year', ${by}) * 12 + date_part('month', ${by}) AS INTEGER)) + to_days(CAST(date_part('day', ${by}) AS INTEGER))`;
    const micros = `((date_part('hour', ${by}) * 60 + date_part('minute', ${by})) * 60000000 + date_part('microsecond', ${by}))`;
    return bindOnce([`(${toZone(ts!, zone)} + (${calendar}))`], ([local]) => `(${fromZone(local!, zone)} + to_microseconds(${micros}))`);
  });

function addToDate([date, interval]: readonly string[], call: Call, session: SessionSettings): string {
  const type = typeOf(call.args[1]!);
  const sum = `CAST(${date} + ${duckdbInterval(interval!, type)} AS DATE)`;
  if (type.kind !== "interval" || !session.ansi) return sum;
  const failure = raise("INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION", { ansiConfig: `'"spark.sql.ansi.enabled"'` });
  return `(CASE WHEN date_part('microsecond', ${interval}) <> 0 OR date_part('minute', ${interval}) <> 0 OR date_part('hour', ${interval}) <> 0 THEN ${failure} ELSE ${sum} END)`;
}

/** Rounded half up, away from zero, as BigDecimal and DoubleMath do. */
function scaled(operator: "*" | "/", call: Call, interval: string, number: string, session: SessionSettings): string {
  const alternative = orNull(call, operator === "*" ? "try_multiply" : "try_divide");
  const numberType = typeOf(call.args[1]!);
  if (call.type.kind === "interval") return scaledCalendar(operator, interval, `CAST(${number} AS DOUBLE)`, session);
  if (operator === "*" && t.isIntegral(numberType)) return checked(`(CAST(${interval} AS HUGEINT) * ${number})`, call.type, alternative);
  if (operator === "/" && t.isIntegral(numberType))
    return orDividedByZero(number, checked(divideHalfUp(interval, number), call.type, alternative));
  const product = checked(`round(CAST(${interval} AS DOUBLE) ${operator} ${number})`, call.type, alternative);
  return operator === "*" ? product : orDividedByZero(number, product);
}

const orDividedByZero = (number: string, sql: string) =>
  `(CASE WHEN ${number} = 0 THEN ${raise("INTERVAL_DIVIDED_BY_ZERO")} ELSE ${sql} END)`;

const divideHalfUp = (interval: string, number: string) =>
  bindOnce([interval, number], ([a, b]) => {
    const [n, d] = [`CAST(abs(CAST(${a} AS HUGEINT)) AS HUGEINT)`, `CAST(abs(CAST(${b} AS HUGEINT)) AS HUGEINT)`];
    return `(((2 * ${n} + ${d}) // (2 * ${d})) * sign(${a}) * sign(${b}))`;
  });

/** Months and days are cut; a fraction of a day becomes microseconds. Source: IntervalUtils.fromDoubles. */
function scaledCalendar(operator: "*" | "/", interval: string, number: string, session: SessionSettings): string {
  const sql = bindOnce([interval, number], ([i, n]) => {
    const months = `((date_part('year', ${i}) * 12 + date_part('month', ${i})) ${operator} ${n})`;
    const days = `(date_part('day', ${i}) ${operator} ${n})`;
    const micros = `(${calendarMicros(i!)} ${operator} ${n} + ${MICROS_PER_DAY} * (${days} - trunc(${days})))`;
    return `(to_months(CAST(trunc(${months}) AS INTEGER)) + to_days(CAST(trunc(${days}) AS INTEGER)) + to_microseconds(CAST(round(${micros}) AS BIGINT)))`;
  });
  if (operator === "*") return sql;
  return `(CASE WHEN ${number} = 0 THEN ${session.ansi ? raise("INTERVAL_DIVIDED_BY_ZERO") : "NULL"} ELSE ${sql} END)`;
}

/** The time part of a calendar interval in microseconds. */
export const calendarMicros = (interval: string): string =>
  `(date_part('hour', ${interval}) * 3600000000 + date_part('minute', ${interval}) * 60000000 + date_part('microsecond', ${interval}))`;

/** Months and days from one date to another, as java.time.Period counts them: both of one sign. */
const calendarPeriod = (start: string, end: string): string =>
  bindOnce([start, end], ([a, b]) => {
    const months = `((year(${b}) - year(${a})) * 12 + month(${b}) - month(${a}))`;
    const full = `(${months} - CASE WHEN ${months} > 0 AND day(${b}) < day(${a}) THEN 1 WHEN ${months} < 0 AND day(${b}) > day(${a}) THEN -1 ELSE 0 END)`;
    return bindOnce([full], ([m]) => {
      const rest = `CASE WHEN ${m} >= 0 AND ${months} > ${m} THEN CAST(${b} AS DATE) - CAST(${a} + to_months(CAST(${m} AS INTEGER)) AS DATE) ELSE day(${b}) - day(${a}) + CASE WHEN ${months} < ${m} THEN -day(last_day(${b})) ELSE 0 END END`;
      return `(to_months(CAST(${m} AS INTEGER)) + to_days(CAST(${rest} AS INTEGER)))`;
    });
  });

const intervalType = ([type]: readonly t.DataType[]) => type!;
const widened = ([type]: readonly t.DataType[]) =>
  type!.kind === "day-time interval"
    ? t.dayTimeIntervalType()
    : type!.kind === "year-month interval"
      ? t.yearMonthIntervalType()
      : t.calendarIntervalType;

const seconds = of(t.decimalType(18, 6));
const int = of(t.integerType);
const secondsToMicros = (sql: string) => `CAST(CAST(${sql} AS DECIMAL(38, 6)) * 1000000 AS HUGEINT)`;
/** Seconds as the last of `count` arguments have six digits behind the point, whatever decimal they come as. */
const withSeconds =
  (count: number) =>
  (args: readonly Expression[], session: SessionSettings): readonly Expression[] =>
    args.map((arg, i) => (i === count - 1 ? castTo(arg, t.decimalType(18, 6), session) : arg));

export const intervalFunctions: readonly FunctionEntry[] = [
  plusMinus("interval_add", "+", "try_add"),
  plusMinus("interval_subtract", "-", "try_subtract"),
  scalar(
    "interval_negate",
    "Returns the negated interval.",
    takes(any),
    intervalType,
    ([value], call) => (call.type.kind === "interval" ? `(-${value})` : checked(`(-CAST(${value} AS HUGEINT))`, call.type)),
    { internal: true },
  ),
  scalar(
    "multiply_interval",
    "Returns an interval multiplied by a number.",
    takes(any, numeric),
    widened,
    ([interval, number], call, session) => scaled("*", call, interval!, number!, session),
    { internal: true },
  ),
  scalar(
    "divide_interval",
    "Returns an interval divided by a number.",
    takes(any, numeric),
    widened,
    ([interval, number], call, session) => scaled("/", call, interval!, number!, session),
    { nullable: true, internal: true },
  ),
  scalar(
    "extractansiintervaldays",
    "Returns the days of an INTERVAL DAY.",
    takes(any),
    t.integerType,
    ([interval]) => `CAST(${interval} // ${MICROS_PER_DAY} AS INTEGER)`,
    { internal: true },
  ),
  scalar(
    "date_add_interval",
    "Returns a date moved by an interval of whole days or months.",
    takes(of(t.dateType), any),
    t.dateType,
    addToDate,
    { internal: true },
  ),
  scalar(
    "timestamp_add_interval",
    "Returns a timestamp moved by an interval: months and days on the session's calendar, the rest on the clock.",
    takes(of(t.timestampType, t.timestampNtzType), any),
    ([type]) => type!,
    addToTimestamp,
    { internal: true },
  ),
  scalar(
    "subtract_dates",
    "Returns the days between two dates as INTERVAL DAY.",
    takes(of(t.dateType), of(t.dateType)),
    (_types, _args, { calendarIntervals }) => (calendarIntervals ? t.calendarIntervalType : t.dayTimeIntervalType("day", "day")),
    ([end, start], call) =>
      call.type.kind === "interval" ? calendarPeriod(start!, end!) : `(CAST(${end} - ${start} AS BIGINT) * ${MICROS_PER_DAY})`,
    { internal: true },
  ),
  scalar(
    "subtract_timestamps",
    "Returns the time between two timestamps on the session's clocks.",
    takes(any, any),
    (_types, _args, { calendarIntervals }) => (calendarIntervals ? t.calendarIntervalType : t.dayTimeIntervalType()),
    (args, call, session) => {
      if (call.type.kind === "interval") return `to_microseconds(epoch_us(${args[0]}) - epoch_us(${args[1]}))`;
      const [end, start] = args.map((arg, i) => {
        const type = typeOf(call.args[i]!);
        return `epoch_us(${type.kind === "timestamp" ? toZone(arg, session.timeZone) : type.kind === "date" ? `CAST(${arg} AS TIMESTAMP)` : arg})`;
      });
      return `(${end} - ${start})`;
    },
    { internal: true },
  ),
  scalar(
    "make_ym_interval",
    "Makes a year-month interval from years and months.",
    takesUpTo(2, int, int),
    t.yearMonthIntervalType(),
    ([years = "0", months = "0"], call) => checked(`(CAST(${years} AS HUGEINT) * 12 + ${months})`, call.type),
  ),
  scalar(
    "make_dt_interval",
    "Makes a day-time interval from days, hours, minutes and seconds.",
    takesUpTo(4, int, int, int, seconds),
    t.dayTimeIntervalType(),
    ([days = "0", hours = "0", minutes = "0", secs = "0"], call) =>
      checked(
        `(CAST(${days} AS HUGEINT) * ${MICROS_PER_DAY} + CAST(${hours} AS HUGEINT) * 3600000000 + CAST(${minutes} AS HUGEINT) * 60000000 + ${secondsToMicros(secs)})`,
        call.type,
      ),
    { check: withSeconds(4) },
  ),
  ...(["make_interval", "try_make_interval"] as const).map((name) =>
    scalar(
      name,
      "Makes a calendar interval from years, months, weeks, days, hours, minutes and seconds.",
      takesUpTo(7, int, int, int, int, int, int, seconds),
      t.calendarIntervalType,
      ([years = "0", months = "0", weeks = "0", days = "0", hours = "0", minutes = "0", secs = "0"], _call, session) => {
        const overflow = name === "make_interval" && session.ansi ? raise("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION") : "NULL";
        return bindOnce(
          [
            `(CAST(${years} AS BIGINT) * 12 + ${months})`,
            `(CAST(${weeks} AS BIGINT) * 7 + ${days})`,
            `(CAST(${hours} AS HUGEINT) * 3600000000 + CAST(${minutes} AS HUGEINT) * 60000000 + ${secondsToMicros(secs)})`,
          ],
          ([m, d, us]) =>
            `(CASE WHEN ${m} IS NULL OR ${d} IS NULL OR ${us} IS NULL THEN NULL WHEN ${m} ${INT_RANGE} AND ${d} ${INT_RANGE} AND ${us} ${LONG_RANGE} THEN to_months(CAST(${m} AS INTEGER)) + to_days(CAST(${d} AS INTEGER)) + to_microseconds(CAST(${us} AS BIGINT)) ELSE ${overflow} END)`,
        );
      },
      { nullable: true, check: withSeconds(7) },
    ),
  ),
];
