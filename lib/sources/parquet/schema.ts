import { type FileMetaData, parquetSchema, type SchemaElement, type SchemaTree } from "hyparquet";
import { AnalysisError } from "../../engine/errors.ts";
import type { DataType, StructField } from "../../engine/types/data-type.ts";
import * as t from "../../engine/types/data-type.ts";

/** A column of a file: its Parquet node and the Spark type that it has without a given schema. */
export interface ParquetColumn {
  readonly name: string;
  readonly node: SchemaTree;
}

export const columnsOf = (metadata: FileMetaData): readonly ParquetColumn[] =>
  parquetSchema(metadata).children.map((node) => ({ name: node.element.name, node }));

/**
 * The Spark type of a Parquet field. Throws PARQUET_TYPE_ILLEGAL or PARQUET_TYPE_NOT_SUPPORTED.
 * Source: Spark's ParquetToSparkSchemaConverter; every field may be NULL, as Spark has it for files.
 */
export function sparkTypeOf(node: SchemaTree): DataType {
  const { element } = node;
  if (element.repetition_type === "REPEATED") return t.arrayType(unrepeatedType(node), false);
  return unrepeatedType(node);
}

function unrepeatedType(node: SchemaTree): DataType {
  const { element, children } = node;
  if (element.type) return primitiveTypes[element.type]?.(element) ?? illegal(element);
  if (isList(element)) {
    const [repeated] = children;
    if (children.length !== 1 || repeated!.element.repetition_type !== "REPEATED") return illegal(element);
    const item = listItem(repeated!, element.name);
    return t.arrayType(item === repeated ? unrepeatedType(item) : sparkTypeOf(item));
  }
  if (isMap(element)) {
    const [entry] = children;
    const [key, value] = entry?.children ?? [];
    if (children.length !== 1 || entry!.element.repetition_type !== "REPEATED" || !key || !value) return illegal(element);
    return t.mapType(sparkTypeOf(key), sparkTypeOf(value));
  }
  if (element.logical_type?.type === "VARIANT")
    throw new AnalysisError("PARQUET_TYPE_NOT_SUPPORTED", { parquetType: parquetTypeName(element) });
  return t.structType(children.map(sparkField));
}

export const sparkField = (node: SchemaTree): StructField => t.structField(node.element.name, sparkTypeOf(node));

const isList = (e: SchemaElement) => e.converted_type === "LIST" || e.logical_type?.type === "LIST";
const isMap = (e: SchemaElement) => e.converted_type === "MAP" || e.converted_type === "MAP_KEY_VALUE" || e.logical_type?.type === "MAP";

/** The element of a list: the repeated node itself in the older two-level form, else its only child. */
export function listItem(repeated: SchemaTree, listName: string): SchemaTree {
  const { element, children } = repeated;
  const twoLevel = element.type !== undefined || children.length > 1 || element.name === "array" || element.name === `${listName}_tuple`;
  return twoLevel ? repeated : children[0]!;
}

type Primitive = (element: SchemaElement) => DataType | undefined;

const primitiveTypes: Readonly<Record<NonNullable<SchemaElement["type"]>, Primitive>> = {
  BOOLEAN: () => t.booleanType,
  INT32: (e) => int32Type(e),
  INT64: (e) => int64Type(e),
  INT96: () => t.timestampType,
  FLOAT: () => t.floatType,
  DOUBLE: () => t.doubleType,
  BYTE_ARRAY: (e) => byteArrayType(e),
  FIXED_LEN_BYTE_ARRAY: (e) => decimalOf(e) ?? (annotation(e) === "" ? t.binaryType : undefined),
};

const INTEGERS: Readonly<Record<string, DataType>> = {
  "": t.integerType,
  INT_8: t.byteType,
  INT_16: t.shortType,
  INT_32: t.integerType,
  UINT_8: t.shortType,
  UINT_16: t.integerType,
  UINT_32: t.longType,
  DATE: t.dateType,
};
const int32Type: Primitive = (e) => decimalOf(e) ?? INTEGERS[annotation(e)];

const LONGS: Readonly<Record<string, DataType>> = {
  "": t.longType,
  INT_64: t.longType,
  UINT_64: t.decimalType(20, 0),
  TIME_MICROS: t.timeType(6),
  TIMESTAMP_MILLIS: t.timestampType,
  TIMESTAMP_MICROS: t.timestampType,
};
const int64Type: Primitive = (e) => {
  const logical = e.logical_type;
  if (logical?.type === "TIMESTAMP") {
    if (logical.unit === "NANOS") return undefined;
    return logical.isAdjustedToUTC ? t.timestampType : t.timestampNtzType;
  }
  if (logical?.type === "TIME") return logical.unit === "MICROS" && !logical.isAdjustedToUTC ? t.timeType(6) : undefined;
  return decimalOf(e) ?? LONGS[annotation(e)];
};

const BYTES: Readonly<Record<string, DataType>> = {
  "": t.binaryType,
  BSON: t.binaryType,
  UTF8: t.stringType,
  STRING: t.stringType,
  ENUM: t.stringType,
  JSON: t.stringType,
};
const byteArrayType: Primitive = (e) => decimalOf(e) ?? BYTES[annotation(e)];

function decimalOf({ logical_type, converted_type, precision, scale }: SchemaElement): DataType | undefined {
  if (logical_type?.type === "DECIMAL") return t.decimalType(logical_type.precision, logical_type.scale);
  return converted_type === "DECIMAL" && precision ? t.decimalType(precision, scale ?? 0) : undefined;
}

/** The older name of what annotates a primitive, whichever way the file says it; empty for none. */
function annotation({ logical_type, converted_type }: SchemaElement): string {
  if (logical_type?.type === "INTEGER") return `${logical_type.isSigned ? "INT" : "UINT"}_${logical_type.bitWidth}`;
  return logical_type?.type ?? converted_type ?? "";
}

/** A Parquet type as Spark's messages name it. */
export const parquetTypeName = (element: SchemaElement): string => {
  const type = element.type === "BYTE_ARRAY" ? "BINARY" : (element.type ?? "group");
  const label = annotation(element);
  return label ? `${type} (${label})` : type;
};

const illegal = (element: SchemaElement): never => {
  throw new AnalysisError("PARQUET_TYPE_ILLEGAL", { parquetType: parquetTypeName(element) });
};
