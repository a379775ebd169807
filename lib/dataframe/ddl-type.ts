import type {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  Timestamp,
  Value,
  YearMonthInterval,
} from "../engine/types/values.ts";
import type { Row } from "./row.ts";

/** The TypeScript types of Spark's type names; a field of any other type is a Value. */
interface Named {
  boolean: boolean;
  byte: number;
  tinyint: number;
  short: number;
  smallint: number;
  int: number;
  integer: number;
  float: number;
  real: number;
  double: number;
  long: bigint;
  bigint: bigint;
  string: string;
  binary: Uint8Array;
  date: LocalDate;
  time: LocalTime;
  timestamp: Timestamp;
  timestamp_ltz: Timestamp;
  timestamp_ntz: LocalDateTime;
  decimal: Decimal;
  dec: Decimal;
  numeric: Decimal;
  interval: CalendarInterval;
  "interval day to second": DayTimeInterval;
  "interval year to month": YearMonthInterval;
}

type Trim<S extends string> = S extends ` ${infer R}` | `\n${infer R}` ? Trim<R> : S extends `${infer R} ` | `${infer R}\n` ? Trim<R> : S;

/** The value of a column of a type written as text, `"int"`; NULL is always among them. */
export type ValueOfDdl<S extends string> = Lowercase<Trim<S>> extends keyof Named ? Named[Lowercase<Trim<S>>] | null : Value;

/** `id string, amount double` as an object type. Text with types in brackets, or not known when compiled, gives Row. */
export type RowOfDdl<S extends string> = string extends S
  ? Row
  : S extends `${string}${"<" | "(" | "`" | ":"}${string}`
    ? Row
    : { readonly [F in FieldOfDdl<S> as F[0]]: F[1] };

type FieldOfDdl<S extends string> = S extends `${infer Field},${infer Rest}` ? OneField<Trim<Field>> | FieldOfDdl<Rest> : OneField<Trim<S>>;

type OneField<S extends string> = S extends `${infer Name} ${infer Type}`
  ? Uppercase<Type> extends `${infer Bare} NOT NULL`
    ? [Name, NonNullable<ValueOfDdl<Lowercase<Bare>>>]
    : [Name, ValueOfDdl<Type>]
  : never;
