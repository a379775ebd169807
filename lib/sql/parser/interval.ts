import * as t from "../../engine/types/data-type.ts";
import type { Cursor } from "../lexer/cursor.ts";
import type { Expression, IntervalLiteral } from "../syntax/expression.ts";
import { refuse } from "./refuse.ts";

const FROM_TO = ["SECOND", "MINUTE", "HOUR", "DAY", "MONTH", "YEAR"];
const units = new Set([
  ...["NANOSECOND", "MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "YEAR"].flatMap((u) => [u, `${u}S`]),
]);

type Part = IntervalLiteral["parts"][number];

/** `INTERVAL 3 DAYS -2 HOURS`, `INTERVAL '1-2' YEAR TO MONTH`; undefined, and nothing taken, where the word is a name or types a string. */
export function parseInterval(c: Cursor): IntervalLiteral | undefined {
  if (!valueAhead(c, 1)) {
    if (c.peek(1).kind === "integer" || c.peek(1).kind === "decimal") c.fail(c.peek(2));
    return undefined;
  }
  const { start } = c.expect("INTERVAL");
  const parts = [parsePart(c)];
  while (valueAhead(c, 0)) {
    parts.push(parsePart(c));
    if (c.at("TO")) break;
  }
  if (!c.at("TO") || !isUnit(c.peek(1).word)) {
    for (const part of parts) checkPlain(c, part);
    return { kind: "interval", parts: parts.map(({ value, unit }) => ({ value, unit })), ...c.spanFrom(start) };
  }
  return parseRange(c, start, parts);
}

const isUnit = (word: string): boolean => units.has(word);

/** Whether a value and a unit follow, so that no other reading is possible. */
function valueAhead(c: Cursor, offset: number): boolean {
  const signed = c.peek(offset).word === "-" || c.peek(offset).word === "+" ? 1 : 0;
  let at = offset + signed;
  if (c.isString(at)) while (c.isString(at)) at++;
  else if (isMarker(c, at)) at += c.peek(at).word === "?" ? 1 : 2;
  else if (c.peek(at).kind === "integer" || c.peek(at).kind === "decimal") at++;
  else return false;
  return isUnit(c.peek(at).word);
}

const isMarker = (c: Cursor, offset: number): boolean =>
  c.peek(offset).word === "?" || (c.peek(offset).word === ":" && c.isIdentifier(offset + 1));

type TakenPart = Part & { readonly text?: string; readonly start: number };

/** The value as text, with its sign, so that no digit is lost. */
function parsePart(c: Cursor): TakenPart {
  const { start } = c.peek();
  const sign = c.acceptAny("-", "+") ?? "";
  if (isMarker(c, 0)) return { value: parseMarker(c, sign, start), unit: takeUnit(c), start };
  const isText = c.isString();
  const written = isText ? c.string() : c.next().text;
  const value: Expression = {
    kind: "literal",
    value: isText ? signedText(sign, written) : sign + written,
    type: t.stringType,
    ...c.spanFrom(start),
  };
  return { value, unit: takeUnit(c), start, ...(isText ? { text: written } : {}) };
}

function signedText(sign: string, text: string): string {
  if (sign !== "-") return text;
  return text.startsWith("-") ? text.slice(1) : `-${text}`;
}

function parseMarker(c: Cursor, sign: string, start: number): Expression {
  const at = c.peek().start;
  const name = c.at("?") ? c.markerIndex() : undefined;
  c.next();
  const marker: Expression = { kind: "parameter", name: name ?? c.simpleIdentifier().name, ...c.spanFrom(at) };
  return sign ? { kind: "operation", operator: sign, operands: [marker], ...c.spanFrom(start) } : marker;
}

function takeUnit(c: Cursor): string {
  return c.next().word.toLowerCase();
}

/** Spark adds the unit to the text, so that a text with a unit of its own would mean another interval. */
function checkPlain(c: Cursor, { text, start }: TakenPart): void {
  if (text !== undefined && /\p{L}/u.test(text)) refuse(c, "_LEGACY_ERROR_TEMP_0026", { value: text }, { start });
}

/** Where more values with units end, which may not stand here. */
function endOfIntervals(c: Cursor): number {
  let at = 0;
  while (valueAhead(c, at) || c.peek(at).word === "TO") at += c.peek(at).word === "TO" ? 2 : unitBehind(c, at);
  return c.peek(at - 1).end;
}

/** How many tokens a value and its unit are. */
function unitBehind(c: Cursor, from: number): number {
  let at = from;
  while (!isUnit(c.peek(at).word)) at++;
  return at + 1 - from;
}

const ranges: Readonly<Record<string, readonly string[]>> = {
  year: ["month"],
  day: ["hour", "minute", "second"],
  hour: ["minute", "second"],
  minute: ["second"],
};

function parseRange(c: Cursor, start: number, parts: readonly TakenPart[]): IntervalLiteral {
  const [part] = parts;
  if (!FROM_TO.includes(part!.unit.toUpperCase()) && parts.length === 1) c.fail();
  c.expect("TO");
  const to = takeUnit(c);
  if (!FROM_TO.includes(to.toUpperCase())) c.fail();
  if (parts.length > 1 || valueAhead(c, 0)) refuse(c, "_LEGACY_ERROR_TEMP_0024", {}, { start, end: endOfIntervals(c) });
  const { value, unit, text } = part!;
  if (value.kind === "literal" && text === undefined) refuse(c, "_LEGACY_ERROR_TEMP_0027", {}, { start: value.start });
  if (!ranges[unit]?.includes(to)) {
    refuse(c, "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION", { input: text ?? "", from: unit, to }, { start: value.start });
  }
  return { kind: "interval", parts: [{ value, unit }], to, ...c.spanFrom(start) };
}
