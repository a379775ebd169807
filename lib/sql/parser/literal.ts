import * as t from "../../engine/types/data-type.ts";
import { Decimal, type Value } from "../../engine/types/values.ts";
import type { Cursor } from "../lexer/cursor.ts";
import { unescapeString } from "../lexer/string-text.ts";
import type { Literal, TypedLiteral } from "../syntax/expression.ts";
import { refuse } from "./refuse.ts";
import { sqlText, sqlTypeText } from "./sql-text.ts";

/** Digits and exponents beyond this are refused before they are worked out: no type holds them. */
const MAX_DIGITS = 1_000;

interface Bounds {
  readonly type: t.DataType;
  /** As Spark's message names it. */
  readonly name: string;
  readonly least: bigint;
  readonly most: bigint;
}

const wholeTypes: Readonly<Record<string, Bounds>> = {
  bigint: { type: t.longType, name: "bigint", least: -(2n ** 63n), most: 2n ** 63n - 1n },
  smallint: { type: t.shortType, name: "smallint", least: -(2n ** 15n), most: 2n ** 15n - 1n },
  tinyint: { type: t.byteType, name: "tinyint", least: -(2n ** 7n), most: 2n ** 7n - 1n },
};

/** A number with the minus before it, if there is one, as the type that its text gives it. */
export function parseNumber(c: Cursor): Literal {
  const { start } = c.peek();
  const sign = c.accept("-") ? "-" : "";
  const token = c.peek();
  const number = (suffix: number): string => `${sign}${suffix ? token.text.slice(0, -suffix) : token.text}`;
  const [value, type] = ((): readonly [Value, t.DataType] => {
    switch (token.kind) {
      case "integer":
        return wholeNumber(c, number(0), start);
      case "decimal":
        return decimal(c, number(0), start);
      case "exponent":
        return c.options.exponentLiteralAsDecimal ? decimal(c, number(0), start) : double(c, number(0), start);
      case "bigint":
      case "smallint":
      case "tinyint":
        return bounded(c, number(1), wholeTypes[token.kind]!, start);
      case "double":
        return double(c, number(1), start);
      case "float":
        return float(c, number(1), start);
      case "bigDecimal":
        return decimal(c, number(2), start);
      default:
        return c.fail();
    }
  })();
  c.next();
  return { kind: "literal", value, type, ...c.spanFrom(start) };
}

/** An int, a bigint or a decimal: the first that holds it. */
function wholeNumber(c: Cursor, text: string, start: number): readonly [Value, t.DataType] {
  if (text.length > MAX_DIGITS) return decimal(c, text, start);
  const value = BigInt(text);
  if (BigInt.asIntN(32, value) === value) return [Number(value), t.integerType];
  if (BigInt.asIntN(64, value) === value) return [value, t.longType];
  return decimal(c, text, start);
}

function bounded(c: Cursor, text: string, { type, name, least, most }: Bounds, start: number): readonly [Value, t.DataType] {
  const value = text.length > MAX_DIGITS ? most + 1n : BigInt(text);
  if (value < least || value > most) outOfRange(c, text, String(least), String(most), name, start);
  return [type.kind === "long" ? value : Number(value), type];
}

function outOfRange(c: Cursor, rawStrippedQualifier: string, minValue: string, maxValue: string, typeName: string, start: number): never {
  return refuse(c, "INVALID_NUMERIC_LITERAL_RANGE", { rawStrippedQualifier, minValue, maxValue, typeName }, { start });
}

const MAX_DOUBLE = "1.7976931348623157E+308";
const MAX_FLOAT = "3.4028234663852886E+38";

function double(c: Cursor, text: string, start: number): readonly [Value, t.DataType] {
  const value = Number(text);
  if (!Number.isFinite(value)) outOfRange(c, text, `-${MAX_DOUBLE}`, MAX_DOUBLE, "double", start);
  return [value, t.doubleType];
}

function float(c: Cursor, text: string, start: number): readonly [Value, t.DataType] {
  const value = Number(text);
  if (Math.abs(value) > Number(MAX_FLOAT)) outOfRange(c, text, `-${MAX_FLOAT}`, MAX_FLOAT, "float", start);
  return [Math.fround(value), t.floatType];
}

function decimal(c: Cursor, text: string, start: number): readonly [Value, t.DataType] {
  const exponent = Math.abs(Number(/e([+-]?\d+)$/i.exec(text.slice(-MAX_DIGITS))?.[1] ?? 0));
  if (text.length > MAX_DIGITS || exponent > MAX_DIGITS)
    tooPrecise(c, text.replace(/e[+-]?\d+$/i, "").replace(/\D/g, "").length + exponent, start);
  const value = Decimal.parse(text);
  const precision = Math.max(value.precision, value.scale);
  if (precision > t.MAX_DECIMAL_PRECISION) tooPrecise(c, precision, start);
  return [value, t.decimalType(precision, value.scale)];
}

function tooPrecise(c: Cursor, precision: number, start: number): never {
  const parameters = { precision: String(precision), maxPrecision: String(t.MAX_DECIMAL_PRECISION) };
  return refuse(c, "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", parameters, { start });
}

const typedLiterals = ["DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP", "INTERVAL", "X", "TIME"];

/** `DATE '2020-01-01'`: a name, and one string behind it. */
export function parseTypedLiteral(c: Cursor): TypedLiteral {
  const { start } = c.peek();
  const written = c.identifier().name;
  const type = written.toUpperCase();
  const text = unescapeString(c.next().text, { escapedStringLiterals: false, consecutiveStrings: false });
  if (!typedLiterals.includes(type)) {
    const supportedTypes = typedLiterals.map(sqlTypeText).join(", ");
    refuse(c, "UNSUPPORTED_TYPED_LITERAL", { unsupportedType: sqlTypeText(written), supportedTypes }, { start });
  }
  if (type === "X" && !/^[0-9a-fA-F]*$/.test(text)) {
    refuse(c, "INVALID_TYPED_LITERAL", { valueType: '"X"', value: sqlText(text) }, { start });
  }
  return { kind: "typedLiteral", type, text, ...c.spanFrom(start) };
}
