import { LocalDate } from "./values.ts";

/**
 * Dates and times as Spark's casts read them from text. Source: Spark's SparkDateTimeUtils.stringToDate, parseTimestampString.
 * Surrounding white space and control characters are cut by the caller. Each gives undefined for text that it does not take.
 */
const MICROS_PER_SECOND = 1_000_000n;
const MICROS_PER_DAY = 86_400n * MICROS_PER_SECOND;
/** Days that 32 bits hold. */
const MOST_DAYS = 2 ** 31;

const DATE = /^([+-]?)(\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T][\s\S]*)?)?)?$/;
const TIME = String.raw`(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?([^\d.][\s\S]*)?)?)?`;
const TIMESTAMP = new RegExp(String.raw`^([+-]?)(\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T]${TIME})?)?)?$`);
const TIME_ONLY = new RegExp(`^T?${TIME}$`);

/** `yyyy`, `yyyy-[m]m`, `yyyy-[m]m-[d]d`, the last with anything after a blank or a `T`. */
export function parseDateText(text: string): LocalDate | undefined {
  const match = DATE.exec(text);
  return match ? dateOf(match[1], match[2], match[3], match[4]) : undefined;
}

/** Microseconds on the clocks of the place; `zone` as written, where one is. */
export interface TimestampText {
  readonly localMicros: bigint;
  readonly zone?: string;
}

/** A date, or a date and `[h]h[:[m]m[:[s]s[.fraction][zone]]]`; digits after the sixth of a fraction are cut. */
export function parseTimestampText(text: string): TimestampText | undefined {
  const match = TIMESTAMP.exec(text);
  const date = match && dateOf(match[1], match[2], match[3], match[4]);
  if (!match || !date) return undefined;
  const micros = timeOf(match[5], match[6], match[7], match[8]);
  const zone = match[9]?.trim();
  if (micros === undefined) return undefined;
  const localMicros = BigInt(date.epochDays) * MICROS_PER_DAY + micros;
  return zone === undefined ? { localMicros } : { localMicros, zone };
}

const HALF_DAY = /^(\d{1,2})(:[\s\S]*?)[ ]?([AP])M$/i;

/** Microseconds since midnight of `[h]h:[m]m[:[s]s[.fraction]]`, with a leading `T` or not, or with AM or PM behind it. */
export function parseTimeText(text: string): bigint | undefined {
  const half = HALF_DAY.exec(text);
  if (half) {
    const hour = Number(half[1]);
    if (hour < 1 || hour > 12) return undefined;
    return parseTimeText(`${(hour % 12) + (half[3]!.toUpperCase() === "P" ? 12 : 0)}${half[2]}`);
  }
  const match = TIME_ONLY.exec(text);
  return match?.[2] === undefined || match[5] !== undefined ? undefined : timeOf(match[1], match[2], match[3], match[4]);
}

/** Whether a text is a time of day with no date, which Spark reads as a timestamp of today. */
export const isTimeOnly = (text: string): boolean => TIME_ONLY.exec(text)?.[2] !== undefined;

function dateOf(sign: string | undefined, year: string | undefined, month = "1", day = "1"): LocalDate | undefined {
  const [y, m, d] = [Number(year) * (sign === "-" ? -1 : 1), Number(month), Number(day)];
  if (m < 1 || m > 12 || d < 1) return undefined;
  const date = LocalDate.of(y, m, d);
  const next = LocalDate.of(y, m + 1, 1);
  return date.epochDays < next.epochDays && date.epochDays < MOST_DAYS && date.epochDays >= -MOST_DAYS ? date : undefined;
}

function timeOf(hour = "0", minute = "0", second = "0", fraction = ""): bigint | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return (
    BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * MICROS_PER_SECOND + BigInt(fraction.slice(0, 6).padEnd(6, "0"))
  );
}
