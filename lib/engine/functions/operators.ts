import { ExecutionError } from "../errors.ts";
import { nullLiteral } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { isDeterministic, isNullable, typeOf } from "../expressions/properties.ts";
import { type Integral, wrapAround, wrapAround64 } from "../kernel/cast-number.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { rounded } from "../types/exact-decimal.ts";
import type { Decimal } from "../types/values.ts";
import { unexpectedInput } from "./alignment.ts";
import { bindOnce } from "./bind-once.ts";
import { decimalRemainder, decimalResult, decimalSum, divides128, exactDecimal, quotient, unscaled } from "./decimal-arithmetic.ts";
import {
  any,
  type CallImplementation,
  type FunctionEntry,
  type JavaScriptImplementation,
  mayRaise,
  numeric,
  numericOrInterval,
  of,
  orderable,
  raise,
  type ScalarFunction,
  type SessionSettings,
  takes,
} from "./function.ts";
import { orderedSql } from "./nested-order.ts";

/**
 * Arithmetic, comparison and logic. Coercion has made both sides of an arithmetic operator one type (or both decimals)
 * before these see them: analyzer/operator-coercion.ts.
 */
type Sum = "+" | "-" | "*";
type Decimals = readonly [t.DecimalType, t.DecimalType];

const decimalsOf = (args: readonly Expression[]): Decimals | undefined => {
  const [left, right] = args.map(typeOf);
  return left?.kind === "decimal" && right?.kind === "decimal" ? [left, right] : undefined;
};

export const sumType =
  (operator: Sum | "/" | "%") =>
  (types: readonly t.DataType[]): t.DataType => {
    const [left, right] = types as [t.DataType, t.DataType];
    return left.kind === "decimal" && right.kind === "decimal" ? decimalResult(operator, left, right) : left;
  };

/** `+ - *` with the session's overflow: an error in ANSI sessions, else Java's wrap-around, or NULL of decimals. */
export function sum(
  operator: Sum,
  [left, right]: readonly string[],
  call: Call,
  session: SessionSettings,
): string | JavaScriptImplementation {
  const decimals = decimalsOf(call.args);
  if (decimals) {
    const operands = { types: decimals, ansi: session.ansi, tries: call.args.every(isDeterministic) && ![left!, right!].some(mayRaise) };
    if (decimalSum(operator, "", "", operands) === undefined) return exactDecimal(operator, call.type as t.DecimalType);
    if (session.ansi) return decimalSum(operator, left!, right!, operands)!;
    return bindOnce([left!, right!], ([l, r]) => decimalSum(operator, l!, r!, operands)!);
  }
  if (!session.ansi && t.isIntegral(call.type)) {
    const kind = call.type.kind as Integral;
    if (kind !== "long") return wrapAround64(`(CAST(${left} AS BIGINT) ${operator} CAST(${right} AS BIGINT))`, kind);
    return wrapAround(`(CAST(${left} AS HUGEINT) ${operator} CAST(${right} AS HUGEINT))`, kind);
  }
  return `(${left} ${operator} ${right})`;
}

const arithmetic = (name: Sum, doc: string): ScalarFunction => ({
  kind: "scalar",
  names: [name],
  group: "operator",
  doc,
  signature: takes(any, any),
  returns: sumType(name),
  implementation: (args, call, session) => sum(name, args, call, session),
});

/** A divisor that the plan shows not to be 0, nor -1 (whose quotient can overflow). */
const isPlainDivisor = (divisor: Expression): boolean =>
  divisor.kind === "literal" && divisor.value !== null && ![0, -1].includes(Number(String(divisor.value)));

const ANSI = `'"spark.sql.ansi.enabled"'`;

/** `sql` where the divisor is not 0; of 0 NULL, or the error of ANSI sessions unless the dividend is NULL. */
function dividing(
  call: Call,
  [left, right]: readonly string[],
  session: SessionSettings,
  sql: (l: string, r: string) => string,
  condition = "DIVIDE_BY_ZERO",
): string {
  if (isPlainDivisor(call.args[1]!)) return sql(left!, right!);
  return bindOnce([left!, right!], ([l, r]) => {
    if (!session.ansi) return `(CASE WHEN ${r} <> 0 THEN ${sql(l!, r!)} END)`;
    const known = isNullable(call.args[0]!) ? ` AND ${l} IS NOT NULL` : "";
    return `(CASE WHEN ${r} = 0${known} THEN ${raise(condition, { config: ANSI })} ELSE ${sql(l!, r!)} END)`;
  });
}

export const divide: CallImplementation = (args, call, session) => {
  const decimals = decimalsOf(call.args);
  if (!decimals) return dividing(call, args, session, (l, r) => `(${l} / ${r})`);
  const [left, right] = decimals;
  const result = call.type as t.DecimalType;
  if (!divides128(left, right, result)) return exactDecimal("/", result);
  return bindOnce(args, (names) => dividing(call, names, session, (l, r) => quotient([l, r], decimals, result)));
};

/** x % -1 is 0, which DuckDB takes for an overflow of the least integer. */
const remainderSql = (l: string, r: string, call: Call): string =>
  t.isIntegral(call.type) && !isPlainDivisor(call.args[1]!) ? `(${l} % CASE WHEN ${r} = -1 THEN 1 ELSE ${r} END)` : `(${l} % ${r})`;

export const remainder: CallImplementation = (args, call, session) => {
  const decimals = decimalsOf(call.args);
  if (!decimals) return dividing(call, args, session, (l, r) => remainderSql(l, r, call), "REMAINDER_BY_ZERO");
  if (decimalRemainder("", "", decimals) === undefined) return exactDecimal("%", call.type as t.DecimalType);
  return dividing(call, args, session, (l, r) => decimalRemainder(l, r, decimals)!, "REMAINDER_BY_ZERO");
};

/** Decimals are divided as integers of one scale. */
const integralDivide: CallImplementation = (args, call, session) => {
  const decimals = decimalsOf(call.args);
  if (!decimals) {
    const wrapped = (l: string, r: string) =>
      `CASE WHEN ${r} = -1 THEN ${wrapAround(`-CAST(${l} AS HUGEINT)`, "long")} ELSE ${l} // ${r} END`;
    return dividing(call, args, session, (l, r) =>
      session.ansi || isPlainDivisor(call.args[1]!) ? `CAST(${l} // ${r} AS BIGINT)` : `(${wrapped(l, r)})`,
    );
  }
  const scale = Math.max(...decimals.map((type) => type.scale));
  const whole = Math.max(...decimals.map((type) => type.precision - type.scale));
  if (whole + 2 * scale > t.MAX_DECIMAL_PRECISION) return exactQuotient;
  const digits = (sql: string) => unscaled(`CAST(${sql} AS DECIMAL(${whole + scale}, ${scale}))`, scale);
  return dividing(call, args, session, (l, r) => `CAST(${digits(l)} // ${digits(r)} AS BIGINT)`);
};

const exactQuotient: JavaScriptImplementation = {
  evaluate: ([left, right], session) => {
    const quotient = decimalQuotient(left as Decimal, right as Decimal);
    if (quotient === undefined && session.ansi) throw new ExecutionError("DIVIDE_BY_ZERO", { config: '"spark.sql.ansi.enabled"' });
    return quotient === undefined ? null : BigInt.asIntN(64, quotient);
  },
};

/** The whole part of left / right; undefined for a divisor of 0. */
function decimalQuotient(left: Decimal, right: Decimal): bigint | undefined {
  const scale = Math.max(left.scale, right.scale);
  const [a, b] = [rounded(left, scale, "down").unscaled, rounded(right, scale, "down").unscaled];
  return b === 0n ? undefined : a / b;
}

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

/** Spark takes NULLs inside of structs and arrays for less than all else. */
function ordering(name: string, doc: string): ScalarFunction {
  const implementation: CallImplementation = ([left, right], { args }) =>
    `(${orderedSql(left!, typeOf(args[0]!), true)} ${name} ${orderedSql(right!, typeOf(args[1]!), true)})`;
  return { ...comparison(name, name, doc), implementation };
}

/** A sign stands before numbers and intervals. */
function signed(args: readonly Expression[]): readonly Expression[] {
  const type = typeOf(args[0]!);
  if (t.isNumeric(type) || t.isInterval(type)) return args;
  if (type.kind === "void") return [nullLiteral(t.doubleType)];
  throw unexpectedInput("positive", 0, args, '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")');
}

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
    returns: (types) => (types[0]?.kind === "decimal" ? sumType("/")(types) : t.doubleType),
    nullable: true,
    implementation: divide,
  },
  {
    kind: "scalar",
    names: ["div"],
    group: "operator",
    doc: "Returns the integral part of the quotient as a bigint.",
    signature: takes(numericOrInterval, numericOrInterval),
    returns: t.longType,
    nullable: true,
    implementation: integralDivide,
  },
  {
    kind: "scalar",
    names: ["%", "mod"],
    group: "operator",
    doc: "Returns the remainder after division, with the sign of the dividend.",
    signature: takes(numeric, numeric),
    returns: sumType("%"),
    nullable: true,
    implementation: remainder,
  },
  {
    kind: "scalar",
    names: ["negative"],
    group: "operator",
    doc: "Returns the negated value.",
    signature: takes(numeric),
    returns: ([type]) => type!,
    implementation: ([value], call, session) =>
      t.isIntegral(call.type) && !session.ansi
        ? wrapAround(`-CAST(${value} AS HUGEINT)`, call.type.kind as Integral)
        : `CAST(-(${value}) AS ${sqlTypeOf(call.type)})`,
  },
  {
    kind: "scalar",
    names: ["positive"],
    group: "operator",
    doc: "Returns the value.",
    signature: takes(any),
    returns: ([type]) => type!,
    implementation: ([value]) => value!,
    check: signed,
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
  ordering("<", "True if the left side is less than the right side."),
  ordering("<=", "True if the left side is at most the right side."),
  ordering(">", "True if the left side is greater than the right side."),
  ordering(">=", "True if the left side is at least the right side."),
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
