import { AnalysisError } from "../engine/errors.ts";
import { typeName } from "../engine/expressions/print-type.ts";
import * as t from "../engine/types/data-type.ts";
import { type DataType, type StructType, sameTypeIgnoringNullability, structField, structType } from "../engine/types/data-type.ts";

/** All columns of both, by name; fields of one name must have one type. Source: Spark's StructType.merge. */
export function mergeSchemas(left: StructType, right: StructType, fold: (name: string) => string): StructType {
  const added = new Map(right.fields.map((field) => [fold(field.name), field]));
  const merged = left.fields.map((field) => {
    const other = added.get(fold(field.name));
    added.delete(fold(field.name));
    return other
      ? structField(field.name, mergeTypes(field.dataType, other.dataType, fold), field.nullable || other.nullable, field.metadata)
      : field;
  });
  return structType([...merged, ...added.values()]);
}

function mergeTypes(left: DataType, right: DataType, fold: (name: string) => string): DataType {
  if (left.kind === "struct" && right.kind === "struct") return mergeSchemas(left, right, fold);
  if (left.kind === "array" && right.kind === "array") return t.arrayType(mergeTypes(left.elementType, right.elementType, fold));
  if (left.kind === "map" && right.kind === "map")
    return t.mapType(mergeTypes(left.keyType, right.keyType, fold), mergeTypes(left.valueType, right.valueType, fold));
  if (left.kind === "void") return right;
  if (right.kind === "void" || sameTypeIgnoringNullability(left, right)) return left;
  if (left.kind === "decimal" && right.kind === "decimal" && left.scale === right.scale)
    return left.precision >= right.precision ? left : right;
  throw new AnalysisError("CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE", {
    left: `"${typeName(left).toUpperCase()}"`,
    right: `"${typeName(right).toUpperCase()}"`,
  });
}
