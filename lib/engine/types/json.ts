import { AnalysisError } from "../errors.ts";
import { typeName } from "../expressions/print-type.ts";
import { COLLATIONS_KEY, collationsOf, withCollations } from "./collation-json.ts";
import type { ArrayType, DataType, MapType, SimpleKind, StructField, StructType, UserDefined } from "./data-type.ts";
import * as t from "./data-type.ts";
import { DdlParser } from "./ddl-parser.ts";

/** Types as Spark's JSON (DataType.json), which tables, Parquet footers and clients keep schemas in. */
export type TypeJson =
  | string
  | { readonly type: "array"; readonly elementType: TypeJson; readonly containsNull: boolean }
  | { readonly type: "map"; readonly keyType: TypeJson; readonly valueType: TypeJson; readonly valueContainsNull: boolean }
  | { readonly type: "struct"; readonly fields: readonly FieldJson[] }
  | {
      readonly type: "udt";
      readonly class?: string;
      readonly pyClass?: string;
      readonly serializedClass?: string;
      readonly sqlType: TypeJson;
    };

export interface FieldJson {
  readonly name: string;
  readonly type: TypeJson;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const simple: { readonly [K in SimpleKind]: DataType } = {
  void: t.voidType,
  boolean: t.booleanType,
  byte: t.byteType,
  short: t.shortType,
  integer: t.integerType,
  long: t.longType,
  float: t.floatType,
  double: t.doubleType,
  binary: t.binaryType,
  date: t.dateType,
  timestamp: t.timestampType,
  timestamp_ntz: t.timestampNtzType,
  interval: t.calendarIntervalType,
  variant: t.variantType,
};

/** The name of a type that is not nested: `long`, `decimal(10,2)`, `interval day to second`. */
export const typeNameInJson = (type: Exclude<DataType, ArrayType | MapType | StructType>): string =>
  type.kind in simple ? type.kind : typeName(type);

export function typeToJson(type: DataType): TypeJson {
  if (type.udt) return userDefinedToJson(type.udt, t.keptAs(type));
  switch (type.kind) {
    case "array":
      return { type: "array", elementType: typeToJson(type.elementType), containsNull: type.containsNull };
    case "map": {
      const { keyType, valueType, valueContainsNull } = type;
      return { type: "map", keyType: typeToJson(keyType), valueType: typeToJson(valueType), valueContainsNull };
    }
    case "struct":
      return { type: "struct", fields: type.fields.map(fieldToJson) };
    default:
      return typeNameInJson(type);
  }
}

/** Source: UserDefinedType.jsonValue, PythonUserDefinedType.jsonValue. */
function userDefinedToJson({ jvmClass, pythonClass, serializedPythonClass }: UserDefined, keptAs: DataType): TypeJson {
  return {
    type: "udt",
    ...(jvmClass === undefined ? {} : { class: jvmClass }),
    ...(pythonClass === undefined ? {} : { pyClass: pythonClass }),
    ...(serializedPythonClass === undefined ? {} : { serializedClass: serializedPythonClass }),
    sqlType: typeToJson(keptAs),
  };
}

function fieldToJson({ name, dataType, nullable, metadata = {} }: StructField): FieldJson {
  const collations = collationsOf(name, dataType);
  return { name, type: typeToJson(dataType), nullable, metadata: collations ? { ...metadata, [COLLATIONS_KEY]: collations } : metadata };
}

/** A type from JSON that came from elsewhere. Throws INVALID_JSON_DATA_TYPE. */
export function typeFromJson(json: unknown): DataType {
  if (typeof json === "string") return namedType(json);
  if (typeof json !== "object" || json === null) throw invalid(json);
  const node = json as Record<string, unknown>;
  switch (node.type) {
    case "array":
      return t.arrayType(typeFromJson(node.elementType), flag(node, "containsNull"));
    case "map":
      return t.mapType(typeFromJson(node.keyType), typeFromJson(node.valueType), flag(node, "valueContainsNull"));
    case "struct":
      if (!Array.isArray(node.fields)) throw invalid(json);
      return t.structType(node.fields.map(fieldFromJson));
    case "udt":
      return t.userDefinedType(typeFromJson(node.sqlType), {
        ...text(node, "class", "jvmClass"),
        ...text(node, "pyClass", "pythonClass"),
        ...text(node, "serializedClass", "serializedPythonClass"),
      });
    default:
      throw invalid(json);
  }
}

/** A schema from the text that Spark writes. Throws INVALID_JSON_DATA_TYPE. */
export function schemaFromJson(text: string): StructType {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid(text);
  }
  const type = typeFromJson(json);
  if (type.kind !== "struct") throw invalid(json);
  return type;
}

export const schemaToJson = (schema: StructType): string => JSON.stringify(typeToJson(schema));

function fieldFromJson(json: unknown): StructField {
  const field = json as Record<string, unknown> | null;
  if (typeof field !== "object" || field === null || typeof field.name !== "string") throw invalid(json);
  const { [COLLATIONS_KEY]: collations, ...metadata } = (field.metadata ?? {}) as Readonly<Record<string, unknown>>;
  const type = typeFromJson(field.type);
  const collated = collations ? withCollations(field.name, type, collations as Readonly<Record<string, unknown>>) : type;
  return t.structField(field.name, collated, flag(field, "nullable"), metadata);
}

function flag(node: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = node[name] ?? true;
  if (typeof value !== "boolean") throw invalid(node);
  return value;
}

function text(node: Readonly<Record<string, unknown>>, name: string, as: keyof UserDefined): UserDefined {
  const value = node[name];
  if (value === undefined || value === null) return {};
  if (typeof value !== "string") throw invalid(node);
  return { [as]: value };
}

function namedType(name: string): DataType {
  const known = Object.hasOwn(simple, name) ? simple[name as SimpleKind] : undefined;
  if (known) return known;
  if (/^(?:array|map|struct)\b/i.test(name)) throw invalid(name);
  try {
    return new DdlParser(name).wholeType();
  } catch {
    throw invalid(name);
  }
}

const invalid = (json: unknown): AnalysisError =>
  new AnalysisError("INVALID_JSON_DATA_TYPE", { invalidType: typeof json === "string" ? json : JSON.stringify(json) });
