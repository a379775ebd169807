import { MAX_DECIMAL_PRECISION } from "../types/data-type.ts";
import { Decimal } from "../types/values.ts";
import type { Variant } from "../types/variant/variant.ts";
import { buildVariant, type VariantInput } from "../types/variant/variant-builder.ts";
import { isArray, isObject, type Json, JsonNumber, parseJson } from "./json-text.ts";

/** A number keeps its digits where a decimal holds them. Source: Spark's VariantBuilder.buildJson. */
function inputOfNumber(number: string): VariantInput {
  if (number.length < 16 && /^-?\d+$/.test(number)) return { kind: "long", value: BigInt(number) };
  if (/^-?\d+$/.test(number) && BigInt.asIntN(64, BigInt(number)) === BigInt(number)) return { kind: "long", value: BigInt(number) };
  if (/^-?[\d.]+$/.test(number)) {
    const value = Decimal.parse(number);
    if (value.precision <= MAX_DECIMAL_PRECISION && value.scale <= MAX_DECIMAL_PRECISION) return { kind: "decimal", value };
  }
  return { kind: "double", value: Number(number) };
}

function inputOfJson(json: Json): VariantInput {
  if (json === null) return { kind: "null" };
  if (typeof json === "boolean") return { kind: "boolean", value: json };
  if (typeof json === "string") return { kind: "string", value: json };
  if (json instanceof JsonNumber) return inputOfNumber(json.text);
  if (isArray(json)) return { kind: "array", items: json.map(inputOfJson) };
  return { kind: "object", fields: isObject(json) ? [...json].map(([key, value]) => [key, inputOfJson(value)]) : [] };
}

/** JSON text as a variant; what follows the first value is passed over, as Spark does. */
export const variantOfJsonText = (json: string): Variant => buildVariant(inputOfJson(parseJson(json, { strict: true, prefix: true })));
/** A JSON value as a variant. */
export const variantOfJson = (json: Json): Variant => buildVariant(inputOfJson(json));
