import { AnalysisError } from "../../engine/errors.ts";
import { typeName } from "../../engine/expressions/print-type.ts";
import { quoteName, quoteText } from "../../engine/functions/function.ts";
import { sqlTypeOf } from "../../engine/kernel/sql-type.ts";
import { type DataType, isDatetime, isStringLike } from "../../engine/types/data-type.ts";
import { type TextValueOptions, textValue } from "../text-value.ts";

/** A JSON value's SQL type inside json_transform: text is taken at once, all else as JSON, so that its form can be checked. */
export const transformType = (type: DataType): string => (isStringLike(type) ? "VARCHAR" : "JSON");

/** The structure argument of json_transform for the fields of an object. */
export const structureOf = (fields: readonly { readonly name: string; readonly type: DataType }[]): string =>
  quoteText(JSON.stringify(Object.fromEntries(fields.map(({ name, type }) => [name, transformType(type)]))));

/** SQL for the text of a JSON string, where `jsonValue` reads a value of the type from it more than once. */
export const commonText = (json: string, type: DataType): string | undefined =>
  isDatetime(type) ? `json_extract_string(${json}, '$')` : undefined;

/**
 * SQL for a value of the type from the JSON (at depth 0 its text) that json_transform gave for it, NULL where the JSON has another form.
 * `depth` names lambda variables; `textOf` names what `commonText` gives for it. Source: Spark's JacksonParser.makeConverter.
 */
export function jsonValue(sql: string, type: DataType, options: TextValueOptions, depth = 0, textOf?: string): string {
  const json = depth === 0 ? sql : `CAST(${sql} AS VARCHAR)`;
  const isText = `starts_with(${json}, '"')`;
  const text = textOf ?? `json_extract_string(${sql}, '$')`;
  switch (type.kind) {
    case "string":
    case "char":
    case "varchar":
      return sql;
    case "boolean":
      return `CASE ${json} WHEN 'true' THEN true WHEN 'false' THEN false END`;
    case "byte":
    case "short":
    case "integer":
    case "long":
      return `CASE WHEN CAST(TRY_CAST(${json} AS ${sqlTypeOf(type)}) AS VARCHAR) = ${json} THEN TRY_CAST(${json} AS ${sqlTypeOf(type)}) END`;
    case "float":
    case "double": {
      const special = ["NaN", "+INF", "INF", "+Infinity", "Infinity", "-INF", "-Infinity"].map((name) => quoteText(`"${name}"`)).join(", ");
      const named = `CAST(replace(replace(${text}, 'Infinity', 'INF'), 'INF', 'Infinity') AS ${sqlTypeOf(type)})`;
      return `CASE WHEN ${json} IN (${special}) THEN ${named} WHEN NOT ${isText} THEN TRY_CAST(${json} AS ${sqlTypeOf(type)}) END`;
    }
    case "decimal":
      return `CASE WHEN ${isText} THEN ${textValue(text, type, options)} WHEN NOT regexp_matches(${json}, '^[tf\\[{]') THEN TRY_CAST(${json} AS ${sqlTypeOf(type)}) END`;
    case "date":
    case "timestamp_ntz":
      return `CASE WHEN ${isText} THEN ${textValue(text, type, options)} END`;
    case "timestamp":
      return `CASE WHEN ${isText} THEN ${textValue(text, type, options)} WHEN regexp_full_match(${json}, '-?[0-9]{1,12}') THEN make_timestamptz(TRY_CAST(${json} AS BIGINT) * 1000000) END`;
    case "binary":
      return `CASE WHEN ${isText} THEN TRY(from_base64(${text})) END`;
    case "struct":
      return jsonStruct(
        sql,
        type.fields.map(({ name, dataType }) => ({ name, type: dataType })),
        options,
        depth,
      );
    case "array": {
      const item = `x${depth}`;
      const element = jsonValue(item, type.elementType, options, depth + 1);
      const items = `json_transform(${json}, ${quoteText(JSON.stringify([transformType(type.elementType)]))})`;
      return `CASE WHEN starts_with(${json}, '[') THEN CAST(list_transform(${items}, lambda ${item}: ${element}) AS ${sqlTypeOf(type)}) END`;
    }
    case "map": {
      if (!isStringLike(type.keyType)) throw unsupported(type);
      const entry = `e${depth}`;
      const value = jsonValue(`${entry}.value`, type.valueType, options, depth + 1);
      const entries = `map_entries(json_transform(${json}, '"MAP(VARCHAR, ${transformType(type.valueType)})"'))`;
      const pairs = `list_transform(${entries}, lambda ${entry}: {'key': ${entry}.key, 'value': ${value}})`;
      return `CASE WHEN starts_with(${json}, '{') THEN CAST(map_from_entries(${pairs}) AS ${sqlTypeOf(type)}) END`;
    }
    default:
      throw unsupported(type);
  }
}

const unsupported = (type: DataType): AnalysisError =>
  new AnalysisError("FIRECREST_UNSUPPORTED", { feature: `Reading ${typeName(type)} from JSON`, advice: "Read it as a string." });

function jsonStruct(
  sql: string,
  fields: readonly { readonly name: string; readonly type: DataType }[],
  options: TextValueOptions,
  depth: number,
): string {
  const json = depth === 0 ? sql : `CAST(${sql} AS VARCHAR)`;
  const item = `x${depth}`;
  const packed = fields.map(
    ({ name, type }) => `${quoteName(name)} := ${jsonValue(`${item}.${quoteName(name)}`, type, options, depth + 1)}`,
  );
  // A list of one, so that the object is taken apart once however many fields it has.
  const object = `list_transform([json_transform(${json}, ${structureOf(fields)})], lambda ${item}: struct_pack(${packed.join(", ")}))[1]`;
  return `CASE WHEN starts_with(${json}, '{') THEN ${object} END`;
}
