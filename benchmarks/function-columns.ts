import { fn, integerLiteral, stringLiteral } from "../lib/engine/expressions/build.ts";
import type { Expression } from "../lib/engine/expressions/expression.ts";

/** A column of each type: its DuckDB expression over a row's number `n`. */
export const COLUMNS: Readonly<Record<string, readonly [type: string, sql: string]>> = {
  flag: ["boolean", "n % 3 = 0"],
  tiny: ["tinyint", "CAST(n % 100 AS TINYINT)"],
  small: ["smallint", "CAST(n % 10000 AS SMALLINT)"],
  i: ["int", "CAST(n % 100003 AS INTEGER)"],
  few: ["int", "CAST(n % 5 + 1 AS INTEGER)"],
  few64: ["bigint", "n % 100"],
  l: ["bigint", "n * 7919"],
  f: ["float", "CAST(n % 1000 / 7.0 AS FLOAT)"],
  d: ["double", "n % 100003 / 7.0::DOUBLE"],
  part: ["double", "n % 1000 / 1000.0::DOUBLE"],
  dec: ["decimal(12,2)", "CAST(n % 100003 / 100.0 AS DECIMAL(12,2))"],
  s: ["string", "'Row ' || (n % 1000) || ', of some words'"],
  digits: ["string", "CAST(n % 100003 AS VARCHAR)"],
  json: ["string", `'{"a": ' || (n % 1000) || ', "b": ["x", "y"]}'`],
  csv: ["string", "(n % 1000) || ',word'"],
  xml: ["string", "'<p><a>' || n || '</a></p>'"],
  url: ["string", "'https://example.com/path?q=' || (n % 1000)"],
  day: ["string", "CAST(DATE '2020-01-01' + CAST(n % 1000 AS INTEGER) AS VARCHAR)"],
  moment: ["string", "CAST(TIMESTAMP '2020-01-01' + to_seconds(n % 1000000) AS VARCHAR)"],
  bin: ["binary", "encode('Row ' || (n % 1000))"],
  date: ["date", "DATE '2020-01-01' + CAST(n % 1000 AS INTEGER)"],
  ts: ["timestamp", "CAST(TIMESTAMP '2020-01-01' + to_seconds(n % 1000000) AS TIMESTAMPTZ)"],
  ntz: ["timestamp_ntz", "TIMESTAMP '2020-01-01' + to_seconds(n % 1000000)"],
  time: ["time(6)", "CAST(TIMESTAMP '2020-01-01' + to_seconds(n % 1000000) AS TIME)"],
  ym: ["interval year to month", "CAST(n % 100 AS INTEGER)"],
  dt: ["interval day to second", "n * 1000000"],
  ints: ["array<int>", "[CAST(n % 10 AS INTEGER), 2, CAST(n % 7 AS INTEGER)]"],
  longs: ["array<bigint>", "[n % 10, 2]"],
  doubles: ["array<double>", "[n % 10 / 2.0::DOUBLE, 2]"],
  texts: ["array<string>", "['a', 'b' || (n % 10)]"],
  nested: ["array<array<int>>", "[[CAST(n % 10 AS INTEGER)], [2]]"],
  entries: ["array<struct<key: int, value: string>>", "[{key: CAST(n % 10 AS INTEGER), value: 'v'}]"],
  m: ["map<string, int>", "map(['a', 'b' || (n % 10)], [1, CAST(n % 10 AS INTEGER)])"],
  b64: ["string", "to_base64(encode('Row ' || (n % 1000)))"],
  hex: ["string", "hex(encode('Row ' || (n % 1000)))"],
  list: ["string", "'[1,' || (n % 10) || ']'"],
  pairs: ["string", "'a:' || (n % 10) || ',b:2'"],
  always: ["boolean", "n >= 0"],
  clock: ["string", "CAST(CAST(TIMESTAMP '2020-01-01' + to_seconds(n % 1000000) AS TIME) AS VARCHAR)"],
  pair: ["array<int>", "[1, CAST(n % 7 + 2 AS INTEGER)]"],
  span: [
    "struct<start: timestamp_ntz, end: timestamp_ntz>",
    "{start: TIMESTAMP '2020-01-01', \"end\": TIMESTAMP '2020-01-01' + to_seconds(n % 1000)}",
  ],
  st: ["struct<a: int, b: string>", "{a: CAST(n % 10 AS INTEGER), b: 'x'}"],
};

type Of = (column: (name: string) => Expression) => Expression;
const text = stringLiteral;
/** Columns that functions make of the others, in a table of few rows: a scalar of each row, an aggregate of some rows once for all. */
export const MADE: Readonly<Record<string, readonly [kind: "scalar" | "aggregate", made: Of]>> = {
  v: ["scalar", (column) => fn("parse_json", column("json"))],
  secret: ["scalar", (column) => fn("aes_encrypt", column("s"), text("0000111122223333"))],
  packed: ["scalar", (column) => fn("encode", column("s"), text("utf-8"))],
  hll: ["aggregate", (column) => fn("hll_sketch_agg", column("i"))],
  theta: ["aggregate", (column) => fn("theta_sketch_agg", column("i"))],
  kllLongs: ["aggregate", (column) => fn("kll_sketch_agg_bigint", column("l"))],
  kllDoubles: ["aggregate", (column) => fn("kll_sketch_agg_double", column("d"))],
  kllFloats: ["aggregate", (column) => fn("kll_sketch_agg_float", column("f"))],
  bitmap: ["aggregate", (column) => fn("bitmap_construct_agg", column("few64"))],
  top: ["aggregate", (column) => fn("approx_top_k_accumulate", column("few"), integerLiteral(100))],
};
