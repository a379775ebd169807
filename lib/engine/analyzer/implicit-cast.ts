import { nullLiteral } from "../expressions/build.ts";
import type { Expression } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import type { Parameter, SessionSettings } from "../functions/function.ts";
import * as t from "../types/data-type.ts";

/** The expression as a value of `type`: itself, a typed NULL, or a cast whose mode the session decides. */
export function castTo(expression: Expression, type: t.DataType, session: SessionSettings): Expression {
  if (t.sameTypeIgnoringNullability(typeOf(expression), type)) return expression;
  if (expression.kind === "literal" && expression.value === null) return nullLiteral(type);
  return { kind: "cast", child: expression, type, mode: session.ansi ? "ansi" : "legacy" };
}

/** Spark's implicit cast of an argument to a type: undefined where Spark has none. */
export function implicitCast(expression: Expression, to: t.DataType, session: SessionSettings): Expression | undefined {
  const type = implicitType(typeOf(expression), to, session);
  return type && castTo(expression, type, session);
}

type Keyword = Exclude<Extract<Parameter["accepts"], string>, "common" | "sameAsFirst" | "lambda">;

/** What a keyword takes as it is, and the type that NULL becomes (Spark's defaultConcreteType). */
const keywords: { readonly [K in Keyword]: { readonly accepts: (type: t.DataType) => boolean; readonly ofNull: t.DataType } } = {
  any: { accepts: () => true, ofNull: t.voidType },
  orderable: { accepts: isOrderable, ofNull: t.voidType },
  numeric: { accepts: t.isNumeric, ofNull: t.doubleType },
  numericOrInterval: { accepts: (type) => t.isNumeric(type) || isAnsiInterval(type), ofNull: t.doubleType },
  integral: { accepts: t.isIntegral, ofNull: t.integerType },
  fractional: { accepts: (type) => t.isFractional(type) || type.kind === "decimal", ofNull: t.doubleType },
  array: { accepts: (type) => type.kind === "array", ofNull: t.arrayType(t.voidType) },
  map: { accepts: (type) => type.kind === "map", ofNull: t.mapType(t.voidType, t.voidType) },
  struct: { accepts: (type) => type.kind === "struct", ofNull: t.structType([]) },
  interval: { accepts: t.isInterval, ofNull: t.calendarIntervalType },
};

/** The type that an argument of type `from` is cast to for a parameter; undefined where Spark rejects it. */
export function parameterType(
  from: t.DataType,
  accepts: Keyword | readonly t.DataType[],
  session: SessionSettings,
): t.DataType | undefined {
  if (typeof accepts !== "string") {
    if (accepts.some((to) => takesAsItIs(to, from))) return from;
    return accepts.map((to) => implicitType(from, to, session)).find((type) => type !== undefined);
  }
  const keyword = keywords[accepts];
  if (keyword.accepts(from)) return from;
  if (from.kind === "void") return keyword.ofNull;
  return t.isStringLike(from) && (accepts === "numeric" || accepts === "numericOrInterval") ? t.doubleType : undefined;
}

const isAnsiInterval = (type: t.DataType): boolean => type.kind === "day-time interval" || type.kind === "year-month interval";

/** Types that `<` and ORDER BY take. Source: Spark's RowOrdering.isOrderable. */
export function isOrderable(type: t.DataType): boolean {
  switch (type.kind) {
    case "map":
    case "interval":
    case "variant":
      return false;
    case "array":
      return isOrderable(type.elementType);
    case "struct":
      return type.fields.every((field) => isOrderable(field.dataType));
    default:
      return true;
  }
}

/** A parameter of a decimal, interval, time or string type takes every one of its kind. */
function takesAsItIs(to: t.DataType, from: t.DataType): boolean {
  if (t.isStringLike(to)) return t.isStringLike(from);
  if (to.kind !== from.kind) return false;
  switch (to.kind) {
    case "array":
      return takesAsItIs(to.elementType, (from as t.ArrayType).elementType);
    case "map": {
      const { keyType, valueType } = from as t.MapType;
      return takesAsItIs(to.keyType, keyType) && takesAsItIs(to.valueType, valueType);
    }
    case "struct":
      return t.sameTypeIgnoringNullability(to, from);
    default:
      return true;
  }
}

function implicitType(from: t.DataType, to: t.DataType, session: SessionSettings): t.DataType | undefined {
  if (takesAsItIs(to, from)) return from;
  if (from.kind === "void") return to;
  if (to.kind === "decimal" && t.isNumeric(from)) return decimalFor(from);
  if (t.isStringLike(from) && to.kind === "decimal") return t.decimalType(38, 18);
  if (t.isStringLike(from)) return session.ansi ? (t.isAtomic(to) ? to : undefined) : fromString(to);
  if (from.kind === "array" && to.kind === "array") {
    const element = implicitType(from.elementType, to.elementType, session);
    return element && t.arrayType(element, from.containsNull || element.kind !== from.elementType.kind);
  }
  return storeAssignable(from, to) ? to : undefined;
}

const fromString = (to: t.DataType): t.DataType | undefined =>
  t.isNumeric(to) || t.isDatetime(to) || to.kind === "time" || to.kind === "binary" ? to : undefined;

/** Spark's DecimalType.forType. */
const decimalFor = (from: t.DataType): t.DecimalType =>
  from.kind === "float" ? t.decimalType(14, 7) : from.kind === "double" ? t.decimalType(30, 15) : t.decimalForIntegral(from);

/** Spark's Cast.canANSIStoreAssign; the implicit casts of non-ANSI sessions allow the same pairs of these types. */
function storeAssignable(from: t.DataType, to: t.DataType): boolean {
  if (from.kind === "void" || t.sameTypeIgnoringNullability(from, to)) return true;
  if (t.isNumeric(from) && t.isNumeric(to)) return true;
  if (t.isStringLike(to)) return t.isAtomic(from) || from.kind === "variant";
  if (t.isDatetime(from) && t.isDatetime(to)) return true;
  if (from.kind === "array" && to.kind === "array") return storeAssignable(from.elementType, to.elementType);
  if (from.kind === "map" && to.kind === "map")
    return storeAssignable(from.keyType, to.keyType) && storeAssignable(from.valueType, to.valueType);
  if (from.kind === "struct" && to.kind === "struct") {
    return from.fields.length === to.fields.length && from.fields.every((f, i) => storeAssignable(f.dataType, to.fields[i]!.dataType));
  }
  return from.kind === to.kind && (from.kind === "day-time interval" || from.kind === "year-month interval" || from.kind === "time");
}
