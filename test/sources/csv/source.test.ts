import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as t from "../../../lib/engine/types/data-type.ts";
import { csvOptions } from "../../../lib/sources/csv/options.ts";
import { parseLine } from "../../../lib/sources/csv/parse-line.ts";
import { csvSource } from "../../../lib/sources/csv/source.ts";
import { Options } from "../../../lib/sources/options.ts";
import { Bench, narrow, schemaOf, session } from "../support/bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.open();
});
afterAll(() => bench.close());

let next = 0;
async function read(text: string | Uint8Array, options: Record<string, unknown> = {}, schema?: t.StructType, extension = "csv") {
  const name = `t${next++}.${extension}`;
  await bench.put(name, text);
  return bench.read(csvSource, [name], options, schema);
}
const values = async (...args: Parameters<typeof read>) => (await read(...args)).map((row) => Object.values(row));
const struct = (ddl: Record<string, t.DataType>) => t.structType(Object.entries(ddl).map(([name, type]) => t.structField(name, type)));

describe("lines and fields", () => {
  it.each<[string, string, Record<string, unknown>, unknown[][]]>([
    [
      "plain",
      "a,b\nc,d\n",
      {},
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "all three line ends",
      "a,b\r\nc,d\re,f\n",
      {},
      [
        ["a", "b"],
        ["c", "d"],
        ["e", "f"],
      ],
    ],
    [
      "no last line end, blank lines",
      "\n  \na,b\n\nc,d",
      {},
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["comments", "#x,y\na,b\n#z\n", { comment: "#" }, [["a", "b"]]],
    [
      "a quoted delimiter",
      'a,"b,c"\n"x",y\n',
      {},
      [
        ["a", "b,c"],
        ["x", "y"],
      ],
    ],
    ["an escaped quote", 'a,"b\\"c,d"\n', {}, [["a", 'b"c,d']]],
    ["an escaped escape", 'a,"b\\\\"\n', {}, [["a", "b\\"]]],
    ["an escape before anything else", 'a,"b\\n"\n', {}, [["a", "b\\n"]]],
    ["an escape outside quotes", "a\\,b\n", {}, [["a\\", "b"]]],
    ["doubled quotes with escape=quote", 'a,"b ""c"", d"\n', { escape: '"' }, [["a", 'b "c", d']]],
    ["a quote inside an unquoted field", 'a 5" disk,b\n', {}, [['a 5" disk', "b"]]],
    ["text behind a closing quote", '"a"b,c\n', {}, [['"a"b', "c"]]],
    ["blanks behind a closing quote", '"a" ,c\n', {}, [["a", "c"]]],
    [
      "an unclosed quote, which ends with its line",
      'a,"b,c\nd,e\n',
      {},
      [
        ["a", "b,c"],
        ["d", "e"],
      ],
    ],
    ["quotes switched off", '"a",b\n', { quote: "" }, [['"a"', "b"]]],
    ["another delimiter and quote", "'a;b';c\n", { sep: ";", quote: "'" }, [["a;b", "c"]]],
    ["a tab", "a\tb\n", { sep: "\\t" }, [["a", "b"]]],
    ["a delimiter of several characters", "a||b||c\n", { sep: "||" }, [["a", "b", "c"]]],
    ["blanks kept, and trimmed if asked", " a , b \n", {}, [[" a ", " b "]]],
    ["trimmed", ' a ," b "\n', { ignoreLeadingWhiteSpace: true, ignoreTrailingWhiteSpace: true }, [["a", " b "]]],
    ["empty and quoted empty fields", 'a,,""\n', {}, [["a", null, null]]],
    ["quoted empty with nullValue", 'NA,,""\n', { nullValue: "NA" }, [[null, null, ""]]],
    ["quoted empty with emptyValue", 'a,,""\n', { emptyValue: "-" }, [["a", null, "-"]]],
    [
      "another line end",
      "a,b;c,d;",
      { lineSep: ";" },
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "quoted line ends with multiLine",
      'a,"b\nc\r\nd"\ne,"f ""g"\n',
      { multiLine: true, escape: '"' },
      [
        ["a", "b\nc\nd"],
        ["e", 'f "g'],
      ],
    ],
  ])("reads %s", async (_name, text, options, expected) => {
    expect(await values(text, options)).toEqual(expected);
  });

  it("reads compressed files", async () => {
    expect(await values(gzipSync("a,b\n1,2\n"), { header: true }, undefined, "csv.gz")).toEqual([["1", "2"]]);
    expect(await values(zstdCompressSync(Buffer.from("a,b\n")), {}, undefined, "csv.zst")).toEqual([["a", "b"]]);
    await expect(values("x", {}, undefined, "csv.bz2")).rejects.toMatchObject({ condition: "FIRECREST_UNSUPPORTED" });
  });

  it("reads other character sets", async () => {
    expect(await values(new Uint8Array([0xe9, 0x2c, 0x62, 0x0a]), { encoding: "ISO-8859-1" })).toEqual([["é", "b"]]);
    expect(await values(Buffer.from("é,b\n", "utf16le"), { encoding: "UTF-16LE" })).toEqual([["é", "b"]]);
  });

  it("names the file that is not of the character set", async () => {
    const path = await bench.put("latin.csv", new Uint8Array([0x61, 0x0a, 0xe9, 0x2c, 0x62, 0x0a]));
    await expect(bench.read(csvSource, ["latin.csv"], {}, struct({ a: t.stringType }))).rejects.toMatchObject({
      condition: "FAILED_READ_FILE.NO_HINT",
      messageParameters: { path },
    });
  });

  it("reads any line in SQL as the line parser does", async () => {
    const piece = fc.constantFrom('"', '""', '\\"', "\\", ",", ",,", "a", " ", "\t", "é", "b c", '","', '",', ',"', "\u001f");
    const line = fc.array(piece, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 40 }),
        fc.constantFrom("\\", '"'),
        fc.boolean(),
        async (lines, escapeWith, trims) => {
          const options = {
            escape: escapeWith,
            ignoreLeadingWhiteSpace: String(trims),
            ignoreTrailingWhiteSpace: String(trims),
            nullValue: "\u0001",
            emptyValue: "<e>",
          };
          const csv = csvOptions(new Options(options));
          const kept = lines.filter((l) => /[^\0- ]/.test(l));
          const expected = kept.map((l) => {
            const fields = parseLine(l, csv).map(({ text, quoted }) => (text !== "" ? text : quoted ? "<e>" : null));
            return Array.from({ length: 3 }, (_, i) => fields[i] ?? null);
          });
          const schema = struct({ a: t.stringType, b: t.stringType, c: t.stringType });
          expect(await values(lines.join("\n"), options, schema)).toEqual(expected);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});

describe("headers and types", () => {
  it("names columns by the header, and makes names unique", async () => {
    expect(Object.keys((await read("a,,A,b\n1,2,3,4\n", { header: true }))[0]!)).toEqual(["a0", "_c1", "A2", "b"]);
    expect(Object.keys((await read("x,y\n"))[0]!)).toEqual(["_c0", "_c1"]);
  });

  it("leaves out the header of each file", async () => {
    await bench.put("many/1.csv", "a,b\n1,2\n");
    await bench.put("many/2.csv", "\n\na,b\n3,4\n");
    expect(await bench.read(csvSource, ["many"], { header: true })).toEqual([
      { a: "1", b: "2" },
      { a: "3", b: "4" },
    ]);
    await expect(
      bench.read(csvSource, ["many"], { header: true, enforceSchema: false }, struct({ a: t.stringType, c: t.stringType })),
    ).rejects.toMatchObject({
      condition: "FIRECREST_CSV_HEADER_MISMATCH",
    });
  });

  it.each<[string, string[], string]>([
    ["integers", ["1", "-2", ""], "integer"],
    ["long ones", ["1", "3000000000"], "long"],
    ["longer ones", ["1", "30000000000000000000"], "decimal"],
    ["fractions", ["1", "1.5"], "double"],
    ["exponents", ["1e3"], "double"],
    ["NaN", ["NaN", "1"], "double"],
    ["dates", ["2024-01-31", "2024-02-01"], "date"],
    ["dates, then timestamps", ["2024-01-31", "2024-01-31 10:00:00"], "string"],
    ["timestamps, then dates", ["2024-01-31 10:00:00", "2024-01-31"], "timestamp"],
    ["timestamps", ["2024-01-31T10:00:00Z"], "timestamp"],
    ["booleans", ["true", "FALSE"], "boolean"],
    ["a mixture", ["1", "true"], "string"],
    ["numbers and dates", ["1", "2024-01-31"], "string"],
    ["nothing", ["", ""], "string"],
  ])("infers the type of %s", async (_name, texts, kind) => {
    const name = `infer${next++}.csv`;
    await bench.put(name, texts.map((text) => `x,${text}`).join("\n"));
    expect(schemaOf(await bench.resolve(csvSource, [name], { inferSchema: true }))[1]).toBe(`_c1:${kind}`);
  });

  it("reads each type as Spark does, and NULL for what is none", async () => {
    const cases: [t.DataType, string, unknown][] = [
      [t.integerType, "+5", 5],
      [t.integerType, "5.0", null],
      [t.integerType, " 5", null],
      [t.integerType, "5000000000", null],
      [t.integerType, "1_000", null],
      [t.doubleType, "1.5e2", 150],
      [t.doubleType, "1.5f", 1.5],
      [t.doubleType, "Inf", Number.POSITIVE_INFINITY],
      [t.doubleType, "inf", null],
      [t.doubleType, "-NaN", "NaN"],
      [t.doubleType, "1_0.5", null],
      [t.doubleType, "+-1", null],
      [t.doubleType, "+1.5", 1.5],
      [t.doubleType, " 1.5 ", 1.5],
      [t.doubleType, "0x10", null],
      [t.decimalType(5, 2), "1.235", "1.24"],
      [t.decimalType(5, 2), "12345", null],
      [t.booleanType, "True", true],
      [t.booleanType, "1", null],
      [t.dateType, "2024-02-29", "2024-02-29"],
      [t.dateType, "2023-02-29", null],
      [t.dateType, "2024-2", "2024-02-01"],
      [t.timestampType, "2024-01-31T10:00:00+02:00", "2024-01-31 08:00:00+00"],
      [t.timestampNtzType, "2024-01-31 10:00:00.5", "2024-01-31 10:00:00.5"],
    ];
    for (const [type, text, expected] of cases) {
      const [row] = await read(`${text},x\n`, {}, struct({ v: type, x: t.stringType }));
      const value = row!.v === "Infinity" ? Number.POSITIVE_INFINITY : row!.v;
      expect([type.kind, text, value]).toEqual([type.kind, text, expected]);
    }
  });

  it("reads dates and timestamps by pattern", async () => {
    const schema = struct({ d: t.dateType, ts: t.timestampType });
    const options = { dateFormat: "dd/MM/yyyy", timestampFormat: "yyyy.MM.dd HH:mm", timeZone: "Europe/Paris" };
    expect(await values("31/01/2024,2024.01.31 10:00\n1/1/2024,x\n", options, schema)).toEqual([
      ["2024-01-31", "2024-01-31 09:00:00+00"],
      [null, null],
    ]);
  });
});

describe("malformed records", () => {
  const text = "1,a\nx,b\n3\n4,d,e\n";
  const schema = struct({ n: t.integerType, s: t.stringType });

  it("are kept in part, with the record where its column is asked for", async () => {
    expect(await values(text, {}, schema)).toEqual([
      [1, "a"],
      [null, "b"],
      [3, null],
      [4, "d"],
    ]);
    const withCorrupt = struct({ n: t.integerType, s: t.stringType, _corrupt_record: t.stringType });
    expect(await values(text, {}, withCorrupt)).toEqual([
      [1, "a", null],
      [null, "b", "x,b"],
      [3, null, "3"],
      [4, "d", "4,d,e"],
    ]);
    expect(
      await values("y,z\n", { columnNameOfCorruptRecord: "bad" }, struct({ n: t.integerType, bad: t.stringType, s: t.stringType })),
    ).toEqual([[null, "y,z", "z"]]);
  });

  it("are dropped with DROPMALFORMED", async () => {
    expect(await values(text, { mode: "dropmalformed" }, schema)).toEqual([[1, "a"]]);
  });

  it("fail the query with FAILFAST, naming the record", async () => {
    await expect(values(text, { mode: "FAILFAST" }, schema)).rejects.toMatchObject({
      condition: "FAILED_READ_FILE.NO_HINT",
      messageParameters: { badRecord: "x,b", failFastMode: "FAILFAST" },
    });
  });

  it("are judged by the columns that are read", async () => {
    await bench.put("pruned.csv", text);
    const scan = await bench.resolve(csvSource, ["pruned.csv"], { mode: "DROPMALFORMED" }, schema);
    expect((await bench.rows(csvSource, narrow(scan, ["s"]))).rows).toEqual([{ s: "a" }, { s: "b" }, { s: null }, { s: "d" }]);
    expect((await bench.rows(csvSource, narrow(scan, []))).rows).toHaveLength(4);
  });
});

describe("splits", () => {
  it("cover each line once, wherever they cut, over both stores", async () => {
    const lines = Array.from({ length: 500 }, (_, i) => `${i},${"é".repeat(i % 17)}`);
    await bench.put("split.csv", `n,s\r\n${lines.join("\r\n")}`);
    for (const [path, store] of [
      ["split.csv", bench.disk],
      ["memory://b/split.csv", bench.memory],
    ] as const) {
      const scan = await bench.resolve(csvSource, [path], { header: true, inferSchema: true }, undefined, store);
      for (const target of [97, 1000, 5000]) {
        const splits = csvSource.split(scan, target, session);
        expect(splits.length).toBe(Math.ceil(scan.files[0]!.size / target));
        const { rows } = await bench.rows(csvSource, scan, splits.slice(0, 30), store);
        const all = [...rows, ...(await bench.rows(csvSource, scan, splits.slice(30), store)).rows];
        expect(all.map((row) => row.n)).toEqual(lines.map((_, i) => i));
      }
    }
  });

  it("leaves compressed and multi-line files whole", async () => {
    await bench.put("whole.csv.gz", gzipSync("a\n".repeat(1000)));
    const scan = await bench.resolve(csvSource, ["whole.csv.gz"]);
    expect(csvSource.split(scan, 1, session)).toHaveLength(1);
    await bench.put("whole.csv", "a\n".repeat(1000));
    expect(csvSource.split(await bench.resolve(csvSource, ["whole.csv"], { multiLine: true }), 10, session)).toHaveLength(1);
  });

  it("adds partition columns", async () => {
    await bench.put("part/p=1/a.csv", "x\n");
    await bench.put("part/p=2/a.csv", "y\n");
    expect(await bench.read(csvSource, ["part"])).toEqual([
      { _c0: "x", p: 1 },
      { _c0: "y", p: 2 },
    ]);
  });
});

describe("clean files", () => {
  const schema = struct({ a: t.stringType, b: t.integerType, c: t.timestampType });
  const isFast = (sql: string) => sql.includes("'c2': 'VARCHAR'");

  it("are read by DuckDB's reader, and others line by line from the beginning", async () => {
    const cases: [string, boolean, boolean][] = [
      ["x,1,2024-01-31 10:00:00\n,,\n", true, false],
      ['"x,y","1",""\n', true, false],
      ["x,1,2024-01-31\nx,2\n", true, true],
      ['"x,1,2\ny",1,\n', true, true],
      ["x,1,\r\ny,2,\r\n", false, false],
      ['"x\\"y",1,\n', false, false],
      [' "x",1,\n', false, false],
    ];
    for (const [text, expectsFast, fails] of cases) {
      await bench.put("clean.csv", text);
      const scan = await bench.resolve(csvSource, ["clean.csv"], {}, schema);
      const opened = await csvSource.open(scan, csvSource.split(scan, 1 << 30, session), {
        store: bench.disk,
        scratch: bench.scratch,
        session,
      });
      expect([text, isFast(opened.sql)]).toEqual([text, expectsFast]);
      expect([text, (await bench.rows(csvSource, scan)).exact]).toEqual([text, fails]);
    }
  });

  it("and dirty ones give the same rows both ways", async () => {
    const clean = fc.constantFrom("a", "12", "-5", "", "é", "b c", "1.5", "1_0", " 7", "2024-01-31", "2024-1-1 1:2:3", "infinity", "  ");
    const quoted = fc.constantFrom('"q"', '"a,b"', '""', '"x y"', '"1"');
    const odd = fc.constantFrom('"a""b"', 'a"b', '" z"', ' "z"', '"z" ', '"z"t', '"open', "\\", '"a\\"b"', '\t"q"', "\0", '"\n"');
    const field = fc.oneof({ weight: 12, arbitrary: clean }, { weight: 6, arbitrary: quoted }, { weight: 1, arbitrary: odd });
    const fields = (minLength: number, maxLength: number) => fc.array(field, { minLength, maxLength }).map((list) => list.join(","));
    const line = fc.oneof(
      { weight: 40, arbitrary: fields(3, 3) },
      { weight: 1, arbitrary: fields(1, 5) },
      { weight: 1, arbitrary: fc.constantFrom("", " ", "\t", ",,,") },
    );
    const options = fc.record({
      escape: fc.constantFrom("\\", '"'),
      header: fc.boolean(),
      nullValue: fc.constantFrom("", "a"),
      emptyValue: fc.constantFrom("", "a", "E"),
      quote: fc.constantFrom('"', '"', ""),
    });
    let fast = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 10 }),
        fc.constantFrom("\n", "\n", "\r\n"),
        options,
        async (lines, end, given) => {
          const name = `either${next++}.csv`;
          await bench.put(name, lines.join(end) + end);
          const scan = await bench.resolve(csvSource, [name], given, schema);
          const either = await bench.rows(csvSource, scan);
          if (!either.exact && isFast(either.opened.sql)) fast++;
          expect(either.rows).toEqual((await bench.rows(csvSource, scan, undefined, undefined, true)).rows);
        },
      ),
      { numRuns: 150, seed: 11 },
    );
    expect(fast).toBeGreaterThan(20);
  });
});
