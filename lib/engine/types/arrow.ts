import {
  type DataType as ArrowType,
  Type as ArrowTypeId,
  Binary,
  Bool,
  DateDay,
  Decimal,
  DurationMicrosecond,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  IntervalMonthDayNano,
  IntervalYearMonth,
  List,
  Map_,
  Null,
  Schema,
  Struct,
  TimeNanosecond,
  TimestampMicrosecond,
  Utf8,
} from "apache-arrow";
import { FirecrestError } from "../errors.ts";
import * as t from "./data-type.ts";

const DECIMAL_BITS = 128;

/** The Arrow type that a Spark type travels as. Source: Spark's ArrowUtils.toArrowType. */
export function arrowTypeOf(type: t.DataType, timeZone: string): ArrowType {
  switch (type.kind) {
    case "void":
      return new Null();
    case "boolean":
      return new Bool();
    case "byte":
      return new Int8();
    case "short":
      return new Int16();
    case "integer":
      return new Int32();
    case "long":
      return new Int64();
    case "float":
      return new Float32();
    case "double":
      return new Float64();
    case "decimal":
      return new Decimal(type.scale, type.precision, DECIMAL_BITS);
    case "string":
    case "char":
    case "varchar":
      return new Utf8();
    case "binary":
      return new Binary();
    case "date":
      return new DateDay();
    case "timestamp":
      return new TimestampMicrosecond(timeZone);
    case "timestamp_ntz":
      return new TimestampMicrosecond();
    case "time":
      return new TimeNanosecond();
    case "day-time interval":
      return new DurationMicrosecond();
    case "year-month interval":
      return new IntervalYearMonth();
    case "interval":
      return new IntervalMonthDayNano();
    case "array":
      return new List(arrowField("element", type.elementType, type.containsNull, timeZone));
    case "map": {
      const entry = new Struct([
        arrowField("key", type.keyType, false, timeZone),
        arrowField("value", type.valueType, type.valueContainsNull, timeZone),
      ]);
      return new Map_(Field.new({ name: "entries", type: entry, nullable: false }) as never);
    }
    case "struct":
      return new Struct(type.fields.map((field) => arrowField(field.name, field.dataType, field.nullable, timeZone)));
    case "variant":
      return new Struct([
        Field.new({ name: "value", type: new Binary(), nullable: false }),
        Field.new({ name: "metadata", type: new Binary(), nullable: false, metadata: new Map([["variant", "true"]]) } as never),
      ]);
  }
}

const arrowField = (name: string, type: t.DataType, nullable: boolean, timeZone: string): Field =>
  Field.new({ name, type: arrowTypeOf(type, timeZone), nullable });

export const arrowSchemaOf = (schema: t.StructType, timeZone: string): Schema =>
  new Schema(schema.fields.map((field) => arrowField(field.name, field.dataType, field.nullable, timeZone)));

/** The Spark schema of an Arrow one. Throws FIRECREST_UNSUPPORTED for types that Spark does not read either. */
export const schemaFromArrow = (schema: Schema): t.StructType => t.structType(schema.fields.map(fieldFromArrow));

const fieldFromArrow = (field: Field): t.StructField => t.structField(field.name, typeFromArrow(field.type), field.nullable);

/** Source: Spark's ArrowUtils.fromArrowType; dictionaries stand for their values. */
function typeFromArrow(type: ArrowType): t.DataType {
  switch (type.typeId) {
    case ArrowTypeId.Null:
      return t.voidType;
    case ArrowTypeId.Bool:
      return t.booleanType;
    case ArrowTypeId.Int:
      return integerFromArrow(type as never);
    case ArrowTypeId.Float:
      return floatFromArrow(type as never);
    case ArrowTypeId.Decimal:
      return decimalFromArrow(type as Decimal);
    case ArrowTypeId.Utf8:
    case ArrowTypeId.LargeUtf8:
      return t.stringType;
    case ArrowTypeId.Binary:
    case ArrowTypeId.LargeBinary:
    case ArrowTypeId.FixedSizeBinary:
      return t.binaryType;
    case ArrowTypeId.Date:
      return t.dateType;
    case ArrowTypeId.Timestamp:
      return (type as TimestampMicrosecond).timezone ? t.timestampType : t.timestampNtzType;
    case ArrowTypeId.Time:
      return t.timeType();
    case ArrowTypeId.Duration:
      return t.dayTimeIntervalType();
    case ArrowTypeId.Interval:
      return intervalFromArrow(type);
    case ArrowTypeId.List:
    case ArrowTypeId.LargeList:
    case ArrowTypeId.FixedSizeList: {
      const element = type.children[0]!;
      return t.arrayType(typeFromArrow(element.type), element.nullable);
    }
    case ArrowTypeId.Map: {
      const [key, value] = (type as Map_).children[0]!.type.children as [Field, Field];
      return t.mapType(typeFromArrow(key.type), typeFromArrow(value.type), value.nullable);
    }
    case ArrowTypeId.Struct:
      if (isVariant(type)) return t.variantType;
      return t.structType(type.children.map(fieldFromArrow));
    case ArrowTypeId.Dictionary:
      return typeFromArrow((type as unknown as { readonly dictionary: ArrowType }).dictionary);
    default:
      throw unsupported(type);
  }
}

/** Source: Spark's ArrowUtils.isVariantField. */
const isVariant = (type: ArrowType): boolean =>
  type.children.length === 2 &&
  type.children.some((field) => field.name === "metadata" && field.metadata.get("variant") === "true") &&
  type.children.some((field) => field.name === "value");

function integerFromArrow(type: { readonly isSigned: boolean; readonly bitWidth: number } & ArrowType): t.DataType {
  if (!type.isSigned) throw unsupported(type);
  switch (type.bitWidth) {
    case 8:
      return t.byteType;
    case 16:
      return t.shortType;
    case 32:
      return t.integerType;
    default:
      return t.longType;
  }
}

/** Half, single and double are Arrow's precisions 0, 1 and 2. */
function floatFromArrow(type: { readonly precision: number } & ArrowType): t.DataType {
  if (type.precision === 0) throw unsupported(type);
  return type.precision === 1 ? t.floatType : t.doubleType;
}

function decimalFromArrow(type: Decimal): t.DataType {
  const { precision, scale, bitWidth } = type;
  if (bitWidth !== DECIMAL_BITS || precision > t.MAX_DECIMAL_PRECISION || scale < 0 || scale > precision) throw unsupported(type);
  return t.decimalType(precision, scale);
}

/** Year-month, day-time and month-day-nano are Arrow's units 0, 1 and 2. */
function intervalFromArrow(type: ArrowType): t.DataType {
  const { unit } = type as IntervalYearMonth;
  if (unit === 1) throw unsupported(type);
  return unit === 0 ? t.yearMonthIntervalType() : t.calendarIntervalType;
}

const unsupported = (type: ArrowType): FirecrestError =>
  new FirecrestError("FIRECREST_UNSUPPORTED", { feature: `The Arrow type ${type}`, advice: "Cast the column to a type that Spark has." });
