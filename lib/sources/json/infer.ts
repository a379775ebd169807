import { isArray, isObject, type Json, JsonNumber } from "../../engine/functions/json-text.ts";
import * as t from "../../engine/types/data-type.ts";
import {
  type DataType,
  decimalType,
  MAX_DECIMAL_PRECISION,
  type StructType,
  structField,
  structType,
} from "../../engine/types/data-type.ts";
import { parseTimestampText } from "../../engine/types/datetime-text.ts";
import type { JsonOptions } from "./options.ts";

/** The type of one JSON value; a null has the type void until it meets another. Source: Spark's JsonInferSchema. */
export function typeOfJson(json: Json, options: JsonOptions): DataType {
  if (isObject(json)) return structType([...json].map(([name, value]) => structField(name, typeOfJson(value, options))).sort(byName));
  if (isArray(json)) return t.arrayType(json.map((item) => typeOfJson(item, options)).reduce(widerJsonType, t.voidType));
  if (json === null || json === "") return t.voidType;
  if (typeof json === "string") return options.inferTimestamp && parseTimestampText(json) ? t.timestampType : t.stringType;
  if (options.primitivesAsString) return t.stringType;
  return json instanceof JsonNumber ? typeOfNumber(json.text, options) : t.booleanType;
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function typeOfNumber(text: string, { prefersDecimal }: JsonOptions): DataType {
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) return t.doubleType;
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  if (fraction === "" && BigInt.asIntN(64, BigInt(text)) === BigInt(text)) return t.longType;
  const precision = Math.max((whole + fraction).replace(/^0+/, "").length, fraction.length, 1);
  return (fraction === "" || prefersDecimal) && precision <= MAX_DECIMAL_PRECISION ? decimalType(precision, fraction.length) : t.doubleType;
}

const NUMBERS = ["long", "decimal", "double"];

/** The type that holds both; text where nothing else does. Source: JsonInferSchema.compatibleType. */
export function widerJsonType(a: DataType, b: DataType): DataType {
  if (a.kind === "void") return b;
  if (b.kind === "void" || t.sameType(a, b)) return a;
  if (a.kind === "struct" && b.kind === "struct") return mergeStructs(a, b);
  if (a.kind === "array" && b.kind === "array") return t.arrayType(widerJsonType(a.elementType, b.elementType));
  const [low, high] = NUMBERS.indexOf(a.kind) <= NUMBERS.indexOf(b.kind) ? [a, b] : [b, a];
  if (!NUMBERS.includes(low.kind) || !NUMBERS.includes(high.kind)) return t.stringType;
  if (high.kind !== "decimal") return high;
  const other = low.kind === "decimal" ? low : t.decimalForIntegral(low);
  const scale = Math.max(other.scale, high.scale);
  const precision = Math.max(other.precision - other.scale, high.precision - high.scale) + scale;
  return precision <= MAX_DECIMAL_PRECISION ? decimalType(precision, scale) : t.doubleType;
}

function mergeStructs(a: StructType, b: StructType): StructType {
  const types = new Map(a.fields.map((field) => [field.name, field.dataType]));
  for (const { name, dataType } of b.fields) types.set(name, widerJsonType(types.get(name) ?? t.voidType, dataType));
  return structType([...types].map(([name, type]) => structField(name, type)).sort(byName));
}

/** What was only ever null is text; structs without a field go. Source: JsonInferSchema.canonicalizeType. */
export function settledType(type: DataType, options: JsonOptions): DataType | undefined {
  switch (type.kind) {
    case "void":
      return options.dropFieldIfAllNull ? undefined : t.stringType;
    case "array": {
      const element = settledType(type.elementType, options);
      return element && t.arrayType(element);
    }
    case "struct": {
      const fields = type.fields.flatMap(({ name, dataType }) => {
        const settled = name === "" ? undefined : settledType(dataType, options);
        return settled ? [structField(name, settled)] : [];
      });
      return fields.length > 0 ? structType(fields) : undefined;
    }
    default:
      return type;
  }
}
