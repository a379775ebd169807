import { fn, literal } from "../engine/expressions/build.ts";
import type { Expression, Literal } from "../engine/expressions/expression.ts";
import * as t from "../engine/types/data-type.ts";
import {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  Timestamp,
  type Value,
  YearMonthInterval,
} from "../engine/types/values.ts";
import { unsupported } from "./unsupported.ts";

/** A value of the user's that can stand in an expression. */
export type LiteralInput =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | Decimal
  | LocalDate
  | Timestamp
  | LocalDateTime
  | LocalTime
  | DayTimeInterval
  | YearMonthInterval
  | CalendarInterval
  | readonly LiteralInput[]
  | ReadonlyMap<LiteralInput, LiteralInput>;

/** How the literal of a value comes out again. */
export type LiteralValue<V> = V extends Date
  ? Timestamp
  : V extends number
    ? number
    : V extends bigint
      ? bigint
      : V extends string
        ? string
        : V extends boolean
          ? boolean
          : V extends readonly LiteralInput[] | ReadonlyMap<LiteralInput, LiteralInput>
            ? unknown
            : V;

/**
 * The expression of a value. A number is an `int` where it is a 32-bit integer, else a `double`; a bigint is a `bigint`;
 * a Date is a `timestamp`. Arrays and maps become calls of `array` and `map`, as PySpark's `lit` makes them.
 */
export function literalOf(value: LiteralInput): Expression {
  if (Array.isArray(value)) return fn("array", ...value.map(literalOf));
  if (value instanceof Map) return fn("map", ...[...value].flat().map(literalOf));
  return atomOf(value as Exclude<LiteralInput, readonly LiteralInput[] | ReadonlyMap<LiteralInput, LiteralInput>>);
}

function atomOf(value: unknown): Literal {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new RangeError("an invalid Date cannot be a literal");
    return literal(Timestamp.fromDate(value), t.timestampType);
  }
  const type = atomType(value);
  if (!type)
    throw unsupported(`A literal of ${describe(value)}`, "Give a number, string, boolean, Date, Uint8Array, array or Map, or a column.");
  return literal(value as Value, type);
}

/** Spark's type of a value that is not a collection, or undefined. */
function atomType(value: unknown): t.DataType | undefined {
  switch (typeof value) {
    case "boolean":
      return t.booleanType;
    case "string":
      return t.stringType;
    case "bigint":
      return t.longType;
    case "number":
      return isInt32(value) ? t.integerType : t.doubleType;
  }
  if (value === null) return t.voidType;
  if (value instanceof Decimal) return t.decimalType(Math.max(value.precision, value.scale, 1), value.scale);
  for (const [made, type] of atomClasses) if (value instanceof made) return type;
  return undefined;
}

const atomClasses: readonly (readonly [new (...args: never[]) => unknown, t.DataType])[] = [
  [Uint8Array, t.binaryType],
  [Date, t.timestampType],
  [LocalDate, t.dateType],
  [Timestamp, t.timestampType],
  [LocalDateTime, t.timestampNtzType],
  [LocalTime, t.timeType()],
  [DayTimeInterval, t.dayTimeIntervalType()],
  [YearMonthInterval, t.yearMonthIntervalType()],
  [CalendarInterval, t.calendarIntervalType],
];

/** -0 is not an integer here: it must stay negative. */
const isInt32 = (value: number): boolean => (value | 0) === value && !Object.is(value, -0);

const describe = (value: unknown): string =>
  typeof value === "object" && value !== null ? `a ${value.constructor?.name ?? "object"}` : `type ${typeof value}`;
