import { zoneOffsetMicros } from "../types/values.ts";
import { type PatternItem, parsePattern } from "./datetime-pattern.ts";
import { fixedOffsetMicros } from "./session-time.ts";

const MICROS_PER_DAY = 86_400_000_000n;
export const MONTHS: readonly string[] = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
export const DAYS: readonly string[] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** What is added to UTC in a zone (a region or an offset) at an instant, in microseconds. */
export const offsetAt = (epochMicros: bigint, zone: string): bigint => {
  const fixed = fixedOffsetMicros(zone);
  return fixed === undefined ? zoneOffsetMicros(epochMicros, zone) : BigInt(fixed);
};

/** The clocks of a zone at an instant. */
export interface Moment {
  readonly date: Date;
  /** Microseconds within the second. */
  readonly micros: number;
  readonly instant: bigint;
  readonly zone: string;
  /** Seconds. */
  readonly offset: number;
}

/** An instant as the pattern says, on the clocks of `zone`. */
export const formatTimestamp = (epochMicros: bigint, pattern: string, zone: string): string =>
  formatItems(parsePattern(pattern, "format"), momentOf(epochMicros, zone));

export function momentOf(epochMicros: bigint, zone: string): Moment {
  const offset = offsetAt(epochMicros, zone);
  const local = epochMicros + offset;
  const day = local / MICROS_PER_DAY - (local % MICROS_PER_DAY < 0n ? 1n : 0n);
  const inDay = local - day * MICROS_PER_DAY;
  const date = new Date(Number(day) * 86_400_000 + Number(inDay / 1000n));
  return { date, micros: Number(inDay % 1_000_000n), instant: epochMicros, zone, offset: Number(offset / 1_000_000n) };
}

const formatItems = (items: readonly PatternItem[], moment: Moment): string =>
  items
    .map((item) =>
      item.kind === "text"
        ? item.text
        : item.kind === "optional"
          ? formatItems(item.items, moment)
          : fieldTexts[item.letter]!(moment, item.count),
    )
    .join("");

export const pad = (n: number, width: number): string => String(n).padStart(width, "0");

function year({ date }: Moment, count: number): string {
  const value = date.getUTCFullYear();
  if (count === 2) return pad(Math.abs(value) % 100, 2);
  const sign = value < 0 ? "-" : count >= 4 && String(value).length > count ? "+" : "";
  return sign + pad(Math.abs(value), count);
}

const month = ({ date }: Moment, count: number): string => {
  const name = MONTHS[date.getUTCMonth()]!;
  return count <= 2 ? pad(date.getUTCMonth() + 1, count) : count === 3 ? name.slice(0, 3) : name;
};

const ORDINALS = ["1st", "2nd", "3rd", "4th"];
const quarter = ({ date }: Moment, count: number): string => {
  const index = Math.floor(date.getUTCMonth() / 3);
  return count <= 2 ? pad(index + 1, count) : count === 3 ? `Q${index + 1}` : `${ORDINALS[index]} quarter`;
};

const weekday = ({ date }: Moment, count: number): string => {
  const name = DAYS[date.getUTCDay()]!;
  return count <= 3 ? name.slice(0, 3) : name;
};

export const dayOfYear = ({ date }: Moment): number => {
  const start = new Date(0);
  start.setUTCFullYear(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start.getTime()) / 86_400_000) + 1;
};

const hour = ({ date }: Moment) => date.getUTCHours();

/** `+HH[[:]mm[[:]ss]]`; minutes are left out where `short` and 0, seconds where 0. */
function offsetText(offset: number, colon: boolean, short: boolean, seconds: boolean): string {
  const absolute = Math.abs(offset);
  const [h, m, s] = [Math.floor(absolute / 3600), Math.floor(absolute / 60) % 60, absolute % 60];
  const divider = colon ? ":" : "";
  const minutes = short && m === 0 ? "" : divider + pad(m, 2);
  return `${offset < 0 ? "-" : "+"}${pad(h, 2)}${minutes}${seconds && s !== 0 ? divider + pad(s, 2) : ""}`;
}

const isoOffset = (offset: number, count: number) => offsetText(offset, count === 3 || count === 5, count === 1, count >= 4);
const gmtOffset = (offset: number, full: boolean): string => {
  if (offset === 0) return "GMT";
  const text = offsetText(offset, true, !full, true);
  return `GMT${full ? text : text.replace(/^([+-])0/, "$1")}`;
};

/** Middles of a winter and of a summer, in milliseconds: zones keep the names that they have now. */
const YEAR: readonly number[] = [Date.UTC(2024, 0, 15), Date.UTC(2024, 6, 15)];

function zoneName({ instant, zone, offset }: Moment, style: "short" | "long"): string {
  if (fixedOffsetMicros(zone) !== undefined) return zone;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: style });
  const nameAt = (millis: number) => format.formatToParts(millis).find((part) => part.type === "timeZoneName")!.value;
  const [january, july] = YEAR.map((millis) => ({ millis, offset: Number(offsetAt(BigInt(millis) * 1000n, zone) / 1_000_000n) }));
  const [winter, summer] = january!.offset <= july!.offset ? [january!, july!] : [july!, january!];
  if (offset === winter.offset || offset === summer.offset)
    return nameAt(Number(instant / 1000n)).replace(/^GMT.+$/, () => nameAt(offset === summer.offset ? summer.millis : winter.millis));
  return nameAt(offset >= summer.offset && summer.offset > winter.offset ? summer.millis : winter.millis);
}

/** How each letter shows a moment. */
export const fieldTexts: Readonly<Record<string, (moment: Moment, count: number) => string>> = {
  G: ({ date }, count) => (count === 4 ? ["Anno Domini", "Before Christ"] : ["AD", "BC"])[date.getUTCFullYear() > 0 ? 0 : 1]!,
  y: year,
  M: month,
  L: month,
  d: ({ date }, count) => pad(date.getUTCDate(), count),
  D: (moment, count) => pad(dayOfYear(moment), count),
  Q: quarter,
  q: quarter,
  E: weekday,
  F: ({ date }) => String(((date.getUTCDate() - 1) % 7) + 1),
  a: (moment) => (hour(moment) < 12 ? "AM" : "PM"),
  H: (moment, count) => pad(hour(moment), count),
  k: (moment, count) => pad(hour(moment) || 24, count),
  K: (moment, count) => pad(hour(moment) % 12, count),
  h: (moment, count) => pad(hour(moment) % 12 || 12, count),
  m: ({ date }, count) => pad(date.getUTCMinutes(), count),
  s: ({ date }, count) => pad(date.getUTCSeconds(), count),
  S: ({ micros }, count) => pad(micros, 6).padEnd(9, "0").slice(0, count),
  V: ({ zone }) => zone,
  z: (moment, count) => zoneName(moment, count === 4 ? "long" : "short"),
  O: ({ offset }, count) => gmtOffset(offset, count === 4),
  X: ({ offset }, count) => (offset === 0 ? "Z" : isoOffset(offset, count)),
  x: ({ offset }, count) => isoOffset(offset, count),
  Z: ({ offset }, count) =>
    count <= 3 ? isoOffset(offset, 2) : count === 4 ? gmtOffset(offset, true) : offset === 0 ? "Z" : isoOffset(offset, 5),
};
