import type { Json } from "../../engine/logical/json-values.ts";
import { arrowToValues } from "../../engine/types/convert.ts";
import type { DataType, StructType } from "../../engine/types/data-type.ts";
import { javaDouble, javaFloat } from "../../engine/types/java-number.ts";
import { typeFromJson } from "../../engine/types/json.ts";
import { valueText } from "../../engine/types/value-text.ts";
import type { StructValue, Timestamp, Value } from "../../engine/types/values.ts";

/**
 * A page as JSON text: `{"schema": ..., "rows": [[...], ...]}`. Values are written as Spark's to_json writes them, numbers with all
 * their digits: a reader whose numbers are doubles has to take care of longs and decimals itself.
 */
export function jsonRows(arrow: Uint8Array, schema: Json): Uint8Array {
  const type = typeFromJson(schema) as StructType;
  const types = type.fields.map((field) => field.dataType);
  const rows: string[] = [];
  for (const values of arrowToValues(arrow, type)) rows.push(`[${values.map((value, i) => jsonText(value, types[i]!)).join(",")}]`);
  return new TextEncoder().encode(`{"schema":${JSON.stringify(schema)},"rows":[${rows.join(",")}]}`);
}

export function jsonText(value: Value, type: DataType): string {
  if (value === null) return "null";
  switch (type.kind) {
    case "boolean":
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "decimal":
      return String(value);
    case "float":
      return finite(value as number, javaFloat);
    case "double":
      return finite(value as number, javaDouble);
    case "binary":
      return `"${Buffer.from(value as Uint8Array).toString("base64")}"`;
    case "timestamp":
      return `"${(value as Timestamp).toString("UTC").replace(" ", "T")}Z"`;
    case "timestamp_ntz":
      return `"${String(value).replace(" ", "T")}"`;
    case "array":
      return `[${(value as readonly Value[]).map((item) => jsonText(item, type.elementType)).join(",")}]`;
    case "map":
      return object([...(value as Map<Value, Value>)].map(([k, v]) => [valueText(k, type.keyType, "UTC"), jsonText(v, type.valueType)]));
    case "struct":
      return object(type.fields.map(({ name, dataType }) => [name, jsonText((value as StructValue)[name] ?? null, dataType)]));
    default:
      return JSON.stringify(valueText(value, type, "UTC"));
  }
}

const object = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;

/** JSON has no NaN and no infinities: they are texts, as Java calls them. */
const finite = (value: number, text: (value: number) => string): string => (Number.isFinite(value) ? text(value) : `"${value}"`);
