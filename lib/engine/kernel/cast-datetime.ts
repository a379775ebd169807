import { typeSql } from "../expressions/print-type.ts";
import { bindOnce } from "../functions/bind-once.ts";
import { quoteText, raise } from "../functions/function.ts";
import { fromZone, toZone } from "../functions/session-time.ts";
import * as t from "../types/data-type.ts";
import { formatsOf } from "../types/interval-text.ts";
import { attempt, type Conversion, invalidInput, numberText, overflow } from "./cast-failure.ts";
import { numberToInterval } from "./cast-number.ts";

/** Casts to dates, timestamps, times and intervals. Source: Spark's Cast, castToDate to castToInterval. */
const ISO_DATE = String.raw`'\d{4}-\d{2}-\d{2}'`;
/** Microseconds or fewer, no zone: what DuckDB reads as Spark does. Not 24:00:00, which it takes as the next day. */
const ISO_TIMESTAMP = String.raw`'\d{4}-\d{2}-\d{2}[ T]([01]\d|2[0-3]):\d{2}:\d{2}(\.\d{1,6})?'`;

export function toDate(c: Conversion): string {
  const { sql, from, session } = c;
  if (from.kind === "timestamp") return `CAST(${toZone(sql, session.timeZone)} AS DATE)`;
  if (from.kind === "timestamp_ntz") return `CAST(${sql} AS DATE)`;
  const read = (v: string) =>
    `(CASE WHEN regexp_full_match(${v}, ${ISO_DATE}) THEN TRY_CAST(${v} AS DATE) ELSE firecrest_date(firecrest_trim(${v})) END)`;
  return attempt(c, read, (v) => invalidInput(v, from, c.to));
}

export function toTimestamp(c: Conversion): string {
  const { sql, from, session } = c;
  const { timeZone } = session;
  switch (from.kind) {
    case "date":
      return fromZone(`CAST(${sql} AS TIMESTAMP)`, timeZone);
    case "timestamp_ntz":
      return fromZone(sql, timeZone);
    case "boolean":
      return `make_timestamptz(CAST(${sql} AS BIGINT))`;
    case "byte":
    case "short":
    case "integer":
      return `make_timestamptz(CAST(${sql} AS BIGINT) * 1000000)`;
    case "long":
      return `make_timestamptz(least(greatest(CAST(${sql} AS HUGEINT) * 1000000, -9223372036854775808), 9223372036854775807)::BIGINT)`;
    case "decimal":
      return ofSeconds(c, (v) => `TRY_CAST(trunc(CAST(${v} AS DECIMAL(38, ${from.scale})) * 1000000) AS BIGINT)`);
    case "float":
    case "double":
      return ofSeconds(c, (v) => `CASE WHEN isfinite(${v}) THEN TRY_CAST(trunc(CAST(${v} AS DOUBLE) * 1e6) AS BIGINT) END`);
    default:
      return attempt(
        c,
        (v) =>
          readTimestamp(
            v,
            fromZone(`TRY_CAST(${v} AS TIMESTAMP)`, timeZone),
            `firecrest_timestamp(firecrest_trim(${v}), ${quoteText(timeZone)})`,
          ),
        (v) => invalidInput(v, from, c.to),
      );
  }
}

/** `micros` gives NULL for what no timestamp can hold; Spark names every fractional source DOUBLE. */
function ofSeconds(c: Conversion, micros: (value: string) => string): string {
  const failure = (v: string) =>
    c.from.kind === "decimal" ? overflow(v, c.from, c.to) : invalidInput(v, t.doubleType, c.to, numberText(v, c.from));
  return attempt(c, (v) => `make_timestamptz(${micros(v)})`, failure);
}

const readTimestamp = (v: string, common: string, other: string): string =>
  `(CASE WHEN regexp_full_match(${v}, ${ISO_TIMESTAMP}) THEN ${common} ELSE ${other} END)`;

export function toTimestampNtz(c: Conversion): string {
  const { sql, from, session } = c;
  if (from.kind === "date") return `CAST(${sql} AS TIMESTAMP)`;
  if (from.kind === "timestamp") return toZone(sql, session.timeZone);
  return attempt(
    c,
    (v) => readTimestamp(v, `TRY_CAST(${v} AS TIMESTAMP)`, `firecrest_timestamp_ntz(firecrest_trim(${v}))`),
    (v) => invalidInput(v, from, c.to),
  );
}

export function toTime(c: Conversion<t.DataType, t.TimeType>): string {
  const { sql, from, to } = c;
  const cut = (time: string) =>
    to.precision === 6
      ? time
      : bindOnce([time], ([v]) => `CAST(make_timestamp(epoch_us(${v}) - epoch_us(${v}) % ${10 ** (6 - to.precision)}) AS TIME)`);
  if (from.kind === "time") return from.precision <= to.precision ? sql : cut(sql);
  // Digits that a text has beyond the type's precision stay.
  return attempt(
    c,
    (v) => `firecrest_time(firecrest_trim(${v}))`,
    (v) => invalidInput(v, from, to),
  );
}

/** Bad text is NULL in every mode. Source: Spark's IntervalUtils.safeStringToInterval. */
export const toCalendarInterval = ({ sql }: Conversion): string => `firecrest_interval(firecrest_trim(${sql}))`;

/** From text, from a number of the last field, or with other fields: what is finer than the last one is cut. */
export function toAnsiInterval(c: Conversion<t.DataType, t.DayTimeIntervalType | t.YearMonthIntervalType>): string {
  const { sql, from, to } = c;
  if (from.kind === to.kind) return narrowedFields(sql, to);
  if (!t.isStringLike(from)) return numberToInterval(c);
  const parser = to.kind === "day-time interval" ? "firecrest_day_time" : "firecrest_year_month";
  return attempt(
    // Bad text is an error outside ANSI mode, too.
    { ...c, mode: c.mode === "try" ? "try" : "ansi" },
    (v) => `${parser}(firecrest_trim(${v}), '${to.start}', '${to.end}')`,
    (v) => unmatched(v, to),
  );
}

function unmatched(value: string, to: t.DayTimeIntervalType | t.YearMonthIntervalType): string {
  const dayTime = to.kind === "day-time interval";
  const failure = raise(`INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING${dayTime ? "_WITH_NOTICE" : ""}`, {
    input: value,
    intervalStr: dayTime ? "'day-time'" : "'year-month'",
    supportedFormat: quoteText(formatsOf(to)),
    typeName: quoteText(typeSql(to).toLowerCase()),
  });
  if (dayTime) return failure;
  const overflows = raise("INVALID_INTERVAL_FORMAT.INTERVAL_PARSING", { input: value, interval: "'year-month'" });
  const shape = to.start === to.end ? String.raw`'[+-]?\d+'` : String.raw`'[+-]?\d+-\d+'`;
  return `CASE WHEN regexp_full_match(firecrest_trim(${value}), ${shape}) THEN ${overflows} ELSE ${failure} END`;
}

const FINEST = { day: 86_400_000_000, hour: 3_600_000_000, minute: 60_000_000, second: 1, year: 12, month: 1 };
const narrowedFields = (sql: string, { end }: t.DayTimeIntervalType | t.YearMonthIntervalType): string =>
  FINEST[end] === 1 ? sql : bindOnce([sql], ([v]) => `(${v} - ${v} % ${FINEST[end]})`);
