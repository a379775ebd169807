import { bindOnce } from "../functions/bind-once.ts";
import * as t from "../types/data-type.ts";
import { attempt, type Conversion, invalidInput, numberText, outOfDecimal, overflow, unlessFails } from "./cast-failure.ts";
import { sqlTypeOf } from "./sql-type.ts";

/** Casts to booleans and numbers. Source: Spark's Cast, castToBoolean to castToFloat. */
export type Integral = "byte" | "short" | "integer" | "long";

const BITS: Readonly<Record<Integral, number>> = { byte: 8, short: 16, integer: 32, long: 64 };
const isWider = (from: t.DataType, to: t.DataType): boolean => BITS[from.kind as Integral] < BITS[to.kind as Integral];
const largest = (kind: Integral): bigint => (1n << BigInt(BITS[kind] - 1)) - 1n;

/** The greatest value of an integral type. */
export const largestOf = (type: t.DataType): bigint => largest(type.kind as Integral);

/** The low bits of a HUGEINT as a signed number: what Java's narrowing keeps. */
export function wrapAround(sql: string, kind: Integral): string {
  const half = largest(kind) + 1n;
  const whole = half * 2n;
  return `CAST((${sql} % ${whole} + ${whole} + ${half}) % ${whole} - ${half} AS ${sqlTypeOf({ kind })})`;
}

/** The same of an integer that fits a BIGINT: several times as fast. */
export function wrapAround64(sql: string, kind: Exclude<Integral, "long">): string {
  const half = largest(kind) + 1n;
  return `CAST(xor(CAST(${sql} AS BIGINT) & ${half * 2n - 1n}, ${half}) - ${half} AS ${sqlTypeOf({ kind })})`;
}

/** Seconds since 1970, rounded down, as BIGINT. */
const secondsOf = (timestamp: string): string =>
  bindOnce([`epoch_us(${timestamp})`], ([us]) => `((${us} - ((${us} % 1000000) + 1000000) % 1000000) // 1000000)`);

/** Microseconds, or months, of one of a field. */
const FIELD_SIZE = { day: 86_400_000_000, hour: 3_600_000_000, minute: 60_000_000, second: 1_000_000, year: 12, month: 1 };

export function toIntegral(c: Conversion): string {
  const { sql, from, to, mode } = c;
  const sqlType = sqlTypeOf(to);
  switch (from.kind) {
    case "boolean":
      return `CAST(${sql} AS ${sqlType})`;
    case "byte":
    case "short":
    case "integer":
    case "long":
      return isWider(from, to) ? `CAST(${sql} AS ${sqlType})` : narrowed(c, sql);
    case "float":
    case "double":
      return ofFraction(c);
    case "decimal":
      return ofDecimal(c, from);
    case "timestamp":
      return narrowed(c, secondsOf(sql));
    case "time":
      return narrowed({ ...c, mode: mode === "ansi" ? "ansi" : "try" }, `(epoch_us(${sql}) // 1000000)`);
    case "day-time interval":
    case "year-month interval":
      return narrowed({ ...c, mode: mode === "try" ? "try" : "ansi" }, `(CAST(${sql} AS BIGINT) // ${FIELD_SIZE[from.end]})`);
    case "date":
      return `CAST(NULL AS ${sqlType})`;
    default:
      return ofText(c, mode === "legacy" ? "firecrest_whole_part_text" : "firecrest_integer_text");
  }
}

const ofText = (c: Conversion, text: string): string =>
  attempt(
    c,
    (v) => `TRY_CAST(${text}(${v}) AS ${sqlTypeOf(c.to)})`,
    (v) => invalidInput(v, c.from, c.to),
  );

/** An integer SQL expression made from `c.sql`, cut to the target type. In ANSI casts of integers DuckDB's own error says the values. */
function narrowed(c: Conversion, integer: string): string {
  const sqlType = sqlTypeOf(c.to);
  const kind = c.to.kind as Integral;
  if (c.mode === "legacy") return kind === "long" ? integer : wrapAround64(integer, kind);
  if (c.mode === "try") return `TRY_CAST(${integer} AS ${sqlType})`;
  if (t.isIntegral(c.from)) return `CAST(${integer} AS ${sqlType})`;
  return bindOnce([c.sql, integer], ([v, n]) => {
    return `(CASE WHEN ${n} IS NULL THEN NULL ELSE coalesce(TRY_CAST(${n} AS ${sqlType}), ${overflow(v!, c.from, c.to)}) END)`;
  });
}

/** The largest double that is read as each type's greatest value; for bigint that is 2^63, which Java's conversion brings to 2^63 - 1. */
function ofFraction({ sql, from, to, mode }: Conversion): string {
  const kind = to.kind as Integral;
  const [max, sqlType] = [largest(kind), sqlTypeOf(to)];
  const double = kind === "long" ? "9223372036854775808e0" : `${max}e0`;
  const lowest = `-${kind === "long" ? "9223372036854775808e0" : `${max + 1n}e0`}`;
  return bindOnce([sql], ([v]) => {
    const cut =
      kind === "long"
        ? `(CASE WHEN ${v} >= ${double} THEN ${max} ELSE CAST(trunc(${v}) AS BIGINT) END)`
        : `CAST(trunc(${v}) AS ${sqlType})`;
    if (mode !== "legacy")
      return unlessFails(mode, v!, `floor(${v}) <= ${double} AND ceil(${v}) >= ${lowest}`, cut, overflow(v!, from, to));
    return kind === "byte" || kind === "short" ? wrapAround(`CAST(${saturated(v!, "integer")} AS HUGEINT)`, kind) : saturated(v!, kind);
  });
}

/** Java's conversion of a double: NaN is 0, what is out of range is the nearest end. */
function saturated(v: string, kind: "integer" | "long"): string {
  const max = largest(kind);
  const sqlType = sqlTypeOf({ kind });
  return `(CASE WHEN isnan(${v}) THEN CAST(0 AS ${sqlType}) WHEN ${v} >= ${max}e0 THEN CAST(${max} AS ${sqlType}) WHEN ${v} <= -${max}e0 - 1 THEN CAST(-${max} - 1 AS ${sqlType}) ELSE CAST(trunc(${v}) AS ${sqlType}) END)`;
}

function ofDecimal({ sql, from, to, mode }: Conversion, { precision, scale }: t.DecimalType): string {
  const kind = to.kind as Integral;
  const cut = (v: string) => (scale === 0 ? v : `trunc(${v})`);
  if (precision - scale < String(largest(kind)).length) return `CAST(${cut(sql)} AS ${sqlTypeOf(to)})`;
  if (mode === "legacy") return wrapAround(`CAST(${cut(sql)} AS HUGEINT)`, kind);
  return bindOnce([sql], ([v]) =>
    unlessFails(
      mode,
      v!,
      `${cut(v!)} BETWEEN ${-largest(kind) - 1n} AND ${largest(kind)}`,
      `CAST(${cut(v!)} AS ${sqlTypeOf(to)})`,
      overflow(v!, from, to),
    ),
  );
}

export function toFractional(c: Conversion): string {
  const { sql, from, to } = c;
  switch (from.kind) {
    case "timestamp":
      return `CAST(epoch_us(${sql}) / 1e6 AS ${sqlTypeOf(to)})`;
    case "date":
      return `CAST(NULL AS ${sqlTypeOf(to)})`;
    case "string":
    case "char":
    case "varchar":
      return ofText(c, "firecrest_float_text");
    default:
      return `CAST(${sql} AS ${sqlTypeOf(to)})`;
  }
}

export function toDecimal(c: Conversion<t.DataType, t.DecimalType>): string {
  const { sql, from, to, mode } = c;
  const sqlType = sqlTypeOf(to);
  const wholeDigits = to.precision - to.scale;
  // Of an interval that does not fit Spark makes an error in every mode.
  const failing = t.isInterval(from) && mode === "legacy" ? "ansi" : mode;
  const checked = (number: string) =>
    attempt(
      { ...c, sql: number, mode: failing },
      (v) => `TRY_CAST(${v} AS ${sqlType})`,
      (v) => outOfDecimal(v, to),
    );
  switch (from.kind) {
    case "boolean":
      return wholeDigits >= 1 ? `CAST(CAST(${sql} AS TINYINT) AS ${sqlType})` : checked(`CAST(${sql} AS TINYINT)`);
    case "byte":
    case "short":
    case "integer":
    case "long":
      return wholeDigits >= t.decimalForIntegral(from).precision - (from.kind === "long" ? 1 : 0)
        ? `CAST(${sql} AS ${sqlType})`
        : checked(sql);
    case "decimal":
      return isExact(from, to) ? `CAST(${sql} AS ${sqlType})` : checked(sql);
    case "float":
    case "double":
      return ofDouble(c);
    case "timestamp":
      return checked(`(epoch_us(${sql}) * 0.000001)`);
    case "date":
      return `CAST(NULL AS ${sqlType})`;
    case "time":
      return checked(`(epoch_us(${sql}) * 0.000001000)`);
    case "day-time interval":
      return from.end === "second" ? checked(`(${sql} * 0.000001)`) : checked(`(${sql} // ${FIELD_SIZE[from.end]})`);
    case "year-month interval":
      return checked(`(${sql} // ${FIELD_SIZE[from.end]})`);
    default:
      return bindOnce([`firecrest_decimal_text(${sql})`, sql], ([number, v]) => {
        if (mode !== "ansi") return `TRY_CAST(${number} AS ${sqlType})`;
        const failure = `CASE WHEN ${number} IS NULL THEN ${invalidInput(v!, from, to)} ELSE ${outOfDecimal(number!, to)} END`;
        return `(CASE WHEN ${v} IS NULL THEN NULL ELSE coalesce(TRY_CAST(${number} AS ${sqlType}), ${failure}) END)`;
      });
  }
}

/** Every value fits: as many whole digits, and one more where rounding could carry. */
const isExact = (from: t.DecimalType, to: t.DecimalType): boolean =>
  to.precision - to.scale >= from.precision - from.scale + (to.scale < from.scale ? 1 : 0);

/** By way of the shortest text, as Java's BigDecimal.valueOf: 1.005 is 1.005 and rounds up. What is no number is NULL in every mode. */
function ofDouble({ sql, from, to, mode }: Conversion<t.DataType, t.DecimalType>): string {
  const read = (v: string) => `TRY_CAST(CAST(${v} AS VARCHAR) AS ${sqlTypeOf(to)})`;
  return bindOnce([sql], ([v]) =>
    mode === "ansi" ? `(CASE WHEN isfinite(${v}) THEN coalesce(${read(v!)}, ${outOfDecimal(numberText(v!, from), to)}) END)` : read(v!),
  );
}

export function toBoolean(c: Conversion): string {
  const { sql, from } = c;
  switch (from.kind) {
    case "timestamp":
      return `(epoch_us(${sql}) <> 0)`;
    case "date":
      return "CAST(NULL AS BOOLEAN)";
    case "string":
    case "char":
    case "varchar":
      return attempt(c, textTruth, (v) => invalidInput(v, from, c.to));
    default:
      return `(${sql} <> 0)`;
  }
}

const textTruth = (v: string): string =>
  `CASE WHEN lower(firecrest_trim(${v})) IN ('t', 'true', 'y', 'yes', '1') THEN true WHEN lower(firecrest_trim(${v})) IN ('f', 'false', 'n', 'no', '0') THEN false END`;

/** A number of the interval's last field as an interval. Source: Spark's IntervalUtils.longToDayTimeInterval and its kin. */
export function numberToInterval(c: Conversion<t.DataType, t.DayTimeIntervalType | t.YearMonthIntervalType>): string {
  const { sql, from, to, mode } = c;
  const size = FIELD_SIZE[to.end];
  const sqlType = sqlTypeOf(to);
  const exact =
    from.kind === "decimal"
      ? `round(CAST(${sql} AS DECIMAL(38, ${Math.min(18, from.scale)})) * ${size}, 0)`
      : `CAST(${sql} AS HUGEINT) * ${size}`;
  if (mode === "try") return `TRY_CAST(${exact} AS ${sqlType})`;
  return bindOnce(
    [sql, exact],
    ([v, n]) => `(CASE WHEN ${v} IS NULL THEN NULL ELSE coalesce(TRY_CAST(${n} AS ${sqlType}), ${overflow(v!, from, to)}) END)`,
  );
}
