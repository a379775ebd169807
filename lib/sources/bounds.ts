import type { DataType } from "../engine/types/data-type.ts";
import { Decimal, LocalDate, LocalDateTime, LocalTime, Timestamp, type Value } from "../engine/types/values.ts";

/** A value by which the values of one type are ordered: integers, days and microseconds as bigint, text as text. */
export type Ordered = bigint | number | string | boolean;

/** What is known of a column over some rows; an absent min or max is not known. */
export interface Bounds {
  readonly rows: number;
  readonly nulls?: number;
  readonly min?: Ordered;
  readonly max?: Ordered;
}

/** The place of a literal in the order of a type; undefined for types whose statistics are not used. */
export function orderedValue(value: Value, type: DataType): Ordered | undefined {
  if (value instanceof Decimal) return type.kind === "decimal" ? rescale(value, type.scale) : undefined;
  if (value instanceof LocalDate) return BigInt(value.epochDays);
  if (value instanceof Timestamp || value instanceof LocalDateTime) return value.epochMicros;
  if (value instanceof LocalTime) return value.micros;
  if (typeof value === "number") return type.kind === "float" || type.kind === "double" ? notNaN(value) : BigInt(value);
  if (typeof value === "bigint" || typeof value === "boolean") return value;
  return typeof value === "string" && type.kind === "string" && type.collation === undefined ? value : undefined;
}

const notNaN = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);

/** undefined where the literal has more digits than the column: it would have to be rounded. */
function rescale(value: Decimal, scale: number): bigint | undefined {
  return value.scale <= scale ? value.unscaled * 10n ** BigInt(scale - value.scale) : undefined;
}

/** Reads a bound that `boundText` wrote. */
export function parseBound(text: string, type: DataType): Ordered | undefined {
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, "")) : undefined;
    case "float":
    case "double":
      return notNaN(Number(text));
    case "boolean":
      return text === "true";
    case "decimal":
      return /^[+-]?\d+(\.\d+)?$/.test(text) ? rescale(Decimal.parse(text), type.scale) : undefined;
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? BigInt(LocalDate.parse(text).epochDays) : undefined;
    case "timestamp":
    case "timestamp_ntz":
      return parseMicros(text);
    case "string":
      return type.collation === undefined ? text : undefined;
    default:
      return undefined;
  }
}

/** `yyyy-MM-dd HH:mm:ss.ffffff`, with +00 for an instant. Other years than 0 to 9999 are left out. */
export function timestampText(epochMicros: bigint, zoned: boolean): string | undefined {
  const text = new LocalDateTime(epochMicros).toString();
  return /^\d{4}-/.test(text) ? `${text}${zoned ? "+00" : ""}` : undefined;
}

function parseMicros(text: string): bigint | undefined {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?(?:\+00)?$/.exec(text);
  if (!match) return undefined;
  const seconds =
    BigInt(LocalDate.parse(match[1]!).epochDays) * 86_400n + BigInt(match[2]!) * 3600n + BigInt(match[3]!) * 60n + BigInt(match[4]!);
  return seconds * 1_000_000n + BigInt((match[5] ?? "").padEnd(6, "0"));
}

/** Below 0, 0 or above 0. Text by its UTF-8 bytes, as Spark and Parquet order it. */
export function compareOrdered(a: Ordered, b: Ordered): number {
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
