import { castTo } from "../analyzer/implicit-cast.ts";
import { AnalysisError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { unexpectedInput } from "./alignment.ts";
import { bindOnce } from "./bind-once.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, of, raise, type SessionSettings, takes, takesUpTo } from "./function.ts";
import { localTimestamp, ofLocalTimestamp, toZone } from "./session-time.ts";

/** Dates and times moved, compared and cut. */
const scalar = scalarsOf("datetime");
const date = of(t.dateType);
const text = of(t.stringType);
const instant = of(t.timestampType);
const int = of(t.integerType);

/** Days to add: an int, short or byte; a text of an int, which has to be a constant outside ANSI sessions; nothing wider. */
const wholeDays =
  (name: string) =>
  (args: readonly Expression[], session: SessionSettings): readonly Expression[] => {
    const [start, days] = args as [Expression, Expression];
    const { kind } = typeOf(days);
    if (kind === "integer" || kind === "short" || kind === "byte") return args;
    if (kind === "void" || (kind === "string" && session.ansi)) return [start, castTo(days, t.integerType, session)];
    if (kind === "string" && days.kind === "literal") {
      if (!/^\s*[+-]?\d+\s*$/.test(String(days.value)))
        throw new AnalysisError("SECOND_FUNCTION_ARGUMENT_NOT_INTEGER", { functionName: name });
      return [start, { kind: "cast", child: days, type: t.integerType, mode: "ansi" }];
    }
    throw unexpectedInput(name, 1, args, '("INT" or "SMALLINT" or "TINYINT")');
  };

/** Java's months between two local times, in full, and their fields. Source: Spark's DateTimeUtils.monthsBetween. */
function monthsBetween(end: string, start: string, round: string): string {
  return bindOnce([end, start], ([a, b]) => {
    const months = `((year(${a}) - year(${b})) * 12 + month(${a}) - month(${b}))`;
    const seconds = (x: string) => `(epoch_us(${x}) - epoch_us(date_trunc('day', ${x}))) // 1000000`;
    const isLast = (x: string) => `CAST(${x} AS DATE) = last_day(${x})`;
    const rest = `((day(${a}) - day(${b})) * 86400 + ${seconds(a!)} - ${seconds(b!)}) / 2678400.0::DOUBLE`;
    const exact = `(${months} + ${rest})`;
    const rounded = `(floor(${exact} * 1e8 + 0.5) / 1e8)`;
    return `CAST(CASE WHEN day(${a}) = day(${b}) OR (${isLast(a!)} AND ${isLast(b!)}) THEN ${months} WHEN ${round} THEN ${rounded} ELSE ${exact} END AS DOUBLE)`;
  });
}

const WEEKDAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const WEEKDAY_NAMES = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];

/** The first date after `d` that is a given day of the week; the name has two, three or all letters. */
function nextDay(d: string, name: string, session: SessionSettings): string {
  return bindOnce([d, `upper(trim(${name}))`], ([from, day]) => {
    const cases = WEEKDAYS.map(
      (two, i) => `WHEN '${two}' THEN ${i} WHEN '${WEEKDAY_NAMES[i]!.slice(0, 3)}' THEN ${i} WHEN '${WEEKDAY_NAMES[i]}' THEN ${i}`,
    );
    const wanted = `(CASE ${day} ${cases.join(" ")} END)`;
    const unknown = session.ansi ? `WHEN ${wanted} IS NULL THEN ${raise("ILLEGAL_DAY_OF_WEEK", { string: name })}` : "";
    return `(CASE WHEN ${from} IS NULL OR ${day} IS NULL THEN NULL ${unknown} ELSE ${from} + CAST(1 + (${wanted} - 1 - dayofweek(${from}) + 14) % 7 AS INTEGER) END)`;
  });
}

const DATE_UNITS: Readonly<Record<string, string>> = {
  YEAR: "year",
  YYYY: "year",
  YY: "year",
  QUARTER: "quarter",
  MONTH: "month",
  MON: "month",
  MM: "month",
  WEEK: "week",
};
const TIME_UNITS: Readonly<Record<string, string>> = {
  ...DATE_UNITS,
  DAY: "day",
  DD: "day",
  HOUR: "hour",
  MINUTE: "minute",
  SECOND: "second",
  MILLISECOND: "milliseconds",
  MICROSECOND: "microseconds",
};

/** Truncation to a unit that may be a literal or a column; NULL for an unknown one. */
function truncated(
  unit: string,
  unitExpression: Expression,
  units: Readonly<Record<string, string>>,
  sql: (unit: string) => string,
  sqlType: string,
): string {
  if (unitExpression.kind === "literal") {
    const known = units[String(unitExpression.value).toUpperCase()];
    return known === undefined ? `CAST(NULL AS ${sqlType})` : sql(known);
  }
  return bindOnce(
    [`upper(${unit})`],
    ([u]) =>
      `(CASE ${u} ${Object.entries(units)
        .map(([name, known]) => `WHEN '${name}' THEN ${sql(known)}`)
        .join(" ")} END)`,
  );
}

/** Hours and finer units are cut on the clock, so that both passes through an overlap stay apart. */
function truncateTimestamp(ts: string, unit: string, zone: string): string {
  const local = toZone(ts, zone);
  if (["year", "quarter", "month", "week", "day"].includes(unit))
    return ofLocalTimestamp(`CAST(date_trunc('${unit}', ${local}) AS TIMESTAMP)`, t.timestampType, zone);
  return `make_timestamptz(epoch_us(${ts}) - (epoch_us(${local}) - epoch_us(date_trunc('${unit}', ${local}))))`;
}

const MONTHS_PER: Readonly<Record<string, number>> = { YEAR: 12, QUARTER: 3, MONTH: 1 };
const MICROS_PER: Readonly<Record<string, bigint>> = {
  WEEK: 604_800_000_000n,
  DAY: 86_400_000_000n,
  DAYOFYEAR: 86_400_000_000n,
  HOUR: 3_600_000_000n,
  MINUTE: 60_000_000n,
  SECOND: 1_000_000n,
  MILLISECOND: 1_000n,
  MICROSECOND: 1n,
};

function unitOf(name: string, unit: Expression | undefined): string {
  const value = unit?.kind === "literal" ? String(unit.value).toUpperCase() : "";
  if (value in MONTHS_PER || value in MICROS_PER) return value;
  throw new AnalysisError("INVALID_PARAMETER_VALUE.DATETIME_UNIT", {
    functionName: `\`${name}\``,
    parameter: "`unit`",
    invalidValue: `'${value}'`,
  });
}

const checkUnit = (name: string) => (args: readonly Expression[]) => {
  unitOf(name, args[0]);
  return args;
};

/** Years to days move on the session's calendar, smaller units on the clock. Source: DateTimeUtils.timestampAdd. */
function timestampAdd([, quantity, ts]: readonly string[], call: Call, session: SessionSettings): string {
  const unit = unitOf("timestampadd", call.args[0]);
  const zoned = call.type.kind === "timestamp";
  const calendar = unit in MONTHS_PER ? `to_months(CAST(${quantity} * ${MONTHS_PER[unit]} AS INTEGER))` : undefined;
  const days = { WEEK: 7, DAY: 1, DAYOFYEAR: 1 }[unit];
  const step = calendar ?? (days === undefined ? undefined : `to_days(CAST(${quantity} * ${days} AS INTEGER))`);
  if (step === undefined) {
    const micros = `epoch_us(${ts}) + CAST(${quantity} AS BIGINT) * ${MICROS_PER[unit]}`;
    return zoned ? `make_timestamptz(${micros})` : `make_timestamp(${micros})`;
  }
  const local = zoned ? toZone(ts!, session.timeZone) : ts!;
  return zoned && !local.startsWith("make_timestamp")
    ? `(${ts} + ${step})`
    : ofLocalTimestamp(`(${local} + ${step})`, call.type, session.timeZone);
}

/** Full units between two local times. Source: DateTimeUtils.timestampDiff, java.time.temporal.ChronoUnit.between. */
function timestampDiff([, start, end]: readonly string[], call: Call, session: SessionSettings): string {
  const unit = unitOf("timestampdiff", call.args[0]);
  const [from, to] = [start!, end!].map((sql, i) => localTimestamp(sql, typeOf(call.args[i + 1]!), session.timeZone));
  return bindOnce([from!, to!], ([a, b]) => {
    const micros = MICROS_PER[unit];
    if (micros !== undefined) return `((epoch_us(${b}) - epoch_us(${a})) // ${micros})`;
    const inMonth = (x: string) => `(epoch_us(${x}) - epoch_us(date_trunc('month', ${x})))`;
    const months = `((year(${b}) - year(${a})) * 12 + month(${b}) - month(${a}))`;
    const full = `(${months} - CASE WHEN ${months} > 0 AND ${inMonth(b!)} < ${inMonth(a!)} THEN 1 WHEN ${months} < 0 AND ${inMonth(b!)} > ${inMonth(a!)} THEN -1 ELSE 0 END)`;
    return `CAST(${full} // ${MONTHS_PER[unit]} AS BIGINT)`;
  });
}

export const datetimeArithmetic: readonly FunctionEntry[] = [
  scalar("date_add", "Returns the date that many days later.", takes(date, any), t.dateType, ([d, n]) => `(${d} + CAST(${n} AS INTEGER))`, {
    check: wholeDays("date_add"),
  }),
  scalar(
    "date_sub",
    "Returns the date that many days earlier.",
    takes(date, any),
    t.dateType,
    ([d, n]) => `(${d} - CAST(${n} AS INTEGER))`,
    { check: wholeDays("date_sub") },
  ),
  scalar("dateadd", "Returns the date that many days later.", takes(date, any), t.dateType, ([d, n]) => `(${d} + CAST(${n} AS INTEGER))`, {
    check: wholeDays("date_add"),
  }),
  ...["datediff", "date_diff"].map((name) =>
    scalar(
      name,
      "Returns the days from the second date to the first.",
      takes(date, date),
      t.integerType,
      ([end, start]) => `CAST(${end} - ${start} AS INTEGER)`,
    ),
  ),
  scalar(
    "add_months",
    "Returns the date that many months later.",
    takes(date, int),
    t.dateType,
    ([d, n]) => `CAST(${d} + to_months(${n}) AS DATE)`,
  ),
  scalar(
    "months_between",
    "Returns the months between two instants, rounded to 8 digits unless told otherwise.",
    takesUpTo(1, instant, instant, of(t.booleanType)),
    t.doubleType,
    ([end, start, round = "true"], _call, { timeZone }) => monthsBetween(toZone(end!, timeZone), toZone(start!, timeZone), round),
  ),
  scalar("last_day", "Returns the last day of the date's month.", takes(date), t.dateType, ([d]) => `last_day(${d})`),
  scalar(
    "next_day",
    "Returns the first date after the given one that is a day of the week.",
    takes(date, text),
    t.dateType,
    ([d, name], _call, session) => nextDay(d!, name!, session),
    { nullable: true },
  ),
  scalar(
    "trunc",
    "Returns the date cut to a unit: year, quarter, month or week; NULL for another.",
    takes(date, text),
    t.dateType,
    ([d, unit], call) => truncated(unit!, call.args[1]!, DATE_UNITS, (known) => `CAST(date_trunc('${known}', ${d}) AS DATE)`, "DATE"),
    { nullable: true },
  ),
  scalar(
    "date_trunc",
    "Returns the instant cut to a unit from year to microsecond; NULL for another.",
    takes(text, instant),
    t.timestampType,
    ([unit, ts], call, session) =>
      bindOnce([ts!], ([x]) =>
        truncated(unit!, call.args[0]!, TIME_UNITS, (known) => truncateTimestamp(x!, known, session.timeZone), "TIMESTAMPTZ"),
      ),
    { nullable: true },
  ),
  scalar(
    "timestampadd timestamp_add",
    "Returns the timestamp moved by a number of units: timestampadd(unit, quantity, timestamp).",
    takes(any, of(t.longType), of(t.timestampType, t.timestampNtzType)),
    ([, , type]) => type!,
    timestampAdd,
    { check: checkUnit("timestampadd") },
  ),
  scalar(
    "timestampdiff timestamp_diff",
    "Returns the full units between two timestamps: timestampdiff(unit, start, end).",
    takes(any, of(t.timestampType, t.timestampNtzType), of(t.timestampType, t.timestampNtzType)),
    t.longType,
    timestampDiff,
    { check: checkUnit("timestampdiff") },
  ),
];
