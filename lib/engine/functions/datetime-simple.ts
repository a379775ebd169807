import { AnalysisError } from "../errors.ts";
import { LocalDate } from "../types/values.ts";
import { DAYS, MONTHS, offsetAt } from "./datetime-format.ts";
import { ParseFailure } from "./datetime-parse.ts";
import { type SimpleField, type SimpleItem, simpleItems } from "./datetime-simple-pattern.ts";
import { fixedOffsetMicros } from "./session-time.ts";

/**
 * Patterns as java.text.SimpleDateFormat reads them, which `spark.sql.legacy.timeParserPolicy` = LEGACY asks for: blanks before fields do not
 * count, nor does what stands behind the last one; numbers take all digits unless another number follows; fractions are milliseconds.
 */
/** A number follows these without anything between. */
const NUMBERS = "yYwWDdFuHkKhmsS";
/** Weeks decide no date here. */
const WEEKS = "YwWF";
/** Two digits of a year lie within a century that begins 80 years before Java starts; here it is one for all. */
const CENTURY = 1946;

const unsupported = (letter: string, pattern: string): AnalysisError =>
  new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: `The letter ${letter} of the pattern ${pattern} in texts under spark.sql.legacy.timeParserPolicy = LEGACY`,
    advice: "Set the policy to CORRECTED, or use other letters.",
  });

const isNumber = (item: SimpleItem | undefined): item is SimpleField =>
  item !== undefined && typeof item !== "string" && (NUMBERS.includes(item.letter) || ("ML".includes(item.letter) && item.count <= 2));

interface Found {
  readonly fields: Map<string, number>;
  zone?: string;
}

/** The local time that a text says, and its zone where it has one. Throws ParseFailure. */
export function parseSimple(text: string, pattern: string): { readonly micros: bigint; readonly zone?: string } {
  const items = simpleItems(pattern);
  const found: Found = { fields: new Map() };
  let at = 0;
  for (const [i, item] of items.entries()) {
    if (typeof item === "string") at = text.startsWith(item, at) ? at + item.length : -1;
    else at = parseField(item, isNumber(items[i + 1]), text, at, found, pattern);
    if (at < 0) throw unparseable(text);
  }
  const micros = microsOf(found.fields);
  if (micros === undefined) throw unparseable(text);
  return { micros, ...(found.zone === undefined ? {} : { zone: found.zone }) };
}

const unparseable = (text: string): ParseFailure => new ParseFailure(`Unparseable date: "${text}"`);

/** The place behind a field, or -1. */
function parseField({ letter, count }: SimpleField, abutting: boolean, text: string, from: number, found: Found, pattern: string): number {
  const at = from + /^[ \t]*/.exec(text.slice(from))![0].length;
  const rest = text.slice(at);
  if (WEEKS.includes(letter)) throw unsupported(letter, pattern);
  if ("zZX".includes(letter)) return parseZone(letter, rest, at, found);
  const names = namesOf(letter, count);
  if (names) {
    const matches = names.filter(([name]) => rest.slice(0, name.length).toLowerCase() === name.toLowerCase());
    const best = matches.toSorted((a, b) => b[0].length - a[0].length)[0];
    if (!best) return -1;
    found.fields.set(letter === "L" ? "M" : letter, best[1]);
    return at + best[0].length;
  }
  const digits = (abutting ? new RegExp(`^-?\\d{${count}}`) : /^-?\d+/).exec(rest)?.[0];
  if (digits === undefined) return -1;
  const value = Number(digits);
  const short = letter === "y" && count <= 2 && digits.length === 2 && value >= 0;
  found.fields.set(letter === "L" ? "M" : letter, short ? CENTURY + ((value - (CENTURY % 100) + 100) % 100) : value);
  return at + digits.length;
}

const withShort = (names: readonly string[]): (readonly [string, number])[] =>
  names.flatMap((name, i) => [[name, i] as const, [name.slice(0, 3), i] as const]);

function namesOf(letter: string, count: number): readonly (readonly [string, number])[] | undefined {
  if ("ML".includes(letter) && count > 2) return withShort(MONTHS).map(([name, i]) => [name, i + 1]);
  if (letter === "E") return withShort(DAYS);
  if (letter === "a") return [["AM", 0], ["PM", 1]]; // biome-ignore format: pairs
  return letter === "G" ? [["BC", 0], ["AD", 1]] : undefined; // biome-ignore format: pairs
}

/** Names of American zones say standard or daylight time by themselves. */
const ZONES: Readonly<Record<string, string>> = {
  PST: "-08:00",
  PDT: "-07:00",
  MST: "-07:00",
  MDT: "-06:00",
  CST: "-06:00",
  CDT: "-05:00",
  EST: "-05:00",
  EDT: "-04:00",
  UTC: "UTC",
  GMT: "UTC",
};

function parseZone(letter: string, rest: string, at: number, found: Found): number {
  if (letter === "X") {
    const match = /^(?:Z|[+-]\d{2}(?::?\d{2})?)/.exec(rest)?.[0];
    if (match) found.zone = match === "Z" ? "UTC" : match;
    return match ? at + match.length : -1;
  }
  const match = /^(?:GMT)?[+-]\d{1,2}:?\d{2}|^[A-Za-z]+(?:\/[A-Za-z_]+)*/.exec(rest)?.[0];
  if (match === undefined) return -1;
  const zone = ZONES[match.toUpperCase()] ?? match.replace(/^GMT(?=[+-])/, "");
  if (fixedOffsetMicros(zone) === undefined && !isRegion(zone)) return -1;
  found.zone = zone;
  return at + match.length;
}

function isRegion(zone: string): boolean {
  try {
    offsetAt(0n, zone);
    return true;
  } catch {
    return false;
  }
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  y: [1, 292_278_994],
  M: [1, 12],
  d: [1, 31],
  D: [1, 366],
  u: [1, 7],
  H: [0, 23],
  k: [1, 24],
  K: [0, 11],
  h: [1, 12],
  m: [0, 59],
  s: [0, 59],
  S: [0, 999],
};

/** Fields that contradict each other, or lie outside their ranges, say nothing. */
function microsOf(fields: ReadonlyMap<string, number>): bigint | undefined {
  for (const [letter, value] of fields) {
    const range = RANGES[letter];
    if (range && (value < range[0] || value > range[1])) return undefined;
  }
  const date = dateOf(fields);
  const hour = hourOf(fields);
  if (!date || hour === undefined) return undefined;
  const weekday = date.toDate().getUTCDay();
  if ((fields.get("E") ?? weekday) !== weekday || (fields.get("u") ?? (weekday || 7)) !== (weekday || 7)) return undefined;
  const millis = ((hour * 60 + (fields.get("m") ?? 0)) * 60 + (fields.get("s") ?? 0)) * 1000 + (fields.get("S") ?? 0);
  return BigInt(date.epochDays) * 86_400_000_000n + BigInt(millis) * 1000n;
}

/** Before 1582-10-15 the calendar is the Julian one, whose 29th of February of a common year is the next day here. */
function dateOf(fields: ReadonlyMap<string, number>): LocalDate | undefined {
  const ofEra = fields.get("y") ?? 1970;
  const year = fields.get("G") === 0 ? 1 - ofEra : ofEra;
  const dayOfYear = fields.get("D");
  if (dayOfYear !== undefined && !fields.has("M") && !fields.has("d")) {
    const date = new LocalDate(LocalDate.of(year, 1, 1).epochDays + dayOfYear - 1);
    return date.toDate().getUTCFullYear() === year ? date : undefined;
  }
  const [month, day] = [fields.get("M") ?? 1, fields.get("d") ?? 1];
  const date = LocalDate.of(year, month, day);
  const julianLeap = year < 1582 && year % 4 === 0 && month === 2 && day === 29;
  return date.toDate().getUTCDate() === day || julianLeap ? date : undefined;
}

function hourOf(fields: ReadonlyMap<string, number>): number | undefined {
  const afternoon = fields.get("a");
  const [k, h] = [fields.get("k"), fields.get("h")];
  const ofDay = fields.get("H") ?? (k === undefined ? undefined : k % 24);
  const ofHalf = fields.get("K") ?? (h === undefined ? undefined : h % 12);
  if (ofDay === undefined) return (ofHalf ?? 0) + 12 * (afternoon ?? 0);
  const contradicts = (ofHalf ?? ofDay % 12) !== ofDay % 12 || (afternoon ?? Math.trunc(ofDay / 12)) !== Math.trunc(ofDay / 12);
  return contradicts ? undefined : ofDay;
}
