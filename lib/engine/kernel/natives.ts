import { ExecutionError } from "../errors.ts";
import { lowerEach } from "../functions/collation-text.ts";
import { instantOf, parseLocal } from "../functions/datetime-parse.ts";
import { levenshtein } from "../functions/levenshtein.ts";
import { drawCopies } from "../functions/random-copies.ts";
import {
  Gaussian,
  MersenneTwister,
  nextDouble,
  randomOrder,
  randomText,
  randomUuid,
  sequencesOf,
  XorShift,
} from "../functions/random-sequence.ts";
import { fixedOffsetMicros, zoneId } from "../functions/session-time.ts";
import * as t from "../types/data-type.ts";
import { isTimeOnly, parseDateText, parseTimestampText, parseTimeText } from "../types/datetime-text.ts";
import { dayTimeText, parseCalendarText, parseDayTimeText, parseYearMonthText, yearMonthText } from "../types/interval-text.ts";
import { javaDouble, javaFloat } from "../types/java-number.ts";
import { type CalendarInterval, LocalDateTime, LocalTime, Timestamp, type Value } from "../types/values.ts";
import type { Variant } from "../types/variant/variant.ts";
import type { NativeFunction } from "./native-function.ts";

/**
 * Functions in TypeScript that every connection has under a fixed name, for casts and entries whose common case is SQL:
 * `CASE WHEN <common> THEN <SQL> ELSE firecrest_...(x) END`. NULL in, NULL out; NULL is also what a parser gives for bad text.
 */
const native = <A extends readonly unknown[]>(
  name: string,
  types: readonly t.DataType[],
  returns: t.DataType,
  evaluate: (...args: A) => Value | undefined,
): NativeFunction => ({
  name,
  types,
  returns,
  volatile: false,
  evaluation: () => ({ kind: "rows", evaluate: (args) => evaluate(...(args as unknown as A)) ?? null, nulls: false }),
});

const text = t.stringType;
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

/** Java's ZonedDateTime takes offsets up to 18 hours. */
const MOST_OFFSET_MICROS = 18 * 3_600_000_000;

/** A zone as a timestamp's text ends with it: `Z`, `+1:00`, ` Europe/Paris`; undefined where it is none. */
export function zoneOfText(written: string): string | undefined {
  const padded = written.replace(/([+-])(\d):/, "$10$2:").replace(/([+-])(\d\d):(\d)$/, "$1$2:0$3");
  const offset = fixedOffsetMicros(padded);
  if (offset !== undefined) return Math.abs(offset) <= MOST_OFFSET_MICROS ? padded : undefined;
  try {
    return zoneId(padded);
  } catch {
    return undefined;
  }
}

/** The instant that a text names, as a cast reads it; undefined for other text. */
export function instantOfText(value: string, sessionZone: string): Timestamp | undefined {
  const parsed = parseTimestampText(value);
  if (!parsed && isTimeOnly(value)) {
    throw new ExecutionError("FIRECREST_UNSUPPORTED", { feature: `The timestamp '${value}' of no date`, advice: "Write the date, too." });
  }
  const zone = parsed?.zone === undefined ? sessionZone : zoneOfText(parsed.zone);
  const micros = parsed && zone !== undefined ? instantOf(parsed.localMicros, zone) : undefined;
  return micros !== undefined && isLong(micros) ? new Timestamp(micros) : undefined;
}

const isLong = (value: bigint): boolean => BigInt.asIntN(64, value) === value;

/** The date and time without a zone that a text names, as a cast reads it; undefined for other text. */
export function localOfText(value: string): LocalDateTime | undefined {
  const parsed = parseTimestampText(value);
  const valid = parsed && (parsed.zone === undefined || zoneOfText(parsed.zone) !== undefined);
  return valid && isLong(parsed.localMicros) ? new LocalDateTime(parsed.localMicros) : undefined;
}

function parsedLocal(value: string, pattern: string): LocalDateTime | undefined {
  try {
    return new LocalDateTime(parseLocal(value, pattern).micros);
  } catch {
    return undefined;
  }
}

/** Why a text does not fit a pattern. */
function parseFailure(value: string, pattern: string): string {
  try {
    parseLocal(value, pattern);
    return `Text '${value}' could not be parsed`;
  } catch (failure) {
    return (failure as Error).message;
  }
}

function time(value: string): LocalTime | undefined {
  const micros = parseTimeText(value);
  return micros === undefined ? undefined : new LocalTime(micros);
}

const [drawNumber, drawNormal] = [
  sequencesOf((seed) => XorShift.ofSeed(seed), nextDouble),
  sequencesOf(
    (seed) => new Gaussian(XorShift.ofSeed(seed)),
    (source) => (source as Gaussian).draw(),
  ),
];
const drawText = sequencesOf((seed) => XorShift.ofSeed(seed), randomText);
const drawOrder = sequencesOf((seed) => MersenneTwister.ofSeed(seed), randomOrder);
const drawUuid = sequencesOf((seed) => MersenneTwister.ofSeed(seed), randomUuid);
const place = [t.longType, t.longType];

const dayTime = (start: string, end: string) => ({ start: start as t.DayTimeField, end: end as t.DayTimeField });
const yearMonth = (start: string, end: string) => ({ start: start as t.YearMonthField, end: end as t.YearMonthField });

export const natives: readonly NativeFunction[] = [
  native("firecrest_java_float", [t.floatType], text, javaFloat),
  native("firecrest_java_double", [t.doubleType], text, javaDouble),
  native("firecrest_text_of_bytes", [t.binaryType], text, (bytes: Uint8Array) => lossy.decode(bytes)),
  native("firecrest_date", [text], t.dateType, parseDateText),
  native("firecrest_timestamp", [text, text], t.timestampType, instantOfText),
  native("firecrest_timestamp_ntz", [text], t.timestampNtzType, localOfText),
  native("firecrest_parse_local", [text, text], t.timestampNtzType, parsedLocal),
  native("firecrest_parse_failure", [text, text], text, parseFailure),
  native("firecrest_time", [text], t.timeType(), time),
  native("firecrest_timestamp_text", [t.timestampNtzType], text, (value: LocalDateTime) => value.toString()),
  native("firecrest_variant_text", [t.variantType], text, (value: Variant) => value.toString()),
  native("firecrest_interval", [text], t.calendarIntervalType, parseCalendarText),
  native("firecrest_interval_text", [t.calendarIntervalType], text, (value: CalendarInterval) => value.toString()),
  // The intervals' micros and months travel as plain numbers: the fields are arguments, not part of the type.
  native("firecrest_day_time", [text, text, text], t.longType, (value: string, start: string, end: string) =>
    parseDayTimeText(value, dayTime(start, end)),
  ),
  native("firecrest_day_time_text", [t.longType, text, text], text, (micros: bigint, start: string, end: string) =>
    dayTimeText(micros, dayTime(start, end)),
  ),
  native("firecrest_year_month", [text, text, text], t.integerType, (value: string, start: string, end: string) =>
    parseYearMonthText(value, yearMonth(start, end)),
  ),
  native("firecrest_year_month_text", [t.integerType, text, text], text, (months: number, start: string, end: string) =>
    yearMonthText(months, yearMonth(start, end)),
  ),
  // A row's number in its partition, and the partition's seed: functions/random.ts.
  native("firecrest_random", place, t.doubleType, (row: bigint, seed: bigint) => drawNumber(row, seed, undefined)),
  native("firecrest_copies", [...place, t.longType, t.doubleType], t.integerType, drawCopies),
  native("firecrest_normal", place, t.doubleType, (row: bigint, seed: bigint) => drawNormal(row, seed, undefined)),
  native("firecrest_randstr", [...place, t.integerType], text, (row: bigint, seed: bigint, length: number) => drawText(row, seed, length)),
  native("firecrest_random_uuid", place, text, (row: bigint, seed: bigint) => drawUuid(row, seed, undefined)),
  native(
    "firecrest_random_order",
    [...place, t.integerType],
    t.arrayType(t.integerType, false),
    (row: bigint, seed: bigint, length: number) => drawOrder(row, seed, length),
  ),
  native("firecrest_levenshtein", [text, text], t.integerType, levenshtein),
  native("firecrest_upper", [text], text, (value: string) => value.toUpperCase()),
  native("firecrest_reverse", [text], text, (value: string) => [...value].reverse().join("")),
  native("firecrest_lower_each", [text], text, lowerEach),
  native("firecrest_lower", [text], text, (value: string) => value.toLowerCase()),
];
