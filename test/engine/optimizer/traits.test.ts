import { describe, expect, it } from "vitest";
import { resolveExpression } from "../../../lib/engine/analyzer/resolve-expression.ts";
import { doubleLiteral, fn, integerLiteral, longLiteral, stringLiteral } from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { prettyName } from "../../../lib/engine/expressions/print.ts";
import { canRaise } from "../../../lib/engine/optimizer/traits.ts";
import { call } from "../../support/call.ts";
import { evaluate, utc } from "../../support/evaluate.ts";

const extremeDoubles = [0, -0, 1, -1, 1e308, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(doubleLiteral);
const extremeLongs = [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)].map(longLiteral);
const oddTexts = ["", "\u0000", "日本", "\\", "\u{1f600}"].map(stringLiteral);

const resolved = (expression: Expression) => resolveExpression(expression, { candidates: () => [], all: () => [] }, utc);

/** One expression, so that a family costs one statement. */
async function evaluateAll(calls: readonly Expression[]): Promise<void> {
  for (const one of calls) expect(canRaise(resolved(one), utc), prettyName(one)).toBe(false);
  await evaluate(fn("array", ...calls.map((one) => fn("isnull", one))));
}
const each = (names: string, values: readonly Expression[]) => names.split(" ").flatMap((name) => values.map((value) => fn(name, value)));
const eachPair = (names: string, values: readonly Expression[]) =>
  names.split(" ").flatMap((name) => values.flatMap((a) => values.map((b) => fn(name, a, b))));

describe("functions that predicates are pushed down with", () => {
  it("never raise, whatever the number", async () => {
    const names = "acos acosh asin asinh atan atanh cbrt cos cosh cot csc degrees exp expm1 ln log10 log1p log2 radians rint sec sign sin";
    await evaluateAll(each(`${names} sinh sqrt tan tanh`, extremeDoubles));
    await evaluateAll(eachPair("pow atan2 hypot log nanvl", extremeDoubles));
    await evaluateAll([...each("hex bin bit_count ~", extremeLongs), ...eachPair("& | ^", extremeLongs)]);
    const shifts = [0, -1, 64, -(2 ** 31)].map(integerLiteral);
    await evaluateAll(extremeLongs.flatMap((value) => shifts.map((by) => fn("shiftleft", value, by))));
  });

  it("never raise, whatever the text", async () => {
    await evaluateAll(each("unhex bit_length ascii initcap soundex md5 crc32 hash xxhash64", oddTexts));
    await evaluateAll(eachPair("levenshtein find_in_set", oddTexts));
    await evaluateAll(oddTexts.map((text) => call("lpad", text, -(2 ** 31), "x")));
  });

  it("are told from those that do", () => {
    for (const one of [
      call("element_at", [1], 0),
      call("make_date", 1, 2, 3),
      call("date_add", "2020-01-01", 1),
      call("assert_true", true),
    ])
      expect(canRaise(resolved(one), utc), prettyName(one)).toBe(true);
  });
});
