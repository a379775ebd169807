import type { FunctionEntry } from "./function.ts";

/**
 * Functions whose result is nullable in Spark's schemas although none of their arguments is. Source: `nullable` of its expressions, and
 * StaticInvoke, which has it where nothing is said.
 */
const NAMES: ReadonlySet<string> = new Set(
  [
    "acos acosh asin asinh atan atanh cbrt ceil cos cosh cot csc degrees exp expm1 floor radians rint sec sign sin sinh sqrt tan tanh",
    "bround round pmod",
    "encode luhn_check mask right sentences split_part url_decode url_encode is_valid_utf8 make_valid_utf8 validate_utf8 aes_encrypt",
    "from_unixtime map_contains_key to_csv to_json",
  ].flatMap((line) => line.split(" ")),
);

/** The same entries, those with their results nullable. */
export const withNullableResults = (entries: readonly FunctionEntry[]): readonly FunctionEntry[] =>
  entries.map((entry) => (NAMES.has(entry.names[0]) && entry.kind === "scalar" ? { ...entry, nullable: true } : entry));
