import { sortOrder } from "../engine/expressions/build.ts";
import type { SortOrder } from "../engine/expressions/expression.ts";
import type { StructType } from "../engine/types/data-type.ts";
import { type ColumnOrName, columnExpression, fieldExpression } from "./column.ts";

/** A sort key of a column: ascending unless it says otherwise. */
export function sortKey(key: ColumnOrName): SortOrder {
  const expression = columnExpression(key);
  return expression.kind === "sortOrder" ? expression : sortOrder(expression);
}

/** A sort key of a column's position, from 1; negative is descending. */
export function sortPosition(position: number, { fields }: StructType): SortOrder {
  const field = fields[Math.abs(position) - 1];
  if (!field) throw new RangeError(`there is no column ${position}: the DataFrame has ${fields.length}, counted from 1`);
  return sortOrder(fieldExpression(field.name), position > 0);
}
