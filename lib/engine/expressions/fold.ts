import { type DataType, type DecimalType, isIntegral } from "../types/data-type.ts";
import { Decimal, LocalDate, LocalDateTime, Timestamp, type Value } from "../types/values.ts";
import { booleanLiteral, literal, nullLiteral } from "./build.ts";
import type { Call, Cast, Expression, Literal } from "./expression.ts";
import { foldDate } from "./fold-date.ts";

/**
 * Constants worked out exactly as the kernel would:
 * - and, or, not over three-valued literals; isnull, isnotnull, <=> of literals
 * - = < <= > >= of literals of one type: boolean, integral, decimal, date, timestamps, strings by their UTF-8 bytes, finite doubles
 * - + - * and negation of integral literals and of decimals, where the result is exact and in range
 * - casts that are exact: of NULL, between integral and decimal types in range, to double up to 2^53, of integers and booleans to
 *   string, of `yyyy-MM-dd` and of plain digits from string
 * - dates moved by days, months and intervals (fold-date.ts)
 * All else (overflow and bad input too, which must raise or wrap at run time) stays as it is.
 */
export function fold(expression: Expression): Expression {
  if (expression.kind === "cast") return foldCast(expression) ?? expression;
  if (expression.kind !== "call" || !expression.args.every((arg) => arg.kind === "literal")) return expression;
  return foldCall(expression, expression.args as readonly Literal[]) ?? expression;
}

function foldCall(call: Call, args: readonly Literal[]): Expression | undefined {
  const [left, right] = args;
  if (!left) return undefined;
  switch (call.name) {
    case "isnull":
      return booleanLiteral(left.value === null);
    case "isnotnull":
      return booleanLiteral(left.value !== null);
    case "not":
      return truth(typeof left.value === "boolean" ? !left.value : null);
    case "and":
      return (
        right && truth(left.value === false || right.value === false ? false : left.value === null || right.value === null ? null : true)
      );
    case "or":
      return (
        right && truth(left.value === true || right.value === true ? true : left.value === null || right.value === null ? null : false)
      );
    case "negative":
      return arithmetic("-", call.type, zeroOf(left), left);
    case "+":
    case "-":
    case "*":
      return right && arithmetic(call.name, call.type, left, right);
    default:
      return (right && foldComparison(call.name, left, right)) ?? foldDate(call, args);
  }
}

const truth = (value: boolean | null): Literal => literal(value, { kind: "boolean" });

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "<=>": (order) => order === 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function foldComparison(name: string, left: Literal, right: Literal): Expression | undefined {
  const holds = COMPARISONS[name];
  if (!holds) return undefined;
  if (left.value === null || right.value === null) return truth(name === "<=>" ? left.value === right.value : null);
  const found = order(left, right);
  return found === undefined ? undefined : truth(holds(found));
}

/** Negative where the first of two literals of one type comes first; undefined for NULL, and where this does not know the kernel's order. */
export const order = (a: Literal, b: Literal): number | undefined =>
  a.value === null || b.value === null ? undefined : compareValues(a.value, b.value);

const sign = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of two values of one type; undefined where this does not know the kernel's. */
function compareValues(a: NonNullable<Value>, b: NonNullable<Value>): number | undefined {
  if (typeof a === "number" && typeof b === "number") return Number.isFinite(a) && Number.isFinite(b) ? sign(a, b) : undefined;
  if (typeof a === "bigint" && typeof b === "bigint") return sign(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return sign(a, b);
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a instanceof Decimal && b instanceof Decimal) {
    const scale = Math.max(a.scale, b.scale);
    return sign(atScale(a, scale), atScale(b, scale));
  }
  if (a instanceof LocalDate && b instanceof LocalDate) return sign(a.epochDays, b.epochDays);
  if (a instanceof Timestamp && b instanceof Timestamp) return sign(a.epochMicros, b.epochMicros);
  if (a instanceof LocalDateTime && b instanceof LocalDateTime) return sign(a.epochMicros, b.epochMicros);
  return undefined;
}

const atScale = (d: Decimal, scale: number): bigint => d.unscaled * 10n ** BigInt(scale - d.scale);
const BITS: Readonly<Partial<Record<DataType["kind"], number>>> = { byte: 8, short: 16, integer: 32, long: 64 };
const zeroOf = (of: Literal): Literal =>
  literal(of.value instanceof Decimal ? new Decimal(0n, 0) : of.type.kind === "long" ? 0n : 0, of.type);

/** The integer a literal of an integral type stands for. */
const asInteger = ({ value, type }: Literal): bigint | undefined =>
  isIntegral(type) && (typeof value === "bigint" || Number.isInteger(value)) ? BigInt(value as bigint | number) : undefined;

/** The literal of an integral type, if the integer is in its range. */
export function integralLiteral(value: bigint, type: DataType): Literal | undefined {
  const bits = BITS[type.kind];
  if (bits === undefined || BigInt.asIntN(bits, value) !== value) return undefined;
  return literal(type.kind === "long" ? value : Number(value), type);
}

function decimalLiteral(value: Decimal, type: DecimalType): Literal | undefined {
  if (value.scale > type.scale) return undefined;
  const exact = new Decimal(atScale(value, type.scale), type.scale);
  return exact.precision <= type.precision ? literal(exact, type) : undefined;
}

type Operator = "+" | "-" | "*";
const apply = (operator: Operator, a: bigint, b: bigint): bigint => (operator === "+" ? a + b : operator === "-" ? a - b : a * b);

function arithmetic(operator: Operator, type: DataType, left: Literal, right: Literal): Expression | undefined {
  if (left.value === null || right.value === null) return nullLiteral(type);
  const [a, b] = [asInteger(left), asInteger(right)];
  if (a !== undefined && b !== undefined) return integralLiteral(apply(operator, a, b), type);
  if (type.kind !== "decimal" || !(left.value instanceof Decimal) || !(right.value instanceof Decimal)) return undefined;
  if (operator === "*")
    return decimalLiteral(new Decimal(left.value.unscaled * right.value.unscaled, left.value.scale + right.value.scale), type);
  const scale = Math.max(left.value.scale, right.value.scale);
  return decimalLiteral(new Decimal(apply(operator, atScale(left.value, scale), atScale(right.value, scale)), scale), type);
}

/** Beyond this a double does not hold every integer. */
const EXACT_IN_DOUBLE = 2n ** 53n;

function foldCast({ child, type: to }: Cast): Expression | undefined {
  if (child.kind !== "literal") return undefined;
  const { value, type: from } = child;
  if (value === null) return nullLiteral(to);
  const integer = asInteger(child);
  if (integer !== undefined) {
    if (isIntegral(to)) return integralLiteral(integer, to);
    if (to.kind === "decimal") return decimalLiteral(new Decimal(integer, 0), to);
    if (to.kind === "double" && integer >= -EXACT_IN_DOUBLE && integer <= EXACT_IN_DOUBLE) return literal(Number(integer), to);
    return to.kind === "string" ? literal(String(integer), to) : undefined;
  }
  if (value instanceof Decimal && to.kind === "decimal") return decimalLiteral(value, to);
  if (typeof value === "boolean" && to.kind === "string") return literal(String(value), to);
  return typeof value === "string" && from.kind === "string" ? foldText(value, to) : undefined;
}

function foldText(text: string, to: DataType): Expression | undefined {
  if (isIntegral(to) && /^-?\d{1,19}$/.test(text)) return integralLiteral(BigInt(text), to);
  if (to.kind !== "date" || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const [year, month, day] = text.split("-").map(Number) as [number, number, number];
  const date = LocalDate.of(year, month, day);
  return date.toString() === text ? literal(date, to) : undefined;
}
