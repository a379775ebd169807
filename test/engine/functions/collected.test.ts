import { describe, expect, it } from "vitest";
import { attribute, doubleLiteral, fn, integerLiteral, literal, nullLiteral } from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { DayTimeInterval, LocalDate, type Value } from "../../../lib/engine/types/values.ts";
import { aggregate, aggregateInParts, rowsOf } from "../../support/aggregate.ts";
import { show } from "../../support/call.ts";
import { evaluate } from "../../support/evaluate.ts";

/** Results are those of Spark 4.1.1 for the same rows. */
const a = attribute("a");
const column = (type: string, ...values: readonly Value[]) => rowsOf(`a ${type}`, ...values.map((value) => [value]));
const of = (name: string, ...args: readonly Expression[]) => fn(name, a, ...args);
const int = integerLiteral;
const hex = (value: Value) =>
  Buffer.from(value as Uint8Array)
    .toString("hex")
    .toUpperCase();
const shown = async (call: Expression, rows: ReturnType<typeof column>) => show(await aggregate(call, rows));

describe("approx_top_k", () => {
  it("counts, most frequent first, equal counts in the order of its hash table", async () => {
    expect(await shown(of("approx_top_k"), column("int", 0, 0, 1, 1, 2, 3, 4, 4))).toBe("[{0,2},{4,2},{1,2},{2,1},{3,1}]");
    expect(await shown(of("approx_top_k", int(2)), column("string", "a", "b", "c", "c", "c", "c", "d", "d"))).toBe("[{c,4},{d,2}]");
    expect(await shown(of("approx_top_k"), column("double", 1.5, null, null, 1.5))).toBe("[{1.5,2},{NULL,2}]");
  });
  it("forgets the rarest of more items than it tracks", async () => {
    const rows = column("int", ...Array.from({ length: 3000 }, (_, i) => (i % 3 === 0 ? 7 : i)));
    expect(await shown(of("approx_top_k", int(1), int(20)), rows)).toMatch(/^\[\{7,1\d\d\d\}\]$/);
  });
  it("is told in steps by sketches, in DataSketches' bytes", async () => {
    const state = (await aggregate(of("approx_top_k_accumulate"), column("int", 0, 0, 1, null))) as { sketch: Uint8Array };
    expect(hex(state.sketch)).toBe(
      "04010A0E030000000200000000000000030000000000000000000000000000000200000000000000010000000000000009000000000901000000" +
        "0000000000000001",
    );
    const type = "struct<sketch: binary, maxItemsTracked: int, itemDataType: int, itemDataTypeDDL: string>";
    const more = await aggregate(of("approx_top_k_accumulate"), column("int", 2, 2, 2));
    const both = await aggregate(of("approx_top_k_combine"), column(type, state, more));
    expect(both).toEqual(await aggregateInParts(of("approx_top_k_combine"), `a ${type}`, [[[state]], [], [[more]]]));
    const given = literal(both, {
      ...t.structType([
        t.structField("sketch", t.binaryType),
        t.structField("maxItemsTracked", t.integerType),
        t.structField("itemDataType", t.integerType),
        t.structField("itemDataTypeDDL", t.stringType),
      ]),
    });
    expect(show(await evaluate(fn("approx_top_k_estimate", given, int(2))))).toBe("[{2,3},{0,2}]");
  });
  it("is the same of parts", async () => {
    const parts = [[[1], [1], [2]], [], [[2], [2], [null]]];
    expect(show(await aggregateInParts(of("approx_top_k"), "a int", parts))).toBe("[{2,3},{1,2},{NULL,1}]");
  });
  it("wants positive constants and a type with an order of bytes", async () => {
    const rows = column("int", 0, 1);
    const rejected = (call: Expression, error: object, of = rows) => expect(aggregate(call, of)).rejects.toMatchObject(error);
    await rejected(of("approx_top_k", int(10), int(5)), {
      condition: "APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K",
      messageParameters: { maxItemsTracked: "5", k: "10" },
    });
    await rejected(of("approx_top_k", int(-1)), {
      condition: "APPROX_TOP_K_NON_POSITIVE_ARG",
      messageParameters: { argName: "`k`", argValue: "-1" },
    });
    await rejected(of("approx_top_k", int(2), nullLiteral()), { condition: "APPROX_TOP_K_NULL_ARG" });
    await rejected(of("approx_top_k", int(2), int(10_000_000)), { condition: "APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT" });
    await rejected(of("approx_top_k", a), {
      messageParameters: { sqlExpr: '"approx_top_k(a, a, 10000)"', msg: "K must be a constant literal", hint: "" },
    });
    await rejected(of("approx_top_k"), { messageParameters: { msg: "array columns are not supported" } }, column("array<int>"));
  });
});

describe("histogram_numeric", () => {
  it("merges the nearest bins, in the type of its argument", async () => {
    const of3 = of("histogram_numeric", int(3));
    expect(await shown(of("histogram_numeric", int(5)), column("int", 0, 1, 2, 10))).toBe("[{0,1},{1,1},{2,1},{10,1}]");
    expect(await shown(of3, column("int", 0, 1, 2, 10, 11, 50, null))).toBe("[{1,3},{10,2},{50,1}]");
    const days = ["2020-01-01", "2020-02-01", "2021-01-01", "2022-01-01"].map((text) => LocalDate.parse(text));
    expect(await shown(of3, column("date", ...days))).toBe("[{2020-01-16,2},{2021-01-01,1},{2022-01-01,1}]");
    const day = (n: number) => new DayTimeInterval(BigInt(n) * 86_400_000_000n);
    const bins = (await aggregate(of3, column("interval day to second", day(1), day(2), day(3), day(30)))) as {
      x: DayTimeInterval;
      y: number;
    }[];
    expect(bins.map(({ x, y }) => [x.micros / 86_400_000_000n, y])).toEqual([
      [1n, 1],
      [2n, 2],
      [30n, 1],
    ]);
    const many = column("bigint", ...Array.from({ length: 100 }, (_, i) => BigInt(i % 13)));
    expect(await shown(of("histogram_numeric", int(4)), many)).toBe("[{0,24},{4,32},{8,24},{11,20}]");
    expect(await aggregate(of3, column("int", null))).toBeNull();
  });
  it("is near of parts, and wants two bins", async () => {
    const parts = await aggregateInParts(of("histogram_numeric", int(3)), "a int", [[[0], [1]], [], [[2], [10], [11], [50]]]);
    expect((parts as { y: number }[]).reduce((sum, { y }) => sum + y, 0)).toBe(6);
    await expect(aggregate(of("histogram_numeric", int(1)), column("int"))).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
      messageParameters: { exprName: "nb", valueRange: "[2, 2147483647]", currentValue: "1" },
    });
  });
});

describe("count_min_sketch", () => {
  const call = of("count_min_sketch", doubleLiteral(0.5), doubleLiteral(0.5), int(1));
  it("has Spark's bytes, whole and in parts", async () => {
    const whole =
      "0000000100000000000000030000000100000004000000005D8D6AB90000000000000000000000000000000200000000000000010000000000000000";
    expect(hex(await aggregate(call, column("int", 1, 2, 1)))).toBe(whole);
    expect(hex(await aggregateInParts(call, "a int", [[[1]], [], [[2], [1]]]))).toBe(whole);
    expect(hex(await aggregate(call, column("string", "a", "b", "a")))).toBe(
      "0000000100000000000000030000000100000004000000005D8D6AB90000000000000000000000000000000200000000000000000000000000000001",
    );
  });
  it("wants constants in range", async () => {
    await expect(aggregate(of("count_min_sketch", doubleLiteral(0.5), doubleLiteral(0.5), a), column("int"))).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
      messageParameters: { inputName: "`seed`" },
    });
    await expect(aggregate(of("count_min_sketch", nullLiteral(), doubleLiteral(0.5), int(1)), column("int"))).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.UNEXPECTED_NULL",
      messageParameters: { exprName: "eps" },
    });
  });
});

describe("bitmaps", () => {
  it("are 4 KiB", async () => {
    const made = (await aggregate(of("bitmap_construct_agg"), column("bigint", 0n, 1n, 2n, null, 2n))) as Uint8Array;
    expect([hex(made.subarray(0, 4)), made.length]).toEqual(["07000000", 4096]);
    const bytes = (...values: number[]) => Uint8Array.from(values);
    const or = (await aggregate(of("bitmap_or_agg"), column("binary", bytes(0x10), bytes(0x20), bytes(1, 2)))) as Uint8Array;
    expect([hex(or.subarray(0, 4)), or.length]).toEqual(["31020000", 4096]);
    const and = (await aggregate(of("bitmap_and_agg"), column("binary", bytes(0xf0), bytes(0x70), bytes(0x30, 2)))) as Uint8Array;
    expect([hex(and.subarray(0, 4)), and.length]).toEqual(["30000000", 4096]);
    expect(hex(((await aggregate(of("bitmap_and_agg"), column("binary"))) as Uint8Array).subarray(0, 2))).toBe("FFFF");
    await expect(aggregate(of("bitmap_construct_agg"), column("bigint", 40_000n))).rejects.toMatchObject({
      condition: "INVALID_BITMAP_POSITION",
      messageParameters: { bitPosition: "40000", bitmapNumBytes: "4096", bitmapNumBits: "32768" },
    });
  });
});
