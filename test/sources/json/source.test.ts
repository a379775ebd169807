import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { typeName } from "../../../lib/engine/expressions/print-type.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { jsonSource } from "../../../lib/sources/json/source.ts";
import { Bench, narrow, session } from "../support/bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

let next = 0;
async function read(text: string | Uint8Array, options: Record<string, unknown> = {}, schema?: t.StructType) {
  const name = `t${next++}.json`;
  await bench.put(name, text);
  return bench.read(jsonSource, [name], options, schema);
}
async function infer(text: string, options: Record<string, unknown> = {}) {
  const name = `t${next++}.json`;
  await bench.put(name, text);
  return typeName(t.structType((await bench.resolve(jsonSource, [name], options)).output.map((a) => t.structField(a.name, a.type))));
}
const struct = (ddl: Record<string, t.DataType>) => t.structType(Object.entries(ddl).map(([name, type]) => t.structField(name, type)));

describe("inference", () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['{"b":1,"a":"x"}\n{"c":true}', "struct<a:string,b:bigint,c:boolean>", {}],
    ['{"a":1}\n{"a":1.5}', "struct<a:double>", {}],
    ['{"a":1}\n{"a":"x"}', "struct<a:string>", {}],
    ['{"a":1}\n{"a":null}', "struct<a:bigint>", {}],
    ['{"a":null}', "struct<a:string>", {}],
    ['{"a":[1,null,2.5]}', "struct<a:array<double>>", {}],
    ['{"a":[]}', "struct<a:array<string>>", {}],
    ['{"a":{"x":1}}\n{"a":{"y":"z"}}', "struct<a:struct<x:bigint,y:string>>", {}],
    ['{"a":{"x":1}}\n{"a":[1]}', "struct<a:string>", {}],
    ['{"a":12345678901234567890}', "struct<a:decimal(20,0)>", {}],
    ['{"a":1.25}\n{"a":10}', "struct<a:decimal(22,2)>", { prefersDecimal: true }],
    ['{"a":1,"b":true}', "struct<a:string,b:string>", { primitivesAsString: true }],
    ['{"a":1,"b":null}', "struct<a:bigint>", { dropFieldIfAllNull: true }],
    ['{"a":1}\n{"a":', "struct<_corrupt_record:string,a:bigint>", {}],
    ['{"a":1}\n{"a":', "struct<a:bigint>", { mode: "DROPMALFORMED" }],
  ])("of %s is %s", async (text, expected, options) => {
    expect(await infer(text, options)).toBe(expected);
  });

  it("fails with FAILFAST, and where nothing is found", async () => {
    await expect(infer("{", { mode: "FAILFAST" })).rejects.toMatchObject({ condition: "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION" });
    await expect(infer("\n\n")).rejects.toMatchObject({ condition: "UNABLE_TO_INFER_SCHEMA" });
  });
});

describe("values", () => {
  it.each<[t.DataType, string, unknown]>([
    [t.longType, "5", "5"],
    [t.longType, '"5"', null],
    [t.longType, "5.0", null],
    [t.integerType, "3000000000", null],
    [t.stringType, "5", "5"],
    [t.stringType, '{"x": [1, "y"]}', '{"x":[1,"y"]}'],
    [t.stringType, '"q\\"u\\u00e9"', 'q"ué'],
    [t.doubleType, "5", 5],
    [t.doubleType, "1e2", 100],
    [t.doubleType, '"5"', null],
    [t.doubleType, '"NaN"', "NaN"],
    [t.doubleType, "NaN", "NaN"],
    [t.doubleType, '"-INF"', "-Infinity"],
    [t.doubleType, "true", null],
    [t.decimalType(5, 2), "1.235", "1.24"],
    [t.decimalType(5, 2), '"1.5"', "1.50"],
    [t.decimalType(5, 2), "12345", null],
    [t.booleanType, "true", true],
    [t.booleanType, '"true"', null],
    [t.dateType, '"2024-02-29"', "2024-02-29"],
    [t.dateType, '"x"', null],
    [t.timestampType, '"2024-01-31T10:00:00.5Z"', "2024-01-31 10:00:00.5+00"],
    [t.timestampType, "60", "1970-01-01 00:01:00+00"],
    [t.arrayType(t.longType), "[1,null,3]", ["1", null, "3"]],
    [t.arrayType(t.longType), "{}", null],
    [t.arrayType(struct({ x: t.stringType })), '[{"x":1},{}]', [{ x: "1" }, { x: null }]],
    [
      t.mapType(t.stringType, t.longType),
      '{"k":1,"l":2}',
      [
        { key: "k", value: "1" },
        { key: "l", value: "2" },
      ],
    ],
    [struct({ x: t.longType, y: struct({ z: t.booleanType }) }), '{"x":1,"y":{"z":true}}', { x: "1", y: { z: true } }],
    [struct({ x: t.longType }), "7", null],
  ])("reads %j from %s", async (type, json, expected) => {
    const [row] = await read(`{"v":${json},"w":1}\n`, {}, struct({ w: t.longType, v: type }));
    expect(row).toEqual({ w: "1", v: expected });
  });

  it("takes absent fields as NULL, and skips blank lines", async () => {
    expect(await read('\n{"a":1}\n  \n{"b":"x"}\n')).toEqual([
      { a: "1", b: null },
      { a: null, b: "x" },
    ]);
  });

  it("reads dates by pattern", async () => {
    expect(await read('{"d":"31/01/2024"}', { dateFormat: "dd/MM/yyyy" }, struct({ d: t.dateType }))).toEqual([{ d: "2024-01-31" }]);
  });

  it("reads a file that is one array or one object with multiLine", async () => {
    expect(await read('[\n {"a": 1,\n "b": "x,]"},\n {"a": 2}\n]\n', { multiLine: true })).toEqual([
      { a: "1", b: "x,]" },
      { a: "2", b: null },
    ]);
    expect(await read('{\n "a": 1\n}\n', { multiLine: true })).toEqual([{ a: "1" }]);
  });
});

describe("malformed records", () => {
  const text = '{"a":1}\n{"a":\n{"a":"x"}\n[1]x\n5\n';
  const schema = struct({ a: t.longType, _corrupt_record: t.stringType });

  it("are NULL with their text in the corrupt record column", async () => {
    expect(await read(text.replace("[1]x\n", ""), {}, schema)).toEqual([
      { a: "1", _corrupt_record: null },
      { a: null, _corrupt_record: '{"a":' },
      { a: null, _corrupt_record: '{"a":"x"}' },
      { a: null, _corrupt_record: "5" },
    ]);
  });

  it("are dropped or fail the query as the mode says", async () => {
    const plain = struct({ a: t.longType });
    expect(await read('{"a":1}\n{"a":\n{"a":"x"}\n', { mode: "DROPMALFORMED" }, plain)).toEqual([{ a: "1" }]);
    await expect(read('{"a":1}\n{"a":\n', { mode: "FAILFAST" }, plain)).rejects.toMatchObject({
      condition: "FAILED_READ_FILE.NO_HINT",
      messageParameters: { badRecord: '{"a":', failFastMode: "FAILFAST" },
    });
  });

  it("are the brackets of an array that has a record a line, but not its records", async () => {
    expect(await read('[\n{"a":"it is:\'1\'"},\n{"a":"2"}\n]\n')).toEqual([
      { _corrupt_record: "[", a: null },
      { _corrupt_record: null, a: "it is:'1'" },
      { _corrupt_record: null, a: "2" },
      { _corrupt_record: "]", a: null },
    ]);
    await expect(read('[{"a":1},{"a":2}]\n', { mode: "DROPMALFORMED" })).rejects.toMatchObject({ condition: "FIRECREST_UNSUPPORTED" });
  });

  it("that Spark would read, but the kernel cannot, are errors and not NULLs", async () => {
    await expect(read("{'a':1}\n", {}, struct({ a: t.longType }))).rejects.toMatchObject({ condition: "FIRECREST_UNSUPPORTED" });
    await expect(read('{"a":1}', { allowComments: true })).rejects.toMatchObject({ condition: "FIRECREST_UNSUPPORTED" });
  });
});

it("covers each line once, wherever splits cut", async () => {
  await bench.put("split.json", Array.from({ length: 300 }, (_, i) => `{"n":${i}}`).join("\n"));
  const scan = await bench.resolve(jsonSource, ["split.json"]);
  const { rows } = await bench.rows(jsonSource, scan, jsonSource.split(scan, 100, session));
  expect(rows.map((row) => row.n).toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 300 }, (_, i) => String(i)));
  expect((await bench.rows(jsonSource, narrow(scan, []))).rows).toHaveLength(300);
});

it("gives the same rows by DuckDB's reader and line by line", async () => {
  const clean = fc.constantFrom(
    "1",
    "-5",
    "1.50",
    "1e2",
    '"x"',
    '"é\\n\\u0041"',
    '"2024-01-31 10:00:00"',
    "null",
    "true",
    "[1,2]",
    '{"y": 1}',
  );
  const value = fc.oneof(
    { weight: 20, arbitrary: clean },
    { weight: 1, arbitrary: fc.constantFrom("NaN", "nan", "01", "x", "1,", '"\t"') },
  );
  const object = fc.tuple(value, value, value).map(([a, b, c]) => `{"a":${a},"b": ${b},"c":${c}}`);
  const odd = fc.constantFrom(
    "",
    " ",
    "5",
    "null",
    "{}",
    '{"a":1}x',
    '{"a":1},',
    '{"a":',
    '{"a":1\r}',
    '{"a":1,"a":2}',
    '{"a":1} {"a":2}',
    "]",
  );
  const line = fc.oneof({ weight: 20, arbitrary: object }, { weight: 1, arbitrary: odd });
  const schema = struct({ a: t.stringType, b: t.longType, c: t.timestampType });
  let fast = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 8 }), fc.constantFrom("\n", "\r\n"), async (lines, end) => {
      const name = `either${next++}.json`;
      await bench.put(name, lines.join(end) + end);
      const scan = await bench.resolve(jsonSource, [name], {}, schema);
      const either = await bench.rows(jsonSource, scan);
      if (!either.exact && either.opened.sql.includes("read_json")) fast++;
      expect(either.rows).toEqual((await bench.rows(jsonSource, scan, undefined, undefined, true)).rows);
    }),
    { numRuns: 120, seed: 5 },
  );
  expect(fast).toBeGreaterThan(20);
});
