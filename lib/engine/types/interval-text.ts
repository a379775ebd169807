import type { DayTimeField, DayTimeIntervalType, YearMonthIntervalType } from "./data-type.ts";
import { CalendarInterval } from "./values.ts";

/** Intervals to and from text as Spark's casts do. Source: Spark's IntervalUtils. Parsers give undefined for text they do not take. */
const MICROS: Readonly<Record<DayTimeField, bigint>> = {
  day: 86_400_000_000n,
  hour: 3_600_000_000n,
  minute: 60_000_000n,
  second: 1_000_000n,
};
const DAY_TIME: readonly DayTimeField[] = ["day", "hour", "minute", "second"];
const MAX_LONG = 2n ** 63n - 1n;
const MAX_INT = 2 ** 31 - 1;

const fieldsOf = (start: DayTimeField, end: DayTimeField) => DAY_TIME.slice(DAY_TIME.indexOf(start), DAY_TIME.indexOf(end) + 1);
const qualifier = (start: string, end: string) => (start === end ? start : `${start} to ${end}`).toUpperCase();

/** `INTERVAL '-1 02:03:04.5' DAY TO SECOND`. */
export function dayTimeText(micros: bigint, { start, end }: Pick<DayTimeIntervalType, "start" | "end">): string {
  let rest = micros < 0n ? -micros : micros;
  const parts = fieldsOf(start, end).map((field, i) => {
    const value = rest / MICROS[field];
    rest %= MICROS[field];
    const separator = i === 0 ? "" : field === "hour" ? " " : ":";
    const fraction = field === "second" ? String(rest).padStart(6, "0").replace(/0+$/, "") : "";
    return `${separator}${String(value).padStart(field === "day" ? 1 : 2, "0")}${fraction ? `.${fraction}` : ""}`;
  });
  return `INTERVAL '${micros < 0n ? "-" : ""}${parts.join("")}' ${qualifier(start, end)}`;
}

/** `INTERVAL '-1-2' YEAR TO MONTH`. */
export function yearMonthText(months: number, { start, end }: Pick<YearMonthIntervalType, "start" | "end">): string {
  const absolute = Math.abs(months);
  const whole = Math.trunc(absolute / 12);
  const body = start === "month" ? `${absolute}` : end === "year" ? `${whole}` : `${whole}-${absolute % 12}`;
  return `INTERVAL '${months < 0 ? "-" : ""}${body}' ${qualifier(start, end)}`;
}

/** The text between the quotes, with the signs before and inside them multiplied; a bare text is its own. */
function unwrap(text: string, units: string): { readonly body: string; readonly negative: boolean } | undefined {
  const quoted = /^interval\s+([+-]?)\s*'([^']*)'\s+([a-z]+(?:\s+to\s+[a-z]+)?)$/i.exec(text);
  if (quoted && quoted[3]!.toUpperCase().replace(/\s+/g, " ") !== units) return undefined;
  const signed = /^([+-]?)([^+-][\s\S]*)$/.exec(quoted ? quoted[2]! : text);
  return signed ? { body: signed[2]!, negative: (quoted?.[1] === "-") !== (signed[1] === "-") } : undefined;
}

/** Digits that the first field takes, and the most that it may be before others. */
const FIRST: Readonly<Record<DayTimeField, readonly [digits: number, most: bigint]>> = {
  day: [9, 106_751_991n],
  hour: [10, 2_562_047_788n],
  minute: [12, 153_722_867_280n],
  second: [13, 9_223_372_036_854n],
};

/** What a text of a day-time interval says: microseconds, perhaps more than 64 bits hold, or a field outside its range as Spark says it. */
export function readDayTimeText(
  text: string,
  { start, end }: Pick<DayTimeIntervalType, "start" | "end">,
): { readonly micros: bigint } | { readonly outside: string } | undefined {
  const inner = unwrap(text, qualifier(start, end));
  const fields = fieldsOf(start, end);
  const pattern = fields.map((field, i) => {
    const separator = i === 0 ? "" : field === "hour" ? "[ ]" : ":";
    return `${separator}(\\d{1,${i === 0 ? FIRST[start][0] : 2}}${field === "second" ? "(?:\\.\\d{1,9})?" : ""})`;
  });
  const match = inner && new RegExp(`^${pattern.join("")}$`).exec(inner.body);
  if (!match) return undefined;
  let micros = 0n;
  for (const [i, field] of fields.entries()) {
    const [whole, fraction = ""] = match[i + 1]!.split(".") as [string, string?];
    const most = i === 0 ? FIRST[start][1] : field === "hour" ? 23n : 59n;
    if (fields.length > 1 && BigInt(whole) > most) return { outside: `${field} ${BigInt(whole)} outside range [0, ${most}]` };
    micros += BigInt(whole) * MICROS[field] + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
  }
  return { micros: inner.negative ? -micros : micros };
}

const isLong = (value: bigint): boolean => value <= MAX_LONG && value >= -MAX_LONG - 1n;

/** Microseconds of `d hh:mm:ss.f` cut to the fields of the type, bare or as `INTERVAL '...' DAY TO SECOND`. */
export function parseDayTimeText(text: string, type: Pick<DayTimeIntervalType, "start" | "end">): bigint | undefined {
  const read = readDayTimeText(text, type);
  return read && "micros" in read && isLong(read.micros) ? read.micros : undefined;
}

/** Months of `y-m`, `y` or `m`, bare or as `INTERVAL '...' YEAR TO MONTH`; undefined for another text. They may be more than 32 bits hold. */
export function readYearMonthText(text: string, { start, end }: Pick<YearMonthIntervalType, "start" | "end">): bigint | undefined {
  const inner = unwrap(text, qualifier(start, end));
  const match = inner && (start === end ? /^(\d+)()$/ : /^(\d+)-(\d+)$/).exec(inner.body);
  if (!match) return undefined;
  const months = start === "month" ? BigInt(match[1]!) : BigInt(match[1]!) * 12n + BigInt(match[2] || 0);
  if (BigInt(match[2] || 0) > 11n) return MOST_MONTHS;
  return inner.negative ? -months : months;
}
/** Stands for months that no interval holds. */
const MOST_MONTHS = 2n ** 63n;

export function parseYearMonthText(text: string, type: Pick<YearMonthIntervalType, "start" | "end">): number | undefined {
  const months = readYearMonthText(text, type);
  return months !== undefined && months <= MAX_INT && months >= -MAX_INT - 1 ? Number(months) : undefined;
}

/** The forms of a text that a type takes, as Spark's messages list them. */
export function formatsOf({ kind, start, end }: DayTimeIntervalType | YearMonthIntervalType): string {
  const letters: readonly string[] =
    kind === "year-month interval"
      ? start === end
        ? [start[0]!]
        : ["y", "m"]
      : fieldsOf(start, end).map((field) => (field === "second" ? "s.n" : field[0]!));
  const separators = kind === "year-month interval" ? "-" : start === "day" ? " " : ":";
  const form = `[+|-]${letters.map((letter, i) => (i === 0 ? letter : `${i === 1 ? separators : ":"}${letter}`)).join("")}`;
  return `\`${form}\`, \`INTERVAL [+|-]'${form}' ${qualifier(start, end)}\``;
}

/** What one of a unit adds to months, days or microseconds. */
const UNITS: Readonly<Record<string, readonly ["months" | "days" | "micros", bigint]>> = {
  year: ["months", 12n],
  month: ["months", 1n],
  week: ["days", 7n],
  day: ["days", 1n],
  hour: ["micros", MICROS.hour],
  minute: ["micros", MICROS.minute],
  second: ["micros", MICROS.second],
  millisecond: ["micros", 1000n],
  microsecond: ["micros", 1n],
};

/** `[interval] 3 months -1 hours 2.5 seconds`; only seconds take a fraction. */
export function parseCalendarText(text: string): CalendarInterval | undefined {
  const body = text.replace(/^interval\s+/i, "").toLowerCase();
  const sum = { months: 0n, days: 0n, micros: 0n };
  const pattern = /\s*([+-]?)\s*(\d+)(?:\.(\d{1,9}))?\s+([a-z]+?)s?(?=\s|$)/gy;
  let end = 0;
  for (let match = pattern.exec(body); match; match = pattern.exec(body)) {
    const unit = UNITS[match[4]!];
    if (!unit || (match[3] !== undefined && match[4] !== "second")) return undefined;
    const amount = BigInt(match[2]!) * unit[1] + BigInt((match[3] ?? "").slice(0, 6).padEnd(6, "0"));
    sum[unit[0]] += match[1] === "-" ? -amount : amount;
    end = pattern.lastIndex;
  }
  const fits =
    [sum.months, sum.days].every((n) => n <= MAX_INT && n >= -MAX_INT - 1) && sum.micros <= MAX_LONG && sum.micros >= -MAX_LONG - 1n;
  return end > 0 && end === body.length && fits ? new CalendarInterval(Number(sum.months), Number(sum.days), sum.micros) : undefined;
}
