import type { AggregateCall } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { bounded } from "./decimal-arithmetic.ts";
import { aggregate, mergesAsItself, partial } from "./define-aggregate.ts";
import {
  type AggregateFunction,
  type AggregateSql,
  type FunctionEntry,
  numeric,
  numericOrInterval,
  raise,
  type SessionSettings,
  takes,
} from "./function.ts";

/**
 * Sums and products. Totals of integers, intervals and decimals are exact (HUGEINT, kept as DECIMAL(38, s) between tasks),
 * so that an overflow is found in the end, whatever the order of rows.
 */
const ANSI_CONFIG = `'"spark.sql.ansi.enabled"'`;
const isAnsiInterval = (type: t.DataType): boolean => type.kind === "day-time interval" || type.kind === "year-month interval";

/** Source: Spark's Sum.resultType. */
function sumType(type: t.DataType): t.DataType {
  if (type.kind === "decimal") return bounded(type.precision + 10, type.scale);
  if (isAnsiInterval(type)) return type;
  return t.isIntegral(type) ? t.longType : t.doubleType;
}

const argumentType = (call: AggregateCall): t.DataType => typeOf(call.args[0]!);
const isExact = (type: t.DataType): boolean => !t.isFractional(type);

/** What a total is kept as between tasks. */
export const totalType = (type: t.DataType): t.DataType =>
  isExact(type) ? t.decimalType(t.MAX_DECIMAL_PRECISION, type.kind === "decimal" ? type.scale : 0) : t.doubleType;

const total: AggregateSql = (apply, [value]) => apply("sum", value!);
export const totalState: AggregateSql = (apply, [value], call) => {
  const type = totalType(argumentType(call));
  return type.kind === "decimal" ? `CAST(${apply("sum", value!)} AS DECIMAL(38, ${type.scale}))` : apply("sum", value!);
};

type Overflow = "error" | "null" | "wrap";
const onOverflow = (session: SessionSettings, type: t.DataType): Overflow =>
  session.ansi ? "error" : type.kind === "long" ? "wrap" : "null";

/** DuckDB lets a sum of 38 digits grow to 2^127, and a cast to its own type checks nothing. */
const isWidest = ({ precision }: t.DecimalType): boolean => precision === t.MAX_DECIMAL_PRECISION;
const greatest = ({ scale }: t.DecimalType): string =>
  `CAST('${"9".repeat(t.MAX_DECIMAL_PRECISION - scale)}.${"9".repeat(scale)}' AS DECIMAL(${t.MAX_DECIMAL_PRECISION}, ${scale}))`;

/**
 * A total as the result type, which it may not fit. Ten digits more than the values have are too few only for more than 10^10 of them: the
 * kernel's own error is good enough for that, and the check would cost a tenth of TPC-H Q18.
 */
function fitted(sql: string, type: t.DataType, overflow: Overflow): string {
  if (type.kind === "double") return sql;
  const sqlType = sqlTypes(type);
  if (overflow === "wrap") return wrapped(sql);
  if (overflow === "error" && type.kind === "decimal" && !isWidest(type)) return `CAST(${sql} AS ${sqlType})`;
  const tried =
    type.kind === "decimal" && isWidest(type)
      ? `(CASE WHEN abs(${sql}) <= ${greatest(type)} THEN ${sql} END)`
      : `TRY_CAST(${sql} AS ${sqlType})`;
  return overflow === "null" ? tried : `coalesce(${tried}, CASE WHEN ${sql} IS NOT NULL THEN ${overflowError(type)} END)`;
}

function sqlTypes(type: t.DataType): string {
  if (type.kind === "decimal") return `DECIMAL(${type.precision}, ${type.scale})`;
  return type.kind === "year-month interval" ? "INTEGER" : "BIGINT";
}

/** Java's two's complement of 64 bits. */
const wrapped = (sql: string): string => {
  const [half, whole] = [2n ** 63n, 2n ** 64n];
  return `CAST(((CAST(${sql} AS HUGEINT) + ${half}) % ${whole} + ${whole}) % ${whole} - ${half} AS BIGINT)`;
};

function overflowError(type: t.DataType): string {
  if (isAnsiInterval(type)) return raise("INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION", { functionName: "'`try_add`'" });
  const [message, alternative] = type.kind === "decimal" ? ["Overflow in sum of decimals", "try_sum"] : ["long overflow", "try_add"];
  return raise("ARITHMETIC_OVERFLOW", {
    message: `'${message}'`,
    alternative: `' Use ''${alternative}'' to tolerate overflow and return NULL instead.'`,
    config: ANSI_CONFIG,
  });
}

const sumOf = (
  name: string,
  doc: string,
  overflow: (session: SessionSettings, type: t.DataType) => Overflow,
  complete = total,
): AggregateFunction =>
  aggregate(
    name,
    doc,
    takes(numericOrInterval),
    ([type]) => sumType(type!),
    (apply, args, call, session) => fitted(complete(apply, args, call, session), call.type, overflow(session, call.type)),
  );

const splitSum = (name: string, doc: string, overflow: (session: SessionSettings, type: t.DataType) => Overflow): AggregateFunction => ({
  ...sumOf(name, doc, overflow),
  partial: partial(
    (call) => [[totalType(argumentType(call)), totalState]],
    (apply, [state], call, session) => fitted(apply("sum", state!), call.type, overflow(session, call.type)),
  ),
});

const product = mergesAsItself("product");

export const sums: readonly FunctionEntry[] = [
  splitSum("sum", "Returns the sum of all values that are not NULL.", onOverflow),
  splitSum("try_sum", "Returns the sum of all values that are not NULL, and NULL on overflow.", () => "null"),
  sumOf("sum_distinct", "Returns the sum of the distinct values.", onOverflow, (apply, [value]) => apply("sum", `DISTINCT ${value}`)),
  aggregate("product", "Returns the product of all values.", takes(numeric), t.doubleType, product.complete, { partial: product.partial }),
];
