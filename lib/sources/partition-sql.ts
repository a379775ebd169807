import type { Attribute } from "../engine/expressions/expression.ts";
import { quoteText } from "../engine/functions/function.ts";
import { sqlTypeOf } from "../engine/kernel/sql-type.ts";
import type { ScanFile } from "../engine/logical/plan.ts";

/** A partition column's value for the rows of several files, read in this order by one DuckDB reader. */
export function partitionValueSql(attribute: Attribute, files: readonly ScanFile[]): string {
  const values = files.map((file) => file.partitionValues[attribute.name] ?? null);
  const type = sqlTypeOf(attribute.type);
  const literal = (value: string | null) => (value === null ? "NULL" : quoteText(value));
  if (values.every((value) => value === values[0])) return `CAST(${literal(values[0]!)} AS ${type})`;
  return `CAST([${values.map(literal).join(", ")}] AS ${type}[])[file_index::BIGINT + 1]`;
}
