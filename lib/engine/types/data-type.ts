/**
 * Spark's data types as frozen values. `kind` is Spark's JSON type name where it has one.
 * Source: https://spark.apache.org/docs/latest/sql-ref-datatypes.html
 */
export type DataType = BuiltInType & { readonly udt?: UserDefined };

export type BuiltInType =
  | SimpleType
  | DecimalType
  | StringType
  | CharType
  | VarcharType
  | TimeType
  | DayTimeIntervalType
  | YearMonthIntervalType
  | ArrayType
  | MapType
  | StructType;

/** The class of a client's whose values are kept as this type. The engine carries it along, and computes with what it is kept as. */
export interface UserDefined {
  readonly jvmClass?: string;
  /** `module.Class` */
  readonly pythonClass?: string;
  /** That class pickled, in base64, where no module has it. */
  readonly serializedPythonClass?: string;
}

export type SimpleKind =
  | "void"
  | "boolean"
  | "byte"
  | "short"
  | "integer"
  | "long"
  | "float"
  | "double"
  | "binary"
  | "date"
  | "timestamp"
  | "timestamp_ntz"
  | "interval"
  | "variant";

/** A type without parameters. `timestamp` has the session time zone, `interval` is the calendar interval. */
export interface SimpleType {
  readonly kind: SimpleKind;
}
/** 1 <= precision <= 38, 0 <= scale <= precision. */
export interface DecimalType {
  readonly kind: "decimal";
  readonly precision: number;
  readonly scale: number;
}
/** `collation` is absent for the default, UTF8_BINARY. */
export interface StringType {
  readonly kind: "string";
  readonly collation?: string;
}
export interface CharType {
  readonly kind: "char";
  readonly length: number;
}
export interface VarcharType {
  readonly kind: "varchar";
  readonly length: number;
}
/** Time of day with 0 to 6 fractional digits. */
export interface TimeType {
  readonly kind: "time";
  readonly precision: number;
}
export type DayTimeField = "day" | "hour" | "minute" | "second";
export interface DayTimeIntervalType {
  readonly kind: "day-time interval";
  readonly start: DayTimeField;
  readonly end: DayTimeField;
}
export type YearMonthField = "year" | "month";
export interface YearMonthIntervalType {
  readonly kind: "year-month interval";
  readonly start: YearMonthField;
  readonly end: YearMonthField;
}
export interface ArrayType {
  readonly kind: "array";
  readonly elementType: DataType;
  readonly containsNull: boolean;
}
export interface MapType {
  readonly kind: "map";
  readonly keyType: DataType;
  readonly valueType: DataType;
  readonly valueContainsNull: boolean;
}
export interface StructField {
  readonly name: string;
  readonly dataType: DataType;
  readonly nullable: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}
export interface StructType {
  readonly kind: "struct";
  readonly fields: readonly StructField[];
}

const simple = (kind: SimpleKind): SimpleType => Object.freeze({ kind });

export const voidType = simple("void");
export const booleanType = simple("boolean");
export const byteType = simple("byte");
export const shortType = simple("short");
export const integerType = simple("integer");
export const longType = simple("long");
export const floatType = simple("float");
export const doubleType = simple("double");
export const binaryType = simple("binary");
export const dateType = simple("date");
export const timestampType = simple("timestamp");
export const timestampNtzType = simple("timestamp_ntz");
export const calendarIntervalType = simple("interval");
export const variantType = simple("variant");
export const stringType: StringType = Object.freeze({ kind: "string" });

export const userDefinedType = (keptAs: DataType, udt: UserDefined): DataType => Object.freeze({ ...keptAs, udt: Object.freeze(udt) });
/** What values of a user-defined type are kept as; other types are their own. */
export function keptAs(type: DataType): DataType {
  if (!type.udt) return type;
  const { udt: _, ...kept } = type;
  return kept;
}

export const MAX_DECIMAL_PRECISION = 38;

/** A decimal type; the caller has checked its bounds (ddl.ts reports a user's mistake with Spark's condition). */
export function decimalType(precision = 10, scale = 0): DecimalType {
  if (precision < 1 || precision > MAX_DECIMAL_PRECISION || scale < 0 || scale > precision)
    throw new RangeError(`decimal(${precision},${scale}) is outside decimal(1..38, 0..precision)`);
  return Object.freeze({ kind: "decimal", precision, scale });
}
export const charType = (length: number): CharType => Object.freeze({ kind: "char", length });
export const varcharType = (length: number): VarcharType => Object.freeze({ kind: "varchar", length });
export const timeType = (precision = 6): TimeType => Object.freeze({ kind: "time", precision });
export const dayTimeIntervalType = (start: DayTimeField = "day", end: DayTimeField = "second"): DayTimeIntervalType =>
  Object.freeze({ kind: "day-time interval", start, end });
export const yearMonthIntervalType = (start: YearMonthField = "year", end: YearMonthField = "month"): YearMonthIntervalType =>
  Object.freeze({ kind: "year-month interval", start, end });
export const arrayType = (elementType: DataType, containsNull = true): ArrayType =>
  Object.freeze({ kind: "array", elementType, containsNull });
export const mapType = (keyType: DataType, valueType: DataType, valueContainsNull = true): MapType =>
  Object.freeze({ kind: "map", keyType, valueType, valueContainsNull });
export const structField = (name: string, dataType: DataType, nullable = true, metadata?: Readonly<Record<string, unknown>>): StructField =>
  Object.freeze(metadata && Object.keys(metadata).length > 0 ? { name, dataType, nullable, metadata } : { name, dataType, nullable });
export const structType = (fields: readonly StructField[]): StructType =>
  Object.freeze({ kind: "struct", fields: Object.freeze([...fields]) });

/** Structural equality, nullability and field names included; `metadata` is not part of a type's identity. */
export function sameType(a: DataType, b: DataType): boolean {
  return a === b || compareTypes(a, b, true);
}

/** Equality that ignores nullability inside arrays, maps and structs (Spark's `sameType`/`equalsIgnoreNullability`). */
export function sameTypeIgnoringNullability(a: DataType, b: DataType): boolean {
  return a === b || compareTypes(a, b, false);
}

function compareTypes(a: DataType, b: DataType, nulls: boolean): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "decimal":
      return a.precision === (b as DecimalType).precision && a.scale === (b as DecimalType).scale;
    case "string":
      return a.collation === (b as StringType).collation;
    case "char":
    case "varchar":
      return a.length === (b as CharType).length;
    case "time":
      return a.precision === (b as TimeType).precision;
    case "day-time interval":
    case "year-month interval":
      return a.start === (b as DayTimeIntervalType).start && a.end === (b as DayTimeIntervalType).end;
    case "array": {
      const other = b as ArrayType;
      return (!nulls || a.containsNull === other.containsNull) && compareTypes(a.elementType, other.elementType, nulls);
    }
    case "map": {
      const other = b as MapType;
      return (
        (!nulls || a.valueContainsNull === other.valueContainsNull) &&
        compareTypes(a.keyType, other.keyType, nulls) &&
        compareTypes(a.valueType, other.valueType, nulls)
      );
    }
    case "struct": {
      const other = b as StructType;
      return (
        a.fields.length === other.fields.length &&
        a.fields.every((field, i) => {
          const match = other.fields[i]!;
          return (
            field.name === match.name &&
            (!nulls || field.nullable === match.nullable) &&
            compareTypes(field.dataType, match.dataType, nulls)
          );
        })
      );
    }
    default:
      return true;
  }
}

export const isIntegral = (t: DataType): boolean => t.kind === "byte" || t.kind === "short" || t.kind === "integer" || t.kind === "long";
export const isFractional = (t: DataType): boolean => t.kind === "float" || t.kind === "double";
export const isNumeric = (t: DataType): boolean => isIntegral(t) || isFractional(t) || t.kind === "decimal";
export const isStringLike = (t: DataType): boolean => t.kind === "string" || t.kind === "char" || t.kind === "varchar";
export const isDatetime = (t: DataType): boolean => t.kind === "date" || t.kind === "timestamp" || t.kind === "timestamp_ntz";
export const isInterval = (t: DataType): boolean =>
  t.kind === "interval" || t.kind === "day-time interval" || t.kind === "year-month interval";
export const isAtomic = (t: DataType): boolean =>
  t.kind !== "array" && t.kind !== "map" && t.kind !== "struct" && t.kind !== "void" && t.kind !== "variant";

/** Whether a type is of a kind or has one in it. */
export function holdsKind(type: DataType, kind: DataType["kind"]): boolean {
  if (type.kind === kind) return true;
  if (type.kind === "array") return holdsKind(type.elementType, kind);
  if (type.kind === "map") return holdsKind(type.keyType, kind) || holdsKind(type.valueType, kind);
  return type.kind === "struct" && type.fields.some((field) => holdsKind(field.dataType, kind));
}

/** The decimal type wide enough for every value of an integral type; Spark's `DecimalType.forType`. */
export function decimalForIntegral(t: DataType): DecimalType {
  switch (t.kind) {
    case "byte":
      return decimalType(3, 0);
    case "short":
      return decimalType(5, 0);
    case "integer":
      return decimalType(10, 0);
    case "long":
      return decimalType(20, 0);
    default:
      throw new TypeError(`${t.kind} is not an integral type`);
  }
}
