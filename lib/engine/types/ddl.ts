import { quoteIfNeeded, typeSql } from "../expressions/print-type.ts";
import type { DataType, StructField, StructType } from "./data-type.ts";
import { DdlParser, type TypeMeaning } from "./ddl-parser.ts";
import { typeNameInJson } from "./json.ts";

/** A type from its SQL name: `int`, `array<struct<a: string>>`. Throws AnalysisError with the place of the mistake. */
export const parseDataType = (text: string, meaning?: TypeMeaning): DataType => new DdlParser(text, meaning).wholeType();

/** Columns from DDL text: `id bigint not null, name string comment 'x'`. Throws AnalysisError with the place of the mistake. */
export const parseSchema = (text: string, meaning?: TypeMeaning): StructType => new DdlParser(text, meaning).wholeSchema();

/** Columns as DDL text that parseSchema reads back: Spark's StructType.toDDL. */
export const toDdl = (schema: StructType): string => schema.fields.map(columnDdl).join(",");

function columnDdl({ name, dataType, nullable, metadata }: StructField): string {
  const comment =
    typeof metadata?.comment === "string" ? ` COMMENT '${metadata.comment.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'` : "";
  return `${quoteIfNeeded(name)} ${typeSql(dataType)}${nullable ? "" : " NOT NULL"}${comment}`;
}

/** What printSchema prints: a line a field, the nested ones below it down to `level`. */
export function treeString(schema: StructType, level = Number.POSITIVE_INFINITY): string {
  return `root\n${schema.fields.flatMap((field) => fieldLines(field.name, field.dataType, `nullable = ${field.nullable}`, " |", level)).join("")}`;
}

function fieldLines(name: string, type: DataType, flags: string, prefix: string, level: number): string[] {
  if (level <= 0) return [];
  const line = `${prefix}-- ${name.replaceAll("\n", "\\n")}: ${treeName(type)}${flags ? ` (${flags})` : ""}\n`;
  return [line, ...nestedLines(type, `${prefix}    |`, level - 1)];
}

function nestedLines(type: DataType, prefix: string, level: number): string[] {
  if (type.udt) return [];
  switch (type.kind) {
    case "array":
      return fieldLines("element", type.elementType, `containsNull = ${type.containsNull}`, prefix, level);
    case "map":
      return [
        ...fieldLines("key", type.keyType, "", prefix, level),
        ...fieldLines("value", type.valueType, `valueContainsNull = ${type.valueContainsNull}`, prefix, level),
      ];
    case "struct":
      return type.fields.flatMap((field) => fieldLines(field.name, field.dataType, `nullable = ${field.nullable}`, prefix, level));
    default:
      return [];
  }
}

function treeName(type: DataType): string {
  if (type.udt) return type.udt.pythonClass?.split(".").at(-1)?.toLowerCase() ?? "udt";
  return type.kind === "array" || type.kind === "map" || type.kind === "struct" ? type.kind : typeNameInJson(type);
}
