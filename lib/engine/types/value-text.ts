import { prettyLiteral } from "../expressions/print-literal.ts";
import type { DataType } from "./data-type.ts";
import { javaDouble, javaFloat } from "./java-number.ts";
import type { StructValue, Timestamp, Value } from "./values.ts";

/**
 * A value as `df.show()` prints it: Spark's ToPrettyString. NULL inside arrays, maps and structs too, binary as `[41 42]`,
 * timestamps on the clocks of the session's zone.
 */
export function valueText(value: Value, type: DataType, timeZone: string): string {
  if (value === null) return "NULL";
  switch (type.kind) {
    case "float":
      return javaFloat(value as number);
    case "double":
      return javaDouble(value as number);
    case "binary":
      return `[${Array.from(value as Uint8Array, (byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ")}]`;
    case "timestamp":
      return (value as Timestamp).toString(timeZone);
    case "day-time interval":
    case "year-month interval":
      return prettyLiteral({ kind: "literal", value, type }, timeZone);
    case "array":
      return `[${(value as readonly Value[]).map((item) => valueText(item, type.elementType, timeZone)).join(", ")}]`;
    case "map": {
      const entries = [...(value as Map<Value, Value>)];
      return `{${entries.map(([k, v]) => `${valueText(k, type.keyType, timeZone)} -> ${valueText(v, type.valueType, timeZone)}`).join(", ")}}`;
    }
    case "struct":
      return `{${type.fields.map((field) => valueText((value as StructValue)[field.name] ?? null, field.dataType, timeZone)).join(", ")}}`;
    default:
      return String(value);
  }
}
