import { describe, expect, test } from "vitest";
import { typeName } from "../../../lib/engine/expressions/print-type.ts";
import { parseJson, writeJson } from "../../../lib/engine/functions/json-text.ts";
import { Decimal } from "../../../lib/engine/types/values.ts";
import { type Argument, type Case, call, cases, date, instant, months, show } from "../../support/call.ts";
import { evaluate, evaluateTyped, losAngeles } from "../../support/evaluate.ts";

const options = (...entries: readonly (readonly [string, string])[]) => new Map<Argument, Argument>(entries);
const struct = (...entries: readonly Argument[]) => call("named_struct", ...entries);

const answers: readonly Case[] = [
  ["get_json_object", ['{"a":"b"}', "$.a"], "b"],
  ["get_json_object", ['{"a":{"b":[1, 2.50, {"c":null}]}}', "$.a"], '{"b":[1,2.50,{"c":null}]}'],
  ["get_json_object", ['{"a":{"b":[1, 2.50]}}', "$.a.b[1]"], "2.50"],
  ["get_json_object", ['[{"a":"b"},{"a":"c"}]', "$[0].a"], "b"],
  ["get_json_object", ['[{"a":"b"},{"a":"c"}]', "$[*].a"], '["b","c"]'],
  ["get_json_object", ['[{"a":"b"}]', "$[*].a"], '"b"'],
  ["get_json_object", ['{"a.b":1, "c":2}', "$['a.b']"], "1"],
  ["get_json_object", ['{"a":null}', "$.a"], "NULL"],
  ["get_json_object", ['{"a":1}', "$.b"], "NULL"],
  ["get_json_object", ['{"a":1}', "a"], "NULL"],
  ["get_json_object", ["{'a':1}", "$.a"], "1"],
  ["get_json_object", ["not json", "$.a"], "NULL"],
  ["json_array_length", ['[1,2,3,[33,44],{"key":[2,3,4]}]'], "5"],
  ["json_array_length", ['{"a":1}'], "NULL"],
  ["json_array_length", ["[1,2,3"], "NULL"],
  ["json_object_keys", ['{"f1":"abc","f2":{"f3":"a", "f4":"b"}}'], "[f1,f2]"],
  ["json_object_keys", ["{}"], "[]"],
  ["json_object_keys", ["[1]"], "NULL"],
  ["from_json", ['{"a":1, "b":0.8}', "a INT, b DOUBLE"], "{1,0.8}"],
  ["from_json", ['{"a":1, "b":"2"}', "struct<a:int,b:string>"], "{1,2}"],
  ["from_json", ['{"a":"x", "b":2}', "a INT, b INT"], "{NULL,2}"],
  ["from_json", ['{"b":[1, 2]}', "a INT, b STRING"], "{NULL,[1,2]}"],
  ["from_json", ["{a:1, $b_2:'x'}", "a INT, `$b_2` STRING", options(["allowUnquotedFieldNames", "true"])], "{1,x}"],
  ["from_json", ["{a:1}", "a INT"], "{NULL}"],
  ["from_json", ["not json", "a INT, b INT"], "{NULL,NULL}"],
  ["from_json", ["not json", "a INT, _corrupt_record STRING"], "{NULL,not json}"],
  ["from_json", ["", "a INT"], "NULL"],
  ["from_json", ['{"a":1, "b":2}', "map<string, int>"], "{a:1,b:2}"],
  ["from_json", ["[1, 2, null]", "array<int>"], "[1,2,NULL]"],
  ["from_json", ['[1, "2", 3]', "array<int>"], "NULL"],
  ["from_json", ['{"a": 1}', "array<struct<a:int>>"], "[{1}]"],
  ["from_json", ['[{"a": 1}, 2]', "array<map<string,int>>"], "NULL"],
  ["from_json", ['{"a":9223372036854775807,"b":1.005,"c":300}', "a BIGINT, b DECIMAL(5,2), c TINYINT"], "{9223372036854775807,1.01,NULL}"],
  ["from_json", ['{"a":true,"b":"AQI=","c":NaN}', "a BOOLEAN, b BINARY, c DOUBLE"], "{true,0102,NaN}"],
  ["from_json", ['{"d": "2012-12-15", "t": "2012-12-15 15:15:15"}', "d date, t timestamp"], "{2012-12-15,2012-12-15 15:15:15}"],
  ["from_json", ['{"d": "02-29"}', "d date", options(["dateFormat", "MM-dd"])], "{NULL}"],
  ["from_json", ['{"t":"26/08/2015"}', "t Timestamp", options(["timestampFormat", "dd/MM/yyyy"])], "{2015-08-26 00:00:00}"],
  ["from_json", ['{"c1":[1, 2, 3]}', call("schema_of_json", '{"c1":[0]}')], "{[1,2,3]}"],
  ["to_json", [struct("a", 1, "b", 2)], '{"a":1,"b":2}'],
  ["to_json", [struct("a", null, "b", 'x"\n')], '{"b":"x\\"\\n"}'],
  ["to_json", [struct("a", null), options(["ignoreNullFields", "false"])], '{"a":null}'],
  ["to_json", [[struct("a", 1)]], '[{"a":1}]'],
  ["to_json", [new Map<Argument, Argument>([["a", struct("b", 1)]])], '{"a":{"b":1}}'],
  ["to_json", [new Map<Argument, Argument>([[struct("a", 1, "b", 2), 3]])], '{"[1,2]":3}'],
  [
    "to_json",
    [struct("d", 1.5, "e", 100000000.5, "n", Number.NaN, "c", Decimal.parse("1.10"))],
    '{"d":1.5,"e":1.000000005E8,"n":"NaN","c":1.10}',
  ],
  ["to_json", [struct("t", instant("2015-08-26 00:00:00"), "d", date("2015-08-26"))], '{"t":"2015-08-26T00:00:00.000Z","d":"2015-08-26"}'],
  ["to_json", [struct("a", months(1))], `{"a":"INTERVAL '0-1' YEAR TO MONTH"}`],
  ["to_json", [struct("t", instant("2015-08-26 00:00:00")), options(["timestampFormat", "dd/MM/yyyy"])], '{"t":"26/08/2015"}'],
  ["schema_of_json", ['[{"col":0}]'], "ARRAY<STRUCT<col: BIGINT>>"],
  ["schema_of_json", ['{"c1":0, "c2":[1, 2.5], "a":null}'], "STRUCT<a: STRING, c1: BIGINT, c2: ARRAY<DOUBLE>>"],
  ["schema_of_json", ['[{"col":01}]', options(["allowNumericLeadingZeros", "true"])], "ARRAY<STRUCT<col: BIGINT>>"],
  ["from_csv", ["1, 0.8", "a INT, b DOUBLE"], "{1,0.8}"],
  ["from_csv", ["1,0.8", "a INT, b DOUBLE"], "{1,0.8}"],
  ["from_csv", [" a , b ", "a STRING, b STRING"], "{ a , b }"],
  ["from_csv", [" a , b ", "a STRING, b STRING", options(["ignoreLeadingWhiteSpace", "true"])], "{a ,b }"],
  ["from_csv", [" a , b ", "a STRING, b STRING", options(["ignoreTrailingWhiteSpace", "true"])], "{ a, b}"],
  ["from_csv", ['"a,""b""",,x', "a STRING, b STRING, c STRING"], '{a,"b",NULL,x}'],
  ["from_csv", ["26/08/2015", "time Timestamp", options(["timestampFormat", "dd/MM/yyyy"])], "{2015-08-26 00:00:00}"],
  ["from_csv", ["1;2", "a INT, b INT", options(["sep", ";"])], "{1,2}"],
  ["schema_of_csv", ["1,abc"], "STRUCT<_c0: INT, _c1: STRING>"],
  [
    "schema_of_csv",
    ["3000000000|1.5|2020-01-01|true|", options(["sep", "|"])],
    "STRUCT<_c0: BIGINT, _c1: DOUBLE, _c2: DATE, _c3: BOOLEAN, _c4: STRING>",
  ],
  ["from_csv", ["1,abc", call("schema_of_csv", "2,x")], "{1,abc}"],
  ["to_csv", [struct("a", 1, "b", 2)], "1,2"],
  ["to_csv", [struct("a", 'x,"y"', "b", null, "c", "", "d", 1.5)], '"x,\\"y\\"",,"",1.5'],
];

describe("JSON and CSV", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test("timestamps are written and read on the session's clocks", async () => {
    expect(await evaluate(call("to_json", struct("t", instant("2015-08-26 00:00:00"))), losAngeles)).toBe(
      '{"t":"2015-08-25T17:00:00.000-07:00"}',
    );
    expect(show(await evaluate(call("from_json", '{"t":"2015-08-26 00:00:00"}', "t timestamp"), losAngeles))).toBe("{2015-08-26 07:00:00}");
  });

  test("from_json's fields may be missing, whatever the schema says", async () => {
    const { type } = await evaluateTyped(call("from_json", "{}", "a INT NOT NULL"));
    expect(type).toMatchObject({ fields: [{ name: "a", nullable: true }] });
    expect(typeName(type)).toBe("struct<a:int>");
  });

  const errors: readonly Case[] = [
    ["from_json", ['{"a":1}', 1], "INVALID_SCHEMA.NON_STRING_LITERAL"],
    ["from_json", ['{"a":1}', "a INT", struct("mode", "PERMISSIVE")], "INVALID_OPTIONS.NON_MAP_FUNCTION"],
    ["from_json", ['{"a":1}', "a INT", new Map<Argument, Argument>([["mode", 1]])], "INVALID_OPTIONS.NON_STRING_TYPE"],
    ["from_json", ['{"a":', "a INT", options(["mode", "FAILFAST"])], "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION"],
    ["from_json", ['{"a":"x"}', "a INT", options(["mode", "FAILFAST"])], "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION"],
    ["from_json", ["{/* a */}", "a INT", options(["allowComments", "true"])], "FIRECREST_UNSUPPORTED"],
    ["from_csv", ["#a", "a STRING", options(["comment", "#"])], "FIRECREST_UNSUPPORTED"],
    ["to_json", [1], "DATATYPE_MISMATCH.INVALID_JSON_SCHEMA"],
    ["schema_of_json", [null], "DATATYPE_MISMATCH.UNEXPECTED_NULL"],
  ];
  test.each(cases(errors))("$text raises $expected", async ({ expression, expected }) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition: expected });
  });
});

describe("JSON text", () => {
  test("is read as Jackson reads it, numbers as they were written", () => {
    const text = '{"a":[1.10,-0e5,"\\u00e9\\n"],"b":{},"c":[],"__proto__":null}';
    expect(writeJson(parseJson(text))).toBe('{"a":[1.10,-0e5,"é\\n"],"b":{},"c":[],"__proto__":null}');
  });
  test.each(["", "{", "[1,]", "{a:1}", "01", "1 2", '"\\x"', '"open', "tru", "[1 2]", `${"[".repeat(2000)}${"]".repeat(2000)}`])(
    "%s is no JSON",
    (text) => {
      expect(() => parseJson(text)).toThrow();
    },
  );
});
