import { castTo } from "../analyzer/implicit-cast.ts";
import { AnalysisError, ExecutionError } from "../errors.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { rounded } from "../types/exact-decimal.ts";
import { javaDouble, javaFloat } from "../types/java-number.ts";
import { Decimal } from "../types/values.ts";
import { scalarsOf } from "./define.ts";
import {
  any,
  type FunctionEntry,
  type JavaScriptImplementation,
  of,
  type ScalarFunction,
  type SessionSettings,
  takes,
  takesMany,
} from "./function.ts";
import { Fraction, javaFormat } from "./java-format.ts";
import { formatNumber, parseNumber, parseNumberFormat, typeOfFormat } from "./number-format.ts";
import { entryOf } from "./registry.ts";

/** Numbers to and from formatted text. */
const scalar = scalarsOf("string");
const text = of(t.stringType);

const decimalOf = (value: unknown): Decimal | undefined => {
  if (value instanceof Decimal) return value;
  if (typeof value === "bigint") return new Decimal(value, 0);
  return Number.isFinite(value) ? Decimal.parse(String(value)) : undefined;
};

/** `#,##0.00` for 2 fractional digits, or by a pattern of java.text.DecimalFormat's `#`, `0`, `,` and `.`; rounded half even. */
function formatNumberText(value: unknown, format: number | string): string | null {
  const shape = typeof format === "number" ? { least: format, most: format, whole: 1, group: 3 } : decimalFormat(format);
  if (shape.most < 0) return null;
  const decimal = decimalOf(value);
  if (!decimal) return Number.isNaN(value) ? "NaN" : (value as number) < 0 ? "-∞" : "∞";
  const [whole, fraction = ""] = rounded(decimal, shape.most, "halfEven").toString().replace("-", "").split(".") as [string, string?];
  const digits = (whole === "0" && shape.whole === 0 ? "" : whole).padStart(shape.whole, "0");
  const grouped = shape.group > 0 ? digits.replace(new RegExp(`\\B(?=(\\d{${shape.group}})+$)`, "g"), ",") : digits;
  const kept = fraction.replace(/0+$/, "").padEnd(shape.least, "0");
  const negative = decimal.unscaled < 0n && /[1-9]/.test(whole + fraction);
  return `${negative ? "-" : ""}${grouped}${kept ? `.${kept}` : ""}`;
}

function decimalFormat(pattern: string): { readonly least: number; readonly most: number; readonly whole: number; readonly group: number } {
  const match = /^([#,]*[0,]*)(?:\.(0*)(#*))?$/.exec(pattern);
  if (!match)
    throw new ExecutionError("FIRECREST_UNSUPPORTED", { feature: `The number format '${pattern}'`, advice: "Use #, 0, comma and point." });
  const [, whole = "", zeros = "", hashes = ""] = match;
  const group = whole.includes(",") ? whole.length - whole.lastIndexOf(",") - 1 : 0;
  return { least: zeros.length, most: zeros.length + hashes.length, whole: whole.replace(/[^0]/g, "").length, group };
}

function asFraction(value: unknown, type: t.DataType): unknown {
  if (value === null || !t.isFractional(type)) return value;
  return new Fraction(value as number, type.kind === "float" ? javaFloat(value as number) : javaDouble(value as number));
}

/** The format must be a constant: it decides the type. */
function literalFormat(args: readonly Expression[], name: string): string {
  const format = args[1];
  if (format?.kind === "literal" && typeof format.value === "string") return format.value;
  throw new AnalysisError("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", {
    sqlExpr: `"${name}(${args.map((arg) => prettyName(arg)).join(", ")})"`,
    inputName: "`format`",
    inputType: '"STRING"',
    inputExpr: `"${format ? prettyName(format) : ""}"`,
  });
}

const toNumber = (name: string, doc: string, failing: boolean): ScalarFunction =>
  scalar(
    name,
    doc,
    takes(text, text),
    (_, args) => typeOfFormat(parseNumberFormat(literalFormat(args, name))),
    {
      evaluate: ([value, format]) => {
        const number = parseNumber(value as string, parseNumberFormat(format as string));
        if (number || !failing) return number ?? null;
        throw new ExecutionError("INVALID_FORMAT.MISMATCH_INPUT", {
          inputType: '"STRING"',
          input: value as string,
          format: format as string,
        });
      },
    },
    failing ? {} : { nullable: true },
  );

const BYTE_FORMATS: Readonly<Record<string, BufferEncoding>> = { base64: "base64", hex: "hex", "utf-8": "utf8", utf8: "utf8" };

function bytesText(bytes: Uint8Array, format: string): string {
  const encoding = BYTE_FORMATS[format.toLowerCase()]!;
  const text = Buffer.from(bytes).toString(encoding);
  return encoding === "hex" ? text.toUpperCase() : text;
}

/** Of numbers by a number format, of datetimes as date_format does, of binaries in base64, hex or UTF-8. */
function toChar(args: readonly string[], call: Call, session: SessionSettings): string | JavaScriptImplementation {
  const type = typeOf(call.args[0]!);
  if (type.kind === "timestamp") {
    const { implementation } = entryOf("date_format") as ScalarFunction;
    return typeof implementation === "function" ? implementation(args, call, session) : implementation;
  }
  if (type.kind === "binary") return { evaluate: ([bytes, format]) => bytesText(bytes as Uint8Array, format as string) };
  return { evaluate: ([value, format]) => formatNumber(value as Decimal, parseNumberFormat(format as string)) };
}

function toCharArguments([value, format]: readonly Expression[], session: SessionSettings): readonly Expression[] {
  const type = typeOf(value!);
  if (t.isDatetime(type)) return [castTo(value!, t.timestampType, session), format!];
  if (type.kind === "binary") {
    const name = literalFormat([value!, format!], "to_char");
    if (BYTE_FORMATS[name.toLowerCase()]) return [value!, format!];
    throw new AnalysisError("INVALID_PARAMETER_VALUE.BINARY_FORMAT", {
      parameter: "`format`",
      functionName: "`to_char`",
      invalidFormat: `'${name}'`,
    });
  }
  parseNumberFormat(literalFormat([value!, format!], "to_char"));
  const decimal =
    type.kind === "decimal"
      ? type
      : t.isIntegral(type)
        ? t.decimalForIntegral(type)
        : type.kind === "float"
          ? t.decimalType(14, 7)
          : t.decimalType(30, 15);
  return [castTo(value!, decimal, session), format!];
}

export const stringFormatFunctions: readonly FunctionEntry[] = [
  scalar(
    "format_string printf",
    "Returns the values in a text as Java's String.format puts them there.",
    takesMany(0, text, any),
    t.stringType,
    (_, call) => ({
      nulls: true,
      evaluate: ([format, ...values]) =>
        format === null
          ? null
          : javaFormat(
              format as string,
              values.map((value, i) => asFraction(value, typeOf(call.args[i + 1]!))),
            ),
    }),
  ),
  scalar(
    "format_number",
    "Returns a number with thousands separators, and a number of fractional digits or by a pattern.",
    takes(of(t.decimalType(38, 18), t.doubleType, t.longType, t.integerType), of(t.integerType, t.stringType)),
    t.stringType,
    { evaluate: ([value, format]) => formatNumberText(value, format as number | string) },
    { nullable: true },
  ),
  toNumber("to_number", "Returns the number that a text is by a format.", true),
  toNumber("try_to_number", "Returns the number that a text is by a format, NULL where it is none.", false),
  scalar("to_char to_varchar", "Returns a number, a datetime or a binary as text by a format.", takes(any, text), t.stringType, toChar, {
    check: toCharArguments,
  }),
];
