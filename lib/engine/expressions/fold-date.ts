import { DayTimeInterval, LocalDate, YearMonthInterval } from "../types/values.ts";
import { literal } from "./build.ts";
import type { Call, Literal } from "./expression.ts";

/** What calendars agree on, and the kernel and Spark print alike: dates outside are left to the kernel. */
const [FIRST, LAST] = [LocalDate.of(1600, 1, 1).epochDays, LocalDate.of(9999, 12, 31).epochDays];
const MICROS_PER_DAY = 86_400_000_000n;

/** Dates moved by constant days, months and intervals: `DATE '1994-01-01' + INTERVAL '1' YEAR` is a bound that sources can skip by. */
export function foldDate(call: Call, [left, right]: readonly Literal[]): Literal | undefined {
  const value = left && movedDate(call.name, left.value, right?.value);
  return value === undefined ? undefined : literal(value, call.type);
}

function movedDate(name: string, left: unknown, right: unknown): LocalDate | YearMonthInterval | DayTimeInterval | number | undefined {
  switch (name) {
    case "extractansiintervaldays":
      return left instanceof DayTimeInterval ? Number(left.micros / MICROS_PER_DAY) : undefined;
    case "interval_negate":
      return negated(left);
    case "date_add":
      return left instanceof LocalDate && typeof right === "number" ? plusDays(left, right) : undefined;
    case "date_sub":
      return left instanceof LocalDate && typeof right === "number" ? plusDays(left, -right) : undefined;
    case "add_months":
      return left instanceof LocalDate && typeof right === "number" ? plusMonths(left, right) : undefined;
    case "date_add_interval":
      return left instanceof LocalDate && right instanceof YearMonthInterval ? plusMonths(left, right.months) : undefined;
    default:
      return undefined;
  }
}

function negated(interval: unknown): YearMonthInterval | DayTimeInterval | undefined {
  // The least value has no opposite: an error at run time.
  if (interval instanceof YearMonthInterval) return interval.months > -(2 ** 31) ? new YearMonthInterval(-interval.months) : undefined;
  if (interval instanceof DayTimeInterval) return interval.micros > -(2n ** 63n) ? new DayTimeInterval(-interval.micros) : undefined;
  return undefined;
}

const plusDays = ({ epochDays }: LocalDate, days: number): LocalDate | undefined => inRange(new LocalDate(epochDays + days));

/** The same day of a later month, or that month's last one. */
function plusMonths(date: LocalDate, months: number): LocalDate | undefined {
  if (!inRange(date)) return undefined;
  const [year, month, day] = date.toString().split("-").map(Number) as [number, number, number];
  const count = year * 12 + (month - 1) + months;
  const [toYear, toMonth] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1];
  const lastDay = LocalDate.of(toYear, toMonth + 1, 1).epochDays - 1;
  return inRange(new LocalDate(Math.min(LocalDate.of(toYear, toMonth, 1).epochDays + day - 1, lastDay)));
}

const inRange = (date: LocalDate): LocalDate | undefined => (date.epochDays >= FIRST && date.epochDays <= LAST ? date : undefined);
