import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { AnalysisError } from "../../engine/errors.ts";
import { collationNamed } from "../../engine/types/collation.ts";
import * as t from "../../engine/types/data-type.ts";
import { invalidPlan } from "../invalid-plan.ts";
import { type DataType, type DataType_StructField, DataTypeSchema } from "../protocol/spark/connect/types_pb.js";
import { schemaOfText } from "./schema.ts";

/** Types of clients nest as deep as this at most: a hostile one would end the stack. */
const MAX_DEPTH = 200;

type Kind = DataType["kind"];
type Case = NonNullable<Kind["case"]>;
type Of<C extends Case> = Extract<Kind, { case: C }>["value"];

const DAY_TIME_FIELDS: readonly t.DayTimeField[] = ["day", "hour", "minute", "second"];
const YEAR_MONTH_FIELDS: readonly t.YearMonthField[] = ["year", "month"];
const DEFAULT_COLLATION = "UTF8_BINARY";

/** The engine's type of a client's. Throws FIRECREST_UNSUPPORTED for types that the engine does not have. */
export function engineType(type: DataType | undefined, depth = 0): t.DataType {
  if (!type?.kind.case) throw invalidPlan("a data type without a kind");
  if (depth > MAX_DEPTH) throw invalidPlan(`a data type nested deeper than ${MAX_DEPTH}`);
  const rule = rules[type.kind.case] as (value: unknown, depth: number) => t.DataType;
  return rule(type.kind.value, depth + 1);
}

const rules: { readonly [C in Case]: (value: Of<C>, depth: number) => t.DataType } = {
  null: () => t.voidType,
  binary: () => t.binaryType,
  boolean: () => t.booleanType,
  byte: () => t.byteType,
  short: () => t.shortType,
  integer: () => t.integerType,
  long: () => t.longType,
  float: () => t.floatType,
  double: () => t.doubleType,
  decimal: ({ precision = 10, scale = 0 }) => decimal(precision, scale),
  string: ({ collation }) => string(collation),
  char: ({ length }) => t.charType(positive(length)),
  varChar: ({ length }) => t.varcharType(positive(length)),
  date: () => t.dateType,
  timestamp: () => t.timestampType,
  timestampNtz: () => t.timestampNtzType,
  calendarInterval: () => t.calendarIntervalType,
  yearMonthInterval: ({ startField, endField }) => t.yearMonthIntervalType(...fields(YEAR_MONTH_FIELDS, startField, endField)),
  dayTimeInterval: ({ startField, endField }) => t.dayTimeIntervalType(...fields(DAY_TIME_FIELDS, startField, endField)),
  array: ({ elementType, containsNull }, depth) => t.arrayType(engineType(elementType, depth), containsNull),
  map: ({ keyType, valueType, valueContainsNull }, depth) =>
    t.mapType(engineType(keyType, depth), engineType(valueType, depth), valueContainsNull),
  struct: ({ fields: inner }, depth) => t.structType(inner.map((field) => engineField(field, depth))),
  variant: () => t.variantType,
  udt: ({ sqlType, jvmClass, pythonClass, serializedPythonClass }, depth) =>
    t.userDefinedType(userDefinedAs(sqlType, depth), {
      ...(jvmClass === undefined ? {} : { jvmClass }),
      ...(pythonClass === undefined ? {} : { pythonClass }),
      ...(serializedPythonClass === undefined ? {} : { serializedPythonClass }),
    }),
  geometry: () => refuse("The type GEOMETRY"),
  geography: () => refuse("The type GEOGRAPHY"),
  unparsed: ({ dataTypeString }) => schemaOfText(dataTypeString),
  time: ({ precision = 6 }) => time(precision),
  timestampNtzNanos: () => refuse("A timestamp of nanoseconds"),
  timestampLtzNanos: () => refuse("A timestamp of nanoseconds"),
};

/** A class of the JVM alone says nowhere what its values are kept as. */
const userDefinedAs = (type: DataType | undefined, depth: number): t.DataType =>
  type ? engineType(type, depth) : refuse("A user-defined type of the JVM", "Use its underlying type.");

function engineField({ name, dataType, nullable, metadata }: DataType_StructField, depth: number): t.StructField {
  return t.structField(name, engineType(dataType, depth), nullable, metadata ? metadataOf(metadata) : undefined);
}

/** The metadata of a column, from JSON text. */
export function metadataOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {}
  throw invalidPlan("metadata of a column that is no JSON object");
}

function decimal(precision: number, scale: number): t.DataType {
  if (precision > t.MAX_DECIMAL_PRECISION)
    throw new AnalysisError("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", {
      precision: `${precision}`,
      maxPrecision: `${t.MAX_DECIMAL_PRECISION}`,
    });
  if (precision < 1 || scale < 0 || scale > precision) throw invalidPlan(`the type decimal(${precision},${scale})`);
  return t.decimalType(precision, scale);
}

function string(collation: string): t.DataType {
  if (collation === "" || collation.toUpperCase() === DEFAULT_COLLATION) return t.stringType;
  return { kind: "string", collation: collationNamed(collation).name };
}

function time(precision: number): t.DataType {
  if (precision < 0 || precision > 6) throw refuse(`A time of ${precision} fractional digits`, "Use 0 to 6.");
  return t.timeType(precision);
}

function positive(length: number): number {
  if (length < 1) throw invalidPlan(`a text of at most ${length} characters`);
  return length;
}

/** Fields by their numbers; the whole range where there are none, one field where there is one. */
function fields<F>(names: readonly F[], start = 0, end?: number): [F, F] {
  const last = end ?? (start === 0 ? names.length - 1 : start);
  const [from, to] = [names[start], names[last]];
  if (from === undefined || to === undefined || start > last) throw invalidPlan("an interval of unknown fields");
  return [from, to];
}

function refuse(feature: string, advice = ""): never {
  throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature, advice });
}

/** A client's type for one of the engine's. */
export const protoType = (type: t.DataType): DataType => create(DataTypeSchema, shapeOf(type));

function shapeOf(type: t.DataType): MessageInitShape<typeof DataTypeSchema> {
  if (type.udt) return { kind: { case: "udt", value: { type: "udt", ...type.udt, sqlType: shapeOf(t.keptAs(type)) } } };
  switch (type.kind) {
    case "void":
      return { kind: { case: "null", value: {} } };
    case "timestamp_ntz":
      return { kind: { case: "timestampNtz", value: {} } };
    case "interval":
      return { kind: { case: "calendarInterval", value: {} } };
    case "decimal":
      return { kind: { case: "decimal", value: { precision: type.precision, scale: type.scale } } };
    case "string":
      return { kind: { case: "string", value: { collation: type.collation ?? DEFAULT_COLLATION } } };
    case "char":
      return { kind: { case: "char", value: { length: type.length } } };
    case "varchar":
      return { kind: { case: "varChar", value: { length: type.length } } };
    case "time":
      return { kind: { case: "time", value: { precision: type.precision } } };
    case "day-time interval":
      return { kind: { case: "dayTimeInterval", value: numbered(DAY_TIME_FIELDS, type) } };
    case "year-month interval":
      return { kind: { case: "yearMonthInterval", value: numbered(YEAR_MONTH_FIELDS, type) } };
    case "array":
      return { kind: { case: "array", value: { elementType: shapeOf(type.elementType), containsNull: type.containsNull } } };
    case "map": {
      const { keyType, valueType, valueContainsNull } = type;
      return { kind: { case: "map", value: { keyType: shapeOf(keyType), valueType: shapeOf(valueType), valueContainsNull } } };
    }
    case "struct":
      return { kind: { case: "struct", value: { fields: type.fields.map(fieldShape) } } };
    default:
      return { kind: { case: type.kind, value: {} } };
  }
}

const numbered = <F>(names: readonly F[], { start, end }: { readonly start: F; readonly end: F }) => ({
  startField: names.indexOf(start),
  endField: names.indexOf(end),
});

const fieldShape = ({ name, dataType, nullable, metadata }: t.StructField) => ({
  name,
  dataType: shapeOf(dataType),
  nullable,
  ...(metadata && Object.keys(metadata).length > 0 ? { metadata: JSON.stringify(metadata) } : {}),
});
