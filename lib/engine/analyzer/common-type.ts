import { bounded } from "../functions/decimal-arithmetic.ts";
import type { SessionSettings } from "../functions/function.ts";
import * as t from "../types/data-type.ts";

/**
 * The one type that two types widen to. Source: Spark's AnsiTypeCoercion (ANSI sessions) and TypeCoercion (others).
 * `tightest` loses nothing; `widest` may lose digits (decimal with double) and promotes strings.
 */
type CommonType = (a: t.DataType, b: t.DataType, session: SessionSettings) => t.DataType | undefined;

const NUMERIC_PRECEDENCE: readonly t.DataType["kind"][] = ["byte", "short", "integer", "long", "float", "double"];
const DAY_TIME: readonly t.DayTimeField[] = ["day", "hour", "minute", "second"];
const YEAR_MONTH: readonly t.YearMonthField[] = ["year", "month"];

/** Spark's findTightestCommonType. */
export const tightestCommonType: CommonType = (a, b, session) => {
  if (t.sameType(a, b)) return a;
  if (a.kind === "void") return b;
  if (b.kind === "void") return a;
  if (a.kind === "string" && b.kind === "string") return a.collation === b.collation ? a : undefined;
  if (t.isStringLike(a) && t.isStringLike(b)) return t.stringType;
  if (t.isIntegral(a) && b.kind === "decimal" && isWiderThan(b, t.decimalForIntegral(a))) return b;
  if (a.kind === "decimal" && t.isIntegral(b) && isWiderThan(a, t.decimalForIntegral(b))) return a;
  if (isPlainNumber(a) && isPlainNumber(b)) return widerNumber(a, b, session);
  if (t.isDatetime(a) && t.isDatetime(b)) return widerDatetime(a, b, session);
  if (a.kind === "time" && b.kind === "time") return a.precision > b.precision ? a : b;
  if (a.kind === "day-time interval" && b.kind === "day-time interval") {
    return t.dayTimeIntervalType(coarsest(DAY_TIME, a.start, b.start), finest(DAY_TIME, a.end, b.end));
  }
  if (a.kind === "year-month interval" && b.kind === "year-month interval") {
    return t.yearMonthIntervalType(coarsest(YEAR_MONTH, a.start, b.start), finest(YEAR_MONTH, a.end, b.end));
  }
  return commonNestedType(a, b, session, tightestCommonType);
};

/** Spark's findWiderTypeForTwo: what `coalesce`, CASE, `array`, IN and set operations bring two types to. */
export const widestCommonType: CommonType = (a, b, session) =>
  tightestCommonType(a, b, session) ??
  widerDecimal(a, b) ??
  (session.ansi ? ansiStringPromotion(a, b) : stringPromotion(a, b)) ??
  commonNestedType(a, b, session, widestCommonType);

/** Spark's findWiderTypeWithoutStringPromotionForTwo: `greatest` and `least`. */
export const widestCommonTypeWithoutStrings: CommonType = (a, b, session) =>
  tightestCommonType(a, b, session) ?? widerDecimal(a, b) ?? commonNestedType(a, b, session, widestCommonTypeWithoutStrings);

/** The common type of any number of types; `void` of none. Outside ANSI strings go first, because promotion is not associative. */
export function commonTypeOf(types: readonly t.DataType[], session: SessionSettings, common = widestCommonType): t.DataType | undefined {
  const ordered = session.ansi ? types : [...types.filter(hasString), ...types.filter((type) => !hasString(type))];
  let result: t.DataType | undefined = t.voidType;
  for (const type of ordered) result = result && common(result, type, session);
  return result;
}

const hasString = (type: t.DataType): boolean => t.isStringLike(type) || (type.kind === "array" && hasString(type.elementType));
const isPlainNumber = (type: t.DataType): boolean => t.isIntegral(type) || t.isFractional(type);
const isWiderThan = (a: t.DecimalType, b: t.DecimalType): boolean => a.precision - a.scale >= b.precision - b.scale && a.scale >= b.scale;
const coarsest = <F>(order: readonly F[], a: F, b: F): F => order[Math.min(order.indexOf(a), order.indexOf(b))]!;
const finest = <F>(order: readonly F[], a: F, b: F): F => order[Math.max(order.indexOf(a), order.indexOf(b))]!;

/** In ANSI sessions an integral type and a float make a double, so that no digit of the integer is lost. */
function widerNumber(a: t.DataType, b: t.DataType, session: SessionSettings): t.DataType {
  const wider = NUMERIC_PRECEDENCE.indexOf(a.kind) > NUMERIC_PRECEDENCE.indexOf(b.kind) ? a : b;
  return session.ansi && wider.kind === "float" ? t.doubleType : wider;
}

function widerDatetime(a: t.DataType, b: t.DataType, session: SessionSettings): t.DataType | undefined {
  const kinds = [a.kind, b.kind];
  if (kinds.includes("timestamp")) return t.timestampType;
  return session.ansi || kinds.includes("timestamp_ntz") ? t.timestampNtzType : undefined;
}

/** Wide enough for both, up to 38 digits; then whole digits win over fractional ones. Source: DecimalType.boundedPreferIntegralDigits. */
export function widerDecimalType(a: t.DecimalType, b: t.DecimalType): t.DecimalType {
  const scale = Math.max(a.scale, b.scale);
  const precision = Math.max(a.precision - a.scale, b.precision - b.scale) + scale;
  const excess = Math.max(0, precision - t.MAX_DECIMAL_PRECISION);
  return bounded(precision, Math.max(0, scale - excess));
}

/** Spark's findWiderTypeForDecimal. */
function widerDecimal(a: t.DataType, b: t.DataType): t.DataType | undefined {
  if (a.kind !== "decimal" && b.kind !== "decimal") return undefined;
  if (t.isFractional(a) || t.isFractional(b)) return t.doubleType;
  if (!t.isNumeric(a) || !t.isNumeric(b)) return undefined;
  return widerDecimalType(asDecimal(a), asDecimal(b));
}

const asDecimal = (type: t.DataType): t.DecimalType => (type.kind === "decimal" ? type : t.decimalForIntegral(type));

/** Spark's AnsiStringPromotionTypeCoercion.findWiderTypeForString; undefined where no side is a string. */
export function ansiStringPromotion(a: t.DataType, b: t.DataType): t.DataType | undefined {
  if (t.isStringLike(a) === t.isStringLike(b)) return undefined;
  const other = t.isStringLike(a) ? b : a;
  if (t.isIntegral(other)) return t.longType;
  if (t.isFractional(other) || other.kind === "decimal") return t.doubleType;
  if (other.kind === "void") return t.stringType;
  return (t.isAtomic(other) && !t.isInterval(other)) || other.kind === "variant" ? other : undefined;
}

function stringPromotion(a: t.DataType, b: t.DataType): t.DataType | undefined {
  if (t.isStringLike(a) === t.isStringLike(b)) return undefined;
  const other = t.isStringLike(a) ? b : a;
  const promoted = t.isAtomic(other) && other.kind !== "binary" && other.kind !== "boolean" && other.kind !== "interval";
  return promoted || other.kind === "variant" ? t.stringType : undefined;
}

function commonNestedType(a: t.DataType, b: t.DataType, session: SessionSettings, common: CommonType): t.DataType | undefined {
  if (a.kind === "array" && b.kind === "array") {
    const element = common(a.elementType, b.elementType, session);
    const nulls = a.containsNull || b.containsNull;
    return element && t.arrayType(element, nulls || mayBecomeNull(a.elementType, element) || mayBecomeNull(b.elementType, element));
  }
  if (a.kind === "map" && b.kind === "map") {
    const key = common(a.keyType, b.keyType, session);
    const value = common(a.valueType, b.valueType, session);
    if (!key || !value || mayBecomeNull(a.keyType, key) || mayBecomeNull(b.keyType, key)) return undefined;
    const nulls = a.valueContainsNull || b.valueContainsNull;
    return t.mapType(key, value, nulls || mayBecomeNull(a.valueType, value) || mayBecomeNull(b.valueType, value));
  }
  return a.kind === "struct" && b.kind === "struct" ? commonStruct(a, b, session, common) : undefined;
}

function commonStruct(a: t.StructType, b: t.StructType, session: SessionSettings, common: CommonType): t.StructType | undefined {
  if (a.fields.length !== b.fields.length) return undefined;
  const fields: t.StructField[] = [];
  for (const [i, left] of a.fields.entries()) {
    const right = b.fields[i]!;
    const sameName = session.caseSensitive ? left.name === right.name : left.name.toLowerCase() === right.name.toLowerCase();
    const type = sameName ? common(left.dataType, right.dataType, session) : undefined;
    if (!type) return undefined;
    const nullable = left.nullable || right.nullable || mayBecomeNull(left.dataType, type) || mayBecomeNull(right.dataType, type);
    fields.push(t.structField(left.name, type, nullable));
  }
  return t.structType(fields);
}

/** Whether a cast between two types can give NULL for a value. Source: Spark's Cast.forceNullable, for the pairs that widening makes. */
function mayBecomeNull(from: t.DataType, to: t.DataType): boolean {
  if (from.kind === "void" || from.kind === to.kind || to.kind === "string") return false;
  return t.isStringLike(from) && to.kind !== "binary";
}
