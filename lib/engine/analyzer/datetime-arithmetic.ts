import { AnalysisError, FirecrestError } from "../errors.ts";
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
  "+": (left, right, session) => add(left, right, session) ?? add(right, left, session),
  "-": subtract,
  "*": (left, right) => multiply(left, right) ?? multiply(right, left),
  "/": (left, right) => (t.isInterval(typeOf(left)) ? { name: "divide_interval", args: [left, right] } : undefined),
};

const isMoment = (type: t.DataType): boolean => type.kind === "timestamp" || type.kind === "timestamp_ntz";

/** `left + right`, with the date, timestamp or first interval on the left. */
function add(left: Expression, right: Expression, session: SessionSettings): Operator | undefined {
  const [a, b] = [typeOf(left), typeOf(right)];
  if (a.kind === "time" && b.kind === "day-time interval") throw unsupportedTime();
  if (t.isInterval(a) && (a.kind === b.kind || b.kind === "void")) {
    return { name: "interval_add", args: [left, castTo(right, b.kind === "void" ? a : b, session)] };
  }
  if (t.isInterval(b)) return addInterval(left, right, session);
  return a.kind === "date" && (t.isNumeric(b) || b.kind === "void") ? { name: "date_add", args: [left, right] } : undefined;
}

function subtract(left: Expression, right: Expression, session: SessionSettings): Operator | undefined {
  const [a, b] = [typeOf(left), typeOf(right)];
  if (a.kind === "time" && (b.kind === "day-time interval" || b.kind === "time")) throw unsupportedTime();
  if (t.isInterval(b) && (a.kind === b.kind || a.kind === "void")) {
    return { name: "interval_subtract", args: [castTo(left, a.kind === "void" ? b : a, session), right] };
  }
  if (t.isInterval(a) && b.kind === "void") return { name: "interval_subtract", args: [left, castTo(right, a, session)] };
  if (t.isInterval(b)) return addInterval(left, call("interval_negate", [right], b, isNullable(right)), session);
  if (isMoment(a) || isMoment(b)) return subtractTimestamps(left, right, session);
  if (b.kind === "date") {
    if (!isLikeMoment(a)) throw wrongSide(left, 0, differenceText(left, right), '"DATE"');
    return { name: "subtract_dates", args: [castTo(left, t.dateType, session), right] };
  }
  return a.kind === "date" && (t.isNumeric(b) || b.kind === "void") ? { name: "date_sub", args: [left, right] } : undefined;
}

function addInterval(moment: Expression, interval: Expression, session: SessionSettings): Operator | undefined {
  const [a, b] = [typeOf(moment), typeOf(interval)];
  if (a.kind === "date") {
    const wholeDays = b.kind !== "day-time interval" || b.end === "day";
    return wholeDays
      ? { name: "date_add_interval", args: [moment, interval] }
      : { name: "timestamp_add_interval", args: [castTo(moment, t.timestampType, session), interval] };
  }
  if (isMoment(a)) return { name: "timestamp_add_interval", args: [moment, interval] };
  if (b.kind === "year-month interval") return undefined;
  if (!t.isStringLike(a)) throw wrongSide(moment, 0, `${prettyName(moment)} + ${addendText(interval)}`, ANY_TIMESTAMP);
  return { name: "timestamp_add_interval", args: [castTo(moment, t.timestampType, session), interval], resultType: t.stringType };
}

/** A date and a string take the other side's type; a timestamp and a local one meet as timestamps. */
function subtractTimestamps(left: Expression, right: Expression, session: SessionSettings): Operator {
  const sides = [left, right];
  const wrong = sides.findIndex((side) => !isLikeMoment(typeOf(side)));
  if (wrong >= 0) throw wrongSide(sides[wrong]!, wrong, differenceText(left, right), ANY_TIMESTAMP);
  const type = sides.some((side) => typeOf(side).kind === "timestamp") ? t.timestampType : t.timestampNtzType;
  return { name: "subtract_timestamps", args: sides.map((side) => castTo(side, type, session)) };
}

const isLikeMoment = (type: t.DataType): boolean => t.isDatetime(type) || t.isStringLike(type) || type.kind === "void";

const addendText = (interval: Expression): string =>
  interval.kind === "call" && interval.name === "interval_negate" ? `(- ${prettyName(interval.args[0]!)})` : prettyName(interval);

const differenceText = (left: Expression, right: Expression): string => `(${prettyName(left)} - ${prettyName(right)})`;

const ANY_TIMESTAMP = '"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)"';

const wrongSide = (side: Expression, index: number, sqlExpr: string, requiredType: string): AnalysisError =>
  new AnalysisError("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", {
    sqlExpr: `"${sqlExpr}"`,
    paramIndex: index === 0 ? "first" : "second",
    requiredType,
    inputSql: `"${prettyName(side)}"`,
    inputType: `"${typeSql(typeOf(side))}"`,
  });

const multiply = (interval: Expression, number: Expression): Operator | undefined =>
  t.isInterval(typeOf(interval)) ? { name: "multiply_interval", args: [interval, number] } : undefined;

const unsupportedTime = (): FirecrestError =>
  new FirecrestError("FIRECREST_UNSUPPORTED", { feature: "Arithmetic on TIME", advice: "Keep the value as a timestamp." });
