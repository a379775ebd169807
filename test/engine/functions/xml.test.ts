import { describe, expect, test } from "vitest";
import { type Argument, type Case, call, cases, date, instant, show } from "../../support/call.ts";
import { evaluate, nonAnsi } from "../../support/evaluate.ts";

const options = (...entries: readonly (readonly [string, string])[]) => new Map<Argument, Argument>(entries);
const struct = (...entries: readonly Argument[]) => call("named_struct", ...entries);

/** Answers of Spark 4.1.1. */
const answers: readonly Case[] = [
  ["xpath", ["<a><b>b1</b><b>b2</b><c>c1</c></a>", "a/b/text()"], "[b1,b2]"],
  ["xpath", ['<a><b id="x">b1</b><b>b2</b></a>', "a/b/@id"], "[x]"],
  ["xpath", ["<a><b>b1</b></a>", "a/b"], "[NULL]"],
  ["xpath", ["<a/>", "a/x"], "[]"],
  ["xpath", ["", "a"], "NULL"],
  ["xpath_boolean", ["<a><b>1</b></a>", "a/b"], "true"],
  ["xpath_boolean", ["<a><b>1</b></a>", "a/b = 2"], "false"],
  ["xpath_double", ["<a><b>1</b><b>2</b></a>", "sum(a/b)"], "3"],
  ["xpath_double", ["<a><b>x</b></a>", "a/b"], "NaN"],
  ["xpath_number", ["<a/>", "a/b"], "NaN"],
  ["xpath_float", ["<a><b>1.1</b></a>", "a/b"], String(Math.fround(1.1))],
  ["xpath_int", ["<a><b>2147483648</b></a>", "a/b"], "2147483647"],
  ["xpath_int", ["<a><b>x</b></a>", "a/b"], "0"],
  ["xpath_short", ["<a><b>70000</b></a>", "a/b"], "4464"],
  ["xpath_long", ["<a><b>9223372036854775807</b></a>", "a/b"], "9223372036854775807"],
  ["xpath_string", ["<a><b>b</b><c>cc</c></a>", "a/c"], "cc"],
  ["xpath_string", ["<a/>", "a/c"], ""],
  ["xpath_string", ["", "a/c"], "NULL"],
  ["xpath_string", [null, "a"], "NULL"],
  ["xpath_string", ['<a xmlns="u"><b>1</b></a>', "a/b"], "1"],
  ["xpath_string", ["<a><b>1</b></a>", "string-length(a/b)"], "1"],
  ["from_xml", ["<p><a>1</a><b>0.8</b></p>", "a INT, b DOUBLE"], "{1,0.8}"],
  ["from_xml", ["<p><time>26/08/2015</time></p>", "time Timestamp", options(["timestampFormat", "dd/MM/yyyy"])], "{2015-08-26 00:00:00}"],
  [
    "from_xml",
    ["<p><t>Alice</t><s><n>Bob</n><r>1</r></s><s><n>Charlie</n><r>2</r></s></p>", "STRUCT<t: STRING, s: ARRAY<STRUCT<n: STRING, r: INT>>>"],
    "{Alice,[{Bob,1},{Charlie,2}]}",
  ],
  ["from_xml", ['<p a="1"><b x="2">text</b></p>', "_a int, b struct<_VALUE: string, _x: int>"], "{1,{text,2}}"],
  ["from_xml", ["<p><a>x</a></p>", "a int"], "{NULL}"],
  ["from_xml", ["<p><a>x</a><b>1</b></p>", "a int, b int, _corrupt_record string"], "{NULL,NULL,<p><a>x</a><b>1</b></p>}"],
  ["from_xml", ["bad", "a int"], "{NULL}"],
  ["from_xml", ["", "a int"], "{NULL}"],
  ["from_xml", [null, "a int"], "NULL"],
  ["from_xml", ["<p><a></a><b/></p>", "a string, b int"], "{,NULL}"],
  ["from_xml", ["<p>1</p>", "_VALUE int"], "{1}"],
  ["from_xml", ["<p><m><k>1</k><j>2</j></m></p>", "m map<string,int>"], "{{j:2,k:1}}"],
  ["from_xml", ["<p><a><b>1</b>t</a></p>", "a string"], "{<b>1</b>t}"],
  ["from_xml", ['<p><a> x </a><n:c xmlns:n="u">1</n:c></p>', "a string, `n:c` int, c int"], "{x,1,NULL}"],
  [
    "from_xml",
    [
      "<p><a> x </a><n:c xmlns:n='u'>1</n:c></p>",
      "a string, c int",
      options(["ignoreNamespace", "true"], ["ignoreSurroundingSpaces", "false"]),
    ],
    "{ x ,1}",
  ],
  ["from_xml", ['<p><v>{}</v><w a="1"><x>2</x></w></p>', "v variant, w variant"], '{"{}",{"_a":1,"x":2}}'],
  ["from_xml", ['<p x="1"><a>1</a><a>b</a>t</p>', "variant"], '{"_VALUE":"t","_x":1,"a":[1,"b"]}'],
  ["from_xml", ["<p><A>1</A></p>", "a int"], "{1}"],
  [
    "from_xml",
    ["<p><a>+1</a><b>1e3</b><c>1</c><d>12.345</d><e>NaN</e></p>", "a int, b double, c boolean, d decimal(5,2), e double"],
    "{1,1000,true,12.35,NaN}",
  ],
  ["from_xml", ["<p><a>1</a></p>", call("schema_of_xml", "<p><a>1</a></p>")], "{1}"],
  ["schema_of_xml", ["<p><a>1</a></p>"], "STRUCT<a: BIGINT>"],
  ["schema_of_xml", ['<p><a attr="2">1</a><a>3</a></p>', options(["excludeAttribute", "true"])], "STRUCT<a: ARRAY<BIGINT>>"],
  [
    "schema_of_xml",
    [
      '<p z="q"><a attr="2">1.5</a><b>true</b><c>2020-01-01</c><d>2020-01-01 10:00:00</d><e/><f>x</f><g><h>1</h></g><g><h>x</h><i>1</i></g></p>',
    ],
    "STRUCT<_z: STRING, a: STRUCT<_VALUE: DOUBLE, _attr: BIGINT>, b: BOOLEAN, c: DATE, d: TIMESTAMP, e: STRING, f: STRING, g: ARRAY<STRUCT<h: STRING, i: BIGINT>>>",
  ],
  ["schema_of_xml", ["bad"], "STRUCT<_corrupt_record: STRING>"],
  ["schema_of_xml", ["<p>1</p>"], "STRUCT<_VALUE: BIGINT>"],
  ["to_xml", [struct("a", 1, "b", 2)], "<ROW>\n    <a>1</a>\n    <b>2</b>\n</ROW>"],
  ["to_xml", [struct("t", instant("2015-08-26")), options(["timestampFormat", "dd/MM/yyyy"])], "<ROW>\n    <t>26/08/2015</t>\n</ROW>"],
  [
    "to_xml",
    [
      struct("_id", 1, "b", [1, 2], "c", struct("x", 'a<b&"c"', "y", null), "f", date("2020-01-01")),
      options(["indent", ""], ["rowTag", "r"]),
    ],
    '<r id="1"><b>1</b><b>2</b><c><x>a&lt;b&amp;"c"</x></c><f>2020-01-01</f></r>',
  ],
  ["to_xml", [call("parse_json", '{"a":[1,2],"b":{"c":true}}'), options(["indent", ""])], "<ROW><a>1</a><a>2</a><b><c>true</c></b></ROW>"],
];

test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
  expect(show(await evaluate(expression))).toBe(expected);
});

describe("what cannot be", () => {
  test.each([
    ["xpath", ["<a><b>", "a/b"], "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION"],
    ["xpath", ["<a/>", "a/["], "FIRECREST_UNSUPPORTED"],
    ["xpath", ["<a/>", call("uuid")], "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT"],
    ["from_xml", ["<p><a>x</a></p>", "a int", options(["mode", "FAILFAST"])], "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION"],
    ["from_xml", ["<p/>", "a int", options(["mode", "DROPMALFORMED"])], "PARSE_MODE_UNSUPPORTED"],
    ["from_xml", ["<p/>", "int"], "DATATYPE_MISMATCH.INVALID_XML_SCHEMA"],
    ["from_xml", ["<p/>", 1], "INVALID_SCHEMA.NON_STRING_LITERAL"],
    ["schema_of_xml", [null], "DATATYPE_MISMATCH.UNEXPECTED_NULL"],
    ["schema_of_xml", [call("uuid")], "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT"],
    ["to_xml", [[1]], "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
  ] as readonly (readonly [string, readonly Argument[], string])[])("%s of %j raises %s", async (name, args, condition) => {
    await expect(evaluate(call(name, ...args), nonAnsi)).rejects.toMatchObject({ condition });
  });
});
