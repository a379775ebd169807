import { castTo } from "../analyzer/implicit-cast.ts";
import { coerceOperator } from "../analyzer/operator-coercion.ts";
import { AnalysisError, ExecutionError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { isNullable, typeOf } from "../expressions/properties.ts";
import { type Integral, wrapAround } from "../kernel/cast-number.ts";
import { sqlTypeOf } from "../kernel/sql-type.ts";
import * as t from "../types/data-type.ts";
import { bindOnce } from "./bind-once.ts";
import { extremeSql } from "./by-keys.ts";
import { exactDecimal } from "./decimal-arithmetic.ts";
import { scalarsOf } from "./define.ts";
import {
  any,
  common,
  type FunctionEntry,
  type JavaScriptImplementation,
  numeric,
  numericOrInterval,
  of,
  type ScalarFunction,
  type SessionSettings,
  takes,
  takesMany,
  takesUpTo,
} from "./function.ts";
import { isNested } from "./nested-order.ts";
import { remainder, sumType } from "./operators.ts";
import { entryOf } from "./registry.ts";
import { sparkAcosh, sparkAsinh, sparkAtanh, strictCbrt, strictCosh, strictExp, strictTanh } from "./strict-math.ts";

/** Numbers; round and its kin are in rounding.ts. Source: Spark's mathExpressions.scala. */
const scalar = scalarsOf("math");
const double = of(t.doubleType);
const NAN = "CAST('NaN' AS DOUBLE)";

/** A function of one double that DuckDB has with Java's meaning; its own errors are for the caller to keep away. */
const unary = (names: string, doc: string, sql: (x: string) => string): ScalarFunction =>
  scalar(names, doc, takes(double), t.doubleType, ([x]) => sql(x!));

/** Java's own function, where DuckDB has none or loses digits. */
const inJavaScript = (names: string, doc: string, evaluate: (x: number) => number): ScalarFunction =>
  scalar(names, doc, takes(double), t.doubleType, { evaluate: ([x]) => evaluate(x as number) });

const where = (x: string, holds: (v: string) => string, sql: (v: string) => string): string =>
  bindOnce([x], ([v]) => `(CASE WHEN ${holds(v!)} THEN ${sql(v!)} WHEN ${v} IS NOT NULL THEN ${NAN} END)`);

/** DuckDB raises for infinities, Java gives NaN. */
const periodic = (names: string, doc: string, sql: (x: string) => string): ScalarFunction =>
  unary(names, doc, (x) => where(x, (v) => `isfinite(${v})`, sql));
/** DuckDB raises outside [-1, 1], Java gives NaN. */
const inverse = (names: string, doc: string, sqlName: string): ScalarFunction =>
  unary(names, doc, (x) =>
    where(
      x,
      (v) => `abs(${v}) <= 1`,
      (v) => `${sqlName}(${v})`,
    ),
  );

/** Spark gives NULL where a logarithm has no value: up to `least`. JavaScript's logarithms are Java's strict ones, to the last digit. */
const logarithm = (names: string, doc: string, evaluate: (x: number) => number, least = 0): ScalarFunction => {
  const log = ([x]: readonly unknown[]) => ((x as number) <= least ? null : evaluate(x as number));
  return scalar(names, doc, takes(double), t.doubleType, { evaluate: log }, { nullable: true });
};

function logOfBase([first, second]: readonly unknown[]): number | null {
  const [base, x] = (second === undefined ? [undefined, first] : [first, second]) as [number | undefined, number];
  if (x <= 0 || (base ?? 1) <= 0) return null;
  return base === undefined ? Math.log(x) : Math.log(x) / Math.log(base);
}

const abs = ([value]: readonly string[], call: Call, session: SessionSettings): string =>
  t.isIntegral(call.type) && !session.ansi
    ? wrapAround(`abs(CAST(${value} AS HUGEINT))`, call.type.kind as Integral)
    : `CAST(abs(${value}) AS ${sqlTypeOf(call.type)})`;

/** pmod: the remainder, moved up by the divisor where it is negative. */
function positiveRemainder(args: readonly string[], call: Call, session: SessionSettings): string | JavaScriptImplementation {
  const rest = remainder(args, call, session);
  if (typeof rest !== "string") {
    const exact = exactDecimal("%", call.type as t.DecimalType);
    return { evaluate: ([l, r], s) => positive(exact.evaluate([l, r], s), r, s, call) };
  }
  return bindOnce(
    [rest, args[1]!],
    ([r, n]) => `CAST(CASE WHEN ${r} < 0 THEN (${r} + ${n}) % ${n} ELSE ${r} END AS ${sqlTypeOf(call.type)})`,
  );
}

function positive(rest: unknown, divisor: unknown, session: SessionSettings, call: Call): unknown {
  if (rest === null || String(rest).charAt(0) !== "-") return rest;
  const type = call.type as t.DecimalType;
  const moved = exactDecimal("+", type).evaluate([rest, divisor], session);
  return exactDecimal("%", type).evaluate([moved, divisor], session);
}

type TryOperator = "+" | "-" | "*" | "/" | "%";

/** The operator with NULL for an overflow or a divisor of 0. The operands keep their own errors: they are bound outside TRY. */
function trying(name: string, operator: TryOperator, doc: string): ScalarFunction {
  const returns = (types: readonly t.DataType[]): t.DataType => {
    if (types.length === 1 || t.isInterval(types[0]!)) return types[0]!;
    return operator === "/" && types[0]!.kind !== "decimal" ? t.doubleType : sumType(operator)(types);
  };
  return scalar(name, doc, takes(any, any), returns, (args, call, session) => tried(operator, args, call, session), {
    nullable: true,
    check: (args, session) => {
      const coerced = coerceOperator(operator, args, session);
      if (coerced.name === operator) return coerced.args;
      const zero: Expression = { kind: "literal", value: 0, type: t.integerType };
      const isZero = operator === "/" ? [typedCall("=", coerceOperator("=", [coerced.args[1]!, zero], session).args, session)] : [];
      const child = typedCall(coerced.name, coerced.args, session);
      return [{ kind: "replaced", form: "call", name, args, child: t.isInterval(child.type) ? triedInterval(child) : child }, ...isZero];
    },
  });
}

/** Arithmetic of intervals with the mark of interval.ts that makes NULL of an overflow. */
const triedInterval = (call: Call): Call => ({ ...call, args: [...call.args, { kind: "literal", value: true, type: t.booleanType }] });

/** What an operator of dates or intervals stands for: it keeps its own overflow, because DuckDB tries nothing that can raise. */
function typedCall(name: string, args: readonly Expression[], session: SessionSettings): Call {
  const entry = entryOf(name) as ScalarFunction;
  const checked = entry.check ? entry.check(args, session) : args;
  const type = typeof entry.returns === "function" ? entry.returns(checked.map(typeOf), checked, session) : entry.returns;
  return { kind: "call", name, args: checked, type, nullable: true };
}

function tried(operator: TryOperator, args: readonly string[], call: Call, session: SessionSettings): string | JavaScriptImplementation {
  if (args.length === 1) return args[0]!;
  if (t.isInterval(call.type)) return `(CASE WHEN NOT ${args[1]} THEN ${args[0]} END)`;
  if (call.type.kind === "decimal")
    return { evaluate: (values) => exactDecimal(operator, call.type as t.DecimalType).evaluate(values, { ...session, ansi: false }) };
  return bindOnce(args, ([l, r]) =>
    operator === "/" || operator === "%" ? `TRY(${l} ${operator} nullif(${r}, 0))` : `TRY(${l} ${operator} ${r})`,
  );
}

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Digits of one base in another, in 64 bits. A negative base to convert to means a signed number. Source: Spark's NumberConverter. */
function convert(text: string, from: number, to: number, ansi: boolean): string | null {
  const [base, target] = [BigInt(Math.abs(from)), Math.abs(to)];
  if (base < 2n || base > 36n || target < 2 || target > 36 || text.trim() === "") return null;
  const [, sign, digits] = /^(-?)(.*)$/s.exec(text.trim().toUpperCase())!;
  let value = 0n;
  for (const digit of digits!) {
    const index = DIGITS.indexOf(digit);
    if (index < 0 || BigInt(index) >= base) break;
    value = value * base + BigInt(index);
  }
  if (value >= 1n << 64n) {
    if (ansi)
      throw new ExecutionError("ARITHMETIC_OVERFLOW", {
        message: "Overflow in function conv()",
        alternative: "",
        config: '"spark.sql.ansi.enabled"',
      });
    value = (1n << 64n) - 1n;
  } else if (sign === "-") {
    value = BigInt.asUintN(64, -value);
  }
  const result = to < 0 ? BigInt.asIntN(64, value) : value;
  return result.toString(target).toUpperCase();
}

/** Which of n buckets of equal width between two bounds; 0 and n + 1 are outside. Source: Spark's WidthBucket. */
const doubleOrInterval = of(t.doubleType, t.yearMonthIntervalType(), t.dayTimeIntervalType());

/** The value and both bounds are numbers, or intervals of one kind. */
function sameBounds(args: readonly Expression[]): readonly Expression[] {
  const types = args.slice(0, 3).map(typeOf);
  if (types.every(({ kind }) => kind === types[0]!.kind)) return args;
  throw new AnalysisError("DATATYPE_MISMATCH.DATA_DIFF_TYPES", {
    sqlExpr: `"${prettyName({ kind: "unresolvedFunction", name: "width_bucket", args })}"`,
    functionName: "`width_bucket`",
    dataType: `(${types.map((type) => `"${typeSql(type)}"`).join(" or ")})`,
  });
}

function widthBucket([value, lower, upper, count]: readonly string[]): string {
  return bindOnce([...[value, lower, upper].map((sql) => `CAST(${sql} AS DOUBLE)`), count!], ([v, low, high, n]) => {
    const valid = `${n} > 0 AND ${n} < 9223372036854775807 AND ${low} <> ${high} AND isfinite(${low}) AND isfinite(${high}) AND NOT isnan(${v})`;
    const up = `CASE WHEN ${v} < ${low} THEN 0 WHEN ${v} >= ${high} THEN ${n} + 1 ELSE CAST(floor(${n} * (${v} - ${low}) / (${high} - ${low})) AS BIGINT) + 1 END`;
    const down = `CASE WHEN ${v} > ${low} THEN 0 WHEN ${v} <= ${high} THEN ${n} + 1 ELSE CAST(floor(${n} * (${low} - ${v}) / (${low} - ${high})) AS BIGINT) + 1 END`;
    return `(CASE WHEN ${valid} THEN CASE WHEN ${low} < ${high} THEN ${up} ELSE ${down} END END)`;
  });
}

const allNullable = (args: readonly Expression[]): boolean => args.every(isNullable);
const unhex = ([text]: readonly string[]): string =>
  bindOnce(
    [text!],
    ([v]) =>
      `(CASE WHEN regexp_full_match(${v}, '[0-9a-fA-F]*') THEN unhex(CASE WHEN len(${v}) % 2 = 1 THEN '0' || ${v} ELSE ${v} END) END)`,
  );

export const mathFunctions: readonly FunctionEntry[] = [
  scalar("abs", "Returns the absolute value.", takes(numericOrInterval), ([type]) => type!, abs),
  scalar(
    "sign signum",
    "Returns -1.0, 0.0 or 1.0 as the argument is negative, 0 or positive.",
    takes(numericOrInterval),
    t.doubleType,
    ([x]) => bindOnce([`CAST(${x} AS DOUBLE)`], ([v]) => `(CASE WHEN isnan(${v}) THEN ${v} ELSE CAST(sign(${v}) AS DOUBLE) END)`),
  ),
  unary("sqrt", "Returns the square root.", (x) =>
    where(
      x,
      (v) => `${v} >= 0`,
      (v) => `sqrt(${v})`,
    ),
  ),
  inJavaScript("cbrt", "Returns the cube root.", strictCbrt),
  inJavaScript("exp", "Returns e to the power of the argument.", strictExp),
  inJavaScript("expm1", "Returns exp(x) - 1, exact near 0.", Math.expm1),
  logarithm("ln", "Returns the natural logarithm.", Math.log),
  logarithm("log10", "Returns the logarithm of base 10.", Math.log10),
  logarithm("log2", "Returns the logarithm of base 2.", (x) => Math.log(x) / Math.LN2),
  logarithm("log1p", "Returns ln(1 + x), exact near 0.", Math.log1p, -1),
  scalar(
    "log",
    "Returns the logarithm of the second argument of the base of the first, or the natural one of the only argument.",
    takesUpTo(1, double, double),
    t.doubleType,
    { evaluate: logOfBase },
    { nullable: true },
  ),
  scalar(
    "pow power",
    "Returns the first argument to the power of the second.",
    takes(double, double),
    t.doubleType,
    ([x, y]) => `pow(${x}, ${y})`,
  ),
  periodic("sin", "Returns the sine of an angle in radians.", (x) => `sin(${x})`),
  periodic("cos", "Returns the cosine of an angle in radians.", (x) => `cos(${x})`),
  periodic("tan", "Returns the tangent of an angle in radians.", (x) => `tan(${x})`),
  periodic("cot", "Returns the cotangent of an angle in radians.", (x) => `(1 / tan(${x}))`),
  periodic("sec", "Returns the secant of an angle in radians.", (x) => `(1 / cos(${x}))`),
  periodic("csc", "Returns the cosecant of an angle in radians.", (x) => `(1 / sin(${x}))`),
  inverse("asin", "Returns the angle in radians of a sine.", "asin"),
  inverse("acos", "Returns the angle in radians of a cosine.", "acos"),
  unary("atan", "Returns the angle in radians of a tangent.", (x) => `atan(${x})`),
  scalar(
    "atan2",
    "Returns the angle in radians between the x axis and the point (second, first).",
    takes(double, double),
    t.doubleType,
    ([y, x]) => `atan2(${y}, ${x})`,
  ),
  inJavaScript("sinh", "Returns the hyperbolic sine.", Math.sinh),
  inJavaScript("cosh", "Returns the hyperbolic cosine.", strictCosh),
  inJavaScript("tanh", "Returns the hyperbolic tangent.", strictTanh),
  inJavaScript("asinh", "Returns the inverse hyperbolic sine.", sparkAsinh),
  inJavaScript("acosh", "Returns the inverse hyperbolic cosine.", sparkAcosh),
  inJavaScript("atanh", "Returns the inverse hyperbolic tangent.", sparkAtanh),
  unary("degrees", "Returns an angle in degrees of one in radians.", (x) => `degrees(${x})`),
  unary("radians", "Returns an angle in radians of one in degrees.", (x) => `radians(${x})`),
  scalar("hypot", "Returns the square root of the sum of two squares, without overflow on the way.", takes(double, double), t.doubleType, {
    evaluate: ([x, y]) => Math.hypot(x as number, y as number),
  }),
  scalar("e", "Returns Euler's number.", takes(), t.doubleType, () => "exp(1e0)", { nullable: false }),
  scalar("pi", "Returns pi.", takes(), t.doubleType, () => "pi()", { nullable: false }),
  scalar(
    "factorial",
    "Returns the factorial of 0 to 20, NULL of any other number.",
    takes(of(t.integerType)),
    t.longType,
    ([n]) => bindOnce([n!], ([v]) => `(CASE WHEN ${v} BETWEEN 0 AND 20 THEN CAST(factorial(${v}) AS BIGINT) END)`),
    { nullable: true },
  ),
  scalar(
    "greatest",
    "Returns the greatest of its arguments, skipping NULLs.",
    takesMany(2, common),
    ([type]) => type!,
    (args, call) => (isNested(call.type) ? extremeSql("list_max", `[${args.join(", ")}]`, call.type) : `greatest(${args.join(", ")})`),
    { nullable: allNullable },
  ),
  scalar(
    "least",
    "Returns the least of its arguments, skipping NULLs.",
    takesMany(2, common),
    ([type]) => type!,
    (args, call) => (isNested(call.type) ? extremeSql("list_min", `[${args.join(", ")}]`, call.type) : `least(${args.join(", ")})`),
    { nullable: allNullable },
  ),
  scalar("pmod", "Returns the remainder with the sign of the divisor.", takes(numeric, numeric), sumType("%"), positiveRemainder, {
    nullable: (args, session) => !session.ansi || args.some(isNullable),
  }),
  scalar(
    "conv",
    "Returns a number of one base, given as text, in another base.",
    takes(of(t.stringType), of(t.integerType), of(t.integerType)),
    t.stringType,
    {
      evaluate: ([text, from, to], { ansi }) => convert(text as string, from as number, to as number, ansi),
    },
    { nullable: true },
  ),
  scalar("bin", "Returns a bigint in binary digits.", takes(of(t.longType)), t.stringType, ([n]) => `bin(${n})`),
  scalar(
    "hex",
    "Returns a bigint, the bytes of a text or binary in hexadecimal digits.",
    takes(of(t.longType, t.binaryType, t.stringType)),
    t.stringType,
    ([v]) => `hex(${v})`,
  ),
  scalar("unhex", "Returns the bytes of hexadecimal digits, NULL of other text.", takes(of(t.stringType)), t.binaryType, unhex, {
    nullable: true,
  }),
  scalar(
    "width_bucket",
    "Returns the number of the bucket, of n between two bounds, that a value falls into.",
    takes(doubleOrInterval, doubleOrInterval, doubleOrInterval, of(t.longType)),
    t.longType,
    widthBucket,
    { nullable: true, check: sameBounds },
  ),
  scalar(
    "nanvl",
    "Returns the first argument, or the second where the first is NaN.",
    takes(of(t.doubleType, t.floatType), of(t.doubleType, t.floatType)),
    ([type]) => type!,
    ([x, y]) => bindOnce([x!], ([v]) => `(CASE WHEN isnan(${v}) THEN ${y} ELSE ${v} END)`),
    {
      check: ([x, y], session) =>
        t.sameType(typeOf(x!), typeOf(y!)) ? [x!, y!] : [castTo(x!, t.doubleType, session), castTo(y!, t.doubleType, session)],
    },
  ),
  trying("try_add", "+", "Returns the sum of two numbers, NULL where it overflows."),
  trying("try_subtract", "-", "Returns the difference of two numbers, NULL where it overflows."),
  trying("try_multiply", "*", "Returns the product of two numbers, NULL where it overflows."),
  trying("try_divide", "/", "Returns the quotient of two numbers, NULL where the divisor is 0."),
  trying("try_mod", "%", "Returns the remainder of two numbers, NULL where the divisor is 0."),
];
