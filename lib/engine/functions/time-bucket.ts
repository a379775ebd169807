import type { Call, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { DayTimeInterval, LocalDateTime, YearMonthInterval } from "../types/values.ts";
import { unexpectedInput } from "./alignment.ts";
import { bindOnce, freeName } from "./bind-once.ts";
import { constantOf, requireConstant, valueOutOfRange } from "./constant.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, type SessionSettings, takesUpTo } from "./function.ts";
import { localTimestamp, ofLocalTimestamp } from "./session-time.ts";

/** time_bucket, Spark's since 4.2: the start of the bucket that a time falls into. Source: Spark's DateTimeUtils.timeBucketDTInterval. */
const NAME = "time_bucket";
const MICROS_PER_DAY = "86400000000";
const SIZES: ReadonlySet<t.DataType["kind"]> = new Set(["day-time interval", "year-month interval", "void"]);
const TIMES: ReadonlySet<t.DataType["kind"]> = new Set(["timestamp", "timestamp_ntz"]);

/** Midnight of 1970 on the session's clocks. */
function epoch(type: t.DataType): Expression {
  const local: Expression = { kind: "literal", value: new LocalDateTime(0n), type: t.timestampNtzType };
  return type.kind === "timestamp" ? { kind: "cast", child: local, type } : local;
}

function checked(given: readonly Expression[]): readonly Expression[] {
  const [size, time] = given as [Expression, Expression];
  const args = given.length === 3 ? given : [...given, epoch(typeOf(time))];
  if (!SIZES.has(typeOf(size).kind)) throw unexpectedInput(NAME, 0, args, '"(INTERVAL DAY TO SECOND OR INTERVAL YEAR TO MONTH)"');
  if (!TIMES.has(typeOf(time).kind)) throw unexpectedInput(NAME, 1, args, '"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)"');
  if (typeOf(args[2]!).kind !== typeOf(time).kind) throw unexpectedInput(NAME, 2, args, `"${typeSql(typeOf(time))}"`);
  requireConstant(NAME, args, 0, "bucketSize");
  requireConstant(NAME, args, 2, "origin");
  const value = constantOf(size);
  const length = value instanceof DayTimeInterval ? value.micros : value instanceof YearMonthInterval ? value.months : 1;
  if (length > 0) return args;
  throw valueOutOfRange(NAME, args, "`bucketSize`", "(0, inf)", prettyName(size));
}

/** Java's floorDiv of SQL texts; the divisor is positive. */
const floorDiv = (a: string, b: string): string => `(CASE WHEN ${a} < 0 AND ${a} % ${b} <> 0 THEN ${a} // ${b} - 1 ELSE ${a} // ${b} END)`;

/** The last of the buckets about the guessed one that does not begin after the time; `begin` gives where a bucket begins. */
function lastBegun(time: string, guess: string, begin: (index: string) => string): string {
  const [i, b] = [freeName([time, guess], "i"), freeName([time, guess], "b")];
  const begins = `list_transform([${guess} - 1, ${guess}, ${guess} + 1], lambda ${i}: ${begin(i)})`;
  return `list_max(list_filter(${begins}, lambda ${b}: ${b} <= ${time}))`;
}

/** Whole days are days of the calendar, what is left time of the clock; less than a day is always time of the clock. */
function ofDayTime([size, time, origin]: readonly [string, string, string], type: t.DataType, { timeZone }: SessionSettings): string {
  const start = localTimestamp(origin, type, timeZone);
  const moved = (micros: string) => {
    const days = ofLocalTimestamp(`(${start} + to_days(CAST((${micros}) // ${MICROS_PER_DAY} AS INTEGER)))`, type, timeZone);
    return `(${days} + to_microseconds((${micros}) % ${MICROS_PER_DAY}))`;
  };
  const onTheClock = (index: string) => `(${origin} + to_microseconds(${index} * ${size}))`;
  return bindOnce([`(epoch_us(${time}) - epoch_us(${origin}))`], ([passed]) =>
    bindOnce([floorDiv(passed!, size)], ([guess]) => {
      const ofCalendar = lastBegun(time, guess!, (index) => moved(`${index} * ${size}`));
      return `(CASE WHEN ${size} < ${MICROS_PER_DAY} THEN ${onTheClock(guess!)} ELSE ${ofCalendar} END)`;
    }),
  );
}

function ofYearMonth([size, time, origin]: readonly [string, string, string], type: t.DataType, { timeZone }: SessionSettings): string {
  const [start, local] = [localTimestamp(origin, type, timeZone), localTimestamp(time, type, timeZone)];
  const months = `((year(${local}) - year(${start})) * 12 + month(${local}) - month(${start}))`;
  const begin = (index: string) => ofLocalTimestamp(`(${start} + to_months(CAST((${index}) * ${size} AS INTEGER)))`, type, timeZone);
  return bindOnce([months], ([passed]) => bindOnce([floorDiv(passed!, size)], ([guess]) => lastBegun(time, guess!, begin)));
}

function bucketSql(args: readonly string[], call: Call, session: SessionSettings): string {
  const { kind } = typeOf(call.args[0]!);
  const none = `(CASE WHEN false THEN ${args[1]} END)`;
  if (kind === "void") return none;
  const of = kind === "day-time interval" ? ofDayTime : ofYearMonth;
  return bindOnce(args, (bound) => of(bound as unknown as readonly [string, string, string], call.type, session));
}

export const timeBucketFunctions: readonly FunctionEntry[] = [
  scalarsOf("datetime")(
    NAME,
    "Returns the start of the bucket of a length that a time falls into; buckets are counted from 1970, or from a third argument.",
    takesUpTo(1, any, any, any),
    ([, time]) => time!,
    bucketSql,
    { check: checked },
  ),
];
