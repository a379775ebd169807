import { typeSql } from "../../engine/expressions/print-type.ts";
import type { DataType, StructField } from "../../engine/types/data-type.ts";
import { printText } from "./literal.ts";
import { printIdentifier } from "./name.ts";

/** A type with all that a definition may say about its fields. */
export function printType(type: DataType): string {
  switch (type.kind) {
    case "array":
      return `ARRAY<${printType(type.elementType)}>`;
    case "map":
      return `MAP<${printType(type.keyType)}, ${printType(type.valueType)}>`;
    case "struct":
      return `STRUCT<${type.fields.map((field) => printField(field, ": ")).join(", ")}>`;
    default:
      return typeSql(type);
  }
}

/** `a INT NOT NULL COMMENT 'x'`, with a colon inside STRUCT. */
export function printField({ name, dataType, nullable, metadata }: StructField, between = " "): string {
  const comment = typeof metadata?.comment === "string" ? ` COMMENT ${printText(metadata.comment)}` : "";
  return `${printIdentifier({ name })}${between}${printType(dataType)}${nullable ? "" : " NOT NULL"}${comment}`;
}
