import type { DataType } from "../engine/types/data-type.ts";
import * as t from "../engine/types/data-type.ts";
import { Decimal, LocalDate } from "../engine/types/values.ts";

/**
 * The type of a partition column, from its values in the paths.
 * Source: Spark's PartitioningUtils.inferPartitionColumnValue and findWiderTypeForPartitionColumn.
 */
export function inferPartitionType(values: Iterable<string | null>): DataType {
  let type: DataType = t.voidType;
  for (const value of values) if (value !== null) type = widen(type, typeOfText(value));
  return type.kind === "void" ? t.stringType : type;
}

const INTEGER = /^[+-]?\d+$/;
const DOUBLE = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/;
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2}) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?$/;

function typeOfText(text: string): DataType {
  if (INTEGER.test(text)) return typeOfInteger(BigInt(text.replace(/^\+/, "")));
  if (DOUBLE.test(text)) return t.doubleType;
  if (isDate(text)) return t.dateType;
  const timestamp = TIMESTAMP.exec(text);
  return timestamp && isDate(timestamp[1]!) ? t.timestampType : t.stringType;
}

function typeOfInteger(value: bigint): DataType {
  if (BigInt.asIntN(32, value) === value) return t.integerType;
  if (BigInt.asIntN(64, value) === value) return t.longType;
  const { precision } = new Decimal(value, 0);
  return precision <= t.MAX_DECIMAL_PRECISION ? t.decimalType(precision, 0) : t.doubleType;
}

function isDate(text: string): boolean {
  try {
    LocalDate.parse(text);
    return true;
  } catch {
    return false;
  }
}

const INTEGERS = ["integer", "long", "decimal"];

function widen(a: DataType, b: DataType): DataType {
  if (a.kind === "void" || t.sameType(a, b)) return b;
  const [low, high] = INTEGERS.indexOf(a.kind) <= INTEGERS.indexOf(b.kind) ? [a, b] : [b, a];
  if (INTEGERS.includes(low.kind) && INTEGERS.includes(high.kind)) return high.kind === "decimal" ? widestDecimal(low, high) : high;
  // A long does not fit a double, nor a date a timestamp, without a change of the text; an int does.
  if ((a.kind === "integer" && b.kind === "double") || (a.kind === "double" && b.kind === "integer")) return t.doubleType;
  return t.stringType;
}

function widestDecimal(low: DataType, high: t.DecimalType): DataType {
  const other = low.kind === "decimal" ? low : t.decimalForIntegral(low);
  return t.decimalType(Math.max(other.precision, high.precision), 0);
}
