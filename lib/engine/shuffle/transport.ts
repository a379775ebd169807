import { AnalysisError } from "../errors.ts";
import type { Attribute } from "../expressions/expression.ts";
import { quoteName } from "../functions/function.ts";
import { exactSql, holdsDecimal } from "../kernel/exact-type.ts";
import { columnName } from "../kernel/names.ts";
import type { DataType } from "../types/data-type.ts";

/**
 * Parquet keeps every kernel type exactly but two: intervals (it would cut them to milliseconds) travel as their parts, and
 * a plan without columns travels as rows of one column that nobody reads.
 */
export function toTransport(select: string, columns: readonly Attribute[]): string {
  if (columns.length === 0) return `SELECT 1 AS ${quoteName("no columns")} FROM (${select})`;
  const same = columns.every((c) => c.type.kind !== "interval" && !holdsInterval(c.type) && !holdsDecimal(c.type));
  return same ? select : `SELECT ${columns.map(packed).join(", ")} FROM (${select})`;
}

/** The same columns back, from a FROM item that holds transported rows. */
export function fromTransport(source: string, columns: readonly Attribute[]): string {
  if (columns.length === 0) return `SELECT 1 AS ${quoteName("no columns")} FROM ${source}`;
  return `SELECT ${columns.map(unpacked).join(", ")} FROM ${source}`;
}

function packed(column: Attribute): string {
  const name = columnName(column);
  if (column.type.kind !== "interval") {
    if (holdsInterval(column.type))
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: "Exchanging intervals inside arrays, maps or structs",
        advice: "Keep months, days and microseconds as numbers.",
      });
    return holdsDecimal(column.type) ? `${exactSql(name, column.type)} AS ${name}` : name;
  }
  const parts = `{'months': CAST(datepart('year', ${name}) * 12 + datepart('month', ${name}) AS INTEGER), 'days': CAST(datepart('day', ${name}) AS INTEGER), 'micros': CAST(epoch_us(${name} - to_months(CAST(datepart('year', ${name}) * 12 + datepart('month', ${name}) AS INTEGER)) - to_days(CAST(datepart('day', ${name}) AS INTEGER))) AS BIGINT)}`;
  return `CASE WHEN ${name} IS NULL THEN NULL ELSE ${parts} END AS ${name}`;
}

function unpacked(column: Attribute): string {
  const name = columnName(column);
  return column.type.kind === "interval"
    ? `(to_months(${name}.months) + to_days(${name}.days) + to_microseconds(${name}.micros)) AS ${name}`
    : name;
}

function holdsInterval(type: DataType): boolean {
  switch (type.kind) {
    case "array":
      return isOrHolds(type.elementType);
    case "map":
      return isOrHolds(type.keyType) || isOrHolds(type.valueType);
    case "struct":
      return type.fields.some((field) => isOrHolds(field.dataType));
    default:
      return false;
  }
}
const isOrHolds = (type: DataType): boolean => type.kind === "interval" || holdsInterval(type);
