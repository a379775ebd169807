import { AnalysisError } from "../../engine/errors.ts";
import { fn, literal, stringLiteral } from "../../engine/expressions/build.ts";
import type { Expression } from "../../engine/expressions/expression.ts";
import { instantOfText, localOfText, zoneOfText } from "../../engine/kernel/natives.ts";
import * as t from "../../engine/types/data-type.ts";
import { isTimeOnly, parseDateText, parseTimestampText, parseTimeText } from "../../engine/types/datetime-text.ts";
import { LocalDateTime, LocalTime, Timestamp } from "../../engine/types/values.ts";
import type * as s from "../syntax/expression.ts";
import { flag, type Lowering } from "./context.ts";
import { ansiInterval } from "./interval.ts";
import { parseInterval } from "./interval-text.ts";

/** `DATE '2020-01-01'` and the like, under the session's time zone. Source: Spark's AstBuilder.visitTypeConstructor. */
export function typedLiteral({ type, text }: s.TypedLiteral, scope: Lowering): Expression {
  switch (type.toUpperCase()) {
    case "DATE":
      return specialDate(text) ?? literal(parseDateText(cut(text)) ?? bad(type, text), t.dateType);
    case "TIME": {
      const micros = parseTimeText(cut(text));
      return micros === undefined ? bad(type, text) : literal(new LocalTime(micros), t.timeType());
    }
    case "TIMESTAMP_NTZ":
      return localTimestamp(type, text);
    case "TIMESTAMP_LTZ":
      return timestamp(type, text, scope);
    case "TIMESTAMP": {
      const ntz = scope.conf["spark.sql.timestampType"]?.trim().toUpperCase() === "TIMESTAMP_NTZ";
      return ntz && parseTimestampText(cut(text))?.zone === undefined ? localTimestamp(type, text) : timestamp(type, text, scope);
    }
    case "INTERVAL":
      return interval(type, text, scope);
    case "X":
      return literal(bytesOf(text) ?? bad("X", text), t.binaryType);
    default:
      throw new AnalysisError("UNSUPPORTED_TYPED_LITERAL", {
        unsupportedType: `"${type.toUpperCase()}"`,
        supportedTypes: '"DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP", "INTERVAL", "X", "TIME"',
      });
  }
}

function bad(type: string, text: string): never {
  throw new AnalysisError("INVALID_TYPED_LITERAL", { valueType: `"${type.toUpperCase()}"`, value: `'${text}'` });
}

/** White space and control characters around a text do not count. */
function cut(text: string): string {
  const isBlank = (at: number) => text.charCodeAt(at) <= 0x20 || text.charCodeAt(at) === 0x7f;
  let [start, end] = [0, text.length];
  while (start < end && isBlank(start)) start++;
  while (end > start && isBlank(end - 1)) end--;
  return text.slice(start, end);
}

const SPECIAL: Readonly<Record<string, number>> = { now: 0, today: 0, tomorrow: 1, yesterday: -1 };
/** The word of `tomorrow`, or of `tomorrow EST`, whose zone has to exist and means nothing. */
function specialOf(text: string): string {
  const match = /^([a-z]{3,})[ \t]*(.*)$/i.exec(cut(text));
  const [word, zone] = [match?.[1]?.toLowerCase() ?? "", match?.[2] ?? ""];
  return zone === "" || (word !== "now" && zoneOfText(zone) !== undefined) ? word : "";
}

/** `epoch`, `now`, `today`, `tomorrow`, `yesterday`. */
function specialDate(text: string): Expression | undefined {
  const word = specialOf(text);
  if (word === "epoch") return literal(parseDateText("1970-01-01")!, t.dateType);
  const days = SPECIAL[word];
  return days === undefined ? undefined : moved(fn("current_date"), days);
}

const moved = (date: Expression, days: number): Expression => (days === 0 ? date : fn("date_add", date, literal(days, t.integerType)));

function specialTimestamp(text: string, type: t.DataType): Expression | undefined {
  const word = specialOf(text);
  const zoned = type.kind === "timestamp";
  if (word === "epoch") return literal(zoned ? new Timestamp(0n) : new LocalDateTime(0n), type);
  if (word === "now") return fn(zoned ? "current_timestamp" : "localtimestamp");
  const days = SPECIAL[word];
  return days === undefined ? undefined : { kind: "cast", child: moved(fn("current_date"), days), type };
}

function timestamp(typeName: string, text: string, scope: Lowering): Expression {
  const special = specialTimestamp(text, t.timestampType);
  if (special) return special;
  if (isTimeOnly(cut(text))) return { kind: "cast", child: stringLiteral(text), type: t.timestampType };
  return literal(instantOfText(cut(text), scope.session.timeZone) ?? bad(typeName, text), t.timestampType);
}

function localTimestamp(typeName: string, text: string): Expression {
  const special = specialTimestamp(text, t.timestampNtzType);
  if (special) return special;
  return literal(localOfText(cut(text)) ?? bad(typeName, text), t.timestampNtzType);
}

function interval(typeName: string, text: string, scope: Lowering): Expression {
  let value: ReturnType<typeof parseInterval>;
  try {
    value = parseInterval(text);
  } catch {
    return bad(typeName, text);
  }
  if (flag(scope, "spark.sql.legacy.interval.enabled", false)) return literal(value, t.calendarIntervalType);
  const units = text
    .split(/\s/)
    .map((word) => word.toLowerCase().replace(/s$/, ""))
    .filter((word) => word !== "interval" && /^[a-z]+$/.test(word));
  return ansiInterval(value, units, () => `INTERVAL '${text}'`);
}

/** Hex digits; an odd count has a leading 0. */
function bytesOf(text: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const digits = text.length % 2 === 1 ? `0${text}` : text;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
