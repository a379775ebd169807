import { AnalysisError } from "../../engine/errors.ts";
import { literal } from "../../engine/expressions/build.ts";
import type { Expression, Literal } from "../../engine/expressions/expression.ts";
import * as t from "../../engine/types/data-type.ts";
import { type CalendarInterval, DayTimeInterval, YearMonthInterval } from "../../engine/types/values.ts";
import type * as s from "../syntax/expression.ts";
import { flag, type Lowering } from "./context.ts";
import { lowerExpression } from "./expression.ts";
import { parseInterval } from "./interval-text.ts";

/** INTERVAL literals. Source: Spark's AstBuilder.visitInterval, IntervalUtils. */

const YEAR_MONTH: readonly t.YearMonthField[] = ["year", "month"];
const DAY_TIME: readonly t.DayTimeField[] = ["day", "hour", "minute", "second"];
const MICROS_PER_DAY = 86_400_000_000n;
const singular = (unit: string): string => unit.toLowerCase().replace(/s$/, "");

export function intervalLiteral(e: s.IntervalLiteral, scope: Lowering): Expression {
  const legacy = flag(scope, "spark.sql.legacy.interval.enabled", false);
  if (e.to !== undefined) return fromTo(e, scope, legacy);
  const text = e.parts.map(({ value, unit }) => ` ${amountText(value, scope)} ${unit}`).join("");
  const interval = parseInterval(text);
  return legacy
    ? literal(interval, t.calendarIntervalType)
    : ansiInterval(
        interval,
        e.parts.map(({ unit }) => singular(unit)),
        () => `INTERVAL${text}`,
      );
}

/** The value of a part as text; a quoted one must be a number alone. */
function amountText(value: s.Expression, scope: Lowering): string {
  const negative = value.kind === "operation" && value.operator === "-" && value.operands.length === 1;
  const inner = negative ? value.operands[0]! : value;
  const lowered = lowerExpression(inner, scope);
  if (lowered.kind !== "literal" || lowered.value === null) {
    throw new AnalysisError("_LEGACY_ERROR_TEMP_0063", { msg: "The value of an interval has to be a literal" });
  }
  const text = String(lowered.value);
  if (typeof lowered.value === "string" && /\p{L}/u.test(text)) throw new AnalysisError("_LEGACY_ERROR_TEMP_0026", { value: text });
  if (!negative) return text;
  return text.startsWith("-") ? text.slice(1) : `-${text}`;
}

/** Of year-month units alone or day-time units alone, with the fields that were written; undefined parts cannot be mixed. */
export function ansiInterval(interval: CalendarInterval, units: readonly string[], text: () => string): Literal {
  const yearMonth = units.flatMap((unit) => YEAR_MONTH.filter((field) => field === unit));
  const dayTime = units.flatMap((unit): t.DayTimeField[] => {
    const field = unit === "week" ? "day" : unit === "millisecond" || unit === "microsecond" ? "second" : unit;
    return DAY_TIME.filter((known) => known === field);
  });
  if (yearMonth.length > 0 && dayTime.length > 0) throw new AnalysisError("_LEGACY_ERROR_TEMP_0029", { literal: text() });
  if (yearMonth.length > 0) {
    const [start, end] = bounds(YEAR_MONTH, yearMonth);
    return literal(new YearMonthInterval(interval.months), t.yearMonthIntervalType(start, end));
  }
  const [start, end] = bounds(DAY_TIME, dayTime);
  const micros = BigInt(interval.days) * MICROS_PER_DAY + interval.micros;
  if (micros >= 2n ** 63n || micros < -(2n ** 63n)) throw new AnalysisError("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", {});
  return literal(new DayTimeInterval(micros), t.dayTimeIntervalType(start, end));
}

function bounds<F>(order: readonly F[], used: readonly F[]): [F, F] {
  const positions = used.map((field) => order.indexOf(field));
  return [order[Math.min(...positions)]!, order[Math.max(...positions)]!];
}

/** `INTERVAL '1-2' YEAR TO MONTH`. */
function fromTo(e: s.IntervalLiteral, scope: Lowering, legacy: boolean): Literal {
  const { value, unit } = e.parts[0]!;
  const [from, to] = [singular(unit), singular(e.to!)];
  const negative = value.kind === "operation" && value.operator === "-" && value.operands.length === 1;
  const lowered = lowerExpression(negative ? value.operands[0]! : value, scope);
  if (lowered.kind !== "literal" || typeof lowered.value !== "string") throw new AnalysisError("_LEGACY_ERROR_TEMP_0027", {});
  const text = !negative ? lowered.value : lowered.value.startsWith("-") ? lowered.value.slice(1) : `-${lowered.value}`;
  const interval = from === "year" && to === "month" ? yearToMonth(text) : dayToTime(text, from, to);
  if (!legacy) return interval;
  throw new AnalysisError("FIRECREST_UNSUPPORTED", {
    feature: "spark.sql.legacy.interval.enabled with a from-to literal",
    advice: "Turn it off.",
  });
}

function yearToMonth(text: string): Literal {
  const match = /^([+-]?)(\d+)-(\d+)$/.exec(text.trim());
  if (!match) throw unmatched(text, "year-month", "`[+|-]y-m`, `INTERVAL [+|-]'[+|-]y-m' YEAR TO MONTH`", "interval year to month", false);
  const months = Number(match[2]) * 12 + Number(match[3]);
  const most = match[1] === "-" ? 2 ** 31 : 2 ** 31 - 1;
  if (Number(match[3]) > 11 || Number(match[2]) > 178_956_970 || months > most) {
    throw new AnalysisError("INVALID_INTERVAL_FORMAT.INTERVAL_PARSING", { input: text, interval: "year-month" });
  }
  return literal(new YearMonthInterval(match[1] === "-" ? -months : months), t.yearMonthIntervalType());
}

const FORMATS: Readonly<Record<string, string>> = {
  "day hour": "d h",
  "day minute": "d h:m",
  "day second": "d h:m:s.n",
  "hour minute": "h:m",
  "hour second": "h:m:s.n",
  "minute second": "m:s.n",
};

function dayToTime(text: string, from: string, to: string): Literal {
  const format = FORMATS[`${from} ${to}`];
  if (!format) throw new AnalysisError("INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION", { input: text, from, to });
  const type = t.dayTimeIntervalType(from as t.DayTimeField, to as t.DayTimeField);
  const fields = DAY_TIME.slice(DAY_TIME.indexOf(type.start), DAY_TIME.indexOf(type.end) + 1);
  const match = patternOf(fields).exec(text.trim());
  if (!match) {
    const range = `${from.toUpperCase()} TO ${to.toUpperCase()}`;
    const shapes = `\`[+|-]${format}\`, \`INTERVAL [+|-]'[+|-]${format}' ${range}\``;
    throw unmatched(text, "day-time", shapes, `interval ${range.toLowerCase()}`, true);
  }
  return literal(new DayTimeInterval(microsOf(match, fields)), type);
}

/** Digits that the first field may have. */
const FIRST_DIGITS = { day: 9, hour: 10, minute: 12, second: 13 } as const;
const MICROS = { day: MICROS_PER_DAY, hour: 3_600_000_000n, minute: 60_000_000n, second: 1_000_000n } as const;
/** What the first field may be at most, so that the sum fits 64 bits. */
const MOST = { day: 106_751_991n, hour: 2_562_047_788n, minute: 153_722_867_280n, second: 9_223_372_036_854n } as const;

function patternOf(fields: readonly t.DayTimeField[]): RegExp {
  const parts = fields.map((field, i) => {
    const separator = i === 0 ? "" : field === "hour" ? " " : ":";
    return `${separator}(\\d{1,${i === 0 ? FIRST_DIGITS[field] : 2}})`;
  });
  return new RegExp(`^([+-])?${parts.join("")}${fields.at(-1) === "second" ? "(\\.\\d{1,9})?" : ""}$`);
}

function microsOf(match: RegExpExecArray, fields: readonly t.DayTimeField[]): bigint {
  const outside = (field: string, value: bigint, most: bigint) =>
    new AnalysisError("_LEGACY_ERROR_TEMP_0063", { msg: `requirement failed: ${field} ${value} outside range [0, ${most}]` });
  let micros = 0n;
  for (const [i, field] of fields.entries()) {
    const value = BigInt(match[i + 2]!);
    const most = i === 0 ? MOST[field] : field === "hour" ? 23n : 59n;
    if (value > most) throw outside(field, value, most);
    micros += value * MICROS[field];
  }
  micros += BigInt((match[fields.length + 2] ?? ".").slice(1, 7).padEnd(6, "0"));
  const signed = match[1] === "-" ? -micros : micros;
  if (BigInt.asIntN(64, signed) !== signed) throw new AnalysisError("_LEGACY_ERROR_TEMP_0063", { msg: "long overflow" });
  return signed;
}

function unmatched(input: string, intervalStr: string, supportedFormat: string, typeName: string, notice: boolean): AnalysisError {
  const condition = `INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING${notice ? "_WITH_NOTICE" : ""}`;
  return new AnalysisError(condition, { input, intervalStr, supportedFormat, typeName });
}
