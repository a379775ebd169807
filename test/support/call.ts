import {
  doubleLiteral,
  fn,
  integerLiteral,
  lambda,
  lambdaVariable,
  literal,
  longLiteral,
  nullLiteral,
  stringLiteral,
} from "../../lib/engine/expressions/build.ts";
import type { Expression } from "../../lib/engine/expressions/expression.ts";
import { prettyName } from "../../lib/engine/expressions/print.ts";
import * as t from "../../lib/engine/types/data-type.ts";
import {
  type CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  Timestamp,
  type Value,
  YearMonthInterval,
} from "../../lib/engine/types/values.ts";

/** What a test may write for an argument: an expression, or a value whose type is plain from it. */
export type Argument = Expression | null | boolean | number | bigint | string | LeafValue | readonly Argument[] | Map<Argument, Argument>;
type LeafValue = Decimal | LocalDate | LocalDateTime | Timestamp | DayTimeInterval | YearMonthInterval | CalendarInterval;

/** `call("array_contains", [1, 2], 2)`: numbers are int, or double with a fraction; arrays and maps are calls that make them. */
export const call = (name: string, ...args: readonly Argument[]): Expression => fn(name, ...args.map(argument));

export function argument(value: Argument): Expression {
  if (value === null) return nullLiteral();
  if (typeof value === "boolean") return literal(value, t.booleanType);
  if (typeof value === "number") return Number.isInteger(value) ? integerLiteral(value) : doubleLiteral(value);
  if (typeof value === "bigint") return longLiteral(value);
  if (typeof value === "string") return stringLiteral(value);
  if (Array.isArray(value)) return call("array", ...value);
  if (value instanceof Map) return call("map", ...[...value].flat());
  return isLeaf(value) ? literal(value, typeOfLeaf(value)) : (value as Expression);
}

const isLeaf = (value: object): value is LeafValue => !("kind" in value);

function typeOfLeaf(value: LeafValue): t.DataType {
  if (value instanceof Decimal) return t.decimalType(Math.max(value.precision, value.scale), value.scale);
  if (value instanceof LocalDate) return t.dateType;
  if (value instanceof LocalDateTime) return t.timestampNtzType;
  if (value instanceof Timestamp) return t.timestampType;
  if (value instanceof DayTimeInterval) return t.dayTimeIntervalType();
  return value instanceof YearMonthInterval ? t.yearMonthIntervalType() : t.calendarIntervalType;
}

/** A function, its arguments and what it gives (as `show` prints it) or raises. */
export type Case = readonly [name: string, args: readonly Argument[], expected: string];

/** Cases as a table for `test.each`, whose titles are `$text is $expected`. */
export const cases = (list: readonly Case[]): { text: string; expression: Expression; expected: string }[] =>
  list.map(([name, args, expected]) => ({ text: `${name}(${args.map(textOf).join(", ")})`, expression: call(name, ...args), expected }));

function textOf(value: Argument): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(", ")}]`;
  if (value instanceof Map) return `{${[...value].map(([k, v]) => `${textOf(k)}: ${textOf(v)}`).join(", ")}}`;
  return typeof value === "object" && value !== null && "kind" in value ? prettyName(value as Expression) : String(value);
}

export const date = (text: string): LocalDate => LocalDate.parse(text);
/** `yyyy-MM-dd HH:mm:ss[.ffffff]` in UTC. */
export const instant = (text: string): Timestamp => new Timestamp(microsOf(text));
export const local = (text: string): LocalDateTime => new LocalDateTime(microsOf(text));
const microsOf = (text: string): bigint => {
  const [day, time = "00:00:00"] = text.split(" ");
  const [clock, fraction = ""] = time.split(".");
  const [h, m, s] = clock!.split(":").map(Number);
  return BigInt(date(day!).epochDays) * 86_400_000_000n + BigInt(h! * 3600 + m! * 60 + s!) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
};
export const days = (n: number): DayTimeInterval => new DayTimeInterval(BigInt(n) * 86_400_000_000n);
export const months = (n: number): YearMonthInterval => new YearMonthInterval(n);

/** `x -> body`, with the parameter's name from the function's own. */
export function arrow(body: (...parameters: Expression[]) => Expression): Expression {
  const parameters = Array.from({ length: body.length }, (_, i) => lambdaVariable("xyz"[i]!));
  return lambda(parameters, body(...parameters));
}

/** A value as Spark's documentation prints it: `[1,2]`, `{a:1}` for a map, `{1,a}` for a struct, NULL. */
export function show(value: Value, timeZone = "UTC"): string {
  if (value === null) return "NULL";
  if (value instanceof Timestamp) return value.toString(timeZone);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Array.isArray(value)) return `[${value.map((item) => show(item as Value, timeZone)).join(",")}]`;
  if (value instanceof Map) return `{${[...value].map(([k, v]) => `${show(k, timeZone)}:${show(v, timeZone)}`).join(",")}}`;
  if (typeof value !== "object" || !isStruct(value)) return String(value);
  return `{${Object.values(value)
    .map((v) => show(v as Value, timeZone))
    .join(",")}}`;
}

const isStruct = (value: object) => Object.getPrototypeOf(value) === Object.prototype;
