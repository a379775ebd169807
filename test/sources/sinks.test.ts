import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sqlTypeOf } from "../../lib/engine/kernel/sql-type.ts";
import type { Write } from "../../lib/engine/logical/plan.ts";
import type { SinkColumn, WrittenFile } from "../../lib/engine/ports/source.ts";
import type { DataType } from "../../lib/engine/types/data-type.ts";
import * as t from "../../lib/engine/types/data-type.ts";
import { sinkOf, sourceOf } from "../../lib/sources/registry.ts";
import { Bench, type Row, session } from "./support/bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());
beforeEach(() => bench.scratch.remove("out"));

type Columns = Record<string, DataType>;
const columnsOf = (types: Columns): SinkColumn[] => Object.entries(types).map(([name, type]) => ({ name, type }));
const writeOf = (format: string, options: Row, partitionBy: readonly string[]): Omit<Write, "child"> => ({
  kind: "write",
  format,
  path: "/out",
  mode: "append",
  partitionBy,
  options: Object.fromEntries(Object.entries(options).map(([name, value]) => [name.toLowerCase(), String(value)])),
});

async function write(format: string, select: string, types: Columns, options: Row = {}, partitionBy: string[] = [], stem = "part-00000-x") {
  const sink = sinkOf(format);
  sink.check(writeOf(format, options, partitionBy), columnsOf(types));
  return sink.write(select, writeOf(format, options, partitionBy), columnsOf(types), stem, {
    store: bench.disk,
    scratch: bench.scratch,
    session,
    run: (sql) => bench.run(sql),
  });
}
const textOf = async ({ scratch }: WrittenFile) => readFile(bench.scratch.path(scratch), "utf8");

/** Moves what was written to its place and reads it. */
let outputs = 0;
async function reread(format: string, files: readonly WrittenFile[], options: Row = {}, schema?: t.StructType) {
  const folder = `output${outputs++}`;
  for (const file of files) await bench.put(`${folder}/${file.path}`, await bench.scratch.read(file.scratch));
  return bench.read(sourceOf(format), [folder], options, schema);
}

describe("Parquet", () => {
  it("writes one file with the schema, even without rows, from the first task alone", async () => {
    const files = await write("parquet", "SELECT 1 AS a WHERE false", { a: t.integerType });
    expect(files).toMatchObject([{ path: "part-00000-x-c000.snappy.parquet", rows: 0 }]);
    expect(await reread("parquet", files)).toEqual([]);
    await bench.scratch.remove("out");
    expect(await write("parquet", "SELECT 1 AS a WHERE false", { a: t.integerType }, {}, [], "part-00001-x")).toEqual([]);
  });

  it.each([
    ["none", ".parquet"],
    ["gzip", ".gz.parquet"],
    ["zstd", ".zstd.parquet"],
    ["lz4", ".lz4raw.parquet"],
  ])("compresses by %s", async (compression, end) => {
    const files = await write("parquet", "SELECT i AS a FROM range(10) t(i)", { a: t.longType }, { compression });
    expect(files[0]!.path).toBe(`part-00000-x-c000${end}`);
    expect(files[0]!.rows).toBe(10);
    expect(files[0]!.bytes).toBeGreaterThan(0);
    expect(await reread("parquet", files)).toHaveLength(10);
  });

  it("gives back every type as it was", async () => {
    const types: Columns = {
      a: t.byteType,
      b: t.shortType,
      c: t.integerType,
      d: t.longType,
      e: t.floatType,
      f: t.doubleType,
      g: t.decimalType(38, 18),
      h: t.stringType,
      i: t.binaryType,
      j: t.dateType,
      k: t.timestampType,
      l: t.timestampNtzType,
      m: t.timeType(),
      n: t.booleanType,
      o: t.arrayType(t.mapType(t.stringType, t.structType([t.structField("x", t.dateType)]))),
    };
    const select = `SELECT (-128)::TINYINT a, 32767::SMALLINT b, (-2147483648)::INTEGER c, 9223372036854775807 d, 'nan'::FLOAT e, '-inf'::DOUBLE f,
      '12345678901234567890.123456789012345678'::DECIMAL(38,18) g, 'é''\u0001' h, '\\x00\\xFF'::BLOB i, DATE '0001-01-01' j,
      TIMESTAMPTZ '9999-12-31 23:59:59.999999+00' k, TIMESTAMP '1969-12-31 23:59:59.999999' l, TIME '23:59:59.999999' m, true n,
      [MAP {'k': {'x': DATE '2024-01-01'}}, NULL] o UNION ALL SELECT ${Object.keys(types)
        .map(() => "NULL")
        .join(", ")}`;
    const expected = await bench.run(`SELECT * FROM (${select})`);
    const files = await write("parquet", select, types);
    expect(await reread("parquet", files)).toEqual(expected);
    const scan = await bench.resolve(sourceOf("parquet"), [`output${outputs - 1}`]);
    expect(scan.output.map(({ type }) => sqlTypeOf(type))).toEqual(Object.values(types).map(sqlTypeOf));
  });

  it("keeps what Parquet's types do not tell in the footer", async () => {
    const types: Columns = { a: t.dayTimeIntervalType("hour", "second"), b: t.yearMonthIntervalType(), c: t.varcharType(5) };
    const files = await write("parquet", "SELECT 5::BIGINT a, 7::INTEGER b, 'x' c", types);
    expect(await reread("parquet", files)).toEqual([{ a: "5", b: 7, c: "x" }]);
    const scan = await bench.resolve(sourceOf("parquet"), [`output${outputs - 1}`]);
    expect(scan.output.map(({ type }) => type)).toEqual(Object.values(types));
  });

  it("names what it cannot write", () => {
    const check =
      (types: Columns, partitionBy: string[] = [], options: Row = {}) =>
      () =>
        sinkOf("parquet").check(writeOf("parquet", options, partitionBy), columnsOf(types));
    expect(check({ a: t.calendarIntervalType })).toThrow(expect.objectContaining({ condition: "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE" }));
    expect(check({ a: t.longType, A: t.longType })).toThrow(expect.objectContaining({ condition: "COLUMN_ALREADY_EXISTS" }));
    expect(check({ a: t.longType }, ["a"])).toThrow(expect.objectContaining({ condition: "ALL_PARTITION_COLUMNS_NOT_ALLOWED" }));
    expect(check({ a: t.longType, b: t.arrayType(t.longType) }, ["b"])).toThrow(
      expect.objectContaining({ condition: "INVALID_PARTITION_COLUMN_DATA_TYPE" }),
    );
    expect(check({ a: t.longType }, [], { compression: "rar" })).toThrow(
      expect.objectContaining({ condition: "FIRECREST_INVALID_OPTION" }),
    );
  });
});

describe("partitions", () => {
  it("are folders with Spark's escapes, whose values come back", async () => {
    const types = { v: t.integerType, s: t.stringType, d: t.dateType };
    const select = `SELECT * FROM (VALUES (1, 'a/b=c%:é ', DATE '2024-01-01'), (2, NULL, DATE '2024-01-01'), (3, '', NULL), (4, 'a/b=c%:é ', DATE '2024-01-01')) t(v, s, d)`;
    const files = await write("parquet", select, types, {}, ["s", "d"]);
    expect(files.map(({ path, rows }) => [path, rows]).toSorted()).toEqual([
      ["s=__HIVE_DEFAULT_PARTITION__/d=2024-01-01/part-00000-x-c000.snappy.parquet", 1],
      ["s=__HIVE_DEFAULT_PARTITION__/d=__HIVE_DEFAULT_PARTITION__/part-00000-x-c000.snappy.parquet", 1],
      ["s=a%2Fb%3Dc%25%3Aé /d=2024-01-01/part-00000-x-c000.snappy.parquet", 2],
    ]);
    const rows = await reread("parquet", files);
    expect(rows.toSorted((a, b) => Number(a.v) - Number(b.v))).toEqual(
      [
        { v: 1, s: "a/b=c%:é ", d: "2024-01-01" },
        { v: 2, s: null, d: "2024-01-01" },
        { v: 3, s: null, d: null },
        { v: 4, s: "a/b=c%:é ", d: "2024-01-01" },
      ].map((row) => ({ ...row })),
    );
  });

  it("may be a thousand", async () => {
    const files = await write("parquet", "SELECT i AS v, i % 1000 AS p FROM range(50000) t(i)", { v: t.longType, p: t.longType }, {}, [
      "p",
    ]);
    expect(new Set(files.map(({ path }) => path.split("/")[0])).size).toBe(1000);
    expect(files.reduce((sum, { rows }) => sum + rows, 0)).toBe(50_000);
    expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
  });

  it("come in files of at most maxRecordsPerFile rows", async () => {
    const files = await write("parquet", "SELECT i AS v FROM range(2500) t(i)", { v: t.longType }, { maxRecordsPerFile: 1000 });
    expect(files.map(({ path, rows }) => [path, rows])).toEqual([
      ["part-00000-x-c000.snappy.parquet", 1000],
      ["part-00000-x-c001.snappy.parquet", 1000],
      ["part-00000-x-c002.snappy.parquet", 500],
    ]);
    expect((await reread("parquet", files)).map((row) => row.v)).toHaveLength(2500);
  });

  it("work for text formats", async () => {
    const files = await write("csv", "SELECT i AS v, i % 2 AS p FROM range(4) t(i)", { v: t.longType, p: t.longType }, { header: true }, [
      "p",
    ]);
    expect(files.map(({ path }) => path)).toEqual(["p=0/part-00000-x-c000.csv", "p=1/part-00000-x-c000.csv"]);
    expect(await Promise.all(files.map(textOf))).toEqual(["v\n0\n2\n", "v\n1\n3\n"]);
  });
});

describe("CSV", () => {
  const one = (sql: string) => `SELECT ${sql} AS v, 'z' AS z`;
  it.each<[string, DataType, string, Row]>([
    ["'a'", t.stringType, "a,z\n", {}],
    ["'a,b'", t.stringType, '"a,b",z\n', {}],
    ["'a\"b'", t.stringType, '"a\\"b",z\n', {}],
    ["'a\"b'", t.stringType, '"a""b",z\n', { escape: '"' }],
    ["'a\\b'", t.stringType, "a\\b,z\n", {}],
    ["'a\\,b'", t.stringType, '"a\\\\,b",z\n', {}],
    ["'a' || chr(10) || 'b'", t.stringType, '"a\nb",z\n', {}],
    ["''", t.stringType, '"",z\n', {}],
    ["NULL::VARCHAR", t.stringType, ",z\n", {}],
    ["NULL::VARCHAR", t.stringType, "NA,z\n", { nullValue: "NA" }],
    ["'  a '", t.stringType, "a,z\n", {}],
    ["'  a '", t.stringType, "  a ,z\n", { ignoreLeadingWhiteSpace: false, ignoreTrailingWhiteSpace: false }],
    ["'a'", t.stringType, '"a","z"\n', { quoteAll: true }],
    ["1e20::DOUBLE", t.doubleType, "1.0E20,z\n", {}],
    ["true", t.booleanType, "true,z\n", {}],
    ["DATE '2024-01-31'", t.dateType, "31/01/2024,z\n", { dateFormat: "dd/MM/yyyy" }],
    ["TIMESTAMPTZ '2024-01-31 10:00:00.1234+00'", t.timestampType, "2024-01-31T10:00:00.123Z,z\n", {}],
    ["TIMESTAMPTZ '2024-01-31 10:00:00+00'", t.timestampType, "2024-01-31T11:00:00.000+01:00,z\n", { timeZone: "Europe/Paris" }],
    ["TIMESTAMP '2024-01-31 10:00:00'", t.timestampNtzType, "2024-01-31T10:00:00.000,z\n", {}],
  ])("writes %s of %j as %j", async (sql, type, expected, options) => {
    const [file] = await write("csv", one(sql), { v: type, z: t.stringType }, options);
    expect(await textOf(file!)).toBe(expected);
  });

  it("writes a header and compresses", async () => {
    const [file] = await write(
      "csv",
      'SELECT 1 AS a, 2 AS "b,c"',
      { a: t.integerType, "b,c": t.integerType },
      { header: true, compression: "gzip" },
    );
    expect(file).toMatchObject({ path: "part-00000-x-c000.csv.gz", rows: 1 });
    expect(gunzipSync(await readFile(bench.scratch.path(file!.scratch))).toString()).toBe('a,"b,c"\n1,2\n');
  });

  it("gives back any text that CSV can hold", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", " ", ",", '"', "\\", "é", "\t", ";"), maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 30 }), async (rows) => {
        await bench.scratch.remove("out");
        const literal = (s: string) => `'${s.replaceAll("'", "''")}'`;
        const select = `SELECT * FROM (VALUES ${rows.map(([a, b]) => `(${literal(a)}, ${literal(b)})`).join(", ")}) t(a, b)`;
        const options = { ignoreLeadingWhiteSpace: false, ignoreTrailingWhiteSpace: false, nullValue: "<null>", quoteAll: true };
        const files = await write("csv", select, { a: t.stringType, b: t.stringType }, options);
        const schema = t.structType([t.structField("a", t.stringType), t.structField("b", t.stringType)]);
        expect((await reread("csv", files, options, schema)).map((row) => [row.a, row.b])).toEqual(rows);
      }),
      { numRuns: 40, seed: 11 },
    );
  });
});

describe("JSON and text", () => {
  it("writes objects a line, NULL fields left out", async () => {
    const types: Columns = {
      s: t.stringType,
      d: t.doubleType,
      n: t.longType,
      l: t.arrayType(t.integerType),
      o: t.structType([t.structField("x", t.longType), t.structField("y", t.stringType)]),
      m: t.mapType(t.stringType, t.dateType),
      ts: t.timestampType,
      b: t.binaryType,
    };
    const select = `SELECT 'q"\\é' s, 'nan'::DOUBLE d, NULL::BIGINT n, [1, NULL] l, {'x': NULL::BIGINT, 'y': 'z'} o, MAP {'k': DATE '2024-01-01'} m,
      TIMESTAMPTZ '2024-01-31 10:00:00+00' ts, 'ab'::BLOB b`;
    const [file] = await write("json", select, types);
    expect(await textOf(file!)).toBe(
      '{"s":"q\\"\\\\é","d":"NaN","l":[1,null],"o":{"y":"z"},"m":{"k":"2024-01-01"},"ts":"2024-01-31T10:00:00.000Z","b":"YWI="}\n',
    );
    await bench.scratch.remove("out");
    const [kept] = await write(
      "json",
      "SELECT NULL::BIGINT n, 1.5::DOUBLE d",
      { n: t.longType, d: t.doubleType },
      { ignoreNullFields: false },
    );
    expect(await textOf(kept!)).toBe('{"n":null,"d":1.5}\n');
  });

  it("gives back what JSON can hold", async () => {
    const types: Columns = {
      a: t.longType,
      b: t.doubleType,
      c: t.decimalType(20, 5),
      d: t.dateType,
      e: t.timestampType,
      f: t.arrayType(t.stringType),
    };
    const select =
      "SELECT -5::BIGINT a, 1e300::DOUBLE b, 12345.67891::DECIMAL(20,5) c, DATE '1999-12-31' d, TIMESTAMPTZ '2024-01-31 10:00:00.125+00' e, ['x', NULL] f";
    const files = await write("json", select, types);
    const schema = t.structType(columnsOf(types).map(({ name, type }) => t.structField(name, type)));
    expect(await reread("json", files, {}, schema)).toEqual(await bench.run(select));
  });

  it("writes one string column as text", async () => {
    const [file] = await write("text", "SELECT * FROM (VALUES ('a,\"b'), (NULL), (' c')) t(v)", { v: t.stringType });
    expect(await textOf(file!)).toBe('a,"b\n\n c\n');
    expect(() => sinkOf("text").check(writeOf("text", {}, []), columnsOf({ a: t.longType }))).toThrow(
      expect.objectContaining({ condition: "UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE" }),
    );
    expect(() => sinkOf("text").check(writeOf("text", {}, []), columnsOf({ a: t.stringType, b: t.stringType }))).toThrow(/single column/);
  });

  it("refuses formats that are not there", () => {
    expect(() => sourceOf("xlsx")).toThrow(expect.objectContaining({ condition: "DATA_SOURCE_NOT_FOUND" }));
    expect(() => sinkOf("xlsx")).toThrow(expect.objectContaining({ condition: "DATA_SOURCE_NOT_FOUND" }));
    expect(sourceOf("PARQUET").format).toBe("parquet");
  });
});
