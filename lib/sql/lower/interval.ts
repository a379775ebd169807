import { AnalysisError } from "../../engine/errors.ts";
import { literal } from "../../engine/expressions/build.ts";
import type { Expression, Literal } from "../../engine/expressions/expression.ts";
import { typeSql } from "../../engine/expressions/print-type.ts";
import * as t from "../../engine/types/data-type.ts";
import { formatsOf, readDayTimeText, readYearMonthText } from "../../engine/types/interval-text.ts";
import { CalendarInterval, DayTimeInterval, YearMonthInterval } from "../../engine/types/values.ts";
import type * as s from "../syntax/expression.ts";
import { flag, type Lowering } from "./context.ts";
import { lowerExpression } from "./expression.ts";
import { parseInterval } from "./interval-text.ts";
import { within } from "./place.ts";

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
const fromTo = (e: s.IntervalLiteral, scope: Lowering, legacy: boolean): Literal =>
  within({ start: e.parts[0]!.value.start, end: e.end }, scope, () => rangeLiteral(e, scope, legacy));

function rangeLiteral(e: s.IntervalLiteral, scope: Lowering, legacy: boolean): Literal {
  const { value, unit } = e.parts[0]!;
  const [from, to] = [singular(unit), singular(e.to!)];
  const negative = value.kind === "operation" && value.operator === "-" && value.operands.length === 1;
  const lowered = lowerExpression(negative ? value.operands[0]! : value, scope);
  if (lowered.kind !== "literal" || typeof lowered.value !== "string") throw new AnalysisError("_LEGACY_ERROR_TEMP_0027", {});
  const text = !negative ? lowered.value : lowered.value.startsWith("-") ? lowered.value.slice(1) : `-${lowered.value}`;
  return from === "year" && to === "month" ? yearToMonth(text, legacy) : dayToTime(text, from, to, legacy);
}

function yearToMonth(text: string, legacy: boolean): Literal {
  const type = t.yearMonthIntervalType();
  const months = readYearMonthText(cut(text), type);
  if (months === undefined) throw unmatched(text, type);
  if (BigInt.asIntN(32, months) !== months) {
    throw new AnalysisError("INVALID_INTERVAL_FORMAT.INTERVAL_PARSING", { input: cut(text), interval: "year-month" });
  }
  if (legacy) return literal(new CalendarInterval(Number(months), 0, 0n), t.calendarIntervalType);
  return literal(new YearMonthInterval(Number(months)), type);
}

function dayToTime(text: string, from: string, to: string, legacy: boolean): Literal {
  const fields: readonly string[] = DAY_TIME;
  if (!fields.includes(from) || fields.indexOf(to) <= fields.indexOf(from)) {
    throw new AnalysisError("INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION", { input: text, from, to });
  }
  const type = t.dayTimeIntervalType(from as t.DayTimeField, to as t.DayTimeField);
  const read = readDayTimeText(cut(text), type);
  if (!read) throw unmatched(text, type);
  if ("outside" in read) throw new AnalysisError("_LEGACY_ERROR_TEMP_0063", { msg: `requirement failed: ${read.outside}` });
  const { micros } = read;
  if (BigInt.asIntN(64, micros) !== micros) throw new AnalysisError("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION", {});
  if (!legacy) return literal(new DayTimeInterval(micros), type);
  return literal(new CalendarInterval(0, Number(micros / MICROS_PER_DAY), micros % MICROS_PER_DAY), t.calendarIntervalType);
}

/** White space and control characters around a text do not count. */
const cut = (text: string): string => text.replace(/^[\p{Cc} ]+|[\p{Cc} ]+$/gu, "");

function unmatched(input: string, type: t.DayTimeIntervalType | t.YearMonthIntervalType): AnalysisError {
  const dayTime = type.kind === "day-time interval";
  return new AnalysisError(`INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING${dayTime ? "_WITH_NOTICE" : ""}`, {
    input,
    intervalStr: dayTime ? "day-time" : "year-month",
    supportedFormat: formatsOf(type),
    typeName: typeSql(type).toLowerCase(),
  });
}
