import { AnalysisError } from "../errors.ts";
import type { Expression, Literal } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import type { SessionSettings } from "../functions/function.ts";
import * as t from "../types/data-type.ts";
import { type Rounding, rounded } from "../types/exact-decimal.ts";
import { Decimal } from "../types/values.ts";
import { ansiStringPromotion, tightestCommonType, widerDecimalType } from "./common-type.ts";
import { datetimeArithmetic, type Operator } from "./datetime-arithmetic.ts";
import { castTo, isOrderable } from "./implicit-cast.ts";

interface OperatorClass {
  readonly kind: "arithmetic" | "bitwise" | "comparison" | "logic";
  /** What both sides have to be in the end, as Spark's error names it. */
  readonly inputType: string;
  readonly takes: (type: t.DataType) => boolean;
}

const NUMERIC_AND_INTERVAL = '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")';
const arithmetic = (inputType: string): OperatorClass => ({ kind: "arithmetic", inputType, takes: t.isNumeric });
const isAnsiInterval = (type: t.DataType): boolean => type.kind === "day-time interval" || type.kind === "year-month interval";
const bitwise: OperatorClass = { kind: "bitwise", inputType: '"INTEGRAL"', takes: t.isIntegral };
const comparison: OperatorClass = { kind: "comparison", inputType: '"ORDERED"', takes: isOrderable };
const equality: OperatorClass = { ...comparison, takes: (type) => type.kind === "interval" || isOrderable(type) };
const logic: OperatorClass = { kind: "logic", inputType: '"BOOLEAN"', takes: (type) => type.kind === "boolean" };

const operators: Readonly<Record<string, OperatorClass>> = {
  "+": arithmetic(NUMERIC_AND_INTERVAL),
  "-": arithmetic(NUMERIC_AND_INTERVAL),
  "*": arithmetic('"NUMERIC"'),
  "/": arithmetic('("DOUBLE" or "DECIMAL")'),
  div: {
    ...arithmetic('("BIGINT" or "DECIMAL" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")'),
    takes: (type) => t.isNumeric(type) || isAnsiInterval(type),
  },
  "%": arithmetic('"NUMERIC"'),
  pmod: arithmetic('"NUMERIC"'),
  "&": bitwise,
  "|": bitwise,
  "^": bitwise,
  "=": equality,
  "<=>": equality,
  "<": comparison,
  "<=": comparison,
  ">": comparison,
  ">=": comparison,
  and: logic,
  or: logic,
};

/**
 * The operands of an operator brought to types that its entry takes, and the entry to use: dates, timestamps and
 * intervals have their own. A function that is no operator comes back as it is. Throws DATATYPE_MISMATCH.
 * Source: the order of rules in Spark's AnsiTypeCoercion.typeCoercionRules.
 */
export function coerceOperator(name: string, args: readonly Expression[], session: SessionSettings): Operator {
  const [first, second] = args;
  if (first && args.length === 1) return coerceUnary(name, first, session);
  const operator = operators[name];
  if (!operator || !first || !second || args.length !== 2) return { name, args };
  const rewritten = datetimeArithmetic(name, first, second, session);
  if (rewritten) return rewritten;
  const promoted = promoteStrings(operator, first, second, session);
  const moved = datetimeArithmetic(name, ...promoted, session);
  if (moved) return moved;
  const sides = widen(name, operator, promoted, session);
  check(name, operator, sides, session);
  return { name, args: sides };
}

type Sides = readonly [Expression, Expression];

function coerceUnary(name: string, arg: Expression, session: SessionSettings): Operator {
  const type = typeOf(arg);
  if (name === "negative" && t.isInterval(type)) return { name: "interval_negate", args: [arg] };
  if ((name === "negative" || name === "positive" || name === "abs") && t.isStringLike(type)) {
    return { name, args: [castTo(arg, t.doubleType, session)] };
  }
  // Source: Spark's FunctionArgumentTypeCoercion.
  if ((name === "sum" || name === "avg") && type.kind === "timestamp") return { name, args: [castTo(arg, t.doubleType, session)] };
  return { name, args: [arg] };
}

function promoteStrings({ kind }: OperatorClass, left: Expression, right: Expression, session: SessionSettings): Sides {
  const [a, b] = [typeOf(left), typeOf(right)];
  if (t.isStringLike(a) === t.isStringLike(b)) {
    const numbers = t.isStringLike(a) && (kind === "arithmetic" || kind === "bitwise") && !session.ansi;
    return numbers ? [castTo(left, t.doubleType, session), castTo(right, t.doubleType, session)] : [left, right];
  }
  const type = session.ansi ? ansiStringPromotion(a, b) : legacyPromotion(kind, t.isStringLike(a) ? b : a);
  if (!type) return [left, right];
  const onlyTheString = kind === "arithmetic" && !session.ansi;
  if (onlyTheString) return t.isStringLike(a) ? [castTo(left, type, session), right] : [left, castTo(right, type, session)];
  return [castTo(left, type, session), castTo(right, type, session)];
}

/** Outside ANSI, what a string meets `other` as. Source: Spark's StringPromotionTypeCoercion. */
function legacyPromotion(kind: OperatorClass["kind"], other: t.DataType): t.DataType | undefined {
  if (t.isInterval(other)) return undefined;
  if (kind === "arithmetic" || kind === "bitwise") return t.doubleType;
  if (kind === "logic") return undefined;
  if (other.kind === "void") return t.stringType;
  if (other.kind === "decimal") return t.doubleType;
  return t.isAtomic(other) ? other : undefined;
}

function widen(name: string, operator: OperatorClass, sides: Sides, session: SessionSettings): Sides {
  const [left, right] = meetDecimals(operator, wholeLimits(name, sides), session);
  const [a, b] = [typeOf(left), typeOf(right)];
  const numbers = [a, b].every((type) => t.isNumeric(type) || type.kind === "void");
  if (name === "/" && numbers && !(a.kind === "decimal" && b.kind === "decimal")) {
    const type = [a, b].find((side) => side.kind === "decimal") ?? t.doubleType;
    return [castTo(left, type, session), castTo(right, type, session)];
  }
  if (name === "div" && !isAnsiInterval(a) && !isAnsiInterval(b)) return widenIntegers(left, right, session);
  if (a.kind === "decimal" && b.kind === "decimal" && operator.kind === "arithmetic") return [left, right];
  const booleans = operator.kind === "comparison" && !session.ansi ? numberOfBoolean(a, b) : undefined;
  const type = booleans ?? tightestCommonType(a, b, session);
  if (!type || (type.kind !== "void" && operator.kind !== "comparison" && !operator.takes(type))) return [left, right];
  const both =
    type.kind === "void" && operator.kind === "logic"
      ? t.booleanType
      : type.kind === "void" && operator.kind === "arithmetic"
        ? t.doubleType
        : type;
  return [castTo(left, both, session), castTo(right, both, session)];
}

/** Outside ANSI `true = 1` compares numbers. Source: Spark's BooleanEqualityTypeCoercion. */
const numberOfBoolean = (a: t.DataType, b: t.DataType): t.DataType | undefined =>
  a.kind === "boolean" && t.isNumeric(b) ? b : b.kind === "boolean" && t.isNumeric(a) ? a : undefined;

/** `div` computes in bigint or in decimals. */
function widenIntegers(left: Expression, right: Expression, session: SessionSettings): Sides {
  const toLong = (side: Expression) =>
    t.isIntegral(typeOf(side)) || typeOf(side).kind === "void" ? castTo(side, t.longType, session) : side;
  return [toLong(left), toLong(right)];
}

/** Spark's DecimalPrecisionTypeCoercion: integers meet decimals as decimals, floats meet them as doubles. */
function meetDecimals({ kind }: OperatorClass, [left, right]: Sides, session: SessionSettings): Sides {
  const [a, b] = [typeOf(left), typeOf(right)];
  if (a.kind === "decimal" && b.kind === "decimal") {
    if (kind !== "comparison") return [left, right];
    const type = widerDecimalType(a, b);
    return [castTo(left, type, session), castTo(right, type, session)];
  }
  if (a.kind !== "decimal" && b.kind !== "decimal") return [left, right];
  if (t.isFractional(a) || t.isFractional(b)) return [castTo(left, t.doubleType, session), castTo(right, t.doubleType, session)];
  const sides: Sides = [integerAsDecimal(left, session), integerAsDecimal(right, session)];
  const bothDecimal = sides.every((side) => typeOf(side).kind === "decimal");
  return bothDecimal && kind === "comparison" ? meetDecimals({ kind } as OperatorClass, sides, session) : sides;
}

/** Which whole number takes a limit's place: of `x < 1.5` 2, of `x <= 1.5` 1. */
const LIMITS: Readonly<Record<string, readonly [onTheRight: Rounding, onTheLeft: Rounding]>> = {
  "<": ["ceiling", "floor"],
  "<=": ["floor", "ceiling"],
  ">": ["floor", "ceiling"],
  ">=": ["ceiling", "floor"],
};

/** Integers are compared with whole numbers instead of decimal literals. Source: Spark's integralAndDecimalLiteral. */
function wholeLimits(name: string, [left, right]: Sides): Sides {
  const [onTheRight, onTheLeft] = LIMITS[name] ?? [];
  if (onTheRight && t.isIntegral(typeOf(left))) return [left, wholeLimit(right, onTheRight)];
  return onTheLeft && t.isIntegral(typeOf(right)) ? [wholeLimit(left, onTheLeft), right] : [left, right];
}

function wholeLimit(limit: Expression, rounding: Rounding): Expression {
  if (limit.kind !== "literal" || !(limit.value instanceof Decimal)) return limit;
  const value = rounded(limit.value, 0, rounding).unscaled;
  return BigInt.asIntN(64, value) === value ? { kind: "literal", value, type: t.longType } : limit;
}

function integerAsDecimal(side: Expression, session: SessionSettings): Expression {
  const type = typeOf(side);
  if (!t.isIntegral(type)) return side;
  return castTo(side, side.kind === "literal" && side.value !== null ? narrowestDecimal(side) : t.decimalForIntegral(type), session);
}

/** Only the digits that an integer literal needs, so that a product keeps its fraction. */
const narrowestDecimal = ({ value }: Literal): t.DecimalType => t.decimalType(String(value).replace("-", "").length, 0);

function check(name: string, operator: OperatorClass, [left, right]: Sides, { timeZone }: SessionSettings): void {
  const [a, b] = [typeOf(left), typeOf(right)];
  const sqlExpr = `"${prettyName({ kind: "unresolvedFunction", name, args: [left, right] }, timeZone)}"`;
  const decimals = a.kind === "decimal" && b.kind === "decimal";
  if (!decimals && !t.sameTypeIgnoringNullability(a, b) && !(t.isStringLike(a) && t.isStringLike(b))) {
    throw new AnalysisError("DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES", { sqlExpr, left: `"${typeSql(a)}"`, right: `"${typeSql(b)}"` });
  }
  if (operator.takes(a)) return;
  if (operator.kind === "comparison") {
    throw new AnalysisError("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", {
      sqlExpr,
      functionName: `\`${name}\``,
      dataType: `"${typeSql(a)}"`,
    });
  }
  throw new AnalysisError("DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE", {
    sqlExpr,
    inputType: operator.inputType,
    actualDataType: `"${typeSql(a)}"`,
  });
}
