import { LocalDate } from "../types/values.ts";
import { MONTHS, offsetAt } from "./datetime-format.ts";
import { type PatternField, type PatternItem, parsePattern } from "./datetime-pattern.ts";
import { fixedOffsetMicros } from "./session-time.ts";

const MICROS_PER_DAY = 86_400_000_000n;

/** What a text said: fields by pattern letter (L as M, x and Z as X). `zone` is a region or an offset. */
interface Fields {
  readonly values: Map<string, number>;
  zone?: string;
}

/** Why a text does not fit, in Java's words. */
export class ParseFailure extends Error {}

/** Microseconds of the local time that a text says, and its zone where it has one. Throws ParseFailure. */
export function parseLocal(text: string, pattern: string): { readonly micros: bigint; readonly zone?: string } {
  const found: Fields = { values: new Map() };
  const end = parseItems(parsePattern(pattern, "parse"), text, 0, found);
  if (end < 0) throw new ParseFailure(`Text '${text}' could not be parsed at index ${~end}`);
  if (end < text.length) throw new ParseFailure(`Text '${text}' could not be parsed, unparsed text found at index ${end}`);
  const micros = BigInt(dateOf(found.values, text).epochDays) * MICROS_PER_DAY + timeOf(found.values, text);
  return { micros, ...(found.zone === undefined ? {} : { zone: found.zone }) };
}

/** The instant at which the clocks of `zone` show a local time: the earlier one of two, moved on over a gap. */
export function instantOf(localMicros: bigint, zone: string): bigint {
  const before = localMicros - offsetAt(localMicros - MICROS_PER_DAY, zone);
  if (before + offsetAt(before, zone) === localMicros) return before;
  const after = localMicros - offsetAt(before, zone);
  return after + offsetAt(after, zone) === localMicros ? after : before;
}

/** The position behind the items, or the complement of where they stopped fitting. */
function parseItems(items: readonly PatternItem[], text: string, start: number, found: Fields): number {
  let position = start;
  for (const [i, item] of items.entries()) {
    if (item.kind === "text") {
      if (text.slice(position, position + item.text.length).toLowerCase() !== item.text.toLowerCase()) return ~position;
      position += item.text.length;
    } else if (item.kind === "optional") {
      const attempt: Fields = { values: new Map(found.values) };
      const end = parseItems(item.items, text, position, attempt);
      if (end < 0) continue;
      for (const [letter, value] of attempt.values) found.values.set(letter, value);
      if (attempt.zone !== undefined) found.zone = attempt.zone;
      position = end;
    } else {
      position = parseField(item, reservedWidth(items, i), text, position, found);
    }
    if (position < 0) return position;
  }
  return position;
}

const isFixedNumber = (item: PatternItem | undefined): item is PatternField =>
  item?.kind === "field" && "yMLdHhkKms".includes(item.letter) && item.count === 2;

/** Digits that fixed-width fields right behind a field of variable width need: `yyyyMMdd`. */
function reservedWidth(items: readonly PatternItem[], index: number): number {
  let width = 0;
  for (let i = index + 1; isFixedNumber(items[i]); i++) width += 2;
  return width;
}

function parseField({ letter, count }: PatternField, reserved: number, text: string, position: number, found: Fields): number {
  if (letter === "S") return parseFraction(count, text, position, found);
  if ((letter === "M" || letter === "L") && count > 2) return parseName(monthNames(count), "M", text, position, found);
  if (letter === "a") return parseName(["AM", "PM"], "a", text, position, found);
  if (letter === "G") return parseName(count === 4 ? ["Before Christ", "Anno Domini"] : ["BC", "AD"], "G", text, position, found);
  if ("XxZO".includes(letter)) return parseOffset(letter, text, position, found);
  if (letter === "z" || letter === "V") return parseZone(text, position, found);
  return parseNumber(letter === "L" ? "M" : letter, count, reserved, text, position, found);
}

function parseNumber(letter: string, count: number, reserved: number, text: string, start: number, found: Fields): number {
  if (letter === "y" && count !== 2) return parseYear(count, reserved, text, start, found);
  const digits = /^\d*/.exec(text.slice(start))![0];
  const most = letter === "D" ? 3 : count === 2 ? 2 : 19;
  const width = Math.min(most, Math.max(count, digits.length - reserved), digits.length);
  if (width < count || width === 0) return ~start;
  const number = Number(digits.slice(0, width));
  return store(letter, letter === "y" ? 2000 + number : number, start, start + width, found);
}

/** Of four letters and more, more digits need a plus before them; of fewer, a plus may not stand. */
function parseYear(count: number, reserved: number, text: string, start: number, found: Fields): number {
  const sign = /[+-]/.exec(text[start] ?? "")?.[0] ?? "";
  const digits = /^\d{0,19}/.exec(text.slice(start + sign.length))![0];
  const width = Math.min(digits.length, Math.max(count, digits.length - reserved));
  if (width < count || width === 0 || (sign === "+" && (count < 4 || width <= count))) return ~start;
  if (count >= 4 && sign === "" && width > count) return ~start;
  const number = Number(digits.slice(0, width)) * (sign === "-" ? -1 : 1);
  return store("y", number, start, start + sign.length + width, found);
}

/** Two fields that say different things do not fit. */
function store(letter: string, value: number, start: number, end: number, found: Fields): number {
  const known = found.values.get(letter);
  if (known !== undefined && known !== value) return ~start;
  found.values.set(letter, value);
  return end;
}

/** One digit to `count`, as many as there are. */
function parseFraction(count: number, text: string, position: number, found: Fields): number {
  const digits = /^\d*/.exec(text.slice(position, position + count))![0];
  return digits === "" ? ~position : store("S", Number(digits.padEnd(9, "0")), position, position + digits.length, found);
}

const monthNames = (count: number) => (count === 3 ? MONTHS.map((name) => name.slice(0, 3)) : MONTHS);

function parseName(names: readonly string[], letter: string, text: string, position: number, found: Fields): number {
  const index = names.findIndex((name) => text.slice(position, position + name.length).toLowerCase() === name.toLowerCase());
  if (index < 0) return ~position;
  return store(letter, letter === "M" ? index + 1 : index, position, position + names[index]!.length, found);
}

function parseOffset(letter: string, text: string, position: number, found: Fields): number {
  const match = /^(?:GMT|UTC)?([+-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?)?/.exec(text.slice(position))!;
  if (letter !== "x" && /^z/i.test(text.slice(position))) {
    found.zone = "UTC";
    return position + 1;
  }
  if (match[1] === undefined && !(letter === "O" && match[0] !== "")) return ~position;
  found.zone = match[1] ?? "UTC";
  return position + match[0].length;
}

/** Java's short names, for those that Intl does not read as the same region. */
const SHORT_ZONES: Readonly<Record<string, string>> = {
  PST: "America/Los_Angeles",
  PDT: "America/Los_Angeles",
  MST: "America/Denver",
  MDT: "America/Denver",
  CST: "America/Chicago",
  CDT: "America/Chicago",
  EST: "America/New_York",
  EDT: "America/New_York",
  UTC: "UTC",
  GMT: "UTC",
  Z: "UTC",
};

const LONG_ZONES: readonly (readonly [string, string])[] = ["Pacific", "Mountain", "Central", "Eastern"].flatMap((name, i) =>
  ["Standard Time", "Daylight Time"].map((kind) => [`${name} ${kind}`, SHORT_ZONES[["PST", "MST", "CST", "EST"][i]!]!] as const),
);

function parseZone(text: string, position: number, found: Fields): number {
  const long = LONG_ZONES.find(([name]) => text.slice(position, position + name.length).toLowerCase() === name.toLowerCase());
  if (long) {
    found.zone = long[1];
    return position + long[0].length;
  }
  const match = /^(?:(?:UTC|GMT|UT)?[+-]\d{2}:\d{2}(?::\d{2})?|[A-Za-z]+(?:[/_+-][A-Za-z0-9_]+)*)/.exec(text.slice(position))?.[0];
  if (match === undefined) return ~position;
  const zone = SHORT_ZONES[match.toUpperCase()] ?? match;
  if (!isZone(zone)) return ~position;
  found.zone = zone;
  return position + match.length;
}

function isZone(zone: string): boolean {
  if (fixedOffsetMicros(zone) !== undefined) return true;
  try {
    offsetAt(0n, zone);
    return true;
  } catch {
    return false;
  }
}

const RANGES: Readonly<Record<string, readonly [string, number, number, string?]>> = {
  M: ["MonthOfYear", 1, 12],
  d: ["DayOfMonth", 1, 31, "1 - 28/31"],
  D: ["DayOfYear", 1, 366, "1 - 365/366"],
  H: ["HourOfDay", 0, 23],
  h: ["ClockHourOfAmPm", 1, 12],
  k: ["ClockHourOfDay", 1, 24],
  K: ["HourOfAmPm", 0, 11],
  m: ["MinuteOfHour", 0, 59],
  s: ["SecondOfMinute", 0, 59],
};

function inRange(values: ReadonlyMap<string, number>, letter: string, text: string): number | undefined {
  const value = values.get(letter);
  const [name, least, most, shown] = RANGES[letter]!;
  if (value !== undefined && (value < least || value > most)) {
    throw new ParseFailure(
      `Text '${text}' could not be parsed: Invalid value for ${name} (valid values ${shown ?? `${least} - ${most}`}): ${value}`,
    );
  }
  return value;
}

/** Missing fields are those of 1970-01-01; fields that contradict each other fit no date. */
function dateOf(values: ReadonlyMap<string, number>, text: string): LocalDate {
  const ofEra = values.get("y") ?? 1970;
  const year = values.get("G") === 0 ? 1 - ofEra : ofEra;
  const [dayOfYear, month, day] = ["D", "M", "d"].map((letter) => inRange(values, letter, text));
  const fail = (reason: string): never => {
    throw new ParseFailure(values.has("y") ? `Text '${text}' could not be parsed: ${reason}` : reason);
  };
  const whole = values.has("y") && month !== undefined && day !== undefined;
  if (dayOfYear === undefined || whole) return ofMonth(year, month ?? 1, day ?? 1, fail);
  const date = new LocalDate(LocalDate.of(year, 1, 1).epochDays + dayOfYear - 1);
  if (date.epochDays >= LocalDate.of(year + 1, 1, 1).epochDays) fail(`Invalid date 'DayOfYear 366' as '${year}' is not a leap year`);
  const [derivedMonth, derivedDay] = date.toString().split("-").slice(-2).map(Number) as [number, number];
  const agrees = (field: string, written: number | undefined, derived: number) => {
    if (written === undefined || written === derived) return;
    if (!values.has("y")) fail(`Conflict found: Field ${field} ${written} differs from ${field} ${derived} derived from ${date}.`);
    fail(`Conflict found: Field ${field} ${derived} differs from ${field} ${written} derived from ${date}`);
  };
  agrees("MonthOfYear", month, derivedMonth);
  agrees("DayOfMonth", day, derivedDay);
  return date;
}

function ofMonth(year: number, month: number, day: number, fail: (reason: string) => never): LocalDate {
  const date = LocalDate.of(year, month, day);
  if (date.epochDays < LocalDate.of(year, month + 1, 1).epochDays) return date;
  return fail(
    day === 29 ? `Invalid date 'February 29' as '${year}' is not a leap year` : `Invalid date '${MONTHS[month - 1]!.toUpperCase()} ${day}'`,
  );
}

function timeOf(values: ReadonlyMap<string, number>, text: string): bigint {
  const clock = inRange(values, "k", text);
  const half = inRange(values, "K", text) ?? (inRange(values, "h", text) === undefined ? undefined : values.get("h")! % 12);
  const hour = inRange(values, "H", text) ?? (clock === undefined ? undefined : clock % 24) ?? (half ?? 0) + 12 * (values.get("a") ?? 0);
  const seconds = hour * 3600 + (inRange(values, "m", text) ?? 0) * 60 + (inRange(values, "s", text) ?? 0);
  return BigInt(seconds) * 1_000_000n + BigInt(Math.floor((values.get("S") ?? 0) / 1000));
}
