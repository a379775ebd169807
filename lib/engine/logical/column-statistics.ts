import type { DataType } from "../types/data-type.ts";
import { Decimal, LocalDate, LocalDateTime, Timestamp, type Value } from "../types/values.ts";
import type { ColumnChunk, Scan } from "./plan.ts";

/** What is known of a column; numbers stand for dates (days) and timestamps (microseconds) too. */
export interface ColumnStatistics {
  readonly min?: number;
  readonly max?: number;
  /** 0 to 1. */
  readonly nullFraction?: number;
  /** Estimated count of distinct values that are not NULL. */
  readonly distinct?: number;
  /**
   * As many distinct values as the bits that the file spends on one can tell apart: what is left to go by where the type's
   * values cannot be counted. Too few of a sorted column, so nothing that must fit may rest on it alone.
   */
  readonly toldApart?: number;
}

/** A value on the number line, for the types that are ordered like numbers. */
export function asNumber(value: Value): number | undefined {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (value instanceof Decimal) return value.toNumber();
  if (value instanceof LocalDate) return value.epochDays;
  if (value instanceof Timestamp || value instanceof LocalDateTime) return Number(value.epochMicros);
  return undefined;
}

/** A bound as the file's footer has it, as text. */
function boundAsNumber(text: string | undefined, type: DataType): number | undefined {
  if (text === undefined) return undefined;
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
    case "float":
    case "double":
    case "decimal":
      return finite(Number(text));
    case "date":
      return finite(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / 86_400_000);
    case "timestamp":
    case "timestamp_ntz":
      return finite(Date.parse(`${text.slice(0, 19).replace(" ", "T")}Z`) * 1000);
    default:
      return undefined;
  }
}
const finite = (n: number): number | undefined => (Number.isFinite(n) ? n : undefined);

/** A type's values between two bounds, where they can be counted. */
export function countBetween(type: DataType, min: number, max: number): number | undefined {
  const discrete = type.kind === "byte" || type.kind === "short" || type.kind === "integer" || type.kind === "long" || type.kind === "date";
  return discrete ? max - min + 1 : undefined;
}

/** From the row groups' bounds and NULL counts. A column that any row group tells nothing of has none. */
function columnOfFiles(scan: Scan, name: string, type: DataType, rows: number): ColumnStatistics {
  const chunks: ColumnChunk[] = [];
  for (const file of scan.files) {
    for (const group of file.rowGroups ?? []) {
      const chunk = Object.hasOwn(group.columns, name) ? group.columns[name] : undefined;
      if (!chunk) return {};
      chunks.push(chunk);
    }
    if (!file.rowGroups) return {};
  }
  const nulls = chunks.reduce((total, chunk) => total + (chunk.nulls ?? Number.NaN), 0);
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const chunk of chunks) {
    min = Math.min(min, boundAsNumber(chunk.min, type) ?? Number.NaN);
    max = Math.max(max, boundAsNumber(chunk.max, type) ?? Number.NaN);
  }
  const bounded = chunks.length > 0 && Number.isFinite(min) && Number.isFinite(max);
  const values = bounded ? countBetween(type, min, max) : undefined;
  return {
    ...(bounded ? { min, max } : {}),
    ...(Number.isFinite(nulls) && rows > 0 ? { nullFraction: Math.min(1, nulls / rows) } : {}),
    ...(values === undefined ? toldApart(chunks, rows) : { distinct: Math.max(1, Math.min(values, rows)) }),
  };
}

/** What the files tell of a column, and what ANALYZE TABLE counted where they do not: distinct values. */
export function scanColumn(scan: Scan, name: string, type: DataType, rows: number): ColumnStatistics {
  const ofFiles = columnOfFiles(scan, name, type, rows);
  const columns = scan.analyzed?.columns ?? {};
  const known = Object.hasOwn(columns, name.toLowerCase()) ? columns[name.toLowerCase()] : undefined;
  if (!known) return ofFiles;
  const [min, max] = [boundAsNumber(known.min, type), boundAsNumber(known.max, type)];
  const analyzedRows = scan.analyzed?.rows ?? rows;
  return {
    ...(min === undefined || max === undefined ? {} : { min, max }),
    ...(analyzedRows > 0 ? { nullFraction: Math.min(1, known.nulls / analyzedRows) } : {}),
    ...ofFiles,
    distinct: Math.max(1, Math.min(known.distinct, rows)),
  };
}

function toldApart(chunks: readonly ColumnChunk[], rows: number): Pick<ColumnStatistics, "toldApart"> {
  const bytes = chunks.reduce((total, { start, end }) => total + (end - start), 0);
  return bytes > 0 && rows > 0 ? { toldApart: Math.ceil(Math.min(rows, 2 ** ((8 * bytes) / rows))) } : {};
}
