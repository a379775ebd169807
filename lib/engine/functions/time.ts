import { ExecutionError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { parseTimeText } from "../types/datetime-text.ts";
import { Decimal, LocalTime } from "../types/values.ts";
import { bindOnce } from "./bind-once.ts";
import { ParseFailure, parseLocal } from "./datetime-parse.ts";
import { scalarsOf } from "./define.ts";
import {
  exactly,
  type FunctionEntry,
  integral,
  numeric,
  of,
  type Parameter,
  raise,
  type ScalarFunction,
  takes,
  takesUpTo,
} from "./function.ts";

/** Times of day. */
const scalar = scalarsOf("datetime");
const int = of(t.integerType);
const text = of(t.stringType);
const MICROS_PER_DAY = 86_400_000_000n;

/** Microseconds of the day; undefined where a text says none. */
function microsOf(value: string, pattern: string | undefined): bigint | undefined {
  if (pattern !== undefined) {
    try {
      return parseLocal(value, pattern).micros % MICROS_PER_DAY;
    } catch (failure) {
      if (failure instanceof ParseFailure) return undefined;
      throw failure;
    }
  }
  return parseTimeText(value.trim());
}

const toTime = (name: string, fails: boolean): ScalarFunction =>
  scalar(
    name,
    `Returns the time of day that a text says, by a pattern${fails ? "" : "; NULL where it says none"}.`,
    takesUpTo(1, text, text),
    t.timeType(),
    {
      evaluate: ([value, pattern]) => {
        const micros = microsOf(value as string, pattern as string | undefined);
        if (micros !== undefined) return new LocalTime(micros);
        if (!fails) return null;
        const format = pattern === undefined ? "HH:mm:ss.SSSSSS" : (pattern as string);
        throw new ExecutionError("CANNOT_PARSE_TIME", { input: `'${value as string}'`, format: `'${format}'` });
      },
    },
    { nullable: (args) => !fails || args.some(isNullable) },
  );

function makeTime(args: readonly string[]): string {
  return bindOnce(args, ([hour, minute, second]) => {
    const failure = (field: string, range: string, value: string) =>
      raise("DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", {
        rangeMessage: `'Invalid value for ${field} (valid values ${range}): ' || ${value}`,
      });
    const checks = [
      `WHEN ${hour} IS NULL OR ${minute} IS NULL OR ${second} IS NULL THEN NULL`,
      `WHEN ${hour} NOT BETWEEN 0 AND 23 THEN ${failure("HourOfDay", "0 - 23", hour!)}`,
      `WHEN ${minute} NOT BETWEEN 0 AND 59 THEN ${failure("MinuteOfHour", "0 - 59", minute!)}`,
      `WHEN ${second} < 0 OR ${second} >= 60 THEN ${failure("SecondOfMinute", "0 - 59", `CAST(trunc(${second}) AS INTEGER)`)}`,
    ];
    const micros = `CAST(${hour} AS BIGINT) * 3600000000 + CAST(${minute} AS BIGINT) * 60000000 + CAST(${second} * 1000000 AS BIGINT)`;
    return `(CASE ${checks.join(" ")} ELSE CAST(make_timestamp(${micros}) AS TIME) END)`;
  });
}

const UNIT_MICROS: Readonly<Record<string, bigint>> = {
  HOUR: 3_600_000_000n,
  MINUTE: 60_000_000n,
  SECOND: 1_000_000n,
  MILLISECOND: 1_000n,
  MICROSECOND: 1n,
};
const inDay = (time: string) => `epoch_us(DATE '1970-01-01' + ${time})`;

/** SQL for a unit that may be a literal or a column; an unknown one raises. */
function perUnit(name: string, unitSql: string, unit: Expression, sql: (micros: bigint) => string): string {
  const failure = raise("INVALID_PARAMETER_VALUE.TIME_UNIT", {
    functionName: `'\`${name}\`'`,
    parameter: "'`unit`'",
    invalidValue: `'''' || ${unitSql} || ''''`,
  });
  const known = unit.kind === "literal" ? UNIT_MICROS[String(unit.value).toUpperCase()] : undefined;
  if (known !== undefined) return sql(known);
  return `(CASE upper(${unitSql}) ${Object.entries(UNIT_MICROS)
    .map(([u, micros]) => `WHEN '${u}' THEN ${sql(micros)}`)
    .join(" ")} ELSE CASE WHEN ${unitSql} IS NOT NULL THEN ${failure} END END)`;
}

/** Time moved within its day. Source: Spark's TimeAddInterval, DateTimeUtils.timeAddInterval. */
function addToTime([time, interval]: readonly string[], call: Call): string {
  const { end } = typeOf(call.args[1]!) as t.DayTimeIntervalType;
  return bindOnce([time!, interval!], ([from, by]) => {
    const moved = `(${inDay(from!)} + ${by})`;
    const shown = `firecrest_day_time_text(${by}, '${end}', '${end}') || ' to the time value TIME ''' || CAST(${from} AS VARCHAR)`;
    const failure = raise("DATETIME_OVERFLOW", { operation: `'add ' || ${shown} || ''''` });
    const unit = 10 ** (6 - (call.type as t.TimeType).precision);
    return `(CASE WHEN ${from} IS NULL OR ${by} IS NULL THEN NULL WHEN ${moved} BETWEEN 0 AND 86399999999 THEN CAST(make_timestamp(${moved} - ${moved} % ${unit}) AS TIME) ELSE ${failure} END)`;
  });
}

function sumPrecision([time, interval]: readonly t.DataType[]): t.DataType {
  const { precision } = time as t.TimeType;
  return t.timeType(Math.max(precision, (interval as t.DayTimeIntervalType).end === "second" ? 6 : 0));
}

/** Nanoseconds of the day as a time. Source: Spark's DateTimeUtils.withTimeConversionErrorHandling. */
function timeOfNanos(nanos: bigint): LocalTime {
  const bad = (rangeMessage: string) => new ExecutionError("DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", { rangeMessage });
  if (BigInt.asIntN(64, nanos) !== nanos) throw bad("Overflow in TIME conversion");
  if (nanos >= 0n && nanos < MICROS_PER_DAY * 1000n) return new LocalTime(nanos / 1000n);
  throw bad(`Invalid TIME value: must be between 00:00:00 and 23:59:59.999999999, but got ${nanos} nanoseconds`);
}

function nanosOfSeconds(seconds: unknown): bigint {
  if (seconds instanceof Decimal) {
    const scaled = seconds.unscaled * 1_000_000_000n;
    const unit = 10n ** BigInt(seconds.scale);
    // Spark takes no fraction of a nanosecond.
    return scaled % unit === 0n ? scaled / unit : 2n ** 64n;
  }
  if (typeof seconds === "bigint" || Number.isInteger(seconds)) return BigInt(seconds as number) * 1_000_000_000n;
  if (Number.isFinite(seconds)) return BigInt(Math.trunc((seconds as number) * 1e9));
  throw new ExecutionError("DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION", {
    rangeMessage: "Cannot convert NaN or Infinite value to TIME",
  });
}

const timeFrom = (unit: string, of: Parameter, nanos: (value: unknown) => bigint): ScalarFunction =>
  scalar(`time_from_${unit}`, `Returns the time of day that is so many ${unit} after midnight.`, exactly(takes(of)), t.timeType(), {
    evaluate: ([value]) => timeOfNanos(nanos(value)),
  });

const timeTo = (unit: string, type: t.DataType, sql: (micros: string) => string): ScalarFunction =>
  scalar(`time_to_${unit}`, `Returns how many ${unit} after midnight a time of day is.`, exactly(takes(of(t.timeType()))), type, ([time]) =>
    sql(inDay(time!)),
  );

export const timeFunctions: readonly FunctionEntry[] = [
  scalar(
    "time_add_interval",
    "Returns the time of day moved by a day-time interval, within the day.",
    takes(of(t.timeType()), of(t.dayTimeIntervalType())),
    sumPrecision,
    addToTime,
    { internal: true },
  ),
  scalar(
    "subtract_times",
    "Returns the time between two times of day.",
    takes(of(t.timeType()), of(t.timeType())),
    t.dayTimeIntervalType("hour", "second"),
    ([end, start]) => `(${inDay(end!)} - ${inDay(start!)})`,
    { internal: true },
  ),
  timeFrom("seconds", numeric, nanosOfSeconds),
  timeFrom("millis", integral, (millis) => BigInt(millis as number) * 1_000_000n),
  timeFrom("micros", integral, (micros) => BigInt(micros as number) * 1_000n),
  timeTo("seconds", t.decimalType(14, 6), (micros) => `CAST(CAST(${micros} AS DECIMAL(20, 6)) / 1000000 AS DECIMAL(14, 6))`),
  timeTo("millis", t.longType, (micros) => `(${micros} // 1000)`),
  timeTo("micros", t.longType, (micros) => `CAST(${micros} AS BIGINT)`),
  toTime("to_time", true),
  toTime("try_to_time", false),
  scalar(
    "make_time",
    "Makes a time of day from hour, minute and second.",
    takes(int, int, of(t.decimalType(16, 6))),
    t.timeType(),
    makeTime,
  ),
  scalar(
    "time_diff",
    "Returns the full units between two times of day: time_diff(unit, start, end).",
    takes(text, of(t.timeType()), of(t.timeType())),
    t.longType,
    ([unit, start, end], call: Call) =>
      perUnit("time_diff", unit!, call.args[0]!, (micros) => `((${inDay(end!)} - ${inDay(start!)}) // ${micros})`),
  ),
  scalar(
    "time_trunc",
    "Returns the time of day cut to a unit: time_trunc(unit, time).",
    takes(text, of(t.timeType())),
    ([, type]) => type!,
    ([unit, time], call: Call) =>
      perUnit(
        "time_trunc",
        unit!,
        call.args[0]!,
        (micros) => `CAST(make_timestamp(${inDay(time!)} - ${inDay(time!)} % ${micros}) AS TIME)`,
      ),
  ),
];
