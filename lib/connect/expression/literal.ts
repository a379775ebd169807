import { AnalysisError } from "../../engine/errors.ts";
import { literal } from "../../engine/expressions/build.ts";
import type { Literal } from "../../engine/expressions/expression.ts";
import * as t from "../../engine/types/data-type.ts";
import {
  CalendarInterval,
  DayTimeInterval,
  Decimal,
  LocalDate,
  LocalDateTime,
  LocalTime,
  setField,
  Timestamp,
  type Value,
  YearMonthInterval,
} from "../../engine/types/values.ts";
import { invalidPlan } from "../invalid-plan.ts";
import type {
  Expression_Literal,
  Expression_Literal_Array,
  Expression_Literal_Decimal,
  Expression_Literal_Map,
  Expression_Literal_SpecializedArray,
  Expression_Literal_Struct,
} from "../protocol/spark/connect/expressions_pb.js";
import { engineType } from "../type/data-type.ts";

const MAX_DEPTH = 100;

type LiteralType = Expression_Literal["literalType"];
type Case = NonNullable<LiteralType["case"]>;
type Of<C extends Case> = Extract<LiteralType, { case: C }>["value"];

/** What stands around a value: its type as the client says it, where it does. */
interface Place {
  readonly type?: t.DataType;
  readonly depth: number;
}

/** A client's literal. Its type comes with it, or is that of its parts. */
export function literalOf(message: Expression_Literal, { type, depth }: Place = { depth: 0 }): Literal {
  const { literalType, dataType } = message;
  if (literalType.case === undefined) throw invalidPlan("a literal without a value");
  if (depth > MAX_DEPTH) throw invalidPlan(`a literal nested deeper than ${MAX_DEPTH}`);
  const known = type ?? (dataType ? engineType(dataType) : undefined);
  const place: Place = { depth: depth + 1, ...(known ? { type: known } : {}) };
  return (rules[literalType.case] as (value: unknown, place: Place) => Literal)(literalType.value, place);
}

const rules: { readonly [C in Case]: (value: Of<C>, place: Place) => Literal } = {
  null: (type, place) => literal(null, place.type ?? engineType(type)),
  binary: (value) => literal(value, t.binaryType),
  boolean: (value) => literal(value, t.booleanType),
  byte: (value) => literal(within(value, 8), t.byteType),
  short: (value) => literal(within(value, 16), t.shortType),
  integer: (value) => literal(value, t.integerType),
  long: (value) => literal(value, t.longType),
  float: (value) => literal(value, t.floatType),
  double: (value) => literal(value, t.doubleType),
  decimal: decimalLiteral,
  string: (value, { type }) => literal(value, type?.kind === "string" ? type : t.stringType),
  date: (value) => literal(new LocalDate(value), t.dateType),
  timestamp: (value) => literal(new Timestamp(value), t.timestampType),
  timestampNtz: (value) => literal(new LocalDateTime(value), t.timestampNtzType),
  calendarInterval: ({ months, days, microseconds }) => literal(new CalendarInterval(months, days, microseconds), t.calendarIntervalType),
  yearMonthInterval: (months, { type }) =>
    literal(new YearMonthInterval(months), type?.kind === "year-month interval" ? type : t.yearMonthIntervalType()),
  dayTimeInterval: (micros, { type }) =>
    literal(new DayTimeInterval(micros), type?.kind === "day-time interval" ? type : t.dayTimeIntervalType()),
  array: arrayLiteral,
  map: mapLiteral,
  struct: structLiteral,
  specializedArray: specializedLiteral,
  time: ({ nano, precision = 6 }) => timeLiteral(nano, precision),
  timestampNtzNanos: refuseNanos,
  timestampLtzNanos: refuseNanos,
};

function within(value: number, bits: number): number {
  const bound = 2 ** (bits - 1);
  if (value < -bound || value >= bound) throw invalidPlan(`the value ${value} in a literal of ${bits} bits`);
  return value;
}

/** Source: Spark's LiteralValueProtoConverter: as many digits as the value has, and no fewer than the client says. */
function decimalLiteral({ value: text, precision = 0, scale = 0 }: Expression_Literal_Decimal): Literal {
  const value = parsedDecimal(text);
  const digits = Math.max(value.precision, value.scale, precision);
  const type = t.decimalType(Math.max(digits, scale, 1), Math.max(value.scale, scale));
  return literal(new Decimal(value.unscaled * 10n ** BigInt(type.scale - value.scale), type.scale), type);
}

const MAX_DECIMAL_TEXT = 100;

function parsedDecimal(text: string): Decimal {
  const small = text.length <= MAX_DECIMAL_TEXT && !/[eE][+-]?\d{3}/.test(text);
  try {
    const value = small ? Decimal.parse(text) : undefined;
    if (value && Math.max(value.precision, value.scale) <= t.MAX_DECIMAL_PRECISION) return value;
  } catch {}
  throw invalidPlan(`the decimal literal ${text.slice(0, MAX_DECIMAL_TEXT)}`);
}

function timeLiteral(nanos: bigint, precision: number): Literal {
  if (nanos % 1000n !== 0n || precision > 6) refuseNanos();
  return literal(new LocalTime(nanos / 1000n), t.timeType(precision));
}

function refuseNanos(): never {
  throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "A literal of nanoseconds", advice: "Use microseconds." });
}

/** Values of one type, which is the first one's where the client tells none. */
function valuesOf(messages: readonly Expression_Literal[], type: t.DataType | undefined, depth: number) {
  const known = type ?? messages.map((message) => literalOf(message, { depth })).find((found) => found.type.kind !== "void")?.type;
  const found = messages.map((message) => literalOf(message, { depth, ...(known ? { type: known } : {}) }));
  return { type: known ?? t.voidType, values: found.map(({ value }) => value), nulls: found.some(({ value }) => value === null) };
}

function arrayLiteral({ elementType, elements }: Expression_Literal_Array, { type, depth }: Place): Literal {
  const array = type?.kind === "array" ? type : undefined;
  const found = valuesOf(elements, array?.elementType ?? (elementType ? engineType(elementType) : undefined), depth);
  return literal(found.values, array ?? t.arrayType(found.type, true));
}

function mapLiteral({ keyType, valueType, keys, values }: Expression_Literal_Map, { type, depth }: Place): Literal {
  if (keys.length !== values.length) throw invalidPlan("a map with fewer keys or values than the other");
  const map = type?.kind === "map" ? type : undefined;
  const key = valuesOf(keys, map?.keyType ?? (keyType ? engineType(keyType) : undefined), depth);
  const value = valuesOf(values, map?.valueType ?? (valueType ? engineType(valueType) : undefined), depth);
  return literal(new Map(key.values.map((k, i) => [k, value.values[i] as Value])), map ?? t.mapType(key.type, value.type, true));
}

function structLiteral({ structType, elements }: Expression_Literal_Struct, { type, depth }: Place): Literal {
  const struct = type ?? (structType ? engineType(structType) : undefined);
  if (struct?.kind !== "struct") throw invalidPlan("a literal of a struct without its type");
  if (struct.fields.length !== elements.length)
    throw invalidPlan(`a struct of ${struct.fields.length} fields with ${elements.length} values`);
  const value: Record<string, Value> = {};
  for (const [i, field] of struct.fields.entries())
    setField(value, field.name, literalOf(elements[i]!, { type: field.dataType, depth }).value);
  return literal(value, struct);
}

function specializedLiteral({ valueType }: Expression_Literal_SpecializedArray): Literal {
  switch (valueType.case) {
    case "bools":
      return literal(valueType.value.values, t.arrayType(t.booleanType, false));
    case "ints":
      return literal(valueType.value.values, t.arrayType(t.integerType, false));
    case "longs":
      return literal(valueType.value.values, t.arrayType(t.longType, false));
    case "floats":
      return literal(valueType.value.values, t.arrayType(t.floatType, false));
    case "doubles":
      return literal(valueType.value.values, t.arrayType(t.doubleType, false));
    case "strings":
      return literal(valueType.value.values, t.arrayType(t.stringType, false));
    default:
      throw invalidPlan("an array literal without values");
  }
}
