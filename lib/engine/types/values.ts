import type { Variant } from "./variant/variant.ts";

/**
 * How a value of each Spark type stands in TypeScript, everywhere outside the kernel (literals, rows, results):
 *
 * | Spark type | TypeScript |
 * |---|---|
 * | boolean; string, char, varchar | boolean; string |
 * | byte, short, int; float, double | number |
 * | long | bigint |
 * | decimal | Decimal |
 * | date | LocalDate |
 * | timestamp | Timestamp (an instant) |
 * | timestamp_ntz | LocalDateTime |
 * | time | LocalTime |
 * | intervals | DayTimeInterval, YearMonthInterval, CalendarInterval |
 * | binary | Uint8Array |
 * | array | readonly Value[] |
 * | map | Map<Value, Value> |
 * | struct | StructValue: a plain object, fields in order |
 * | variant | Variant |
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Decimal
  | LocalDate
  | Timestamp
  | LocalDateTime
  | LocalTime
  | DayTimeInterval
  | YearMonthInterval
  | CalendarInterval
  | readonly Value[]
  | Map<Value, Value>
  | Variant
  | StructValue;

export interface StructValue {
  readonly [field: string]: Value;
}

const MICROS_PER_SECOND = 1_000_000n;
const MICROS_PER_DAY = 86_400n * MICROS_PER_SECOND;

const pad = (n: number | bigint, width: number): string => String(n).padStart(width, "0");

/** An exact decimal number: unscaled / 10^scale. */
export class Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled;
    this.scale = scale;
  }
  /** Reads plain or scientific notation. Throws RangeError for other text. */
  static parse(text: string): Decimal {
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.trim());
    if (!match || !(match[2] || match[3])) throw new RangeError(`"${text}" is not a decimal number`);
    const fraction = match[3] ?? "";
    const digits = BigInt(`${match[2] ?? ""}${fraction}` || "0");
    const scale = fraction.length - Number(match[4] ?? 0);
    const unscaled = match[1] === "-" ? -digits : digits;
    return scale >= 0 ? new Decimal(unscaled, scale) : new Decimal(unscaled * 10n ** BigInt(-scale), 0);
  }
  /** Number of decimal digits of the unscaled value, at least 1. */
  get precision(): number {
    return String(this.unscaled < 0n ? -this.unscaled : this.unscaled).length;
  }
  toNumber(): number {
    return Number(this.toString());
  }
  /** Plain notation with exactly `scale` fractional digits. */
  toString(): string {
    const negative = this.unscaled < 0n;
    const digits = pad(negative ? -this.unscaled : this.unscaled, this.scale + 1);
    const whole = digits.slice(0, digits.length - this.scale);
    const text = this.scale > 0 ? `${whole}.${digits.slice(digits.length - this.scale)}` : whole;
    return negative ? `-${text}` : text;
  }
  toJSON(): string {
    return this.toString();
  }
}

/** The calendar repeats itself after so long: years that JavaScript's Date cannot hold (beyond 275760) are reckoned by these. */
const ERA_YEARS = 400;
const ERA_DAYS = 146_097;

/** A proleptic Gregorian calendar date, as days since 1970-01-01. */
export class LocalDate {
  readonly epochDays: number;
  constructor(epochDays: number) {
    this.epochDays = epochDays;
  }
  static of(year: number, month: number, day: number): LocalDate {
    const date = new Date(0);
    date.setUTCFullYear(year - ERA_YEARS * Math.floor(year / ERA_YEARS), month - 1, day);
    return new LocalDate(date.getTime() / 86_400_000 + ERA_DAYS * Math.floor(year / ERA_YEARS));
  }
  /** Reads `yyyy-MM-dd`. Throws RangeError for other text. */
  static parse(text: string): LocalDate {
    const match = /^([+-]?\d{4,6})-(\d{2})-(\d{2})$/.exec(text);
    if (!match) throw new RangeError(`"${text}" is not a date of the form yyyy-MM-dd`);
    const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
    const date = LocalDate.of(year, month, day);
    if (date.toString() !== text.replace(/^\+/, "").padStart(10, "0")) throw new RangeError(`"${text}" is not a calendar date`);
    return date;
  }
  toDate(): Date {
    return new Date(this.epochDays * 86_400_000);
  }
  toString(): string {
    const eras = Math.floor(this.epochDays / ERA_DAYS);
    const date = new Date((this.epochDays - eras * ERA_DAYS) * 86_400_000);
    const year = date.getUTCFullYear() + eras * ERA_YEARS;
    const text = year < 0 ? `-${pad(-year, 4)}` : year > 9999 ? `+${year}` : pad(year, 4);
    return `${text}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`;
  }
  toJSON(): string {
    return this.toString();
  }
}

/** `HH:mm:ss[.ffffff]` of a number of microseconds within a day, trailing zeros of the fraction cut. */
function timeOfDay(micros: bigint): string {
  const seconds = micros / MICROS_PER_SECOND;
  const fraction = pad(micros % MICROS_PER_SECOND, 6).replace(/0+$/, "");
  const text = `${pad(seconds / 3600n, 2)}:${pad((seconds / 60n) % 60n, 2)}:${pad(seconds % 60n, 2)}`;
  return fraction ? `${text}.${fraction}` : text;
}

function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b < 0n ? q - 1n : q;
}

/** A date and time without a zone, as microseconds since 1970-01-01 00:00:00. */
export class LocalDateTime {
  readonly epochMicros: bigint;
  constructor(epochMicros: bigint) {
    this.epochMicros = epochMicros;
  }
  /** `yyyy-MM-dd HH:mm:ss[.ffffff]`. */
  toString(): string {
    const day = floorDiv(this.epochMicros, MICROS_PER_DAY);
    return `${new LocalDate(Number(day))} ${timeOfDay(this.epochMicros - day * MICROS_PER_DAY)}`;
  }
  toJSON(): string {
    return this.toString();
  }
}

/** An instant, as microseconds since 1970-01-01 00:00:00 UTC. */
export class Timestamp {
  readonly epochMicros: bigint;
  constructor(epochMicros: bigint) {
    this.epochMicros = epochMicros;
  }
  static fromDate(date: Date): Timestamp {
    return new Timestamp(BigInt(date.getTime()) * 1000n);
  }
  /** Milliseconds precision: microseconds are cut. */
  toDate(): Date {
    return new Date(Number(floorDiv(this.epochMicros, 1000n)));
  }
  /** `yyyy-MM-dd HH:mm:ss[.ffffff]` on the clocks of a zone (IANA name or offset), UTC without one. */
  toString(timeZone = "UTC"): string {
    return new LocalDateTime(this.epochMicros + zoneOffsetMicros(this.epochMicros, timeZone)).toString();
  }
  /** ISO 8601 in UTC. */
  toJSON(): string {
    return `${new LocalDateTime(this.epochMicros).toString().replace(" ", "T")}Z`;
  }
}

const ERA_MICROS = ERA_DAYS * 86_400_000_000;
/** Instants this far from 1970 have the offset of one within the reach of JavaScript's Date. */
const MOST_ERAS = 600;

const zoneFormats = new Map<string, Intl.DateTimeFormat>();

/** What is added to UTC in `timeZone` at an instant, in microseconds. Throws RangeError for an unknown zone. */
export function zoneOffsetMicros(epochMicros: bigint, timeZone: string): bigint {
  if (timeZone === "UTC" || timeZone === "Z" || timeZone === "GMT") return 0n;
  let format = zoneFormats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    zoneFormats.set(timeZone, format);
  }
  const eras = Math.trunc(Number(epochMicros) / ERA_MICROS / MOST_ERAS) * MOST_ERAS;
  const instant = Number(floorDiv(epochMicros, 1000n)) - (eras * ERA_MICROS) / 1000;
  const part: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(instant)) part[type] = value;
  const year = part.era === "BC" ? 1 - Number(part.year) : Number(part.year);
  const local = new Date(0);
  local.setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
  local.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second), 0);
  const seconds = Math.floor(instant / 1000);
  return BigInt(local.getTime() / 1000 - seconds) * MICROS_PER_SECOND;
}

/** A time of day, as microseconds since midnight. */
export class LocalTime {
  readonly micros: bigint;
  constructor(micros: bigint) {
    this.micros = micros;
  }
  toString(): string {
    return timeOfDay(this.micros);
  }
  toJSON(): string {
    return this.toString();
  }
}

/** Microseconds; Spark's DayTimeIntervalType. */
export class DayTimeInterval {
  readonly micros: bigint;
  constructor(micros: bigint) {
    this.micros = micros;
  }
  /** `[-]d HH:mm:ss.fffffffff`, as Spark's shell prints it. */
  toString(): string {
    const absolute = this.micros < 0n ? -this.micros : this.micros;
    const [time, fraction = ""] = timeOfDay(absolute % MICROS_PER_DAY).split(".");
    return `${this.micros < 0n ? "-" : ""}${absolute / MICROS_PER_DAY} ${time}.${fraction.padEnd(9, "0")}`;
  }
  toJSON(): string {
    return this.toString();
  }
}

/** Months; Spark's YearMonthIntervalType. */
export class YearMonthInterval {
  readonly months: number;
  constructor(months: number) {
    this.months = months;
  }
  /** `[-]y-m`. */
  toString(): string {
    const absolute = Math.abs(this.months);
    return `${this.months < 0 ? "-" : ""}${Math.trunc(absolute / 12)}-${absolute % 12}`;
  }
  toJSON(): string {
    return this.toString();
  }
}

/** Spark's CalendarIntervalType: parts that do not convert into each other. */
export class CalendarInterval {
  readonly months: number;
  readonly days: number;
  readonly micros: bigint;
  constructor(months: number, days: number, micros: bigint) {
    this.months = months;
    this.days = days;
    this.micros = micros;
  }
  /** `1 years 2 months 3 days 4 hours 5 minutes 6 seconds`, zero parts left out. */
  toString(): string {
    const part = (n: number | bigint, unit: string) => (n ? [`${n} ${unit}`] : []);
    const seconds = this.micros % 60_000_000n;
    const negative = seconds < 0n;
    const absolute = negative ? -seconds : seconds;
    const fraction = pad(absolute % MICROS_PER_SECOND, 6).replace(/0+$/, "");
    const secondText = seconds ? [`${negative ? "-" : ""}${absolute / MICROS_PER_SECOND}${fraction ? `.${fraction}` : ""} seconds`] : [];
    const parts = [
      ...part(Math.trunc(this.months / 12), "years"),
      ...part(this.months % 12, "months"),
      ...part(this.days, "days"),
      ...part(this.micros / 3_600_000_000n, "hours"),
      ...part((this.micros / 60_000_000n) % 60n, "minutes"),
      ...secondText,
    ];
    return parts.length > 0 ? parts.join(" ") : "0 seconds";
  }
  toJSON(): string {
    return this.toString();
  }
}

/** Gives a struct a field, whatever its name: `__proto__` as well. */
export function setField(struct: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__") Object.defineProperty(struct, name, { value, enumerable: true });
  else struct[name] = value;
}
