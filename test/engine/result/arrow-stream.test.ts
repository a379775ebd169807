import { tmpdir } from "node:os";
import { isDeepStrictEqual } from "node:util";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newAttribute } from "../../../lib/engine/expressions/build.ts";
import { Kernel } from "../../../lib/engine/kernel/connection.ts";
import { valueFromDuckDB } from "../../../lib/engine/kernel/duckdb-type.ts";
import { arrowStreams } from "../../../lib/engine/result/arrow-stream.ts";
import { arrowToValues } from "../../../lib/engine/types/convert.ts";
import {
  arrayType,
  binaryType,
  booleanType,
  type DataType,
  decimalType,
  longType,
  mapType,
  stringType,
  structField,
  structType,
  voidType,
  yearMonthIntervalType,
} from "../../../lib/engine/types/data-type.ts";
import type { Value } from "../../../lib/engine/types/values.ts";
import { functions as F } from "../../../lib/firecrest.ts";
import { openSession } from "../../support/sessions.ts";

describe("rows that are read as their statement runs", () => {
  it("end in the statement's error, even where many rows come before it", async () => {
    const spark = await openSession();
    const rows = spark
      .range(0, 1_000_000, 1, 1)
      .select(F.when(F.col("id").gt(900_000), F.raise_error(F.lit("late"))).otherwise(F.col("id")));
    await expect(rows.collect()).rejects.toMatchObject({ condition: "USER_RAISED_EXCEPTION" });
  });

  it("come before their task ends", async () => {
    const spark = await openSession();
    const rows = spark.range(0, 3_000_000, 1, 1).select(
      F.when(F.col("id").lt(2_900_000), F.col("id"))
        .otherwise(F.raise_error(F.lit("late")))
        .as("id"),
    );
    let next = 0;
    const reading = async () => {
      for await (const row of rows.toLocalIterator()) {
        if (row.id !== BigInt(next)) throw new RangeError(`${row.id} instead of ${next}`);
        next++;
      }
    };
    await expect(reading()).rejects.toMatchObject({ condition: "USER_RAISED_EXCEPTION" });
    expect(next).toBeGreaterThan(0);
  });
});

/** A Buffer, or any other view, as one kind of array. */
const plain = (value: Value): Value => (value instanceof Uint8Array ? Uint8Array.from(value) : value);
/** More rows than are in a batch. */
const MANY = 70_000;

describe("the streams of a statement", () => {
  const ROWS = 150_000;
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await Kernel.open({ threads: 1, memory: 500_000_000, spillFolder: tmpdir() });
  });
  afterAll(() => kernel.close());

  async function columnOf(sql: string, type: DataType): Promise<{ readonly values: unknown[]; readonly streams: number }> {
    const streams: Uint8Array[] = [];
    for await (const { parts } of arrowStreams(`SELECT ${sql} AS v FROM range(${ROWS})`, [newAttribute("v", type)], kernel, "UTC"))
      streams.push(Buffer.concat(parts));
    return { values: streams.flatMap((bytes) => [...tableFromIPC(bytes).getChild("v")!]), streams: streams.length };
  }

  it("hold all rows in their order", async () => {
    const { values, streams } = await columnOf("range", longType);
    expect(streams).toBe(3);
    expect(values.every((value, row) => value === BigInt(row))).toBe(true);
  });

  it("have no NULL of an earlier stream", async () => {
    const { values } = await columnOf("CASE WHEN range = 5 OR range = 70000 THEN NULL ELSE range END", longType);
    expect(values.flatMap((value, row) => (value === null ? [row] : []))).toEqual([5, 70_000]);
  });

  const texts = ["", "short", "twelve bytes", "thirteen bytes", "größer als zwölf Bytes: ✓", "ü✓", null, "x".repeat(3_000)];
  it("hold texts of any length and alphabet, and NULL", async () => {
    const list = texts.map((text) => (text === null ? "NULL" : `'${text}'`)).join(", ");
    const { values } = await columnOf(`[${list}][range % ${texts.length} + 1]`, stringType);
    expect(values.length).toBe(ROWS);
    expect(values.every((value, row) => value === texts[row % texts.length])).toBe(true);
  });

  /** A value of row `range`, DuckDB's expression of it. */
  const number = "(range * 7919 % 1000003 - 500000)";
  const some = (sql: string) => `CASE WHEN range % 5 = 3 THEN NULL ELSE ${sql} END`;
  const text =
    "CASE range % 4 WHEN 0 THEN '' WHEN 1 THEN 'short ' || range WHEN 2 THEN 'ein längerer Text ✓ ' || range ELSE repeat('x', 100) END";
  const structOf = (sql: string) => `struct_pack(a := ${some(sql)}, b := ${some(text)})`;
  const pair = structType([structField("a", longType), structField("b", stringType)]);
  it.each<readonly [sql: string, type: DataType]>([
    [some(`${number} % 3 = 0`), booleanType],
    [some(`CAST(${number} % 1000 / 10 AS DECIMAL(4, 1))`), decimalType(4, 1)],
    [some(`CAST(${number} / 100 AS DECIMAL(9, 2))`), decimalType(9, 2)],
    [some(`CAST(${number} * 1000003 AS DECIMAL(18, 3))`), decimalType(18, 3)],
    [some(`CAST(${number} AS DECIMAL(38, 3)) * 100000000000000000000`), decimalType(38, 3)],
    [some(`encode(${text})`), binaryType],
    ["CAST(NULL AS INTEGER)", voidType],
    [some(`CAST(${number} AS INTEGER)`), yearMonthIntervalType()],
    [some(`list_transform(range(range % 4), lambda i: ${some(number)} + i)`), arrayType(longType, true)],
    [some(`[${some(text)}, 'same', NULL][1:range % 4]`), arrayType(stringType, true)],
    [some(`[[${some(number)}], NULL, [1, 2]]`), arrayType(arrayType(longType, true), true)],
    [some(structOf(number)), pair],
    [some(`[${structOf(number)}, ${some(structOf("range"))}]`), arrayType(pair, true)],
    [some(`MAP {'k' || range: ${some(number)}, 'a key of more than twelve bytes': 1}`), mapType(stringType, longType, true)],
  ])("hold %s as the kernel has it", async (sql, type) => {
    const select = `SELECT ${sql} AS v FROM range(${MANY})`;
    const expected: Value[] = [];
    const result = await kernel.stream(select);
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
      for (let row = 0; row < chunk.rowCount; row++) expected.push(valueFromDuckDB(type)(chunk.getColumnVector(0).getItem(row)));
    const found: Value[] = [];
    const schema = structType([structField("v", type)]);
    for await (const { parts } of arrowStreams(select, [newAttribute("v", type)], kernel, "UTC"))
      found.push(...[...arrowToValues(Buffer.concat(parts), schema)].map(([value]) => value!));
    expect(found.length).toBe(MANY);
    expect(found.findIndex((value, row) => !isDeepStrictEqual(plain(value), plain(expected[row]!)))).toBe(-1);
  });
});
