import { AnalysisError } from "../errors.ts";
import { call } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import * as t from "../types/data-type.ts";
import { castTo } from "./implicit-cast.ts";

/** An operator after coercion: perhaps another entry, which types itself. */
export interface Operator {
  readonly name: string;
  readonly args: readonly Expression[];
  /** What its result is cast to, where that is not the entry's own type. */
  readonly resultType?: t.DataType;
}
type Rewrite = (left: Expression, right: Expression, session: SessionSettings) => Operator | undefined;

/**
 * The entry (functions/interval.ts) that stands for `+ - * /` where a side is a date, time, timestamp or interval;
 * undefined for plain arithmetic. Source: Spark's BinaryArithmeticWithDatetimeResolver.
 */
export function datetimeArithmetic(name: string, left: Expression, right: Expression, session: SessionSettings): Operator | undefined {
  return rewrites[name]?.(left, right, session);
}

const rewrites: Readonly<Record<string, Rewrite>> = {
  "+": add,
  "-": subtract,
  "*": (left, right) => multiply(left, right) ?? multiply(right, left),
  "/": (left, right) => (t.isInterval(typeOf(left)) ? { name: "divide_interval", args: [left, right] } : undefined),
};

const isMoment = (type: t.DataType): boolean => type.kind === "timestamp" || type.kind === "timestamp_ntz";

function add(left: Expression, right: Expression, session: SessionSettings): Operator | undefined {
  const [a, b] = [typeOf(left), typeOf(right)];
  const ansiIntervals = [a, b].every((type) => type.kind === "void" || isAnsiInterval(type));
  if (ansiIntervals && a.kind === "void" && b.kind !== "void") return add(castTo(left, b, session), right, session);
  if (ansiIntervals && b.kind === "void" && a.kind !== "void") return add(left, castTo(right, a, session), session);
  if (t.isInterval(a) && a.kind === b.kind) return { name: "interval_add", args: [left, right] };
  if (isTemporal(a) && b.kind === "void") return add(left, castTo(right, t.dayTimeIntervalType(), session), session);
  if (a.kind === "void" && isTemporal(b)) return add(right, castTo(left, t.dayTimeIntervalType(), session), session);
  if (t.isInterval(b) && (b.kind !== "year-month interval" || isTemporal(a))) return addInterval(left, right, session);
  if (t.isInterval(a) && (a.kind !== "year-month interval" || isTemporal(b))) return addInterval(right, left, session);
  if (a.kind === "date" && !t.isStringLike(b)) return { name: "date_add", args: [left, right] };
  return b.kind === "date" && !t.isStringLike(a) ? { name: "date_add", args: [right, left] } : undefined;
}

function subtract(left: Expression, right: Expression, session: SessionSettings): Operator | undefined {
  const [a, b] = [typeOf(left), typeOf(right)];
  if (t.isInterval(a) && a.kind === b.kind) return { name: "interval_subtract", args: [left, right] };
  if (a.kind === "void" && (isAnsiInterval(b) || isTemporal(b))) return subtract(castTo(left, b, session), right, session);
  if (b.kind === "void" && (isAnsiInterval(a) || isTemporal(a))) return subtract(left, castTo(right, a, session), session);
  if (isDays(b) && a.kind === "date") {
    const days = daysOf(right);
    return { name: "date_add", args: [left, { ...call("negative", [days], t.integerType, isNullable(days)), calledAs: "-" }] };
  }
  if (t.isInterval(b) && (b.kind !== "year-month interval" || isTemporal(a)))
    return addInterval(left, { ...call("interval_negate", [right], b, isNullable(right)), calledAs: "-" }, session);
  if (isMoment(a) || isMoment(b)) return subtractTimestamps(left, right, session);
  if (b.kind === "date") {
    if (!t.isDatetime(a) && !t.isStringLike(a)) throw wrongSide(left, 0, differenceText(left, right, session), '"DATE"', session);
    return { name: "subtract_dates", args: [castTo(left, t.dateType, session), right] };
  }
  if (a.kind === "date" && !t.isStringLike(b)) return { name: "date_sub", args: [left, right] };
  return a.kind === "time" && b.kind === "time" ? { name: "subtract_times", args: [left, right] } : undefined;
}

const isAnsiInterval = (type: t.DataType): boolean => type.kind === "day-time interval" || type.kind === "year-month interval";
const isTemporal = (type: t.DataType): boolean => t.isDatetime(type) || type.kind === "time";
const isDays = (type: t.DataType): boolean => type.kind === "day-time interval" && type.end === "day";
const daysOf = (interval: Expression): Expression => call("extractansiintervaldays", [interval], t.integerType, isNullable(interval));

/** `moment + interval`; a subtraction comes as the addition of the negated interval. */
function addInterval(moment: Expression, interval: Expression, session: SessionSettings): Operator {
  const [a, b] = [typeOf(moment), typeOf(interval)];
  if (a.kind === "date") {
    if (isDays(b)) return { name: "date_add", args: [moment, daysOf(interval)] };
    return b.kind === "day-time interval"
      ? { name: "timestamp_add_interval", args: [castTo(moment, t.timestampType, session), interval] }
      : { name: "date_add_interval", args: [moment, interval] };
  }
  if (a.kind === "time" && b.kind === "day-time interval") return { name: "time_add_interval", args: [moment, interval] };
  if (isMoment(a)) return { name: "timestamp_add_interval", args: [moment, interval] };
  if (!t.isStringLike(a)) {
    const sqlExpr = `${prettyName(moment, session.timeZone)} + ${addendText(interval)}`;
    throw wrongSide(moment, 0, sqlExpr, ANY_TIMESTAMP, session);
  }
  return { name: "timestamp_add_interval", args: [castTo(moment, t.timestampType, session), interval], resultType: t.stringType };
}

/** A date and, in ANSI sessions, a string take the other side's type; a timestamp and a local one meet as local ones. */
function subtractTimestamps(left: Expression, right: Expression, session: SessionSettings): Operator {
  const sides = [left, right];
  const takes = (type: t.DataType) => t.isDatetime(type) || (session.ansi && t.isStringLike(type));
  const wrong = sides.findIndex((side) => !takes(typeOf(side)));
  if (wrong >= 0) throw wrongSide(sides[wrong]!, wrong, differenceText(left, right, session), ANY_TIMESTAMP, session);
  const local = sides.every((side) => isMoment(typeOf(side)))
    ? sides.some((side) => typeOf(side).kind === "timestamp_ntz")
    : sides.every((side) => typeOf(side).kind !== "timestamp");
  return { name: "subtract_timestamps", args: sides.map((side) => castTo(side, local ? t.timestampNtzType : t.timestampType, session)) };
}

const addendText = (interval: Expression): string =>
  interval.kind === "call" && interval.name === "interval_negate" ? `(- ${prettyName(interval.args[0]!)})` : prettyName(interval);

const differenceText = (left: Expression, right: Expression, { timeZone }: SessionSettings): string =>
  `(${prettyName(left, timeZone)} - ${prettyName(right, timeZone)})`;

const ANY_TIMESTAMP = '"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)"';

const wrongSide = (side: Expression, index: number, sqlExpr: string, requiredType: string, session: SessionSettings): AnalysisError =>
  new AnalysisError("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", {
    sqlExpr: `"${sqlExpr}"`,
    paramIndex: index === 0 ? "first" : "second",
    requiredType,
    inputSql: `"${prettyName(side, session.timeZone)}"`,
    inputType: `"${typeSql(typeOf(side))}"`,
  });

const multiply = (interval: Expression, number: Expression): Operator | undefined =>
  t.isInterval(typeOf(interval)) ? { name: "multiply_interval", args: [interval, number] } : undefined;
