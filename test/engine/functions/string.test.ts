import { describe, expect, test } from "vitest";
import { fn, integerLiteral, literal, nullLiteral, stringLiteral } from "../../../lib/engine/expressions/build.ts";
import type { Literal } from "../../../lib/engine/expressions/expression.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { Decimal } from "../../../lib/engine/types/values.ts";
import { type Case, call, cases, show } from "../../support/call.ts";
import { evaluate, nonAnsi } from "../../support/evaluate.ts";

const bytes = (text: string | readonly number[]): Literal => literal(Buffer.from(text as string), t.binaryType);
const noText = nullLiteral(t.stringType);
const noInt = nullLiteral(t.integerType);
const noBytes = nullLiteral(t.binaryType);

const answers: readonly Case[] = [
  ["upper", ["SparkSql"], "SPARKSQL"],
  ["ucase", ["straße"], "STRASSE"],
  ["lower", ["SparkSql"], "sparksql"],
  ["lcase", ["ÀÉ"], "àé"],
  ["initcap", ["sPark sql"], "Spark Sql"],
  ["initcap", ["é-a  b"], "É-a  B"],
  ["length", ["Spark SQL "], "10"],
  ["char_length", ["añ😀"], "3"],
  ["length", [bytes("añ")], "3"],
  ["octet_length", ["añ"], "3"],
  ["bit_length", ["Spark SQL"], "72"],
  ["trim", ["    SparkSQL   "], "SparkSQL"],
  ["trim", ["\tx "], "\tx"],
  ["trim", ["SL", "SSparkSQLS"], "parkSQ"],
  ["ltrim", ["    SparkSQL   "], "SparkSQL   "],
  ["ltrim", ["Sp", "SSparkSQLS"], "arkSQLS"],
  ["rtrim", ["    SparkSQL   "], "    SparkSQL"],
  ["rtrim", ["LQSa", "SSparkSQLS"], "SSpark"],
  ["btrim", ["SSparkSQLS", "SL"], "parkSQ"],
  ["btrim", ["xx", "x"], ""],
  ["concat", ["Spark", "SQL"], "SparkSQL"],
  ["concat", ["a", 1, true], "a1true"],
  ["concat", [], ""],
  ["concat", ["a", noText], "NULL"],
  ["concat", [[1, 2, 3], [4, 5], [6]], "[1,2,3,4,5,6]"],
  ["concat", [bytes("a"), bytes("b")], "6162"],
  ["||", ["a", "b"], "ab"],
  ["concat_ws", [" ", "Spark", "SQL"], "Spark SQL"],
  ["concat_ws", ["s"], ""],
  ["concat_ws", ["/", "foo", null, "bar"], "foo/bar"],
  ["concat_ws", [noText, "Spark", "SQL"], "NULL"],
  ["concat_ws", [",", "a", ["b", noText, "c"], 1], "a,b,c,1"],
  ["substring", ["Spark SQL", 5], "k SQL"],
  ["substring", ["Spark SQL", -3], "SQL"],
  ["substr", ["Spark SQL", 5, 1], "k"],
  ["substring", ["Spark SQL", 0, 2], "Sp"],
  ["substring", ["Spark SQL", -20, 12], "S"],
  ["substring", ["Spark SQL", -20, 3], ""],
  ["substring", ["Spark SQL", 2, -1], ""],
  ["substring", ["Spark SQL", 2, 2147483647], "park SQL"],
  ["substring", ["a😀b", 2, 1], "😀"],
  ["substring", ["abc", noInt], "NULL"],
  ["substring", [bytes("Spark SQL"), -3], "53514c"],
  ["left", ["Spark SQL", 3], "Spa"],
  ["left", ["Spark SQL", -2], ""],
  ["left", [bytes("abc"), 2], "6162"],
  ["right", ["Spark SQL", 3], "SQL"],
  ["right", ["Spark SQL", 0], ""],
  ["lpad", ["hi", 5, "??"], "???hi"],
  ["lpad", ["hi", 1, "??"], "h"],
  ["lpad", ["hi", 5], "   hi"],
  ["lpad", ["hi", 5, ""], "hi"],
  ["lpad", ["hi", -1], ""],
  ["lpad", [bytes([0xaa]), 4, bytes([0x1f, 0x2e])], "1f2e1faa"],
  ["rpad", ["hi", 5, "??"], "hi???"],
  ["rpad", [bytes([0xaa, 0xbb]), 5], "aabb000000"],
  ["repeat", ["123", 2], "123123"],
  ["repeat", ["a", -1], ""],
  ["space", [2], "  "],
  ["reverse", ["Spark SQL"], "LQS krapS"],
  ["reverse", ["añ😀"], "😀ña"],
  ["reverse", [[2, 1, 4, 3]], "[3,4,1,2]"],
  ["replace", ["ABCabc", "abc", "DEF"], "ABCDEF"],
  ["replace", ["abcabc", "b"], "acac"],
  ["replace", ["abc", "", "x"], "abc"],
  ["translate", ["AaBbCc", "abc", "123"], "A1B2C3"],
  ["translate", ["AaBbCc", "abc", "1"], "A1BC"],
  ["instr", ["SparkSQL", "SQL"], "6"],
  ["instr", ["añ😀b", "b"], "4"],
  ["locate", ["bar", "foobarbar"], "4"],
  ["locate", ["bar", "foobarbar", 5], "7"],
  ["locate", ["bar", "foobarbar", 0], "0"],
  ["locate", ["bar", "foobarbar", noInt], "0"],
  ["position", ["bar", "foobarbar", 5], "7"],
  ["charindex", ["x", "abc"], "0"],
  ["position", ["a", noText], "NULL"],
  ["contains", ["Spark SQL", "SPARK"], "false"],
  ["contains", [bytes("abc"), bytes("bc")], "true"],
  ["startswith", ["Spark SQL", "Spark"], "true"],
  ["startswith", [bytes("abc"), bytes("b")], "false"],
  ["endswith", ["Spark SQL", "SQL"], "true"],
  ["endswith", [noText, "SQL"], "NULL"],
  ["like", ["Spark", "_park"], "true"],
  ["like", ["a_b", "a\\_b"], "true"],
  ["like", ["axb", "a\\_b"], "false"],
  ["like", ["%SystemDrive%/Users/John", "/%SystemDrive/%//Users%", "/"], "true"],
  ["ilike", ["Spark", "_PARK"], "true"],
  ["like", ["a\nb", "a_b"], "true"],
  ["split_part", ["11.12.13", ".", 3], "13"],
  ["split_part", ["11.12.13", ".", -3], "11"],
  ["split_part", ["11.12.13", ".", 4], ""],
  ["split_part", ["11.12.13", "", 1], "11.12.13"],
  ["substring_index", ["www.apache.org", ".", 2], "www.apache"],
  ["substring_index", ["www.apache.org", ".", -2], "apache.org"],
  ["substring_index", ["www.apache.org", ".", 5], "www.apache.org"],
  ["substring_index", ["www.apache.org", "", 1], ""],
  ["find_in_set", ["ab", "abc,b,ab,c,def"], "3"],
  ["find_in_set", ["a,b", "a,b"], "0"],
  ["overlay", ["Spark SQL", "_", 6], "Spark_SQL"],
  ["overlay", ["Spark SQL", "ANSI ", 7, 0], "Spark ANSI SQL"],
  ["overlay", ["Spark SQL", "tructured", 2, 4], "Structured SQL"],
  ["overlay", [bytes("abc"), bytes("X"), 2], "615863"],
  ["elt", [1, "scala", "java"], "scala"],
  ["elt", [2, "a", 1], "1"],
  ["ascii", ["222"], "50"],
  ["ascii", [""], "0"],
  ["chr", [65], "A"],
  ["char", [65n + 256n], "A"],
  ["chr", [-1], ""],
  ["quote", ["Don't"], "'Don\\'t'"],
];

const codes: readonly Case[] = [
  ["soundex", ["Miller"], "M460"],
  ["soundex", ["Tymczak"], "T522"],
  ["soundex", ["Pfister"], "P236"],
  ["soundex", ["1a"], "1a"],
  ["levenshtein", ["kitten", "sitting"], "3"],
  ["levenshtein", ["kitten", "sitting", 2], "-1"],
  ["levenshtein", ["é", "e"], "1"],
  ["luhn_check", ["8112189876"], "true"],
  ["luhn_check", ["79927398714"], "false"],
  ["luhn_check", [""], "false"],
  ["mask", ["abcd-EFGH-8765-4321"], "xxxx-XXXX-nnnn-nnnn"],
  ["mask", ["AbCD123-@$#", "Q", "q", "d", "o"], "QqQQdddoooo"],
  ["mask", ["AbCD123-@$#", noText, "q", noText], "AqCD123-@$#"],
  ["sentences", ["Hi there! Good morning."], "[[Hi,there],[Good,morning]]"],
];

const encodings: readonly Case[] = [
  ["base64", ["Spark SQL"], "U3BhcmsgU1FM"],
  ["unbase64", ["U3BhcmsgU1FM"], Buffer.from("Spark SQL").toString("hex")],
  ["encode", ["abc", "utf-8"], "616263"],
  ["encode", ["é", "ISO-8859-1"], "e9"],
  ["encode", ["a", "UTF-16"], "feff0061"],
  ["decode", [bytes("abc"), "utf-8"], "abc"],
  ["decode", [call("encode", "大千世界", "utf-32"), "utf-32"], "大千世界"],
  ["decode", [call("encode", "大千", "utf-16"), "utf-16"], "大千"],
  ["decode", [2, 1, "Southlake", 2, "San Francisco", 3, "New Jersey", "Non domestic"], "San Francisco"],
  ["decode", [6, 1, "Southlake", 2, "San Francisco", "Non domestic"], "Non domestic"],
  ["decode", [6, 1, "Southlake"], "NULL"],
  ["decode", [null, 6, "Spark", null, "SQL", 4, "rocks"], "SQL"],
  ["is_valid_utf8", ["Spark"], "true"],
  ["is_valid_utf8", [bytes([0x80])], "false"],
  ["make_valid_utf8", [bytes([0x80])], "\ufffd"],
  ["validate_utf8", [bytes("a")], "a"],
  ["try_validate_utf8", [bytes([0x80])], "NULL"],
  ["try_validate_utf8", [noBytes], "NULL"],
];

const formats: readonly Case[] = [
  ["format_string", ["Hello World %d %s", 100, "days"], "Hello World 100 days"],
  ["printf", ["%05.2f|%,d|%x|%e", 3.25999, 1234567, -1, 12345.678], "03.26|1,234,567|ffffffff|1.234568e+04"],
  ["format_string", ["%-5s|%5s|%S|%b|%c|%%|%s", "a", "b", "c", true, 65, null], "a    |    b|C|true|A|%|null"],
  ["format_string", ["%2$s %1$s %s", "a", literal(2, t.doubleType)], "2.0 a a"],
  ["format_string", [noText, 1], "NULL"],
  ["format_number", [Decimal.parse("12332.123456"), 4], "12,332.1235"],
  ["format_number", [Decimal.parse("12332.123456"), "##################.###"], "12332.123"],
  ["format_number", [2.5, 0], "2"],
  ["format_number", [-1234.5, 2], "-1,234.50"],
  ["format_number", [1, -1], "NULL"],
  ["to_number", ["454", "999"], "454"],
  ["to_number", ["454.00", "000.00"], "454.00"],
  ["to_number", ["12,454", "99,999"], "12454"],
  ["to_number", ["$78.12", "$99.99"], "78.12"],
  ["to_number", ["12,454.8-", "99,999.9S"], "-12454.8"],
  ["to_number", ["<00,454.8>", "00,000.9PR"], "-454.8"],
  ["try_to_number", ["$78.12", "$99.99"], "78.12"],
  ["try_to_number", ["12a", "99"], "NULL"],
  ["to_char", [454, "999"], "454"],
  ["to_char", [Decimal.parse("454.00"), "000D00"], "454.00"],
  ["to_varchar", [12454, "99G999"], "12,454"],
  ["to_char", [Decimal.parse("78.12"), "$99.99"], "$78.12"],
  ["to_char", [Decimal.parse("-12454.8"), "99G999D9S"], "12,454.8-"],
  ["to_char", [12454, "999"], "###"],
  ["to_char", [bytes("Spark"), "hex"], "537061726B"],
];

describe("functions of text", () => {
  test.each(cases([...answers, ...codes, ...encodings, ...formats]))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test.each(["upper", "length", "trim", "reverse", "initcap", "soundex", "base64", "ascii", "mask", "luhn_check", "quote"])(
    "%s of NULL is NULL",
    async (name) => {
      expect(await evaluate(call(name, noText))).toBeNull();
    },
  );

  const errors: readonly Case[] = [
    ["split_part", ["11.12.13", ".", 0], "INVALID_INDEX_OF_ZERO"],
    ["elt", [3, "a", "b"], "INVALID_ARRAY_INDEX"],
    ["like", ["a", "a\\b"], "INVALID_FORMAT.ESC_IN_THE_MIDDLE"],
    ["like", ["a", "a\\"], "INVALID_FORMAT.ESC_AT_THE_END"],
    ["encode", ["hello", "WINDOWS-1252"], "INVALID_PARAMETER_VALUE.CHARSET"],
    ["encode", ["客舍", "US-ASCII"], "MALFORMED_CHARACTER_CODING"],
    ["decode", [bytes([0xe8]), "US-ASCII"], "MALFORMED_CHARACTER_CODING"],
    ["validate_utf8", [bytes([0x80])], "INVALID_UTF8_STRING"],
    ["to_number", ["12a", "99"], "INVALID_FORMAT.MISMATCH_INPUT"],
    ["to_number", ["1", "ab"], "INVALID_FORMAT.UNEXPECTED_TOKEN"],
    ["to_number", ["1", ""], "INVALID_FORMAT.EMPTY"],
    ["to_char", [bytes("a"), "x"], "INVALID_PARAMETER_VALUE.BINARY_FORMAT"],
    ["left", ["abcd", "a"], "CAST_INVALID_INPUT"],
    ["concat", ["a", [1]], "DATATYPE_MISMATCH.DATA_DIFF_TYPES"],
    ["format_string", ["%d", "a"], "FIRECREST_UNSUPPORTED"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });

  test("outside ANSI elt out of range is NULL", async () => {
    expect(await evaluate(call("elt", 3, "a", "b"), nonAnsi)).toBeNull();
  });
});

test.each([
  ["aabcd", "a", 2, 1, 2],
  ["aaaa", "aa", 1, 2, 2],
  ["abcabcabc", "abc", -1, 2, 4],
  ["abcabc", "bc", -2, 1, 5],
  ["aaaa", "aa", -1, 2, 2],
  ["𝒶bc𝒶", "𝒶", 2, 1, 4],
  ["abc", "", 3, 2, 1],
  ["abc", "a", 0, 1, 0],
  ["abc", "c", 10, 1, 0],
  ["abc", "a", -10, 1, 0],
])("instr(%s, %s, %i, %i) is %i", async (text, part, start, occurrence, place) => {
  const args = [stringLiteral(text), stringLiteral(part), integerLiteral(start), integerLiteral(occurrence)];
  expect(await evaluate(fn("instr", ...args))).toBe(place);
});
test("instr takes no occurrence below 1", async () => {
  const args = [stringLiteral("abc"), stringLiteral("b"), integerLiteral(1), integerLiteral(0)];
  await expect(evaluate(fn("instr", ...args))).rejects.toMatchObject({ condition: "INVALID_PARAMETER_VALUE.OCCURRENCE" });
});
