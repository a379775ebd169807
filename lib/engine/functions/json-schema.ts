import { widestCommonType } from "../analyzer/common-type.ts";
import { typeSql } from "../expressions/print-type.ts";
import * as t from "../types/data-type.ts";
import { isArray, isObject, type Json, JsonNumber, parseJson } from "./json-text.ts";
import type { TextOptions } from "./json-value.ts";
import { parserOptions } from "./text-options.ts";

/** The type that holds a JSON value, as DDL: `STRUCT<a: BIGINT>`. Source: Spark's JsonInferSchema. */
export const schemaOfJson = (text: string, options: TextOptions): string =>
  typeSql(typeOfJson(parseJson(text, parserOptions(options)), options));

const SESSION = { timeZone: "UTC", ansi: false, caseSensitive: true };

/** Fields are sorted by name; a value that is always null is a string. */
function typeOfJson(json: Json, options: TextOptions): t.DataType {
  if (isObject(json)) {
    const names = [...json.keys()].sort();
    return t.structType(names.map((name) => t.structField(name, typeOfJson(json.get(name)!, options))));
  }
  if (isArray(json)) return t.arrayType(json.map((item) => typeOfJson(item, options)).reduce(merge, t.voidType));
  if (json === null || typeof json === "string") return t.stringType;
  if (options.primitivesasstring === "true") return t.stringType;
  return json instanceof JsonNumber ? typeOfNumber(json.text, options) : t.booleanType;
}

function typeOfNumber(text: string, options: TextOptions): t.DataType {
  const integer = /^-?\d+$/.test(text);
  if (integer && BigInt.asIntN(64, BigInt(text)) === BigInt(text)) return t.longType;
  const digits = text.replace(/^-?0*/, "").replace(".", "");
  const scale = text.split(".")[1]?.length ?? 0;
  const exact = /^-?\d+(?:\.\d+)?$/.test(text) && Math.max(digits.length, scale) <= t.MAX_DECIMAL_PRECISION;
  return exact && (integer || options.prefersdecimal === "true") ? t.decimalType(Math.max(digits.length, scale, 1), scale) : t.doubleType;
}

/** Values of different types meet in a wider one, or as text. */
function merge(a: t.DataType, b: t.DataType): t.DataType {
  if (a.kind !== "struct" || b.kind !== "struct") return widestCommonType(a, b, SESSION) ?? t.stringType;
  const names = [...new Set([...a.fields, ...b.fields].map((f) => f.name))].sort();
  const find = (type: t.StructType, name: string) => type.fields.find((f) => f.name === name)?.dataType ?? t.voidType;
  return t.structType(names.map((name) => t.structField(name, merge(find(a, name), find(b, name)))));
}
