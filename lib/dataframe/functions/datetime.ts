import type {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  Timestamp,
  YearMonthInterval,
} from "../../engine/types/values.ts";
import { type Column, type ColumnOrName, columnExpression, expressionOf } from "../column.ts";
import { invoke, numberOrColumn, optional } from "./invoke.ts";

/** Dates, times and intervals. */

/** Adds months to a date. */
export const add_months = (start: ColumnOrName, months: ColumnOrName | number): Column<LocalDate | null> =>
  invoke("add_months", columnExpression(start), numberOrColumn(months));

/** Returns the date at the start of the query. */
export const curdate = (): Column<LocalDate> => invoke("curdate");

/** Returns the date at the start of the query. */
export const current_date = (): Column<LocalDate> => invoke("current_date");

/** Returns the instant at the start of the query. */
export const current_timestamp = (): Column<Timestamp> => invoke("current_timestamp");

/** Returns the session's time zone. */
export const current_timezone = (): Column<string> => invoke("current_timezone");

/** Adds days to a date. */
export const date_add = (start: ColumnOrName, days: ColumnOrName | number): Column<LocalDate | null> =>
  invoke("date_add", columnExpression(start), numberOrColumn(days));

/** Returns the days from start to end. */
export const date_diff = (end: ColumnOrName, start: ColumnOrName): Column<number | null> =>
  invoke("date_diff", columnExpression(end), columnExpression(start));

/** Formats a datetime by a pattern. */
export const date_format = (date: ColumnOrName, format: string): Column<string | null> =>
  invoke("date_format", columnExpression(date), expressionOf(format));

/** Returns the date of a number of days since 1970-01-01. */
export const date_from_unix_date = (days: ColumnOrName): Column<LocalDate | null> => invoke("date_from_unix_date", columnExpression(days));

/** Returns a part of a datetime or an interval. */
export const date_part = (field: ColumnOrName, source: ColumnOrName): Column =>
  invoke("date_part", columnExpression(field), columnExpression(source));

/** Takes days from a date. */
export const date_sub = (start: ColumnOrName, days: ColumnOrName | number): Column<LocalDate | null> =>
  invoke("date_sub", columnExpression(start), numberOrColumn(days));

/** Cuts a timestamp to a unit. */
export const date_trunc = (format: string, timestamp: ColumnOrName): Column<Timestamp | null> =>
  invoke("date_trunc", expressionOf(format), columnExpression(timestamp));

/** Adds days to a date. */
export const dateadd = (start: ColumnOrName, days: ColumnOrName | number): Column<LocalDate | null> =>
  invoke("dateadd", columnExpression(start), numberOrColumn(days));

/** Returns the days from start to end. */
export const datediff = (end: ColumnOrName, start: ColumnOrName): Column<number | null> =>
  invoke("datediff", columnExpression(end), columnExpression(start));

/** Returns a part of a datetime or an interval. */
export const datepart = (field: ColumnOrName, source: ColumnOrName): Column =>
  invoke("datepart", columnExpression(field), columnExpression(source));

/** Returns the day of the month. */
export const day = (col: ColumnOrName): Column<number | null> => invoke("day", columnExpression(col));

/** Returns the day's name, three letters. */
export const dayname = (col: ColumnOrName): Column<string | null> => invoke("dayname", columnExpression(col));

/** Returns the day of the month. */
export const dayofmonth = (col: ColumnOrName): Column<number | null> => invoke("dayofmonth", columnExpression(col));

/** Returns the day of the week, 1 for Sunday. */
export const dayofweek = (col: ColumnOrName): Column<number | null> => invoke("dayofweek", columnExpression(col));

/** Returns the day of the year. */
export const dayofyear = (col: ColumnOrName): Column<number | null> => invoke("dayofyear", columnExpression(col));

/** Returns a part of a datetime or an interval. */
export const extract = (field: ColumnOrName, source: ColumnOrName): Column =>
  invoke("extract", columnExpression(field), columnExpression(source));

/** Shows an instant on the clocks of a zone. */
export const from_utc_timestamp = (timestamp: ColumnOrName, tz: Column | string): Column<Timestamp | null> =>
  invoke("from_utc_timestamp", columnExpression(timestamp), expressionOf(tz));

/** Returns the hour. */
export const hour = (col: ColumnOrName): Column<number | null> => invoke("hour", columnExpression(col));

/** Returns the last day of the date's month. */
export const last_day = (date: ColumnOrName): Column<LocalDate | null> => invoke("last_day", columnExpression(date));

/** Returns the session's local time at the start of the query. */
export const localtimestamp = (): Column<LocalDateTime> => invoke("localtimestamp");

/** Makes a date of its parts. */
export const make_date = (year: ColumnOrName, month: ColumnOrName, day: ColumnOrName): Column<LocalDate | null> =>
  invoke("make_date", columnExpression(year), columnExpression(month), columnExpression(day));

/** Makes a time of day of its parts. */
export const make_time = (hour: ColumnOrName, minute: ColumnOrName, second: ColumnOrName): Column<LocalTime | null> =>
  invoke("make_time", columnExpression(hour), columnExpression(minute), columnExpression(second));

/** Returns the minute. */
export const minute = (col: ColumnOrName): Column<number | null> => invoke("minute", columnExpression(col));

/** Returns the month. */
export const month = (col: ColumnOrName): Column<number | null> => invoke("month", columnExpression(col));

/** Returns the month's name, three letters. */
export const monthname = (col: ColumnOrName): Column<string | null> => invoke("monthname", columnExpression(col));

/** Returns the months from date2 to date1. */
export const months_between = (date1: ColumnOrName, date2: ColumnOrName, roundOff = true): Column<number | null> =>
  invoke("months_between", columnExpression(date1), columnExpression(date2), expressionOf(roundOff));

/** Returns the first such day of the week after a date. */
export const next_day = (date: ColumnOrName, dayOfWeek: string): Column<LocalDate | null> =>
  invoke("next_day", columnExpression(date), expressionOf(dayOfWeek));

/** Returns the instant at the start of the query. */
export const now = (): Column<Timestamp> => invoke("now");

/** Returns the quarter, 1 to 4. */
export const quarter = (col: ColumnOrName): Column<number | null> => invoke("quarter", columnExpression(col));

/** Returns the second. */
export const second = (col: ColumnOrName): Column<number | null> => invoke("second", columnExpression(col));

/** Returns the units from one time of day to another. */
export const time_diff = (unit: ColumnOrName, start: ColumnOrName, end: ColumnOrName): Column<bigint | null> =>
  invoke("time_diff", columnExpression(unit), columnExpression(start), columnExpression(end));

/** Cuts a time of day to a unit. */
export const time_trunc = (unit: ColumnOrName, time: ColumnOrName): Column<LocalTime | null> =>
  invoke("time_trunc", columnExpression(unit), columnExpression(time));

/** Adds a number of units to a timestamp. */
export const timestamp_add = (unit: string, quantity: ColumnOrName, ts: ColumnOrName): Column<Timestamp | null> =>
  invoke("timestampadd", expressionOf(unit), columnExpression(quantity), columnExpression(ts));

/** Returns the whole units from one timestamp to another. */
export const timestamp_diff = (unit: string, start: ColumnOrName, end: ColumnOrName): Column<bigint | null> =>
  invoke("timestampdiff", expressionOf(unit), columnExpression(start), columnExpression(end));

/** Returns the instant of microseconds since 1970. */
export const timestamp_micros = (col: ColumnOrName): Column<Timestamp | null> => invoke("timestamp_micros", columnExpression(col));

/** Returns the instant of milliseconds since 1970. */
export const timestamp_millis = (col: ColumnOrName): Column<Timestamp | null> => invoke("timestamp_millis", columnExpression(col));

/** Returns the instant of seconds since 1970. */
export const timestamp_seconds = (col: ColumnOrName): Column<Timestamp | null> => invoke("timestamp_seconds", columnExpression(col));

/** Reads a date, by a pattern where given. */
export const to_date = (col: ColumnOrName, format?: string): Column<LocalDate | null> =>
  invoke("to_date", columnExpression(col), optional(format, expressionOf));

/** Reads a time of day, by a pattern where given. */
export const to_time = (str: ColumnOrName, format?: ColumnOrName): Column<LocalTime | null> =>
  invoke("to_time", columnExpression(str), optional(format, columnExpression));

/** Reads a timestamp, by a pattern where given. */
export const to_timestamp = (col: ColumnOrName, format?: string): Column<Timestamp | null> =>
  invoke("to_timestamp", columnExpression(col), optional(format, expressionOf));

/** Reads a timestamp with the session's time zone. */
export const to_timestamp_ltz = (timestamp: ColumnOrName, format?: ColumnOrName): Column<Timestamp | null> =>
  invoke("to_timestamp_ltz", columnExpression(timestamp), optional(format, columnExpression));

/** Reads a timestamp without time zone. */
export const to_timestamp_ntz = (timestamp: ColumnOrName, format?: ColumnOrName): Column<LocalDateTime | null> =>
  invoke("to_timestamp_ntz", columnExpression(timestamp), optional(format, columnExpression));

/** Returns the seconds since 1970. */
export const to_unix_timestamp = (timestamp: ColumnOrName, format?: ColumnOrName): Column<bigint | null> =>
  invoke("to_unix_timestamp", columnExpression(timestamp), optional(format, columnExpression));

/** Reads a zone's clocks as UTC. */
export const to_utc_timestamp = (timestamp: ColumnOrName, tz: Column | string): Column<Timestamp | null> =>
  invoke("to_utc_timestamp", columnExpression(timestamp), expressionOf(tz));

/** Cuts a date to a unit. */
export const trunc = (date: ColumnOrName, format: string): Column<LocalDate | null> =>
  invoke("trunc", columnExpression(date), expressionOf(format));

/** `to_date` that gives NULL for bad input. */
export const try_to_date = (col: ColumnOrName, format?: string): Column<LocalDate | null> =>
  invoke("try_to_date", columnExpression(col), optional(format, expressionOf));

/** `to_time` that gives NULL for bad input. */
export const try_to_time = (str: ColumnOrName, format?: ColumnOrName): Column<LocalTime | null> =>
  invoke("try_to_time", columnExpression(str), optional(format, columnExpression));

/** `to_timestamp` that gives NULL for bad input. */
export const try_to_timestamp = (col: ColumnOrName, format?: ColumnOrName): Column<Timestamp | null> =>
  invoke("try_to_timestamp", columnExpression(col), optional(format, columnExpression));

/** Returns the days since 1970-01-01. */
export const unix_date = (col: ColumnOrName): Column<number | null> => invoke("unix_date", columnExpression(col));

/** Returns the microseconds since 1970. */
export const unix_micros = (col: ColumnOrName): Column<bigint | null> => invoke("unix_micros", columnExpression(col));

/** Returns the milliseconds since 1970. */
export const unix_millis = (col: ColumnOrName): Column<bigint | null> => invoke("unix_millis", columnExpression(col));

/** Returns the seconds since 1970. */
export const unix_seconds = (col: ColumnOrName): Column<bigint | null> => invoke("unix_seconds", columnExpression(col));

/** Returns the day of the week, 0 for Monday. */
export const weekday = (col: ColumnOrName): Column<number | null> => invoke("weekday", columnExpression(col));

/** Returns the week of the year, by ISO 8601. */
export const weekofyear = (col: ColumnOrName): Column<number | null> => invoke("weekofyear", columnExpression(col));

/** Returns the last instant of a window. */
export const window_time = (windowColumn: ColumnOrName): Column<Timestamp | null> => invoke("window_time", columnExpression(windowColumn));

/** Returns the year. */
export const year = (col: ColumnOrName): Column<number | null> => invoke("year", columnExpression(col));

const TIMESTAMP_FORMAT = "yyyy-MM-dd HH:mm:ss";

/** Formats seconds since 1970 as text, on the session's clocks. */
export const from_unixtime = (timestamp: ColumnOrName, format: string = TIMESTAMP_FORMAT): Column<string | null> =>
  invoke("from_unixtime", columnExpression(timestamp), expressionOf(format));

/** Returns the seconds since 1970 of a text or timestamp; of now without one. */
export const unix_timestamp = (timestamp?: ColumnOrName, format: string = TIMESTAMP_FORMAT): Column<bigint | null> =>
  timestamp === undefined ? invoke("unix_timestamp") : invoke("unix_timestamp", columnExpression(timestamp), expressionOf(format));

/** Returns the time of day at the start of the query, with 0 to 6 digits of the second. */
export const current_time = (precision?: number): Column<LocalTime> => invoke("current_time", optional(precision, expressionOf));

/** Converts a timestamp without time zone from one zone to another; from the session's where `sourceTz` is null. */
export const convert_timezone = (sourceTz: Column | null, targetTz: Column, sourceTs: ColumnOrName): Column<LocalDateTime | null> =>
  sourceTz === null
    ? invoke("convert_timezone", targetTz.expression, columnExpression(sourceTs))
    : invoke("convert_timezone", sourceTz.expression, targetTz.expression, columnExpression(sourceTs));

/** Parts of an interval that are left out are zero. */
const parts = (columns: readonly (ColumnOrName | undefined)[]) =>
  columns.map((column) => (column === undefined ? expressionOf(0) : columnExpression(column)));

/** Makes a calendar interval of its parts. */
export const make_interval = (
  years?: ColumnOrName,
  months?: ColumnOrName,
  weeks?: ColumnOrName,
  days?: ColumnOrName,
  hours?: ColumnOrName,
  mins?: ColumnOrName,
  secs?: ColumnOrName,
): Column<CalendarInterval | null> => invoke("make_interval", ...parts([years, months, weeks, days, hours, mins, secs]));

/** `make_interval` that gives NULL on overflow. */
export const try_make_interval = (
  years?: ColumnOrName,
  months?: ColumnOrName,
  weeks?: ColumnOrName,
  days?: ColumnOrName,
  hours?: ColumnOrName,
  mins?: ColumnOrName,
  secs?: ColumnOrName,
): Column<CalendarInterval | null> => invoke("try_make_interval", ...parts([years, months, weeks, days, hours, mins, secs]));

/** Makes a day-time interval of its parts. */
export const make_dt_interval = (
  days?: ColumnOrName,
  hours?: ColumnOrName,
  mins?: ColumnOrName,
  secs?: ColumnOrName,
): Column<DayTimeInterval | null> => invoke("make_dt_interval", ...parts([days, hours, mins, secs]));

/** Makes a year-month interval of its parts. */
export const make_ym_interval = (years?: ColumnOrName, months?: ColumnOrName): Column<YearMonthInterval | null> =>
  invoke("make_ym_interval", ...parts([years, months]));

/** Six fields from year to second and a zone where given; or a date, a time and a zone where given. */
type TimestampParts = readonly [ColumnOrName, ColumnOrName, ...ColumnOrName[]];
const timestampOf =
  <V>(name: string) =>
  (...columns: TimestampParts): Column<V> =>
    invoke(name, ...columns.map(columnExpression));

/** Makes a timestamp of year, month, day, hour, minute, second and, where given, a time zone. */
export const make_timestamp = timestampOf<Timestamp | null>("make_timestamp");
/** Makes a timestamp of year, month, day, hour, minute, second and, where given, a time zone. */
export const make_timestamp_ltz = timestampOf<Timestamp | null>("make_timestamp_ltz");
/** Makes a timestamp without time zone of year, month, day, hour, minute and second. */
export const make_timestamp_ntz = timestampOf<LocalDateTime | null>("make_timestamp_ntz");
/** `make_timestamp` that gives NULL for parts out of range. */
export const try_make_timestamp = timestampOf<Timestamp | null>("try_make_timestamp");
/** `make_timestamp_ltz` that gives NULL for parts out of range. */
export const try_make_timestamp_ltz = timestampOf<Timestamp | null>("try_make_timestamp_ltz");
/** `make_timestamp_ntz` that gives NULL for parts out of range. */
export const try_make_timestamp_ntz = timestampOf<LocalDateTime | null>("try_make_timestamp_ntz");

/** Puts timestamps into windows of a duration (`"10 minutes"`), a struct of start and end. */
export const window = (timeColumn: ColumnOrName, windowDuration: string, slideDuration?: string, startTime?: string): Column =>
  invoke(
    "window",
    columnExpression(timeColumn),
    expressionOf(windowDuration),
    optional(slideDuration ?? (startTime === undefined ? undefined : windowDuration), expressionOf),
    optional(startTime, expressionOf),
  );

/** Puts timestamps into sessions that end after a gap. */
export const session_window = (timeColumn: ColumnOrName, gapDuration: Column | string): Column =>
  invoke("session_window", columnExpression(timeColumn), expressionOf(gapDuration));

/** Returns the time of day that is so many seconds after midnight. */
export const time_from_seconds = (col: ColumnOrName): Column<LocalTime | null> => invoke("time_from_seconds", columnExpression(col));

/** Returns the time of day that is so many millis after midnight. */
export const time_from_millis = (col: ColumnOrName): Column<LocalTime | null> => invoke("time_from_millis", columnExpression(col));

/** Returns the time of day that is so many micros after midnight. */
export const time_from_micros = (col: ColumnOrName): Column<LocalTime | null> => invoke("time_from_micros", columnExpression(col));

/** Returns how many seconds after midnight a time of day is. */
export const time_to_seconds = (col: ColumnOrName): Column<Decimal | null> => invoke("time_to_seconds", columnExpression(col));

/** Returns how many millis after midnight a time of day is. */
export const time_to_millis = (col: ColumnOrName): Column<bigint | null> => invoke("time_to_millis", columnExpression(col));

/** Returns how many micros after midnight a time of day is. */
export const time_to_micros = (col: ColumnOrName): Column<bigint | null> => invoke("time_to_micros", columnExpression(col));

/** Returns the start of the interval of that size that a time falls into; intervals are counted from origin (1970). PySpark has it since 4.2. */
export const time_bucket = (bucket_size: Column, ts: ColumnOrName, origin?: Column): Column<Timestamp | LocalDateTime | null> =>
  invoke("time_bucket", bucket_size.expression, columnExpression(ts), origin?.expression);
