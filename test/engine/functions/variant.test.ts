import { describe, expect, test } from "vitest";
import { fn, literal, stringLiteral } from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { literalSql } from "../../../lib/engine/kernel/literal.ts";
import { fromJson, toJson } from "../../../lib/engine/logical/json-values.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { parseDataType } from "../../../lib/engine/types/ddl.ts";
import { Decimal } from "../../../lib/engine/types/values.ts";
import { Variant } from "../../../lib/engine/types/variant/variant.ts";
import { aggregate, aggregateInParts, rowsOf } from "../../support/aggregate.ts";
import { type Argument, type Case, call, cases, date, instant, local, show } from "../../support/call.ts";
import { evaluate, evaluateTyped, losAngeles, nonAnsi } from "../../support/evaluate.ts";
import { forcedExchanges, openSession } from "../../support/sessions.ts";

const json = (text: string) => call("parse_json", text);
const get = (text: string, path: string, type?: string) => ["variant_get", type ? [json(text), path, type] : [json(text), path]] as const;
const tryGet = (text: string, path: string, type: string) => ["try_variant_get", [json(text), path, type]] as const;
const struct = (...entries: readonly Argument[]) => call("named_struct", ...entries);
const cast = (child: Expression, type: string): Expression => ({ kind: "cast", child, type: parseDataType(type), explicit: true });

/** Answers of Spark 4.1.1. */
const answers: readonly Case[] = [
  ["parse_json", ['{"b": 1, "a": [true, null, 1.50, 1e3, "x"]}'], '{"a":[true,null,1.5,1000.0,"x"],"b":1}'],
  ["parse_json", ["100.0"], "100"],
  ["parse_json", ["123456789012345678901234567890"], "123456789012345678901234567890"],
  ["parse_json", ["-9223372036854775808"], "-9223372036854775808"],
  ["parse_json", ['"a\\u0001\\u001f/é"'], '"a\\u0001\\u001F/é"'],
  ["parse_json", ["1 2"], "1"],
  ["parse_json", ["{}"], "{}"],
  ["parse_json", [`"${"x".repeat(64)}"`], `"${"x".repeat(64)}"`],
  ["parse_json", [`[${Array.from({ length: 300 }, (_, i) => i)}]`], `[${Array.from({ length: 300 }, (_, i) => i)}]`],
  ["try_parse_json", ["{"], "NULL"],
  ["try_parse_json", ["{'a':1}"], "NULL"],
  ["try_parse_json", ['{"a":1,"a":2}'], "NULL"],
  ["try_parse_json", [null], "NULL"],
  ["is_variant_null", [json("null")], "true"],
  ["is_variant_null", [json('"null"')], "false"],
  ["is_variant_null", [null], "false"],
  [...get('{"a":{"b":[7]}}', "$.a.b[0]"), "7"],
  [...get('{"x y":2}', "$['x y']"), "2"],
  [...get('{"x y":2}', '$["x y"]'), "2"],
  [...get('{"a":1}', "$.A"), "NULL"],
  [...get("[1]", "$[1]"), "NULL"],
  [...get('{"a":1}', "$.a.b"), "NULL"],
  [...get('{"a":null}', "$.a"), "null"],
  [...get('{"a":1.5}', "$.a", "int"), "1"],
  [...get('{"a":[1,"2"]}', "$.a", "array<int>"), "[1,2]"],
  [...get('{"a":1,"b":null}', "$", "map<string,int>"), "{a:1,b:NULL}"],
  [...get('{"a":1,"b":2}', "$", "struct<b:int,c:string>"), "{2,NULL}"],
  [...get('{"a":[1, {"b":"x"}]}', "$.a", "string"), '[1,{"b":"x"}]'],
  [...get("1", "$", "timestamp"), "1970-01-01 00:00:01"],
  [...get('"2020-01-01"', "$", "date"), "2020-01-01"],
  [...get("0.125", "$", "decimal(5,2)"), "0.13"],
  [...get('"YES"', "$", "boolean"), "true"],
  [...tryGet('{"a":"x"}', "$.a", "int"), "NULL"],
  [...tryGet("300", "$", "tinyint"), "NULL"],
  [...tryGet('{"a":["x",1]}', "$.a", "array<int>"), "[NULL,1]"],
  ["schema_of_variant", [json("100.0")], "DECIMAL(3,0)"],
  ["schema_of_variant", [json("0.01")], "DECIMAL(2,2)"],
  ["schema_of_variant", [json('{"b c":1,"a":[1,2.5,null,"x"]}')], "OBJECT<a: ARRAY<VARIANT>, `b c`: BIGINT>"],
  ["schema_of_variant", [json('[{"a":1},{"b":true}]')], "ARRAY<OBJECT<a: BIGINT, b: BOOLEAN>>"],
  ["schema_of_variant", [json("[1, 1.5, 1e3]")], "ARRAY<DOUBLE>"],
  ["schema_of_variant", [json("[1, 1.5]")], "ARRAY<DECIMAL(21,1)>"],
  ["schema_of_variant", [json("null")], "VOID"],
  ["to_variant_object", [struct("b", 1, "a", [1, null])], '{"a":[1,null],"b":1}'],
  ["to_variant_object", [new Map<Argument, Argument>([["x", new Decimal(10n, 1)]])], '{"x":1}'],
  ["to_json", [json('{"a":1}')], '{"a":1}'],
  ["to_json", [struct("v", json('{"a":1}'), "w", 1)], '{"v":{"a":1},"w":1}'],
  ["from_json", ['{"a":{"b":1}}', "a variant"], '{{"b":1}}'],
  ["coalesce", [json("1"), "x"], "1"],
  ["coalesce", [call("try_parse_json", "{"), "x"], '"x"'],
  ["upper", [json('"a"')], "A"],
  ["typeof", [json("1")], "variant"],
];

test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
  expect(show(await evaluate(expression))).toBe(expected);
});

const casts: readonly (readonly [Expression, string, string])[] = [
  [cast(call("abs", 1.5), "float"), "variant", "1.5"],
  [cast(stringLiteral("NaN"), "double"), "variant", '"NaN"'],
  [literal(date("2024-01-02"), t.dateType), "variant", '"2024-01-02"'],
  [literal(local("2024-01-02 03:04:05.123456"), t.timestampNtzType), "variant", '"2024-01-02 03:04:05.123456"'],
  [literal(instant("2024-01-02 11:04:05.6"), t.timestampType), "variant", '"2024-01-02 11:04:05.6+00:00"'],
  [literal(new Uint8Array([1, 2, 3]), t.binaryType), "variant", '"AQID"'],
  [call("array", json("1"), json('"2"')), "array<int>", "[1,2]"],
  [call("array", 1, 2), "array<variant>", "[1,2]"],
  [call("array", 1, 2), "variant", "[1,2]"],
  [struct("a", json('{"x":1}')), "string", '{{"x":1}}'],
  [json('"abc"'), "string", "abc"],
  [json("true"), "int", "1"],
  [json("null"), "int", "NULL"],
];
test.each(casts)("a cast of %j to %s is %s", async (child, type, expected) => {
  expect(show(await evaluate(cast(child, type)))).toBe(expected);
});

describe("what cannot be", () => {
  const failures: readonly (readonly [string, Expression, string])[] = [
    ["a cast of a text that is no number", call("variant_get", json('{"a":"x"}'), "$.a", "int"), "INVALID_VARIANT_CAST"],
    ["a cast of a number to binary", cast(json("1"), "binary"), "INVALID_VARIANT_CAST"],
    ["a timestamp out of range", cast(json("9999999999999999"), "timestamp"), "INVALID_VARIANT_CAST"],
    ["a path without its root", call("variant_get", json("1"), "a"), "INVALID_VARIANT_GET_PATH"],
    ["malformed JSON", json("{'a':1}"), "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION"],
    ["a map of numbers", call("variant_get", json("1"), "$", "map<int,int>"), "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION"],
    ["a variant of a text", call("variant_get", "a", "$.a"), "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
    ["JSON of a number", call("parse_json", 1), "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"],
    ["a variant object of a number", call("to_variant_object", 1), "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION"],
    ["a cast of a struct", cast(struct("a", 1), "variant"), "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION"],
    ["a comparison", call("=", json("1"), json("1")), "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE"],
    ["a hash", call("hash", json("1")), "DATATYPE_MISMATCH.HASH_VARIANT_TYPE"],
    ["a common type with a number", call("coalesce", json("1"), 2), "DATATYPE_MISMATCH.DATA_DIFF_TYPES"],
    ["a key of a map", call("map", json("1"), 2), "DATATYPE_MISMATCH.INVALID_MAP_KEY_TYPE"],
    ["a maximum", call("max", json("1")), "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE"],
  ];
  test.each(failures)("%s raises Spark's condition", async (_, expression, condition) => {
    await expect(evaluate(expression)).rejects.toMatchObject({ condition });
  });
  test("outside ANSI a cast that fails is NULL", async () => {
    expect(await evaluate(cast(json('"x"'), "int"), nonAnsi)).toBe(null);
  });
});

test("variants are bytes in Spark's own encoding", async () => {
  const { value, type } = await evaluateTyped(json('{"b":1,"a":"x"}'));
  expect(type).toBe(t.variantType);
  const { value: bytes, metadata } = value as unknown as Variant;
  expect(Buffer.from(bytes).toString("hex")).toBe("02020100020004" + "0c01" + "0578");
  expect(Buffer.from(metadata).toString("hex")).toBe("0102000102" + "6261");
});

test("a variant as text of JSON has its instants in the session's zone", async () => {
  const value = cast(literal(instant("2024-01-02 11:04:05.6"), t.timestampType), "variant");
  expect(await evaluate(call("to_json", value), losAngeles)).toBe('"2024-01-02 03:04:05.6-08:00"');
});

test("a variant travels in plans and as a literal", async () => {
  const variant = (await evaluate(json('{"a":[1.5]}'))) as unknown as Variant;
  expect(String(fromJson(JSON.parse(JSON.stringify(toJson(variant)))))).toBe(String(variant));
  expect(String(await evaluate(fn("coalesce", literal(variant, t.variantType), literal(null, t.variantType))))).toBe('{"a":[1.5]}');
  expect(literalSql(variant, t.variantType)).toContain("'metadata'");
});

test("bytes that are no variant are an error", async () => {
  const broken = literal(new Variant(new Uint8Array([2, 9]), new Uint8Array([1, 0, 0])), t.variantType);
  await expect(evaluate(call("to_json", call("variant_get", broken, "$.a")))).rejects.toMatchObject({ condition: "MALFORMED_VARIANT" });
});

test("the schemas of a group merge, in parts or at once", async () => {
  const rows = ['{"a": 1}', '{"b": true}', '{"c": 1.23}', null].map((text) => [text]);
  const schema = call("schema_of_variant_agg", call("parse_json", { kind: "unresolvedAttribute", nameParts: ["j"] }));
  expect(await aggregate(schema, rowsOf("j STRING", ...rows))).toBe("OBJECT<a: BIGINT, b: BOOLEAN, c: DECIMAL(3,2)>");
  expect(await aggregateInParts(schema, "j STRING", [rows.slice(0, 1), rows.slice(1), []])).toBe(
    "OBJECT<a: BIGINT, b: BOOLEAN, c: DECIMAL(3,2)>",
  );
  expect(await aggregate(schema, rowsOf("j STRING"))).toBe("VOID");
});

describe.each([
  ["one task", {}],
  ["many tasks", forcedExchanges],
])("in a query of %s", (_, conf) => {
  const session = openSession(conf);
  const texts = async (sql: string) =>
    (await (await (await session).sql(sql)).collect()).map((row) => Object.values(row).map(String).join("|"));

  test("variants go through exchanges and come back", async () => {
    expect(
      await texts(
        `select v, v:a.b[0]::int as n from (select parse_json('{"a":{"b":[' || id || ']}}') as v, id from range(4)) order by id desc limit 2`,
      ),
    ).toEqual(['{"a":{"b":[3]}}|3', '{"a":{"b":[2]}}|2']);
    expect(await texts("select schema_of_variant_agg(parse_json(id || '.5')) as s from range(100)")).toEqual(["DECIMAL(3,1)"]);
  });
  test("variants explode into rows", async () => {
    expect(await texts(`select * from variant_explode(parse_json('{"b":1,"a":[2]}'))`)).toEqual(["0|a|[2]", "1|b|1"]);
    expect(await texts("select * from variant_explode_outer(parse_json('1'))")).toEqual(["null|null|null"]);
    expect(
      await texts(
        `select id, pos, value from range(2) lateral view variant_explode(parse_json('["x",' || id || ']')) as pos, key, value order by id, pos`,
      ),
    ).toEqual(['0|0|"x"', "0|1|0", '1|0|"x"', "1|1|1"]);
  });
  test("variants are no grouping, sorting or distinct columns", async () => {
    const v = "(select parse_json('1') as v)";
    const condition = (sql: string) => expect(texts(sql)).rejects;
    await condition(`select v from ${v} group by v`).toMatchObject({ condition: "GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE" });
    await condition(`select distinct v from ${v}`).toMatchObject({ condition: "UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE" });
    await condition(`select v from ${v} union select v from ${v}`).toMatchObject({
      condition: "UNSUPPORTED_FEATURE.SET_OPERATION_ON_VARIANT_TYPE",
    });
    await condition(`select v from ${v} order by v`).toMatchObject({ condition: "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE" });
  });
});
