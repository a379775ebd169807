import { ExecutionError } from "../errors.ts";
import { divideRounded, powerOfTen, rounded } from "../types/exact-decimal.ts";
import { Decimal } from "../types/values.ts";

/** `%[index$][flags][width][.precision]conversion`. Source: java.util.Formatter's documentation. */
const SPECIFIER = /%(?:(\d+)\$)?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

const unsupported = (feature: string): never => {
  throw new ExecutionError("FIRECREST_UNSUPPORTED", {
    feature: `The format ${feature}`,
    advice: "Use %s, %d, %x, %o, %c, %b, %f, %e, %g, %n or %%.",
  });
};

/** A double or float, whose text keeps a fractional digit: JavaScript does not tell 2.0 from 2. */
export class Fraction {
  readonly value: number;
  readonly text: string;
  constructor(value: number, text: string) {
    this.value = value;
    this.text = text;
  }
}

/** Java's String.format of Spark values, doubles and floats as Fraction. */
export function javaFormat(format: string, values: readonly unknown[]): string {
  let next = 0;
  return format.replace(
    SPECIFIER,
    (whole, index: string | undefined, flags: string, width: string | undefined, precision: string | undefined, conversion: string) => {
      if (conversion === "n") return "\n";
      if (conversion === "%") return padded("%", flags, width);
      if (Number(index) === 0) throw zeroIndex(`%0$`);
      const position = index === undefined ? next++ : Number(index) - 1;
      if (position >= values.length) unsupported(`specifier ${whole} without a value`);
      return padded(converted(values[position], conversion, flags, precision, width), flags, width);
    },
  );
}

const zeroIndex = (strfmt: string): ExecutionError =>
  new ExecutionError("INVALID_PARAMETER_VALUE.ZERO_INDEX", { parameter: "`strfmt`", functionName: "`format_string`", strfmt });

const padded = (text: string, flags: string, width = "0"): string =>
  flags.includes("-") ? text.padEnd(Number(width)) : text.padStart(Number(width));

function converted(value: unknown, conversion: string, flags: string, precision: string | undefined, width: string | undefined): string {
  const upper = conversion !== conversion.toLowerCase();
  const text = lower(value, conversion.toLowerCase(), flags, precision, width);
  return upper ? text.toUpperCase() : text;
}

function lower(value: unknown, conversion: string, flags: string, precision: string | undefined, width: string | undefined): string {
  const cut = (text: string) => (precision === undefined ? text : text.slice(0, Number(precision)));
  if (conversion === "b") return cut(String(value === null ? false : typeof value === "boolean" ? value : true));
  if (value === null) return cut("null");
  switch (conversion) {
    case "s":
      return cut(value instanceof Fraction ? value.text : String(value));
    case "c":
      return typeof value === "string" ? value : String.fromCodePoint(Number(value));
    case "d":
      return signed(integerOf(value), flags, width, String);
    case "x":
      return radix(integerOf(value), typeof value, 16, flags.includes("#") ? "0x" : "", flags, width);
    case "o":
      return radix(integerOf(value), typeof value, 8, flags.includes("#") ? "0" : "", flags, width);
    case "f":
      return fraction(value, Number(precision ?? 6), flags, width);
    case "e":
      return exponential(value, Number(precision ?? 6), flags, width);
    case "g":
      return general(value, Number(precision ?? 6) || 1, flags, width);
    default:
      return unsupported(`conversion %${conversion}`);
  }
}

const integerOf = (value: unknown): bigint => {
  if (typeof value !== "bigint" && typeof value !== "number") unsupported(`of ${String(value)} as an integer`);
  return BigInt(value as number | bigint);
};

/** Two's complement where negative. */
function radix(value: bigint, type: string, base: number, prefix: string, flags: string, width: string | undefined): string {
  const text = prefix + BigInt.asUintN(type === "bigint" ? 64 : 32, value).toString(base);
  return flags.includes("0") ? text.padStart(Number(width ?? 0), "0") : text;
}

/** The sign, the grouping and the zeros that the flags ask for, around the digits of an absolute value. */
function signed<T extends bigint | Decimal>(value: T, flags: string, width: string | undefined, digits: (absolute: T) => string): string {
  const negative = (value instanceof Decimal ? value.unscaled : (value as bigint)) < 0n;
  const absolute = (
    value instanceof Decimal ? (negative ? new Decimal(-value.unscaled, value.scale) : value) : negative ? -value : value
  ) as T;
  return decorated(digits(absolute), negative, flags, width);
}

function decorated(digits: string, negative: boolean, flags: string, width: string | undefined): string {
  const grouped = flags.includes(",") ? digits.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ",")) : digits;
  const [open, close] = negative
    ? flags.includes("(")
      ? ["(", ")"]
      : ["-", ""]
    : [flags.includes("+") ? "+" : flags.includes(" ") ? " " : "", ""];
  const room = Number(width ?? 0) - open!.length - close!.length;
  return open + (flags.includes("0") ? grouped.padStart(room, "0") : grouped) + close;
}

const decimalOf = (value: unknown): Decimal | undefined => {
  if (value instanceof Decimal) return value;
  if (!(value instanceof Fraction)) return unsupported(`of ${String(value)} as a fraction`);
  return Number.isFinite(value.value) ? Decimal.parse(value.text) : undefined;
};

const notFinite = (fraction: unknown, flags: string, { value } = fraction as Fraction): string =>
  Number.isNaN(value) ? "NaN" : decorated("Infinity", value < 0, flags.replace("0", ""), undefined);

function fraction(value: unknown, precision: number, flags: string, width: string | undefined): string {
  const decimal = decimalOf(value);
  return decimal ? signed(rounded(decimal, precision, "halfUp"), flags, width, String) : notFinite(value, flags);
}

function exponential(value: unknown, precision: number, flags: string, width: string | undefined): string {
  const decimal = decimalOf(value);
  if (!decimal) return notFinite(value, flags);
  return signed(decimal, flags, width, (absolute) => {
    const { digits, exponent } = significant(absolute, precision + 1);
    const mantissa = precision > 0 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  });
}

/** Plain from 10^-4 up to 10^precision. */
function general(value: unknown, precision: number, flags: string, width: string | undefined): string {
  const decimal = decimalOf(value);
  if (!decimal) return notFinite(value, flags);
  const { exponent } = significant(decimal.unscaled < 0n ? new Decimal(-decimal.unscaled, decimal.scale) : decimal, precision);
  if (decimal.unscaled !== 0n && (exponent < -4 || exponent >= precision)) return exponential(value, precision - 1, flags, width);
  return fraction(value, decimal.unscaled === 0n ? precision - 1 : precision - 1 - exponent, flags, width);
}

/** The first digits of a number that is not negative, rounded half up, and the power of ten of the first one. */
function significant(value: Decimal, count: number): { readonly digits: string; readonly exponent: number } {
  if (value.unscaled === 0n) return { digits: "0".repeat(count), exponent: 0 };
  const exponent = value.precision - value.scale - 1;
  const shift = count - value.precision;
  const unscaled = shift >= 0 ? value.unscaled * powerOfTen(shift) : divideRounded(value.unscaled, powerOfTen(-shift), "halfUp");
  const digits = String(unscaled);
  return digits.length > count ? { digits: digits.slice(0, count), exponent: exponent + 1 } : { digits, exponent };
}
