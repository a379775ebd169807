import { tightestCommonType } from "../analyzer/common-type.ts";
import { ExecutionError } from "../errors.ts";
import { quoteIfNeeded, typeSql } from "../expressions/print-type.ts";
import * as t from "../types/data-type.ts";
import type { Variant } from "../types/variant/variant.ts";

/** The type of what a variant holds; a struct stands for an object, its fields by name. Source: Spark's SchemaOfVariant. */
export function schemaOfVariant(variant: Variant): t.DataType {
  const content = variant.content();
  switch (content.kind) {
    case "object":
      return t.structType(content.fields.map(({ key, value }) => t.structField(key, schemaOfVariant(value))));
    case "array":
      return t.arrayType(content.items.map(schemaOfVariant).reduce(mergeSchemas, t.voidType));
    case "decimal":
      return t.decimalType(Math.max(content.value.precision, content.value.scale), content.value.scale);
    case "uuid":
      throw new ExecutionError("FIRECREST_UNSUPPORTED", { feature: "The schema of a variant with a UUID", advice: "Cast it to a string." });
    case "null":
      return t.voidType;
    default:
      return { kind: content.kind };
  }
}

const SESSION = { timeZone: "UTC", ansi: false, caseSensitive: true };

/** What holds values of both types; a variant where nothing else does. Source: Spark's JsonInferSchema.compatibleType. */
export function mergeSchemas(a: t.DataType, b: t.DataType): t.DataType {
  if (a.kind === "struct" && b.kind === "struct") return mergeObjects(a, b);
  if (a.kind === "array" && b.kind === "array") return t.arrayType(mergeSchemas(a.elementType, b.elementType));
  if (a.kind === "decimal" && b.kind === "decimal") return mergeDecimals(a, b);
  if (a.kind === "decimal" && t.isIntegral(b)) return mergeDecimals(a, t.decimalForIntegral(b));
  if (b.kind === "decimal" && t.isIntegral(a)) return mergeDecimals(t.decimalForIntegral(a), b);
  if ((a.kind === "decimal" && t.isFractional(b)) || (b.kind === "decimal" && t.isFractional(a))) return t.doubleType;
  const kinds = [a.kind, b.kind];
  if (kinds.includes("timestamp") && kinds.includes("timestamp_ntz")) return t.timestampType;
  return tightestCommonType(a, b, SESSION) ?? t.variantType;
}

function mergeDecimals(a: t.DecimalType, b: t.DecimalType): t.DataType {
  const scale = Math.max(a.scale, b.scale);
  const precision = Math.max(a.precision - a.scale, b.precision - b.scale) + scale;
  return precision > t.MAX_DECIMAL_PRECISION ? t.doubleType : t.decimalType(precision, scale);
}

function mergeObjects(a: t.StructType, b: t.StructType): t.StructType {
  const fields = new Map(a.fields.map((field) => [field.name, field.dataType]));
  for (const { name, dataType } of b.fields) {
    const other = fields.get(name);
    fields.set(name, other ? mergeSchemas(other, dataType) : dataType);
  }
  const names = [...fields.keys()].sort();
  return t.structType(names.map((name) => t.structField(name, fields.get(name)!)));
}

/** As SQL, but that objects are none of SQL's structs: `OBJECT<a: BIGINT>`. */
export function schemaText(type: t.DataType): string {
  if (type.kind === "array") return `ARRAY<${schemaText(type.elementType)}>`;
  if (type.kind !== "struct") return typeSql(type);
  return `OBJECT<${type.fields.map((field) => `${quoteIfNeeded(field.name)}: ${schemaText(field.dataType)}`).join(", ")}>`;
}
