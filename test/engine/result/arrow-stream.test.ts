import { tmpdir } from "node:os";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newAttribute } from "../../../lib/engine/expressions/build.ts";
import { Kernel } from "../../../lib/engine/kernel/connection.ts";
import { arrowStreams } from "../../../lib/engine/result/arrow-stream.ts";
import { type DataType, longType, stringType } from "../../../lib/engine/types/data-type.ts";
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
});

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
});
