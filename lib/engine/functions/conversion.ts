import { AnalysisError, ExecutionError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import * as t from "../types/data-type.ts";
import { requireConstant } from "./constant.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, of, type ScalarFunction, takes, takesUpTo } from "./function.ts";

/** Casts by the name of a type, and binaries from text. */
const scalar = scalarsOf("conversion");
const text = of(t.stringType);

const castTo = (name: string, type: t.DataType): ScalarFunction =>
  scalar(name, `Returns the value cast to ${name}.`, takes(any), type, ([value]) => value!, { castsTo: type });

/** Base 64 with its padding, white space passed over but between the padding; undefined for other text. */
function fromBase64(value: string): Uint8Array | undefined {
  const match = /^([A-Za-z0-9+/\s]*)(={0,2})\s*$/.exec(value);
  if (!match) return undefined;
  const [body, padding] = [match[1]!.replace(/\s/g, ""), match[2]!];
  const rest = body.length % 4;
  const complete = rest === 0 ? padding === "" : rest !== 1 && (padding === "" || rest + padding.length === 4);
  return complete ? Buffer.from(body, "base64") : undefined;
}

const fromHex = (value: string): Uint8Array | undefined =>
  /^[0-9a-fA-F]*$/.test(value) ? Buffer.from(value.length % 2 === 0 ? value : `0${value}`, "hex") : undefined;

const READERS: Readonly<Record<string, (value: string) => Uint8Array | undefined>> = {
  base64: fromBase64,
  hex: fromHex,
  "utf-8": (value) => Buffer.from(value),
  utf8: (value) => Buffer.from(value),
};

/** A constant format is checked before anything runs, but for try_to_binary. */
function checkedFormat(name: string, args: readonly Expression[]): readonly Expression[] {
  requireConstant(name, args, 1, "fmt");
  const format = args[1]!;
  const shown = format.kind === "cast" && format.child.kind === "literal" ? format.child : format;
  if (name !== "to_binary" || shown.kind !== "literal" || shown.value === null || String(shown.value).toLowerCase() in READERS) return args;
  throw new AnalysisError("DATATYPE_MISMATCH.INVALID_ARG_VALUE", {
    sqlExpr: `"${name}(${args.map((arg) => prettyName(arg)).join(", ")})"`,
    inputName: "fmt",
    requireType: 'case-insensitive "STRING"',
    validValues: "'hex', 'utf-8', 'utf8', or 'base64'",
    inputValue: `'${String(shown.value).toLowerCase()}'`,
  });
}

const toBinary = (name: string, doc: string, failing: boolean): ScalarFunction =>
  scalar(
    name,
    doc,
    takesUpTo(1, text, text),
    t.binaryType,
    {
      evaluate: ([value, format = "hex"]) => {
        const bytes = READERS[(format as string).toLowerCase()]?.(value as string);
        if (bytes || !failing) return bytes ?? null;
        throw new ExecutionError("CONVERSION_INVALID_INPUT", {
          str: `'${value as string}'`,
          fmt: `'${(format as string).toUpperCase()}'`,
          targetType: '"BINARY"',
          suggestion: "`try_to_binary`",
        });
      },
    },
    { nullable: true, check: (args) => (args.length === 1 ? args : checkedFormat(name, args)) },
  );

export const conversionFunctions: readonly FunctionEntry[] = [
  castTo("boolean", t.booleanType),
  castTo("tinyint", t.byteType),
  castTo("smallint", t.shortType),
  castTo("int", t.integerType),
  castTo("bigint", t.longType),
  castTo("float", t.floatType),
  castTo("double", t.doubleType),
  castTo("decimal", t.decimalType(10, 0)),
  castTo("string", t.stringType),
  castTo("binary", t.binaryType),
  castTo("date", t.dateType),
  castTo("timestamp", t.timestampType),
  castTo("time", t.timeType()),
  toBinary("to_binary", "Returns the bytes of a text in a format: hex, utf-8 or base64.", true),
  toBinary("try_to_binary", "Returns the bytes of a text in a format: hex, utf-8 or base64; NULL where it is in none.", false),
];
