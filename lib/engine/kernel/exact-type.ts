import type { DataType } from "../types/data-type.ts";
import { sqlTypeOf } from "./sql-type.ts";

/**
 * Within a statement a decimal may have fewer digits than its Spark type says (never another scale). Where rows leave the
 * statement, and where equal values must have equal hashes on both sides of a join, it gets the type itself.
 */
export const exactSql = (sql: string, type: DataType): string => (holdsDecimal(type) ? `CAST(${sql} AS ${sqlTypeOf(type)})` : sql);

export function holdsDecimal(type: DataType): boolean {
  switch (type.kind) {
    case "decimal":
      return true;
    case "array":
      return holdsDecimal(type.elementType);
    case "map":
      return holdsDecimal(type.keyType) || holdsDecimal(type.valueType);
    case "struct":
      return type.fields.some((field) => holdsDecimal(field.dataType));
    default:
      return false;
  }
}
