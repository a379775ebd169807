import type * as t from "../types/data-type.ts";
import { bindOnce, freeName } from "./bind-once.ts";

/**
 * SQL whose values sort as Spark sorts those of a type: NULLs inside structs and arrays come first, which DuckDB puts last
 * wherever the outermost ones go. So each inner value stands behind whether it is one. `always`: also where none can be NULL,
 * so that two types which differ in that alone have one form.
 */
export function orderedSql(sql: string, type: t.DataType, always = false): string {
  if (type.kind === "struct") return bindOnce([sql], ([value]) => orderedStruct(value!, type, always));
  if (type.kind !== "array" || !(always || type.containsNull || isNested(type.elementType))) return sql;
  const element = freeName([sql], "o");
  return `list_transform(${sql}, lambda ${element}: {p: ${element} IS NOT NULL, v: ${orderedSql(element, type.elementType, always)}})`;
}

function orderedStruct(value: string, { fields }: t.StructType, always: boolean): string {
  if (fields.length === 0 || !(always || fields.some((f) => f.nullable || isNested(f.dataType)))) return value;
  const parts = fields.map(({ dataType }, i) => {
    const field = `struct_extract_at(${value}, ${i + 1})`;
    return `p${i}: ${field} IS NOT NULL, v${i}: ${orderedSql(field, dataType, always)}`;
  });
  return `(CASE WHEN ${value} IS NOT NULL THEN {${parts.join(", ")}} END)`;
}

/** Whether values of the type hold others, by which they are sorted. */
export const isNested = (type: t.DataType): boolean => type.kind === "struct" || type.kind === "array";
