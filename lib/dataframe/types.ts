import * as t from "../engine/types/data-type.ts";

/** Spark's types by their names in `pyspark.sql.types`: `T.StructType([T.StructField("id", T.LongType())])`. */

export type { DataType } from "../engine/types/data-type.ts";

export const NullType = (): t.DataType => t.voidType;
export const BooleanType = (): t.DataType => t.booleanType;
export const ByteType = (): t.DataType => t.byteType;
export const ShortType = (): t.DataType => t.shortType;
export const IntegerType = (): t.DataType => t.integerType;
export const LongType = (): t.DataType => t.longType;
export const FloatType = (): t.DataType => t.floatType;
export const DoubleType = (): t.DataType => t.doubleType;
export const BinaryType = (): t.DataType => t.binaryType;
export const DateType = (): t.DataType => t.dateType;
export const TimestampType = (): t.DataType => t.timestampType;
export const TimestampNTZType = (): t.DataType => t.timestampNtzType;
export const CalendarIntervalType = (): t.DataType => t.calendarIntervalType;
export const VariantType = (): t.DataType => t.variantType;
export const DecimalType = (precision = 10, scale = 0): t.DataType => t.decimalType(precision, scale);
export const StringType = (collation?: string): t.DataType =>
  collation === undefined || collation === "UTF8_BINARY" ? t.stringType : { kind: "string", collation };
export const CharType = (length: number): t.DataType => t.charType(length);
export const VarcharType = (length: number): t.DataType => t.varcharType(length);
/** Time of day with 0 to 6 fractional digits. */
export const TimeType = (precision = 6): t.DataType => t.timeType(precision);
export const DayTimeIntervalType = (start: t.DayTimeField = "day", end: t.DayTimeField = "second"): t.DataType =>
  t.dayTimeIntervalType(start, end);
export const YearMonthIntervalType = (start: t.YearMonthField = "year", end: t.YearMonthField = "month"): t.DataType =>
  t.yearMonthIntervalType(start, end);
export const ArrayType = (elementType: t.DataType, containsNull = true): t.DataType => t.arrayType(elementType, containsNull);
export const MapType = (keyType: t.DataType, valueType: t.DataType, valueContainsNull = true): t.DataType =>
  t.mapType(keyType, valueType, valueContainsNull);
export const StructField = t.structField;
export const StructType = (fields: readonly t.StructField[] = []): t.StructType => t.structType(fields);
