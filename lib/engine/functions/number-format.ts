import { AnalysisError } from "../errors.ts";
import type { DecimalType } from "../types/data-type.ts";
import { decimalType } from "../types/data-type.ts";
import { powerOfTen, rounded } from "../types/exact-decimal.ts";
import { Decimal } from "../types/values.ts";

/** The formats of to_number and to_char: `[MI|S] [$] [0|9|G|,]* [.|D] [0|9]* [$] [PR|MI|S]`. Source: Spark's ToNumberParser. */
export interface NumberFormat {
  /** Digits and separators before the point: `0`, `9` and `,`. */
  readonly whole: string;
  readonly fraction: string;
  readonly hasPoint: boolean;
  readonly currency: boolean;
  readonly sign: "none" | "leadingS" | "leadingMI" | "trailingS" | "trailingMI" | "PR";
}

const FORMAT = /^(S|MI)?(\$)?([09,G]*)([.D]([09]*))?(\$)?(S|MI|PR)?$/;

/** Throws INVALID_FORMAT. */
export function parseNumberFormat(format: string): NumberFormat {
  const quoted = `'${format}'`;
  if (format === "") throw new AnalysisError("INVALID_FORMAT.EMPTY", { format: quoted });
  if (/[.D].*[,G]/i.test(format)) throw new AnalysisError("INVALID_FORMAT.THOUSANDS_SEPS_MUST_BEFORE_DEC", { format: quoted });
  const match = FORMAT.exec(format.toUpperCase());
  const unexpected = (token: string) => new AnalysisError("INVALID_FORMAT.UNEXPECTED_TOKEN", { format: quoted, token: `'${token}'` });
  if (!match) throw unexpected(/[^0-9,.$A-Z]|[^SMIPRDG09,.$]/i.exec(format)?.[0] ?? format.slice(-1));
  const [, leading, currencyFirst, whole = "", point, fraction = "", currencyLast, trailing] = match;
  if (leading && trailing) throw unexpected(trailing);
  if (!/[09]/.test(whole + fraction)) throw new AnalysisError("INVALID_FORMAT.WRONG_NUM_DIGIT", { format: quoted });
  if (/^[,G]|[,G]{2}|[,G]$/.test(whole)) throw new AnalysisError("INVALID_FORMAT.CONT_THOUSANDS_SEPS", { format: quoted });
  return {
    whole: whole.replaceAll("G", ","),
    fraction,
    hasPoint: point !== undefined,
    currency: currencyFirst !== undefined || currencyLast !== undefined,
    sign: signOf(leading, trailing),
  };
}

function signOf(leading: string | undefined, trailing: string | undefined): NumberFormat["sign"] {
  if (leading) return leading === "S" ? "leadingS" : "leadingMI";
  if (!trailing) return "none";
  return trailing === "PR" ? "PR" : trailing === "S" ? "trailingS" : "trailingMI";
}

const digitsIn = (text: string): number => text.replace(/[^09]/g, "").length;

/** As many digits as the format has. */
export function typeOfFormat({ whole, fraction }: NumberFormat): DecimalType {
  return decimalType(Math.max(1, Math.min(38, digitsIn(whole) + fraction.length)), Math.min(38, fraction.length));
}

/** The number that a text is by a format; undefined where it does not match. */
export function parseNumber(text: string, format: NumberFormat): Decimal | undefined {
  const sign = format.sign;
  const either = { none: "()", leadingS: "([+-]?)", leadingMI: "(-?)", trailingS: "()", trailingMI: "()", PR: "(<?)" }[sign];
  const behind = { none: "()", leadingS: "()", leadingMI: "()", trailingS: "([+-]?)", trailingMI: "(-?)", PR: "(>?)" }[sign];
  const pattern = `^${either}${format.currency ? "\\$" : ""}([0-9,]*)${format.hasPoint ? "(?:\\.([0-9]*))?" : "()"}${behind}$`;
  const match = new RegExp(pattern).exec(text.trim());
  if (!match) return undefined;
  const [, before, whole = "", fraction = "", after] = match;
  if (!fitsWhole(whole, format.whole) || fraction.length > format.fraction.length || !/\d/.test(whole + fraction)) return undefined;
  if (sign === "PR" && (before === "<") !== (after === ">")) return undefined;
  const unscaled = BigInt(whole.replaceAll(",", "") + fraction.padEnd(format.fraction.length, "0"));
  return new Decimal(before === "-" || before === "<" || after === "-" ? -unscaled : unscaled, format.fraction.length);
}

/** A group of digits has as many as the format's, or fewer for the first one; groups of `0` have all of theirs. */
function fitsWhole(text: string, format: string): boolean {
  const [given, wanted] = [text.split(",").reverse(), format.split(",").reverse()];
  if (given.length > wanted.length) return false;
  if (given.length < wanted.length && wanted.slice(given.length).some((group) => group.includes("0"))) return false;
  return given.every((group, i) => {
    const model = wanted[i]!;
    const least = i < given.length - 1 ? model.length : model.length - model.search(/0|$/);
    return group.length <= model.length && group.length >= least;
  });
}

/** The text of a number by a format; `#` for its digits where they are too many. A 0 stands before a point that no digit does. */
export function formatNumber(value: Decimal, format: NumberFormat): string {
  const negative = value.unscaled < 0n;
  const scaled = rounded(negative ? new Decimal(-value.unscaled, value.scale) : value, format.fraction.length, "down");
  const [whole, fraction = ""] = new Decimal(scaled.unscaled, scaled.scale).toString().split(".") as [string, string?];
  const room = digitsIn(format.whole);
  const digits = whole === "0" && room > 0 ? "" : whole === "0" ? "" : whole;
  const tooLong =
    digits.length > room ||
    (value.scale > format.fraction.length && value.unscaled % powerOfTen(value.scale - format.fraction.length) !== 0n);
  const written = tooLong ? format.whole.replace(/[09]/g, "#").replaceAll(",", " ") : wholeText(digits, format.whole);
  const body = format.hasPoint ? written.replace(/ $/, "0") : written;
  const point = format.hasPoint ? `.${tooLong ? "#".repeat(format.fraction.length) : fraction}` : "";
  const blanks = /^ */.exec(body)![0];
  const text = `${format.currency ? "$" : ""}${body.slice(blanks.length)}${point}`;
  return blanks + withSign(text, negative, format.sign);
}

/** Blanks for a leading `9`, zeros from the first `0` on; a separator only behind a digit. */
function wholeText(digits: string, format: string): string {
  let missing = digitsIn(format) - digits.length;
  let [next, text, started] = [0, "", false];
  for (const token of format) {
    if (token === ",") {
      text += started ? "," : " ";
    } else if (missing > 0) {
      missing--;
      started ||= token === "0";
      text += started ? "0" : " ";
    } else {
      started = true;
      text += digits[next++];
    }
  }
  return text;
}

function withSign(text: string, negative: boolean, sign: NumberFormat["sign"]): string {
  switch (sign) {
    case "none":
      return text;
    case "leadingS":
      return `${negative ? "-" : "+"}${text}`;
    case "leadingMI":
      return `${negative ? "-" : " "}${text}`;
    case "trailingS":
      return `${text}${negative ? "-" : "+"}`;
    case "trailingMI":
      return `${text}${negative ? "-" : " "}`;
    case "PR":
      return negative ? `<${text}>` : `${text}  `;
  }
}
