import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { typeName } from "../../../lib/engine/expressions/print-type.ts";
import type { Scan } from "../../../lib/engine/logical/plan.ts";
import type { Remember } from "../../../lib/engine/ports/source.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { parquetSource } from "../../../lib/sources/parquet/source.ts";
import { Bench, narrow, schemaOf, session } from "../support/bench.ts";
import { call, dateLiteral, doubleLiteral, integerLiteral, longLiteral, nullLiteral, stringLiteral } from "../support/expressions.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

const read = (...args: Parameters<Bench["read"]> extends [unknown, ...infer Rest] ? Rest : never) => bench.read(parquetSource, ...args);
const resolve = (...args: Parameters<Bench["read"]> extends [unknown, ...infer Rest] ? Rest : never) =>
  bench.resolve(parquetSource, ...args);

describe("types", () => {
  it("reads DuckDB's types as Spark would", async () => {
    await bench.copy(
      `SELECT 1::TINYINT a, 2::SMALLINT b, 3::INTEGER c, 4::BIGINT d, 1.5::FLOAT e, 2.5::DOUBLE f, 12.34::DECIMAL(10,2) g, 'x' h,
        'ab'::BLOB i, DATE '2024-02-29' j, TIMESTAMPTZ '2024-02-29 10:00:00.123456+00' k, TIMESTAMP '2024-02-29 10:00:00' l, TIME '10:11:12' m,
        200::UTINYINT n, 60000::USMALLINT o, 4000000000::UINTEGER p, 18446744073709551615::UBIGINT q, [1, NULL, 3] r,
        {'x': 1, 'y': 'z'} s, MAP {'k': 1.5::DOUBLE} t, true u, [{'l': [DATE '2024-01-01']}] v, 1.1::DECIMAL(38,10) w`,
      "types.parquet",
    );
    const scan = await resolve(["types.parquet"]);
    expect(scan.output.map(({ type }) => typeName(type)).join(" ")).toBe(
      "tinyint smallint int bigint float double decimal(10,2) string binary date timestamp timestamp_ntz time(6) smallint int bigint decimal(20,0) array<int> struct<x:int,y:string> map<string,double> boolean array<struct<l:array<date>>> decimal(38,10)",
    );
    const [row] = (await bench.rows(parquetSource, scan)).rows;
    expect(row).toMatchObject({ n: 200, o: 60000, p: "4000000000", q: "18446744073709551615", r: [1, null, 3], s: { x: 1, y: "z" } });
    expect(row).toMatchObject({ g: "12.34", k: "2024-02-29 10:00:00.123456+00", l: "2024-02-29 10:00:00", v: [{ l: ["2024-01-01"] }] });
  });

  it("names a type that Spark refuses", async () => {
    await bench.copy("SELECT uuid() id", "uuid.parquet");
    await expect(resolve(["uuid.parquet"])).rejects.toMatchObject({
      condition: "PARQUET_TYPE_ILLEGAL",
      messageParameters: { parquetType: "FIXED_LEN_BYTE_ARRAY (UUID)" },
    });
    await bench.copy("SELECT TIMESTAMP_NS '2024-01-01' n", "nanos.parquet");
    await expect(resolve(["nanos.parquet"])).rejects.toMatchObject({ condition: "PARQUET_TYPE_ILLEGAL" });
  });
});

describe("schemas", () => {
  beforeAll(async () => {
    await bench.copy("SELECT 1 AS a, 'x' AS b", "two/1.parquet");
    await bench.copy("SELECT 2 AS a, 2.5::DOUBLE AS c", "two/2.parquet");
  });

  it("takes the first file's, and NULL where another file has no such column", async () => {
    expect(await read(["two"])).toEqual([
      { a: 1, b: "x" },
      { a: 2, b: null },
    ]);
  });

  it("merges all files' with mergeSchema", async () => {
    expect(await read(["two"], { mergeSchema: true })).toEqual([
      { a: 1, b: "x", c: null },
      { a: 2, b: null, c: 2.5 },
    ]);
  });

  it("refuses to merge types that differ", async () => {
    await bench.copy("SELECT 1 AS a", "conflict/1.parquet");
    await bench.copy("SELECT 'x' AS a", "conflict/2.parquet");
    await expect(resolve(["conflict"], { mergeSchema: true })).rejects.toMatchObject({ condition: "CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE" });
  });

  it("matches a given schema by name in any case, widens, and fills what is missing", async () => {
    const schema = t.structType([t.structField("C", t.doubleType), t.structField("A", t.longType), t.structField("z", t.dateType)]);
    expect(await read(["two/2.parquet"], {}, schema)).toEqual([{ C: 2.5, A: "2", z: null }]);
  });

  it("names file, column and types where a given type does not fit", async () => {
    const schema = t.structType([t.structField("b", t.integerType)]);
    await expect(read(["two/1.parquet"], {}, schema)).rejects.toMatchObject({
      condition: "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH",
      messageParameters: { column: "[b]", expectedType: "int", actualType: "BINARY (UTF8)" },
    });
  });

  it("reads text as bytes and bytes as text", async () => {
    await bench.copy("SELECT 'éx' AS s, 'q'::BLOB AS b, ['q'] AS l", "bytes.parquet");
    const schema = t.structType([t.structField("s", t.binaryType), t.structField("l", t.arrayType(t.binaryType))]);
    expect(await read(["bytes.parquet"], {}, schema)).toEqual([{ s: "\\xC3\\xA9x", l: ["q"] }]);
  });

  it("cannot guess the schema of no file", async () => {
    await bench.put("nothing/_SUCCESS", "x");
    await expect(resolve(["nothing"])).rejects.toMatchObject({
      condition: "UNABLE_TO_INFER_SCHEMA",
      messageParameters: { format: "Parquet" },
    });
  });
});

describe("partitions", () => {
  it("adds the folders' values as typed columns, in one reader", async () => {
    await bench.copy("SELECT 1 AS v", "p/shop=north/day=2024-01-01/1.parquet");
    await bench.copy("SELECT 2 AS v", "p/shop=a%2Fb/day=2024-01-02/1.parquet");
    await bench.copy("SELECT 3 AS v", "p/shop=__HIVE_DEFAULT_PARTITION__/day=2024-01-02/1.parquet");
    const scan = await resolve(["p"]);
    expect(schemaOf(scan)).toEqual(["v:integer", "shop:string", "day:date"]);
    const { rows, opened } = await bench.rows(parquetSource, scan);
    expect(rows.toSorted((a, b) => Number(a.v) - Number(b.v))).toEqual([
      { v: 1, shop: "north", day: "2024-01-01" },
      { v: 2, shop: "a/b", day: "2024-01-02" },
      { v: 3, shop: null, day: "2024-01-02" },
    ]);
    expect(opened.sql.match(/read_parquet/g)).toHaveLength(1);
  });

  it("keeps the folder's value right under a filter of the kernel", async () => {
    const scan = narrow(await resolve(["p"]), ["shop", "v"]);
    const { opened } = await bench.rows(parquetSource, scan);
    const shop = `"shop#${scan.output[0]!.id}"`;
    expect(await bench.run(`SELECT * FROM (${opened.sql}) WHERE ${shop} = 'a/b'`)).toHaveLength(1);
  });

  it("leaves out files by their partition values", async () => {
    const day = (text: string) => dateLiteral(text);
    const keep = async (filter: (c: (n: string) => Expression) => Expression) => {
      const scan = await resolve(["p"]);
      return parquetSource.split(
        narrow(scan, ["v"], () => [filter((n) => scan.output.find((a) => a.name === n)!)]),
        1e9,
        session,
      ).length;
    };
    expect(await keep((c) => call("=", c("day"), day("2024-01-01")))).toBe(1);
    expect(await keep((c) => call(">", c("day"), day("2024-01-01")))).toBe(2);
    expect(await keep((c) => call("isnull", c("shop")))).toBe(1);
    expect(await keep((c) => call("in", c("shop"), stringLiteral("north"), stringLiteral("south")))).toBe(1);
    expect(await keep((c) => call("or", call("isnull", c("shop")), call("=", c("shop"), stringLiteral("north"))))).toBe(2);
  });
});

describe("row groups", () => {
  const wide = Array.from({ length: 15 }, (_, i) => `random() AS r${i}`).join(", ");
  beforeAll(async () => {
    await bench.copy(`SELECT i::INTEGER AS id, ${wide} FROM range(65536) t(i)`, "groups.parquet", "FORMAT parquet, ROW_GROUP_SIZE 8192");
  });

  it("splits at row groups near the target size, evenly, and covers every row once", async () => {
    const scan = await resolve(["groups.parquet"]);
    const whole = scan.files[0]!.size;
    expect(parquetSource.split(scan, 1e9, session)).toHaveLength(1);
    const splits = parquetSource.split(scan, whole / 4, session);
    expect(splits.length).toBeGreaterThanOrEqual(4);
    let next = 0;
    for (const { firstRow, rows } of splits) {
      expect(firstRow).toBe(next);
      next += rows!;
    }
    expect(next).toBe(65536);
    const read = await Promise.all(splits.map((split) => bench.rows(parquetSource, narrow(scan, ["id"]), [split])));
    const ids = read.flatMap(({ rows }) => rows.map((row) => Number(row.id))).toSorted((a, b) => a - b);
    expect(ids).toHaveLength(65536);
    expect(ids.every((id, i) => id === i)).toBe(true);
  });

  it("fetches 2 of 16 columns of 1 of 8 row groups in few small requests", async () => {
    const scan = await resolve(["memory://b/groups.parquet"], {}, undefined, bench.memory);
    const narrowed = narrow(scan, ["id", "r7"], (c) => [call("=", c("id"), integerLiteral(20_000))]);
    const splits = parquetSource.split(narrowed, 1e9, session);
    expect(splits).toMatchObject([{ file: 0, firstRow: 16384, rows: 8192 }]);
    const before = { ...bench.memory.requests };
    const { rows, opened } = await bench.rows(parquetSource, narrowed, splits, bench.memory);
    expect(rows).toHaveLength(8192);
    expect(rows.some((row) => row.id === 20_000)).toBe(true);
    const requests = bench.memory.requests.get - before.get;
    const bytes = bench.memory.requests.bytesRead - before.bytesRead;
    expect(opened).toMatchObject({ requests, bytesRead: bytes });
    expect(requests).toBeLessThanOrEqual(2);
    expect(bytes).toBeLessThan(1_200_000);
    const [check] = await bench.run(
      `SELECT sum(r7) s FROM read_parquet('${bench.folder}/groups.parquet', file_row_number = true) WHERE file_row_number BETWEEN 16384 AND 24575`,
    );
    expect(rows.reduce((sum, row) => sum + Number(row.r7), 0)).toBeCloseTo(Number(check!.s), 6);
  });

  it("gives the same rows from a sparse copy as from the whole file, Bloom filters included", async () => {
    await bench.copy(
      "SELECT (i % 100)::INTEGER AS k, 'name' || (i % 50) AS s, [i] AS l FROM range(50000) t(i)",
      "bloom.parquet",
      "FORMAT parquet, ROW_GROUP_SIZE 10000",
    );
    const scan = await resolve(["memory://b/bloom.parquet"], {}, undefined, bench.memory);
    for (const columns of [["k"], ["s"], ["l", "k"]]) {
      const narrowed = narrow(scan, columns);
      for (const split of parquetSource.split(narrowed, 50_000, session)) {
        const { opened, rows } = await bench.rows(parquetSource, narrowed, [split], bench.memory);
        expect(rows).toHaveLength(split.rows!);
        if (columns[0] !== "l") {
          const name = `"${columns[0]}#${narrowed.output[0]!.id}"`;
          const value = columns[0] === "k" ? "7" : "'name7'";
          const wanted = rows.filter((row) => String(row[columns[0]!]) === value.replaceAll("'", ""));
          expect(await bench.run(`SELECT * FROM (${opened.sql}) WHERE ${name} = ${value}`)).toHaveLength(wanted.length);
        }
      }
    }
  });

  it("counts rows without reading a column", async () => {
    const scan = narrow(await resolve(["memory://b/groups.parquet"], {}, undefined, bench.memory), []);
    const { rows, opened } = await bench.rows(parquetSource, scan, undefined, bench.memory);
    expect(rows).toHaveLength(65536);
    expect(opened.requests).toBe(1);
  });

  it("reads a footer once where footers are remembered, until the file is another", async () => {
    const known = new Map<string, Promise<unknown>>();
    const remember: Remember = <T>(key: string, make: () => Promise<T>) => {
      if (!known.has(key)) known.set(key, make());
      return known.get(key) as Promise<T>;
    };
    const open = async (scan: Scan) => {
      const io = { store: bench.disk, scratch: bench.scratch, session, remember };
      return parquetSource.open(scan, parquetSource.split(scan, 1 << 30, session), io);
    };
    const scan = narrow(await resolve([await bench.copy("SELECT 1 AS a", "twice.parquet")]), []);
    const [first, again] = [await open(scan), await open(scan)];
    expect([first.requests, again.requests]).toEqual([1, 0]);
    expect({ ...again, requests: 1, fileError: undefined }).toEqual({ ...first, fileError: undefined });
    const io = { store: bench.disk, session, query: (sql: string) => bench.run(sql), remember };
    const plan = { kind: "read", format: "parquet", paths: [scan.files[0]!.key], options: {} } as const;
    const [one, two] = [await parquetSource.resolve(plan, io), await parquetSource.resolve(plan, io)];
    expect(two.files[0]!.rowGroups).toBe(one.files[0]!.rowGroups);
    const touched = { ...scan, files: scan.files.map((file) => ({ ...file, modified: file.modified! + 1 })) };
    expect((await open(touched)).requests).toBe(1);
  });

  it.each<[string, (id: Expression, s: Expression, d: Expression) => Expression, number]>([
    ["id < 10", (id) => call("<", id, longLiteral(10)), 1],
    ["10 > id", (id) => call(">", longLiteral(10), id), 1],
    ["id >= 5000", (id) => call(">=", id, longLiteral(5000)), 2],
    ["id in (1, 7000)", (id) => call("in", id, longLiteral(1), longLiteral(7000)), 2],
    ["id = null", (id) => call("=", id, nullLiteral(t.longType)), 0],
    ["s is null", (_, s) => call("isnull", s), 2],
    ["s is not null", (_, s) => call("isnotnull", s), 2],
    ["s = 'é'", (_, s) => call("=", s, stringLiteral("é")), 2],
    ["s < 'a'", (_, s) => call("<", s, stringLiteral("a")), 0],
    ["d > 2 may be NaN", (_, _s, d) => call(">", d, doubleLiteral(2)), 4],
    ["d < 0", (_, _s, d) => call("<", d, doubleLiteral(0)), 0],
    ["d = 7", (_, _s, d) => call("=", d, doubleLiteral(7)), 0],
  ])("keeps the row groups that %s needs", async (_name, filter, expected) => {
    await bench.copy(
      "SELECT i AS id, CASE WHEN i < 4096 THEN NULL WHEN i % 2 = 0 THEN 'a' ELSE 'ü' END AS s, (i % 2)::DOUBLE AS d FROM range(8192) t(i)",
      "stats.parquet",
      "FORMAT parquet, ROW_GROUP_SIZE 2048",
    );
    const scan = await resolve(["stats.parquet"]);
    const narrowed = narrow(scan, ["id"], () => [
      filter(...(["id", "s", "d"].map((n) => scan.output.find((a) => a.name === n)!) as [Expression, Expression, Expression])),
    ]);
    const kept = parquetSource.split(narrowed, 1, session).reduce((sum, split) => sum + split.rows!, 0);
    expect(kept / 2048).toBe(expected);
  });
});

describe("broken files", () => {
  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ["cut short", (bytes) => bytes.subarray(0, bytes.length - 100)],
    ["text", () => new TextEncoder().encode("a,b,c\n1,2,3\n4,5,6\n")],
    ["tiny", () => new Uint8Array([80, 65, 82, 49])],
    ["with a footer that lies", (bytes) => bytes.map((b, i) => (i === bytes.length - 5 ? 0x7f : b))],
  ])("names the file that is %s", async (_name, spoil) => {
    const path = await bench.copy("SELECT i FROM range(1000) t(i)", "whole.parquet");
    const spoiled = await bench.put("broken/x.parquet", spoil(new Uint8Array(await readFile(path))));
    await expect(read(["broken"])).rejects.toMatchObject({
      condition: "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER",
      messageParameters: { path: spoiled },
    });
  });

  it("names the file whose pages are broken, in place and as a copy", async () => {
    const path = await bench.copy("SELECT 'text ' || i AS s FROM range(100000) t(i)", "pages.parquet");
    const bytes = new Uint8Array(await readFile(path));
    const spoiled = await bench.put(
      "flipped.parquet",
      bytes.map((b, i) => (i > 10 && i < 3000 ? b ^ 0x5a : b)),
    );
    await expect(read([spoiled])).rejects.toMatchObject({ condition: "FAILED_READ_FILE.NO_HINT", messageParameters: { path: spoiled } });
    await expect(read(["memory://b/flipped.parquet"], {}, undefined, bench.memory)).rejects.toMatchObject({
      messageParameters: { path: "memory://b/flipped.parquet" },
    });
  });

  it("tells of a file that is gone since it was listed, or leaves it out if asked", async () => {
    await bench.copy("SELECT 1 AS a", "gone/1.parquet");
    const path = await bench.copy("SELECT 2 AS a", "gone/2.parquet");
    const scan = await resolve(["gone"]);
    await bench.disk.delete([path]);
    await expect(bench.rows(parquetSource, scan)).rejects.toMatchObject({
      condition: "FAILED_READ_FILE.FILE_NOT_EXIST",
      messageParameters: { path },
    });
    expect((await bench.rows(parquetSource, { ...scan, options: { ignoremissingfiles: "true" } })).rows).toEqual([{ a: 1 }]);
  });
});
