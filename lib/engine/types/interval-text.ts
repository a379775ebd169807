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
  const signed = /^([+-]?)([^+-][\s\S]*)$/.exec(quoted ? quoted[2]!.trim() : text);
  return signed ? { body: signed[2]!, negative: (quoted?.[1] === "-") !== (signed[1] === "-") } : undefined;
}

/** Microseconds of `d hh:mm:ss.f` cut to the fields of the type, bare or as `INTERVAL '...' DAY TO SECOND`. */
export function parseDayTimeText(text: string, { start, end }: Pick<DayTimeIntervalType, "start" | "end">): bigint | undefined {
  const units = qualifier(start, end);
  const inner = unwrap(text, units);
  const fields = fieldsOf(start, end);
  const pattern = fields.map((field, i) => {
    const separator = i === 0 ? "" : field === "hour" ? "[ ]" : ":";
    return `${separator}(\\d{1,${i === 0 ? 19 : 2}}${field === "second" ? "(?:\\.\\d{1,9})?" : ""})`;
  });
  const match = inner && new RegExp(`^${pattern.join("")}$`).exec(inner.body);
  if (!match) return undefined;
  let micros = 0n;
  for (const [i, field] of fields.entries()) {
    const [whole, fraction = ""] = match[i + 1]!.split(".") as [string, string?];
    if (i > 0 && Number(whole) > (field === "hour" ? 23 : 59)) return undefined;
    micros += BigInt(whole) * MICROS[field] + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
  }
  return micros > MAX_LONG ? undefined : inner.negative ? -micros : micros;
}

/** Months of `y-m`, `y` or `m`, bare or as `INTERVAL '...' YEAR TO MONTH`. */
export function parseYearMonthText(text: string, { start, end }: Pick<YearMonthIntervalType, "start" | "end">): number | undefined {
  const inner = unwrap(text, qualifier(start, end));
  const match = inner && (start === end ? /^(\d{1,10})()$/ : /^(\d{1,9})-(\d{1,2})$/).exec(inner.body);
  if (!match || Number(match[2]) > 11) return undefined;
  const months = start === "month" ? Number(match[1]) : Number(match[1]) * 12 + Number(match[2]);
  return months > MAX_INT ? undefined : inner.negative ? -months : months;
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
