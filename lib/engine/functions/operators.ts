import type { Call } from "../expressions/expression.ts";
import * as t from "../types/data-type.ts";
import { decimalResult, divideDecimals } from "./decimal-arithmetic.ts";
import { any, type FunctionEntry, numeric, of, orderable, raise, type ScalarFunction, type SqlImplementation, takes } from "./function.ts";

/**
 * Arithmetic, comparison and logic. Coercion has made both sides of an arithmetic operator one type (or both decimals)
 * before these see them: analyzer/coercion.ts.
 */
const ANSI = `'"spark.sql.ansi.enabled"'`;

function arithmetic(name: "+" | "-" | "*", doc: string): ScalarFunction {
  return {
    kind: "scalar",
    names: [name],
    group: "operator",
    doc,
    signature: takes(any, any),
    returns: (types) => {
      const [left, right] = types as [t.DataType, t.DataType];
      return left.kind === "decimal" && right.kind === "decimal" ? decimalResult(name, left, right) : left;
    },
    implementation: ([left, right], call, session) => {
      const type = call.type;
      if (type.kind === "decimal") return decimalSum(`(${left} ${name} ${right})`, type, session.ansi);
      if (!session.ansi && t.isIntegral(type)) return wrapAround(name, left!, right!, type);
      return `(${left} ${name} ${right})`;
    },
  };
}

/** DuckDB's result is at least as wide unless it passes 38 digits; then Spark rounds to the adjusted scale. */
function decimalSum(sql: string, type: t.DecimalType, ansi: boolean): string {
  const sqlType = `DECIMAL(${type.precision}, ${type.scale})`;
  return ansi ? `CAST(${sql} AS ${sqlType})` : `TRY_CAST(${sql} AS ${sqlType})`;
}

const BITS = { byte: 8n, short: 16n, integer: 32n, long: 64n } as Record<string, bigint>;
const SQL_INTEGER = { byte: "TINYINT", short: "SMALLINT", integer: "INTEGER", long: "BIGINT" } as Record<string, string>;

/** Java's two's complement arithmetic, for non-ANSI sessions. */
function wrapAround(operator: string, left: string, right: string, type: t.DataType): string {
  const bits = BITS[type.kind]!;
  const half = 1n << (bits - 1n);
  const whole = 1n << bits;
  const exact = `(${left}::HUGEINT ${operator} ${right}::HUGEINT)`;
  return `CAST(((${exact} + ${half}) % ${whole} + ${whole}) % ${whole} - ${half} AS ${SQL_INTEGER[type.kind]})`;
}

const isZero = (sql: string) => `${sql} = 0`;
const orDivideByZero = (divisor: string, sql: string, ansi: boolean) =>
  `CASE WHEN ${isZero(divisor)} THEN ${ansi ? raise("DIVIDE_BY_ZERO", { config: ANSI }) : "NULL"} ELSE ${sql} END`;

const divide: SqlImplementation<Call> = ([left, right], call, session) => {
  const divisor = call.args[1]!;
  const quotient = call.type.kind === "decimal" ? divideDecimals(left!, right!, call) : `(${left} / ${right})`;
  const safe = divisor.kind === "literal" && Number(String(divisor.value)) !== 0;
  return safe ? quotient : `(${orDivideByZero(right!, quotient, session.ansi)})`;
};

function comparison(name: string, sqlOperator: string, doc: string, aliases: string[] = []): ScalarFunction {
  return {
    kind: "scalar",
    names: [name, ...aliases],
    group: "predicate",
    doc,
    signature: takes(orderable, orderable),
    returns: t.booleanType,
    implementation: ([left, right]) => `(${left} ${sqlOperator} ${right})`,
  };
}

const integerDivision =
  (sql: (left: string, right: string) => string): SqlImplementation<Call> =>
  ([left, right], _call, session) =>
    `(${orDivideByZero(right!, sql(left!, right!), session.ansi)})`;

export const operators: readonly FunctionEntry[] = [
  arithmetic("+", "Returns the sum of two values."),
  arithmetic("-", "Returns the difference of two values."),
  arithmetic("*", "Returns the product of two values."),
  {
    kind: "scalar",
    names: ["/"],
    group: "operator",
    doc: "Returns the quotient of two values: a decimal of two decimals, a double otherwise.",
    signature: takes(numeric, numeric),
    returns: ([left, right]) => (left?.kind === "decimal" && right?.kind === "decimal" ? decimalResult("/", left, right) : t.doubleType),
    nullable: true,
    implementation: divide,
  },
  {
    kind: "scalar",
    names: ["div"],
    group: "operator",
    doc: "Returns the integral part of the quotient as a bigint.",
    signature: takes(numeric, numeric),
    returns: t.longType,
    nullable: true,
    implementation: integerDivision((left, right) => `CAST(trunc(${left} // ${right}) AS BIGINT)`),
  },
  {
    kind: "scalar",
    names: ["%", "mod"],
    group: "operator",
    doc: "Returns the remainder after division, with the sign of the dividend.",
    signature: takes(numeric, numeric),
    returns: ([left, right]) => (left?.kind === "decimal" && right?.kind === "decimal" ? decimalResult("%", left, right) : left!),
    nullable: true,
    implementation: integerDivision((left, right) => `(${left} % ${right})`),
  },
  {
    kind: "scalar",
    names: ["negative"],
    group: "operator",
    doc: "Returns the negated value.",
    signature: takes(numeric),
    returns: ([type]) => type!,
    implementation: ([value], call) => `CAST(-(${value}) AS ${sqlTypeOf(call.type)})`,
  },
  {
    kind: "scalar",
    names: ["positive"],
    group: "operator",
    doc: "Returns the value.",
    signature: takes(numeric),
    returns: ([type]) => type!,
    implementation: ([value]) => value!,
  },
  {
    kind: "scalar",
    names: ["and"],
    group: "predicate",
    doc: "Logical AND of three-valued logic.",
    signature: takes(of(t.booleanType), of(t.booleanType)),
    returns: t.booleanType,
    implementation: ([left, right]) => `(${left} AND ${right})`,
  },
  {
    kind: "scalar",
    names: ["or"],
    group: "predicate",
    doc: "Logical OR of three-valued logic.",
    signature: takes(of(t.booleanType), of(t.booleanType)),
    returns: t.booleanType,
    implementation: ([left, right]) => `(${left} OR ${right})`,
  },
  {
    kind: "scalar",
    names: ["not", "!"],
    group: "predicate",
    doc: "Logical NOT.",
    signature: takes(of(t.booleanType)),
    returns: t.booleanType,
    implementation: ([value]) => `(NOT ${value})`,
  },
  comparison("=", "=", "True if both sides are equal, NULL if either is NULL.", ["=="]),
  comparison("<", "<", "True if the left side is less than the right side."),
  comparison("<=", "<=", "True if the left side is at most the right side."),
  comparison(">", ">", "True if the left side is greater than the right side."),
  comparison(">=", ">=", "True if the left side is at least the right side."),
  {
    kind: "scalar",
    names: ["<=>", "equal_null"],
    group: "predicate",
    doc: "Equality that takes two NULLs as equal and is never NULL.",
    signature: takes(orderable, orderable),
    returns: t.booleanType,
    nullable: false,
    implementation: ([left, right]) => `(${left} IS NOT DISTINCT FROM ${right})`,
  },
];

const sqlTypeOf = (type: t.DataType): string =>
  type.kind === "decimal" ? `DECIMAL(${type.precision}, ${type.scale})` : (SQL_INTEGER[type.kind] ?? type.kind.toUpperCase());
