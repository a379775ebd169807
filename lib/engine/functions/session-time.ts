import { ExecutionError } from "../errors.ts";
import { type DataType, isDatetime } from "../types/data-type.ts";
import { zoneOffsetMicros } from "../types/values.ts";
import { bindOnce } from "./bind-once.ts";
import { quoteText } from "./function.ts";

/**
 * Between an instant (TIMESTAMPTZ) and the clocks of a zone (TIMESTAMP), with Java's rules: a local time in a gap moves
 * forward by the gap, one in an overlap is the earlier instant. Source: java.time.ZonedDateTime.ofLocal.
 */
const UTC = /^(?:UTC|Z|GMT|UCT|Etc\/UTC|[+-]00:00)$/;
const OFFSET = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/;
const MICROS_PER_DAY = 86_400_000_000;

/** Microseconds east of UTC of a fixed-offset zone id such as `+05:30`; undefined for a region. */
export function fixedOffsetMicros(zone: string): number | undefined {
  if (UTC.test(zone)) return 0;
  const match = OFFSET.exec(zone);
  if (!match) return undefined;
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
  return (match[1] === "-" ? -seconds : seconds) * 1_000_000;
}

/** Java's short zone ids. Source: java.time.ZoneId.SHORT_IDS. */
const SHORT_IDS: Readonly<Record<string, string>> = {
  ACT: "Australia/Darwin",
  AET: "Australia/Sydney",
  AGT: "America/Argentina/Buenos_Aires",
  ART: "Africa/Cairo",
  AST: "America/Anchorage",
  BET: "America/Sao_Paulo",
  BST: "Asia/Dhaka",
  CAT: "Africa/Harare",
  CNT: "America/St_Johns",
  CST: "America/Chicago",
  CTT: "Asia/Shanghai",
  EAT: "Africa/Addis_Ababa",
  ECT: "Europe/Paris",
  EST: "-05:00",
  HST: "-10:00",
  IET: "America/Indiana/Indianapolis",
  IST: "Asia/Kolkata",
  JST: "Asia/Tokyo",
  MIT: "Pacific/Apia",
  MST: "-07:00",
  NET: "Asia/Yerevan",
  NST: "Pacific/Auckland",
  PLT: "Asia/Karachi",
  PNT: "America/Phoenix",
  PRT: "America/Puerto_Rico",
  PST: "America/Los_Angeles",
  SST: "Pacific/Guadalcanal",
  VST: "Asia/Ho_Chi_Minh",
};

/** A zone id as a region or offset that exists. Throws INVALID_TIMEZONE. */
export function zoneId(text: string): string {
  const zone = SHORT_IDS[text] ?? text;
  if (fixedOffsetMicros(zone) !== undefined) return zone;
  try {
    zoneOffsetMicros(0n, zone);
    return zone;
  } catch (cause) {
    throw new ExecutionError("INVALID_TIMEZONE", { timeZone: text }, { cause });
  }
}

const shift = (sql: string, micros: number): string => (micros === 0 ? sql : `${sql} ${micros < 0 ? "-" : "+"} ${Math.abs(micros)}`);

/** TIMESTAMP on the clocks of `zone` of a TIMESTAMPTZ; `zone` is text, not SQL. */
export function toZone(instant: string, zone: string): string {
  const offset = fixedOffsetMicros(zone);
  return offset === undefined ? `timezone(${zoneName(zone)}, ${instant})` : `make_timestamp(${shift(`epoch_us(${instant})`, offset)})`;
}

/** TIMESTAMPTZ at which the clocks of `zone` show a TIMESTAMP. */
export function fromZone(local: string, zone: string): string {
  const offset = fixedOffsetMicros(zone);
  return offset === undefined ? fromRegion(local, zoneName(zone)) : `make_timestamptz(${shift(`epoch_us(${local})`, -offset)})`;
}

/** DuckDB takes the later instant of an overlap; the offset of a day before finds the earlier one where there are two. */
export function fromRegion(local: string, zoneSql: string): string {
  const later = `timezone(${zoneSql}, ${local})`;
  const before = `make_timestamptz(epoch_us(${later}) - ${MICROS_PER_DAY})`;
  const earlier = `make_timestamptz(epoch_us(${local}) - (epoch_us(timezone(${zoneSql}, ${before})) - epoch_us(${before})))`;
  return `(CASE WHEN timezone(${zoneSql}, ${earlier}) = ${local} THEN ${earlier} ELSE ${later} END)`;
}

/** The same by a zone that a row names, in Java's short ids and as an offset too. One that is neither, nor a region, is the kernel's error. */
export function fromNamedZone(local: string, zoneSql: string): string {
  const ids = Object.entries(SHORT_IDS).map(([id, zone]) => `WHEN ${quoteText(id)} THEN ${quoteText(zone)}`);
  return bindOnce([`CASE ${zoneSql} ${ids.join(" ")} ELSE ${zoneSql} END`], ([zone]) => {
    const part = (group: number) => `coalesce(try_cast(regexp_extract(${zone}, ${quoteText(OFFSET.source)}, ${group}) AS BIGINT), 0)`;
    const seconds = `(${part(2)} * 3600 + ${part(3)} * 60 + ${part(4)})`;
    const sign = `CASE WHEN regexp_extract(${zone}, ${quoteText(OFFSET.source)}, 1) = '-' THEN -1 ELSE 1 END`;
    return (
      `CASE WHEN regexp_matches(${zone}, ${quoteText(UTC.source)}) THEN make_timestamptz(epoch_us(${local})) ` +
      `WHEN regexp_matches(${zone}, ${quoteText(OFFSET.source)}) THEN make_timestamptz(epoch_us(${local}) - (${sign}) * ${seconds} * 1000000) ` +
      `ELSE ${fromRegion(local, zone!)} END`
    );
  });
}

/** The zone's name in SQL. Region names have no quotes; anything else is refused by the kernel by its name. */
const zoneName = (zone: string): string => `'${zone.replaceAll("'", "''")}'`;

/** A date, timestamp or timestamp_ntz as a plain TIMESTAMP on the session's clocks. */
export function localTimestamp(sql: string, type: DataType, zone: string): string {
  if (!isDatetime(type)) throw new TypeError(`${type.kind} is not a date or timestamp`);
  if (type.kind === "timestamp") return toZone(sql, zone);
  return type.kind === "date" ? `CAST(${sql} AS TIMESTAMP)` : sql;
}

/** The inverse: a TIMESTAMP on the session's clocks as a value of `type`. */
export function ofLocalTimestamp(sql: string, type: DataType, zone: string): string {
  if (type.kind === "timestamp") return fromZone(sql, zone);
  return type.kind === "date" ? `CAST(${sql} AS DATE)` : sql;
}
