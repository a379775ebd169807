import { describe, expect, test } from "vitest";
import { literal, nullLiteral } from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { translateRegex } from "../../../lib/engine/functions/java-regex.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { type Case, call, cases, show } from "../../support/call.ts";
import { evaluate } from "../../support/evaluate.ts";

const answers: readonly Case[] = [
  ["rlike", ["%SystemDrive%\\Users\\John", "%SystemDrive%\\\\Users.*"], "true"],
  ["regexp", ["abc", "^b"], "false"],
  ["regexp_like", ["ab\n", "b$"], "true"],
  ["rlike", ["a\rb", "a.b"], "false"],
  ["rlike", ["a\nb", "(?s)a.b"], "true"],
  ["rlike", ["FOO\u000bbar", "(?i)foo\\sBAR"], "true"],
  ["rlike", ["aXb", "a(?=X)"], "true"],
  ["rlike", ["abab", "(ab)\\1"], "true"],
  ["rlike", ["a", "[a-z&&[^b]]"], "true"],
  ["rlike", ["b", "[a-z&&[^b]]"], "false"],
  ["rlike", ["a]b", "[]]"], "true"],
  ["rlike", ["a-b", "^[\\w-]+$"], "true"],
  ["rlike", ["é", "^\\p{L}$"], "true"],
  ["rlike", ["é", "^\\w$"], "false"],
  ["rlike", ["a.c", "\\Qa.c\\E"], "true"],
  ["rlike", ["abc", "\\Qa.c\\E"], "false"],
  ["rlike", ["x/y", "x/y"], "true"],
  ["rlike", ["a", nullLiteral(t.stringType)], "NULL"],
  ["regexp_extract", ["100-200", "(\\d+)-(\\d+)", 1], "100"],
  ["regexp_extract", ["100-200", "(\\d+)$"], "200"],
  ["regexp_extract", ["100-200", "(?<first>\\d+)-(\\d+)", 2], "200"],
  ["regexp_extract", ["x", "(\\d+)", 1], ""],
  ["regexp_extract", ["b", "(a)?b", 1], ""],
  ["regexp_extract_all", ["100-200, 300-400", "(\\d+)-(\\d+)", 1], "[100,300]"],
  ["regexp_extract_all", ["a1b", "\\d*", 0], "[,1,,]"],
  ["regexp_replace", ["100-200", "(\\d+)", "num"], "num-num"],
  ["regexp_replace", ["100-200", "(\\d+)-(\\d+)", "$2\\$$1"], "200$100"],
  ["regexp_replace", ["abc", "b*", "-"], "-a--c-"],
  ["regexp_replace", ["100-200", "(\\d+)", "num", 2], "1num-num"],
  ["regexp_replace", ["a.b", "\\.", "\\\\"], "a\\b"],
  ["regexp_count", ["Steven Jones and Stephen Smith are the best players", "Ste(v|ph)en"], "2"],
  ["regexp_substr", ["Steven Jones and Stephen Smith", "Ste(v|ph)en"], "Steven"],
  ["regexp_substr", ["Steven", "x"], "NULL"],
  ["regexp_instr", ["user@spark.apache.org", "@[^.]*"], "5"],
  ["regexp_instr", ["abc", "x"], "0"],
  ["split", ["oneAtwoBthreeC", "[ABC]"], "[one,two,three,]"],
  ["split", ["oneAtwoBthreeC", "[ABC]", -1], "[one,two,three,]"],
  ["split", ["oneAtwoBthreeC", "[ABC]", 2], "[one,twoBthreeC]"],
  ["split", ["a.b.c", "\\."], "[a,b,c]"],
  ["split", ["a|b", "[|]"], "[a,b]"],
  ["split", ["hello", ""], "[h,e,l,l,o]"],
  ["split", ["hello", "", 3], "[h,e,llo]"],
  ["split", ["", ","], "[]"],
  ["split", ["abc", nullLiteral(t.stringType)], "NULL"],
];

/** A pattern that the plan does not show as a literal always takes the path through JavaScript. */
const hidden = (pattern: string): Expression => call("concat", pattern, literal("", t.stringType));

describe("regular expressions", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  const hiddenAnswers = answers
    .filter(([, args]) => typeof args[1] === "string")
    .map(([name, args, expected]): Case => [name, [args[0]!, hidden(args[1] as string), ...args.slice(2)], expected]);
  test.each(cases(hiddenAnswers))("in JavaScript $text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  const errors: readonly Case[] = [
    ["rlike", ["a", "a("], "INVALID_PARAMETER_VALUE.PATTERN"],
    ["rlike", ["a", "*a"], "INVALID_PARAMETER_VALUE.PATTERN"],
    ["rlike", ["a", hidden("a(")], "INVALID_PARAMETER_VALUE.PATTERN"],
    ["rlike", ["a", "a++"], "FIRECREST_UNSUPPORTED"],
    ["rlike", ["a", "(?>a)"], "FIRECREST_UNSUPPORTED"],
    ["regexp_extract", ["a", "(a)", 2], "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX"],
    ["regexp_extract", ["a", hidden("(a)"), -1], "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX"],
    ["regexp_replace", ["a", "(a)", "$2"], "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });

  test("only what RE2 says the same goes to it", () => {
    expect(translateRegex("^a[b-d]+(x|y)?\\d{2}", "rlike").re2).toBe("^a[b-d]+(x|y)?[0-9]{2}");
    for (const pattern of ["a(?!b)", "(a)\\1", "[a&&b]", "(?m)^a", "a{2000}"]) expect(translateRegex(pattern, "rlike").re2).toBeUndefined();
    expect(translateRegex("a*", "split").nonEmpty).toBe(false);
    expect(translateRegex("a|b+", "split").nonEmpty).toBe(true);
  });
});
