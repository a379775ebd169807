import type { Attribute } from "../expressions/expression.ts";
import type { DataType, SimpleKind } from "../types/data-type.ts";

/** Bytes: Spark's `defaultSize` of the types. */
const SIZE: { readonly [K in SimpleKind]: number } = {
  void: 1,
  boolean: 1,
  byte: 1,
  short: 2,
  integer: 4,
  long: 8,
  float: 4,
  double: 8,
  binary: 100,
  date: 4,
  timestamp: 8,
  timestamp_ntz: 8,
  interval: 16,
  variant: 2048,
};

/** Bytes a value of the type is likely to take. */
export function typeWidth(type: DataType): number {
  switch (type.kind) {
    case "decimal":
      return type.precision <= 18 ? 8 : 16;
    case "string":
      return 20;
    case "char":
    case "varchar":
      return Math.min(type.length, 20);
    case "time":
    case "day-time interval":
      return 8;
    case "year-month interval":
      return 4;
    case "array":
      return typeWidth(type.elementType);
    case "map":
      return typeWidth(type.keyType) + typeWidth(type.valueType);
    case "struct":
      return type.fields.reduce((total, field) => total + typeWidth(field.dataType), 0);
    default:
      return SIZE[type.kind];
  }
}

/** A row's own bytes, besides its columns; Spark's EstimationUtils.getSizePerRow. */
const ROW_OVERHEAD = 8;
export const rowWidth = (columns: readonly Attribute[]): number => columns.reduce((total, a) => total + typeWidth(a.type), ROW_OVERHEAD);
