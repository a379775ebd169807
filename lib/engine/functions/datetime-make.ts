import { wrongNumberOfArguments } from "../analyzer/coercion.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { LocalDateTime, Timestamp } from "../types/values.ts";
import { unexpectedInput } from "./alignment.ts";
import { bindOnce } from "./bind-once.ts";
import { offsetAt } from "./datetime-format.ts";
import { instantOf } from "./datetime-parse.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, of, raise, type ScalarFunction, type SessionSettings, takes, takesMany, takesUpTo } from "./function.ts";
import { fromNamedZone, fromZone, toZone, zoneId } from "./session-time.ts";

/** Dates and timestamps from their fields, and between zones. */
const scalar = scalarsOf("datetime");
const int = of(t.integerType);
const text = of(t.stringType);

const CONFIG = `'"spark.sql.ansi.enabled"'`;

/** One WHEN for a field out of its range; NULL where errors are tolerated. */
const outside = (value: string, field: string, range: string, test: string, fails: boolean): string =>
  `WHEN ${test} THEN ${fails ? raise("DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION", { rangeMessage: `'Invalid value for ${field} (valid values ${range}): ' || ${value}`, ansiConfig: CONFIG }) : "NULL"}`;

function dateChecks(y: string, m: string, d: string, fails: boolean): string {
  const invalid = raise("DATETIME_FIELD_OUT_OF_BOUNDS.WITH_SUGGESTION", {
    rangeMessage: `CASE WHEN ${d} = 29 THEN 'Invalid date ''February 29'' as ''' || ${y} || ''' is not a leap year' ELSE 'Invalid date ''' || upper(monthname(make_date(2000, ${m}, 1))) || ' ' || ${d} || '''' END`,
    ansiConfig: CONFIG,
  });
  return [
    `WHEN ${y} IS NULL OR ${m} IS NULL OR ${d} IS NULL THEN NULL`,
    outside(m, "MonthOfYear", "1 - 12", `${m} NOT BETWEEN 1 AND 12`, fails),
    outside(d, "DayOfMonth", "1 - 28/31", `${d} NOT BETWEEN 1 AND 31`, fails),
    `WHEN ${d} > day(last_day(make_date(${y}, ${m}, 1))) THEN ${fails ? invalid : "NULL"}`,
  ].join(" ");
}

/** A TIMESTAMP of fields; 60 seconds are the next minute. */
function localOfFields(fields: readonly string[], fails: boolean): string {
  return bindOnce(fields, (names) => {
    const [y, mo, d, h, mi, s] = names as [string, string, string, string, string, string];
    const fraction = raise("INVALID_FRACTION_OF_SECOND", { secAndMicros: `rtrim(rtrim(CAST(${s} AS VARCHAR), '0'), '.')` });
    const checks = [
      `WHEN ${h} IS NULL OR ${mi} IS NULL OR ${s} IS NULL THEN NULL`,
      dateChecks(y, mo, d, fails),
      outside(h, "HourOfDay", "0 - 23", `${h} NOT BETWEEN 0 AND 23`, fails),
      outside(mi, "MinuteOfHour", "0 - 59", `${mi} NOT BETWEEN 0 AND 59`, fails),
      `WHEN ${s} > 60 AND ${s} < 61 THEN ${fails ? fraction : "NULL"}`,
      outside(`CAST(trunc(${s}) AS INTEGER)`, "SecondOfMinute", "0 - 59", `${s} < 0 OR ${s} >= 61`, fails),
    ];
    const micros = `CAST(${h} AS BIGINT) * 3600000000 + CAST(${mi} AS BIGINT) * 60000000 + CAST(${s} * 1000000 AS BIGINT)`;
    return `(CASE ${checks.join(" ")} ELSE make_timestamp(epoch_us(CAST(make_date(${y}, ${mo}, ${d}) AS TIMESTAMP)) + ${micros}) END)`;
  });
}

function localOfDateAndTime(date: string, time: string | undefined): string {
  return time === undefined ? `CAST(${date} AS TIMESTAMP)` : `(${date} + ${time})`;
}

const FIELD_TYPES: readonly t.DataType[] = [
  t.integerType,
  t.integerType,
  t.integerType,
  t.integerType,
  t.integerType,
  t.decimalType(16, 6),
  t.stringType,
];
const PART_TYPES: readonly t.DataType[] = [t.dateType, t.timeType(), t.stringType];

/** How many arguments a function takes, where that is not 1, 2, 3, 6 or 7. */
const COUNTS: Readonly<Record<string, readonly number[]>> = {
  make_timestamp_ntz: [2, 6],
  try_make_timestamp_ntz: [2, 6],
  make_timestamp_ltz: [2, 3, 6, 7],
  try_make_timestamp_ltz: [2, 3, 6, 7],
};

/** Either (date[, time[, zone]]) or (year, month, day, hour, minute, second[, zone]). */
const makeArguments =
  (name: string) =>
  (args: readonly Expression[]): readonly Expression[] => {
    const counts = COUNTS[name] ?? [1, 2, 3, 6, 7];
    if (!counts.includes(args.length)) throw wrongNumberOfArguments(name, `[${counts.join(", ")}]`, args.length);
    const types = args.length <= 3 ? PART_TYPES : FIELD_TYPES;
    return args.map((arg, i) => {
      const [from, to] = [typeOf(arg), types[i]!];
      if (from.kind === to.kind && from.kind !== "decimal") return arg;
      if (args.length <= 3 && from.kind !== "void" && !(t.isStringLike(from) || to.kind === "string"))
        throw unexpectedInput(name, i, args, `"${to.kind.toUpperCase()}"`);
      return { kind: "cast", child: arg, type: to };
    });
  };

/** What TIMESTAMP means in the session. */
export const timestampOf = (session: SessionSettings): t.DataType => (session.timestampNtz ? t.timestampNtzType : t.timestampType);

/** Without a type, what the session means by TIMESTAMP. */
function makeTimestamp(name: string, type: t.DataType | undefined, fails: boolean): ScalarFunction {
  return scalar(
    name,
    "Makes a timestamp from year, month, day, hour, minute and second (and a zone), or from a date and a time.",
    takesMany(1, any),
    type ?? ((_types, args, session) => (args.length <= 3 ? t.timestampType : timestampOf(session))),
    (args, call, session) => {
      const ofParts = args.length <= 3;
      const local = ofParts ? localOfDateAndTime(args[0]!, args[1]) : localOfFields(args.slice(0, 6), fails && session.ansi);
      const zone = ofParts ? 2 : 6;
      if (call.type.kind === "timestamp_ntz") return local;
      if (args[zone] === undefined) return bindOnce([local], ([x]) => fromZone(x!, session.timeZone));
      const known = literalZone(call, zone);
      const none = (x: string, name: string) =>
        `CAST(CASE WHEN ${x} IS NOT NULL THEN ${raise("INVALID_TIMEZONE", { timeZone: name })} END AS TIMESTAMPTZ)`;
      const written = call.args[zone]!;
      const given = written.kind === "literal" && written.value !== null ? none : fromNamedZone;
      return bindOnce([local, args[zone]], ([x, name]) => (known === undefined ? given(x!, name!) : fromZone(x!, known)));
    },
    { nullable: (args, session) => !fails || !session.ansi || args.some(isNullable), check: makeArguments(name) },
  );
}

/** Undefined also for one that does not exist: that is an error of rows, and there may be none. */
const literalZone = (call: Call, index: number): string | undefined => {
  const zone = call.args[index]!;
  if (zone.kind !== "literal" || typeof zone.value !== "string") return undefined;
  try {
    return zoneId(zone.value);
  } catch {
    return undefined;
  }
};

export const datetimeMakeFunctions: readonly FunctionEntry[] = [
  scalar(
    "make_date",
    "Makes a date from year, month and day.",
    takes(int, int, int),
    t.dateType,
    (args, _call, session) =>
      bindOnce(args, ([y, m, d]) => `(CASE ${dateChecks(y!, m!, d!, session.ansi)} ELSE make_date(${y}, ${m}, ${d}) END)`),
    { nullable: (args, session) => !session.ansi || args.some(isNullable) },
  ),
  makeTimestamp("make_timestamp", undefined, true),
  makeTimestamp("make_timestamp_ltz", t.timestampType, true),
  makeTimestamp("make_timestamp_ntz", t.timestampNtzType, true),
  makeTimestamp("try_make_timestamp", undefined, false),
  makeTimestamp("try_make_timestamp_ltz", t.timestampType, false),
  makeTimestamp("try_make_timestamp_ntz", t.timestampNtzType, false),
  scalar(
    "from_utc_timestamp",
    "Returns an instant whose clocks in UTC show what those of a zone show now.",
    takes(of(t.timestampType), text),
    t.timestampType,
    ([ts], call) => {
      const zone = literalZone(call, 1);
      if (zone !== undefined) return `make_timestamptz(epoch_us(${toZone(ts!, zone)}))`;
      return {
        evaluate: ([value, name]) => {
          const { epochMicros } = value as Timestamp;
          return new Timestamp(epochMicros + offsetAt(epochMicros, zoneId(name as string)));
        },
      };
    },
  ),
  scalar(
    "to_utc_timestamp",
    "Returns the instant at which the clocks of a zone show what those of UTC show now.",
    takes(of(t.timestampType), text),
    t.timestampType,
    ([ts], call) => {
      const zone = literalZone(call, 1);
      if (zone !== undefined) return fromZone(toZone(ts!, "UTC"), zone);
      return { evaluate: ([value, name]) => new Timestamp(instantOf((value as Timestamp).epochMicros, zoneId(name as string))) };
    },
  ),
  scalar(
    "convert_timezone",
    "Moves a local time from one zone to another: convert_timezone([source, ]target, local).",
    takesUpTo(1, any, any, any),
    t.timestampNtzType,
    (args, call, session) => {
      const zones = args.length === 3 ? [literalZone(call, 0), literalZone(call, 1)] : [session.timeZone, literalZone(call, 0)];
      const [source, target] = zones;
      if (source !== undefined && target !== undefined) return toZone(fromZone(args.at(-1)!, source), target);
      return {
        evaluate: (values) => {
          const names = values.slice(0, -1) as string[];
          const [from, to] = names.length === 2 ? names.map(zoneId) : [session.timeZone, zoneId(names[0]!)];
          const instant = instantOf((values.at(-1) as LocalDateTime).epochMicros, from!);
          return new LocalDateTime(instant + offsetAt(instant, to!));
        },
      };
    },
    {
      check: (args) => {
        const last = args.at(-1)!;
        const local: Expression = typeOf(last).kind === "timestamp_ntz" ? last : { kind: "cast", child: last, type: t.timestampNtzType };
        return [...args.slice(0, -1), local];
      },
    },
  ),
];
