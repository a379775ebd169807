import * as t from "../types/data-type.ts";
import { bindOnce } from "./bind-once.ts";
import { scalarsOf } from "./define.ts";
import { type FunctionEntry, raise, takes } from "./function.ts";

const scalar = scalarsOf("string");
const text = { accepts: [t.stringType] } as const;
const int = { accepts: [t.integerType] } as const;

/** The text where it is no longer than the limit; else cut, where only blanks are lost. `short` is what becomes of shorter ones. */
const checked =
  (short: (value: string, limit: string) => string) =>
  ([value, limit]: readonly string[]): string =>
    bindOnce([value!, limit!], ([v, n]) => {
      const fits = `length(${v}) <= ${n}`;
      const blank = `rtrim(substr(${v}, ${n} + 1), ' ') = ''`;
      return `(CASE WHEN ${v} IS NULL THEN NULL WHEN ${fits} THEN ${short(v!, n!)} WHEN ${blank} THEN left(${v}, ${n}) ELSE ${raise("EXCEED_LIMIT_LENGTH", { limit: n! })} END)`;
    });

/** What tables with char and varchar columns do with texts. Source: Spark's CharVarcharCodegenUtils. */
export const charVarcharFunctions: readonly FunctionEntry[] = [
  scalar(
    "char_type_write_side_check",
    "The text, padded with blanks to a char's length, before it is stored.",
    takes(text, int),
    t.stringType,
    checked((v, n) => `rpad(${v}, ${n}, ' ')`),
    { internal: true },
  ),
  scalar(
    "varchar_type_write_side_check",
    "The text, if it is no longer than a varchar, before it is stored.",
    takes(text, int),
    t.stringType,
    checked((v) => v),
    { internal: true },
  ),
  scalar(
    "read_side_padding",
    "The text, padded with blanks to a char's length, as it is read.",
    takes(text, int),
    t.stringType,
    ([value, limit]) => bindOnce([value!, limit!], ([v, n]) => `(CASE WHEN length(${v}) < ${n} THEN rpad(${v}, ${n}, ' ') ELSE ${v} END)`),
    { internal: true },
  ),
];
