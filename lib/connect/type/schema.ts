import { AnalysisError } from "../../engine/errors.ts";
import { type DataType, type StructType, structField, structType } from "../../engine/types/data-type.ts";
import { parseDataType, parseSchema } from "../../engine/types/ddl.ts";
import { typeFromJson } from "../../engine/types/json.ts";

/** The type that a text names: columns as DDL, a type's name, or fields without `struct<>` around them. Throws the first attempt's error. */
export function schemaOfText(text: string): DataType {
  return firstOf([() => parseSchema(text), () => parseDataType(text), () => parseDataType(`struct<${text.trim()}>`)]);
}

/** The columns of a schema that a client sends as JSON or as DDL; a type that is no struct is that of the one column `value`. */
export function columnsOfText(text: string): StructType {
  const type = /^\s*[{"]/.test(text) ? typeFromJson(jsonOf(text)) : schemaOfText(text);
  return type.kind === "struct" ? type : structType([structField("value", type)]);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AnalysisError("INVALID_JSON_DATA_TYPE", { invalidType: text });
  }
}

function firstOf(attempts: readonly (() => DataType)[]): DataType {
  let first: unknown;
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}
