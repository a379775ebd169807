import { arrayType, type DataType, mapType, stringType, structField, structType } from "./data-type.ts";

/** The type with `string` in the place of each char and varchar: what casts make of them. Source: Spark's CharVarcharUtils. */
export function withoutLengths(type: DataType): DataType {
  if (type.udt) return type;
  switch (type.kind) {
    case "char":
    case "varchar":
      return stringType;
    case "array":
      return arrayType(withoutLengths(type.elementType), type.containsNull);
    case "map":
      return mapType(withoutLengths(type.keyType), withoutLengths(type.valueType), type.valueContainsNull);
    case "struct":
      return structType(type.fields.map((f) => structField(f.name, withoutLengths(f.dataType), f.nullable, f.metadata)));
    default:
      return type;
  }
}
