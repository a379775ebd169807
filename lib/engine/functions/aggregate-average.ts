import type { AggregateCall } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { totalState, totalType } from "./aggregate-sum.ts";
import { bindOnce } from "./bind-once.ts";
import { bounded } from "./decimal-arithmetic.ts";
import { aggregate, partial } from "./define-aggregate.ts";
import {
  type AggregateFunction,
  type AggregateSql,
  type FunctionEntry,
  numericOrInterval,
  raise,
  type SessionSettings,
  takes,
} from "./function.ts";

/** Averages: doubles of integers and floats, exact and rounded half up of decimals and intervals. */

/** Source: Spark's Average.resultType. */
function averageType(type: t.DataType): t.DataType {
  if (type.kind === "decimal") return bounded(type.precision + 4, type.scale + 4);
  if (type.kind === "day-time interval") return t.dayTimeIntervalType();
  return type.kind === "year-month interval" ? t.yearMonthIntervalType() : t.doubleType;
}

/** Digits of the total, digits that the average adds, and the average's precision. */
interface Exactness {
  readonly scale: number;
  readonly added: number;
  readonly precision: number;
  readonly sqlType: string;
}

function exactnessOf(call: AggregateCall): Exactness {
  const { type } = call;
  const argument = typeOf(call.args[0]!);
  if (type.kind === "decimal" && argument.kind === "decimal") {
    const { precision, scale } = type;
    return { scale: argument.scale, added: scale - argument.scale, precision, sqlType: `DECIMAL(${precision}, ${scale})` };
  }
  const isMonths = type.kind === "year-month interval";
  return { scale: 0, added: 0, precision: isMonths ? 10 : 19, sqlType: isMonths ? "INTEGER" : "BIGINT" };
}

const power = (n: number): string => `1${"0".repeat(n)}`;

/** Up to here the scaled total and its quotient are exact in doubles, whose division DuckDB does thirty times faster than HUGEINT's. */
const EXACT_IN_DOUBLE = 2 ** 48;

/** total / count half up, where `n` is not 0. */
function quickly(total: string, n: string, { scale, added, sqlType }: Exactness): string {
  const scaled = `round(CAST(${total} AS DOUBLE) * 1e${scale + added})`;
  return `CAST(round(${scaled} / ${n}) / 1e${scale + added} AS ${sqlType})`;
}

/** The same of any total: whole part and remainder apart, so that 128 bits hold every step. */
function exactly(total: string, n: string, { scale, added, precision, sqlType }: Exactness, overflow: string): string {
  const unscaled = `CAST(replace(CAST(${total} AS VARCHAR), '.', '') AS HUGEINT)`;
  const half = `CASE WHEN ${total} < 0 THEN -(${n} // 2) ELSE ${n} // 2 END`;
  return bindOnce([`${unscaled} // ${n}`, `CAST(${unscaled} % ${n} AS HUGEINT)`], ([whole, rest]) => {
    const digits = `(${whole} * ${power(added)} + (${rest} * ${power(added)} + ${half}) // ${n})`;
    const result = scale + added === 0 ? digits : `${digits}::DECIMAL(38, 0) * 0.${"0".repeat(scale + added - 1)}1`;
    return `CASE WHEN abs(${whole}) < ${power(precision - added)} THEN TRY_CAST(${result} AS ${sqlType}) ELSE ${overflow} END`;
  });
}

function overflowed(total: string, n: string, call: AggregateCall): string {
  if (call.type.kind !== "decimal") return raise("INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION");
  return raise("NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", {
    value: `CAST(${total} AS VARCHAR) || ' / ' || CAST(${n} AS VARCHAR)`,
    precision: String(call.type.precision),
    scale: String(call.type.scale),
    config: `'"spark.sql.ansi.enabled"'`,
  });
}

/** NULL where nothing was counted. */
function averageOf(total: string, count: string, call: AggregateCall, session: SessionSettings): string {
  if (call.type.kind === "double") return `(CAST(${total} AS DOUBLE) / nullif(${count}, 0))`;
  const exactness = exactnessOf(call);
  const bound = BigInt(EXACT_IN_DOUBLE) / 10n ** BigInt(exactness.scale + exactness.added);
  return bindOnce([total, count], ([sum, n]) => {
    const overflow = session.ansi && call.name !== "try_avg" ? overflowed(sum!, n!, call) : "NULL";
    return `CASE WHEN ${n} = 0 THEN NULL WHEN ${sum} BETWEEN -${bound} AND ${bound} THEN ${quickly(sum!, n!, exactness)} ELSE ${exactly(sum!, n!, exactness, overflow)} END`;
  });
}

const average: AggregateSql = (apply, [value], call, session) =>
  call.type.kind === "double" ? apply("avg", value!) : averageOf(apply("sum", value!), apply("count", value!), call, session);

const averageEntry = (names: string, doc: string): AggregateFunction =>
  aggregate(names, doc, takes(numericOrInterval), ([type]) => averageType(type!), average, {
    partial: partial(
      (call) => [
        [totalType(typeOf(call.args[0]!)), totalState],
        [t.longType, (apply, [value]) => apply("count", value!)],
      ],
      (apply, [total, count], call, session) => averageOf(apply("sum", total!), apply("sum", count!), call, session),
    ),
  });

export const averages: readonly FunctionEntry[] = [
  averageEntry("avg mean", "Returns the mean of all values that are not NULL."),
  averageEntry("try_avg", "Returns the mean of all values that are not NULL, and NULL on overflow."),
];
