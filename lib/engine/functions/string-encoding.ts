import { commonTypeOf } from "../analyzer/common-type.ts";
import { castTo } from "../analyzer/implicit-cast.ts";
import { ExecutionError } from "../errors.ts";
import type { Call } from "../expressions/expression.ts";
import { typeOf } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { base32Of, fromBase32 } from "./base32.ts";
import { bindOnce } from "./bind-once.ts";
import { decodeBytes, encodeText } from "./charset.ts";
import { scalarsOf } from "./define.ts";
import { any, type FunctionEntry, type JavaScriptImplementation, of, type ScalarFunction, takes, takesMany } from "./function.ts";

/** Texts to and from bytes. */
const scalar = scalarsOf("string");
const text = of(t.stringType);
const bytes = of(t.binaryType);

/** decode(bytes, charset), or Oracle's decode(value, search, result, ..., [default]), which takes NULLs as equal. */
function decode(args: readonly string[], call: Call): string | JavaScriptImplementation {
  if (call.args.length === 2)
    return { evaluate: ([value, charset], session) => decodeBytes(value as Uint8Array, charset as string, session) };
  return bindOnce([args[0]!], ([value]) => {
    const branches: string[] = [];
    for (let i = 1; i + 1 < args.length; i += 2) branches.push(`WHEN ${value} IS NOT DISTINCT FROM ${args[i]} THEN ${args[i + 1]}`);
    return `(CASE ${branches.join(" ")}${args.length % 2 === 0 ? ` ELSE ${args.at(-1)}` : ""} END)`;
  });
}

const isResult = (i: number, count: number): boolean => i > 0 && (i % 2 === 0 || i === count - 1);

const decodeArguments: NonNullable<ScalarFunction["check"]> = (args, session) => {
  if (args.length === 2) return [castTo(args[0]!, t.binaryType, session), castTo(args[1]!, t.stringType, session)];
  const typeOfSome = (wanted: (i: number) => boolean) =>
    commonTypeOf(args.filter((_, i) => wanted(i)).map(typeOf), session) ?? t.stringType;
  const result = typeOfSome((i) => isResult(i, args.length));
  const search = typeOfSome((i) => !isResult(i, args.length));
  return args.map((arg, i) => castTo(arg, isResult(i, args.length) ? result : search, session));
};

/** Java's MIME decoder passes over what is no digit of base 64. */
const unbase64 = (value: string): Uint8Array => Buffer.from(value.replace(/[^A-Za-z0-9+/=]/g, ""), "base64");

/** UTF-8 with a replacement character for what is malformed. */
const repaired = (value: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(value);
const isValid = (value: Uint8Array): boolean => Buffer.from(repaired(value)).equals(Buffer.from(value));
const hexOf = (value: Uint8Array): string => Buffer.from(value).toString("hex").toUpperCase().replace(/../g, "\\x$&");

/** Texts are always valid here; only a binary can hold other bytes. */
const validity = (
  name: string,
  doc: string,
  returns: t.DataType,
  ofText: (sql: string) => string,
  ofBytes: (value: Uint8Array) => unknown,
  nullable?: true,
): ScalarFunction =>
  scalar(
    name,
    doc,
    takes(of(t.stringType, t.binaryType)),
    returns,
    ([value], call) => (typeOf(call.args[0]!).kind === "binary" ? { evaluate: ([v]) => ofBytes(v as Uint8Array) } : ofText(value!)),
    nullable ? { nullable } : {},
  );

const validated = (value: Uint8Array): string => {
  if (isValid(value)) return repaired(value);
  throw new ExecutionError("INVALID_UTF8_STRING", { str: hexOf(value) });
};

export const stringEncodingFunctions: readonly FunctionEntry[] = [
  scalar("base64", "Returns bytes in base 64.", takes(bytes), t.stringType, ([value]) => `to_base64(${value})`),
  scalar("unbase64", "Returns the bytes of a text in base 64.", takes(text), t.binaryType, {
    evaluate: ([value]) => unbase64(value as string),
  }),
  scalar("to_base32", "Returns bytes in base 32.", takes(bytes), t.stringType, { evaluate: ([value]) => base32Of(value as Uint8Array) }),
  scalar("from_base32", "Returns the bytes of a text in base 32.", takes(text), t.binaryType, {
    evaluate: ([value]) => fromBase32(value as string),
  }),
  scalar("encode", "Returns the bytes of a text in a character set.", takes(text, text), t.binaryType, {
    evaluate: ([value, charset], session) => encodeText(value as string, charset as string, session),
  }),
  scalar(
    "decode",
    "Returns the text of bytes in a character set, or the result behind the search value that equals the first argument.",
    takesMany(1, any, any),
    (types) => (types.length === 2 ? t.stringType : types[2]!),
    decode,
    {
      check: decodeArguments,
      nullable: true,
    },
  ),
  validity(
    "is_valid_utf8",
    "Returns true if the bytes are valid UTF-8.",
    t.booleanType,
    (value) => `(${value} IS NOT NULL OR NULL)`,
    isValid,
  ),
  validity("make_valid_utf8", "Returns the text, malformed bytes replaced.", t.stringType, (value) => value, repaired),
  validity("validate_utf8", "Returns the text, if its bytes are valid UTF-8.", t.stringType, (value) => value, validated),
  validity(
    "try_validate_utf8",
    "Returns the text, if its bytes are valid UTF-8, NULL otherwise.",
    t.stringType,
    (value) => value,
    (value) => (isValid(value) ? repaired(value) : null),
    true,
  ),
];
