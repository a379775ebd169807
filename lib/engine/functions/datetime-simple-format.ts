import { dayOfYear, fieldTexts, type Moment, momentOf, pad } from "./datetime-format.ts";
import { simpleItems } from "./datetime-simple-pattern.ts";

/** An instant by a pattern of java.text.SimpleDateFormat, whose weeks begin on Sundays, the first one with January the 1st. */
export function formatSimple(epochMicros: bigint, pattern: string, zone: string): string {
  const moment = momentOf(epochMicros, zone);
  return simpleItems(pattern)
    .map((item) => (typeof item === "string" ? item : (own[item.letter] ?? fieldTexts[item.letter]!)(moment, item.count)))
    .join("");
}

const yearOf = ({ date }: Moment): number => date.getUTCFullYear();
const ofEra = (year: number): number => (year > 0 ? year : 1 - year);
const yearText = (year: number, count: number): string => (count === 2 ? pad(ofEra(year) % 100, 2) : pad(ofEra(year), count));

/** The day of the week, 0 for Sunday, of the first of a month (from 0). */
function firstWeekday(year: number, month: number): number {
  const first = new Date(0);
  first.setUTCFullYear(year, month, 1);
  return first.getUTCDay();
}

/** The days of December that share a week with January the 1st are in its week. */
function weekOfYear(moment: Moment): { readonly week: number; readonly year: number } {
  const year = yearOf(moment);
  const { date } = moment;
  if (date.getUTCMonth() === 11 && date.getUTCDate() - date.getUTCDay() + 6 > 31) return { week: 1, year: year + 1 };
  return { week: Math.floor((dayOfYear(moment) - 1 + firstWeekday(year, 0)) / 7) + 1, year };
}

const hours = (offset: number, colon: string): string => {
  const minutes = Math.trunc(Math.abs(offset) / 60);
  return `${offset < 0 ? "-" : "+"}${pad(Math.trunc(minutes / 60), 2)}${colon}${pad(minutes % 60, 2)}`;
};

/** Letters that mean something else than in java.time's patterns. */
const own: Readonly<Record<string, (moment: Moment, count: number) => string>> = {
  G: (moment) => (yearOf(moment) > 0 ? "AD" : "BC"),
  y: (moment, count) => yearText(yearOf(moment), count),
  Y: (moment, count) => yearText(weekOfYear(moment).year, count),
  w: (moment, count) => pad(weekOfYear(moment).week, count),
  W: ({ date }, count) => pad(Math.floor((date.getUTCDate() - 1 + firstWeekday(date.getUTCFullYear(), date.getUTCMonth())) / 7) + 1, count),
  F: ({ date }, count) => pad(Math.floor((date.getUTCDate() - 1) / 7) + 1, count),
  u: ({ date }, count) => pad(date.getUTCDay() || 7, count),
  S: ({ micros }, count) => pad(Math.trunc(micros / 1000), count),
  z: (moment, count) => fieldTexts.z!(moment, count >= 4 ? 4 : 1),
  Z: ({ offset }) => hours(offset, ""),
  X: ({ offset }, count) => (offset === 0 ? "Z" : count === 1 ? hours(offset, "").slice(0, 3) : hours(offset, count === 3 ? ":" : "")),
};
