import { AnalysisError } from "../errors.ts";
import type { Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { isNullable } from "../expressions/properties.ts";
import * as t from "../types/data-type.ts";
import { bindOnce } from "./bind-once.ts";
import { requireConstant } from "./constant.ts";
import { scalarsOf } from "./define.ts";
import { type FunctionEntry, of, takes, takesUpTo } from "./function.ts";
import { jaroWinkler } from "./jaro-winkler.ts";

/** What texts sound like, how far apart they are, and how they are hidden. */
const scalar = scalarsOf("string");
const text = of(t.stringType);
const int = of(t.integerType);

/** Codes of A to Z; 7 is passed over, 0 divides. Source: Spark's UTF8String.soundex. */
const SOUNDEX = "01230127022455012623017202";
const soundexOf = (c: string): string => SOUNDEX[c.charCodeAt(0) - 65] ?? "0";

function soundex(value: string): string {
  const first = value[0]?.toUpperCase() ?? "";
  if (!/^[A-Z]$/.test(first)) return value;
  let [code, last] = [first, soundexOf(first)];
  for (const c of value.slice(1).toUpperCase()) {
    const next = /[A-Z]/.test(c) ? soundexOf(c) : "0";
    if (next === "7") continue;
    if (next !== "0" && next !== last) code += next;
    if (code.length === 4) break;
    last = next;
  }
  return code.padEnd(4, "0");
}

/** DuckDB counts bytes, which are characters where both texts are ASCII. */
const levenshteinSql = ([left, right, limit]: readonly string[]): string =>
  bindOnce([left!, right!], ([a, b]) => {
    const distance = `CASE WHEN strlen(${a}) = length(${a}) AND strlen(${b}) = length(${b}) THEN levenshtein(${a}, ${b}) ELSE firecrest_levenshtein(${a}, ${b}) END`;
    if (limit === undefined) return `CAST(${distance} AS INTEGER)`;
    return bindOnce(
      [distance, limit],
      ([d, most]) => `CAST(CASE WHEN ${most} IS NULL THEN NULL WHEN ${d} > ${most} THEN -1 ELSE ${d} END AS INTEGER)`,
    );
  });

/** Source: https://en.wikipedia.org/wiki/Luhn_algorithm. */
function luhn(value: string): boolean {
  if (!/^\d+$/.test(value)) return false;
  let sum = 0;
  for (const [i, digit] of [...value].reverse().entries()) {
    const doubled = i % 2 === 1 ? Number(digit) * 2 : Number(digit);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

const asciiKind = (code: number) =>
  code >= 97 && code <= 122 ? "lower" : code >= 65 && code <= 90 ? "upper" : code >= 48 && code <= 57 ? "digit" : "other";

/** Replacements of upper case, lower case, digits and other characters; NULL keeps them. */
function mask(
  value: string | null,
  upper: unknown = "X",
  lower: unknown = "x",
  digit: unknown = "n",
  other: unknown = null,
): string | null {
  if (value === null) return null;
  let masked = "";
  for (const c of value) {
    const kind =
      c <= "\x7f"
        ? asciiKind(c.charCodeAt(0))
        : /\p{Lu}/u.test(c)
          ? "upper"
          : /\p{Ll}/u.test(c)
            ? "lower"
            : /\p{Nd}/u.test(c)
              ? "digit"
              : "other";
    const by = kind === "upper" ? upper : kind === "lower" ? lower : kind === "digit" ? digit : other;
    masked += by === null ? c : (by as string);
  }
  return masked;
}

const REPLACED = ["upperChar", "lowerChar", "digitChar", "otherChar"];

/** Replacements are constants of one character. Source: Spark's Mask. */
function constantReplacements(args: readonly Expression[]): readonly Expression[] {
  for (const [i, arg] of args.entries()) {
    if (i === 0) continue;
    const exprName = REPLACED[i - 1]!;
    requireConstant("mask", args, i, exprName);
    if (arg.kind !== "literal" || arg.value === null || [...String(arg.value)].length === 1) continue;
    const sqlExpr = `"${prettyName({ kind: "unresolvedFunction", name: "mask", args })}"`;
    throw new AnalysisError("DATATYPE_MISMATCH.INPUT_SIZE_NOT_ONE", { sqlExpr, exprName });
  }
  return args;
}

/** Sentences, each an array of its words. */
function sentences(value: string, language = "", country = ""): string[][] {
  const locale = localeOf(language, country);
  const words = new Intl.Segmenter(locale, { granularity: "word" });
  const split = (sentence: string) => [...words.segment(sentence)].filter((part) => part.isWordLike).map((part) => part.segment);
  return [...new Intl.Segmenter(locale, { granularity: "sentence" }).segment(value)]
    .map((part) => split(part.segment))
    .filter((list) => list.length > 0);
}

/** An unknown language is English, as in Java's root locale. */
function localeOf(language: string, country: string): string {
  const tag = language === "" ? "en" : country === "" ? language : `${language}-${country}`;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? "en";
  } catch {
    return "en";
  }
}

export const stringCodeFunctions: readonly FunctionEntry[] = [
  scalar("soundex", "Returns the Soundex code of a word.", takes(text), t.stringType, { evaluate: ([value]) => soundex(value as string) }),
  scalar(
    "levenshtein",
    "Returns how many characters have to be changed to make one text of another, -1 if that is more than a limit.",
    takesUpTo(1, text, text, int),
    t.integerType,
    levenshteinSql,
  ),
  scalar("jaro_winkler_similarity", "Returns how similar two texts are, from 0 to 1.", takes(text, text), t.doubleType, {
    evaluate: ([left, right]) => jaroWinkler(left as string, right as string),
  }),
  scalar("luhn_check", "Returns true if a text of digits passes the Luhn algorithm.", takes(text), t.booleanType, {
    evaluate: ([value]) => luhn(value as string),
  }),
  scalar(
    "mask",
    "Returns the text with its characters replaced by one of their kind.",
    takesUpTo(4, text, text, text, text, text),
    t.stringType,
    {
      nulls: true,
      evaluate: ([value, ...replacements]) => mask(value as string | null, ...replacements),
    },
    { nullable: ([value]) => isNullable(value!), check: constantReplacements },
  ),
  scalar(
    "sentences",
    "Returns the sentences of a text, each as an array of its words.",
    takesUpTo(2, text, text, text),
    t.arrayType(t.arrayType(t.stringType, false), false),
    {
      evaluate: ([value, language, country]) => sentences(value as string, language as string | undefined, country as string | undefined),
    },
  ),
];
