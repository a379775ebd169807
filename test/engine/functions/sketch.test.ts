import { describe, expect, it, test } from "vitest";
import {
  attribute,
  booleanLiteral,
  doubleLiteral,
  fn,
  integerLiteral,
  literal,
  nullLiteral,
  stringLiteral,
} from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import type { Value } from "../../../lib/engine/types/values.ts";
import { aggregate, aggregateInParts, rowsOf } from "../../support/aggregate.ts";
import { evaluate } from "../../support/evaluate.ts";

/** The bytes are those of Spark 4.1.1 for the same rows. */
const a = attribute("a");
const column = (type: string, ...values: readonly Value[]) => rowsOf(`a ${type}`, ...values.map((value) => [value]));
const upTo = (n: number, from = 0) => column("bigint", ...Array.from({ length: n }, (_, i) => BigInt(from + i)));
const hex = (value: Value) =>
  Buffer.from(value as Uint8Array)
    .toString("hex")
    .toUpperCase();
const bytes = (value: Value) => literal(value, t.binaryType);
const of = (name: string, ...args: readonly Expression[]) => fn(name, a, ...args);
const int = integerLiteral;

describe("HyperLogLog sketches", () => {
  it("are lists of coupons, hash sets and registers, as DataSketches writes them", async () => {
    expect(hex(await aggregate(of("hll_sketch_agg"), column("int", 1, 2, 3, null)))).toBe(
      "0201070C030003082BF2FB06862FF90D758166070000000000000000000000000000000000000000",
    );
    expect(hex(await aggregate(of("hll_sketch_agg"), column("int")))).toBe(
      "0201070C030400080000000000000000000000000000000000000000000000000000000000000000",
    );
    expect(hex(await aggregate(of("hll_sketch_agg", int(4)), column("string", "a", "b", "c", "", null)))).toBe(
      "02010704030003082F823B040AFF80046F19DC060000000000000000000000000000000000000000",
    );
    expect(hex(await aggregate(of("hll_sketch_agg", int(8)), upTo(20))).slice(0, 24)).toBe("030107080500000914000000");
  });
  test.each([
    [10, 12, 10n],
    [300, 12, 300n],
    [400, 12, 398n],
    [5000, 12, 4944n],
    [20_000, 4, undefined],
  ])("estimate %i values with 2^%i registers as Spark does", async (n, lgK, expected) => {
    const sketch = await aggregate(of("hll_sketch_agg", int(lgK)), upTo(n));
    const estimate = (await evaluate(fn("hll_sketch_estimate", bytes(sketch)))) as bigint;
    if (expected !== undefined) expect(estimate).toBe(expected);
    expect(Math.abs(Number(estimate) - n) / n).toBeLessThan(3 * (1.04 / Math.sqrt(2 ** lgK)));
  });
  it("merge", async () => {
    const [left, right] = [
      await aggregate(of("hll_sketch_agg", int(4)), upTo(30)),
      await aggregate(of("hll_sketch_agg", int(4)), upTo(30, 20)),
    ];
    const merged = "0A0107040010010A00000000000000000000000000F00C400000000000000000040000000000000004020101030103060303050202020701";
    expect(hex(await evaluate(fn("hll_union", bytes(left), bytes(right))))).toBe(merged);
    expect(hex(await aggregate(of("hll_union_agg"), column("binary", left, null, right)))).toBe(merged);
    expect(hex(await aggregateInParts(of("hll_union_agg"), "a binary", [[[left]], [], [[right]]]))).toBe(merged);
  });
  it("are the same of parts, but for the order that values came in", async () => {
    const parts = [upTo(600).rows, upTo(600, 400).rows];
    const estimate = await evaluate(fn("hll_sketch_estimate", bytes(await aggregateInParts(of("hll_sketch_agg"), "a bigint", parts))));
    expect(Number(estimate)).toBeGreaterThan(970);
    expect(Number(estimate)).toBeLessThan(1030);
  });
  it("want a constant size in range, and merge different sizes only if asked", async () => {
    const rows = column("int", 1);
    await expect(aggregate(of("hll_sketch_agg", int(40)), rows)).rejects.toMatchObject({
      condition: "HLL_INVALID_LG_K",
      messageParameters: { function: "`hll_sketch_agg`", min: "4", max: "21", value: "40" },
    });
    await expect(aggregate(of("hll_sketch_agg", nullLiteral()), rows)).rejects.toMatchObject({ messageParameters: { value: "0" } });
    await expect(aggregate(of("hll_sketch_agg", a), rows)).rejects.toMatchObject({ condition: "HLL_K_MUST_BE_CONSTANT" });
    await expect(aggregate(of("hll_sketch_agg", stringLiteral("15")), rows)).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
      messageParameters: { paramIndex: "second", requiredType: '"INT"', inputType: '"STRING"', sqlExpr: '"hll_sketch_agg(a, 15)"' },
    });
    const [four, six] = [await aggregate(of("hll_sketch_agg", int(4)), rows), await aggregate(of("hll_sketch_agg", int(6)), rows)];
    await expect(evaluate(fn("hll_union", bytes(four), bytes(six)))).rejects.toMatchObject({ condition: "HLL_UNION_DIFFERENT_LG_K" });
    expect(hex(await evaluate(fn("hll_union", bytes(four), bytes(six), booleanLiteral(true)))).slice(0, 8)).toBe("02010704");
    await expect(evaluate(fn("hll_sketch_estimate", bytes(Buffer.from("abc"))))).rejects.toMatchObject({
      condition: "HLL_INVALID_INPUT_SKETCH_BUFFER",
      messageParameters: { function: "`hll_sketch_estimate`" },
    });
  });
});

describe("theta sketches", () => {
  it("are compressed hashes, as DataSketches writes them", async () => {
    expect(hex(await aggregate(of("theta_sketch_agg"), column("int", 1, 2, 3, 3, null)))).toBe(
      "0104033E011ACC930316861AF72DF7E4558FBE9C3477E9EAEFB2E5966BADAA3DC0",
    );
    expect(hex(await aggregate(of("theta_sketch_agg"), column("int", 1)))).toBe("01030300003ACC9315F97DCBBD86A105");
    expect(hex(await aggregate(of("theta_sketch_agg"), column("int")))).toBe("01030300001E0000");
    expect(hex(await aggregate(of("theta_sketch_agg"), column("double", 1.5, -0, Number.NaN)))).toBe(
      "0104033D011ACC930354422226B2F4C7A93C47D257EDAA0721963A75709855A8",
    );
    expect(hex(await aggregate(of("theta_sketch_agg"), column("array<int>", [1, 2], [3])))).toBe(
      "0104033D011ACC930248A04E8B14F8955F7176726E71B55380",
    );
    expect(hex(await aggregate(of("theta_sketch_agg"), column("array<bigint>", [1n, 2n], [3n])))).toBe(
      "0104033E011ACC9302B9F5041C3D65B2AEEEBC5D3B259D40F0",
    );
    expect(hex(await aggregate(of("theta_sketch_agg"), column("binary", Buffer.from([1, 2]), Buffer.from([]))))).toBe(
      "01030300003ACC931334FB94C592D86F",
    );
  });
  it("keep the least hashes only, and say how much of all those are", async () => {
    const sketch = await aggregate(of("theta_sketch_agg", int(4)), upTo(17));
    expect(hex(sketch).slice(0, 34)).toBe("0204033D011ACC93D82D23774BB9357E10");
    expect(hex(await aggregateInParts(of("theta_sketch_agg", int(4)), "a bigint", [upTo(10).rows, upTo(10, 7).rows]))).toBe(hex(sketch));
  });
  it("combine as sets", async () => {
    const [left, right] = [await aggregate(of("theta_sketch_agg"), upTo(6)), await aggregate(of("theta_sketch_agg"), upTo(6, 4))];
    const estimate = async (call: Expression) => evaluate(fn("theta_sketch_estimate", bytes(await evaluate(call))));
    expect(await estimate(fn("theta_union", bytes(left), bytes(right)))).toBe(10n);
    expect(await estimate(fn("theta_intersection", bytes(left), bytes(right)))).toBe(2n);
    expect(await estimate(fn("theta_difference", bytes(left), bytes(right)))).toBe(4n);
    const both = [[[left]], [[right]]];
    const merged = async (name: string) => evaluate(fn("theta_sketch_estimate", bytes(await aggregateInParts(of(name), "a binary", both))));
    expect(await merged("theta_union_agg")).toBe(10n);
    expect(await merged("theta_intersection_agg")).toBe(2n);
    await expect(aggregate(of("theta_intersection_agg"), column("binary", null))).rejects.toMatchObject({
      condition: "THETA_INVALID_INPUT_SKETCH_BUFFER",
    });
    await expect(aggregate(of("theta_union_agg", int(27)), column("binary"))).rejects.toMatchObject({
      condition: "THETA_INVALID_LG_NOM_ENTRIES",
    });
  });
});

describe("KLL sketches", () => {
  it("hold all of few values, as DataSketches writes them", async () => {
    expect(hex(await aggregate(of("kll_sketch_agg_bigint"), upTo(5)))).toBe(
      "05010F00C80008000500000000000000C8000100C30000000000000000000000040000000000000000000000000000000100000000000000020000000000000003000000000000000400000000000000",
    );
    expect(hex(await aggregate(of("kll_sketch_agg_float"), column("float", 0, 1, 2, 3, 4)))).toBe(
      "05010F00C80008000500000000000000C8000100C30000000000000000008040000000000000803F000000400000404000008040",
    );
    expect(hex(await aggregate(of("kll_sketch_agg_bigint"), upTo(1)))).toBe("02020F04C80008000000000000000000");
    expect(hex(await aggregate(of("kll_sketch_agg_bigint"), column("bigint", null)))).toBe("02010F01C8000800");
  });
  it("give quantiles and ranks", async () => {
    const sketch = bytes(await aggregate(of("kll_sketch_agg_bigint"), upTo(100)));
    expect(await evaluate(fn("kll_sketch_get_n_bigint", sketch))).toBe(100n);
    expect(await evaluate(fn("kll_sketch_get_quantile_bigint", sketch, doubleLiteral(0.5)))).toBe(49n);
    const ranks = fn("array", doubleLiteral(0), doubleLiteral(0.25), doubleLiteral(1));
    expect(await evaluate(fn("kll_sketch_get_quantile_bigint", sketch, ranks))).toEqual([0n, 24n, 99n]);
    expect(await evaluate(fn("kll_sketch_get_rank_bigint", sketch, fn("array", int(0), int(50), int(200))))).toEqual([0.01, 0.51, 1]);
    await expect(evaluate(fn("kll_sketch_get_quantile_bigint", sketch, doubleLiteral(1.5)))).rejects.toMatchObject({
      condition: "KLL_SKETCH_INVALID_QUANTILE_RANGE",
      messageParameters: { functionName: "`kll_sketch_get_quantile_bigint`", quantile: "1.5D" },
    });
  });
  it("of many values in parts are within their error", async () => {
    const parts = [upTo(4000).rows, upTo(4000, 4000).rows];
    const sketch = bytes(await aggregateInParts(of("kll_sketch_agg_bigint"), "a bigint", parts));
    expect(await evaluate(fn("kll_sketch_get_n_bigint", sketch))).toBe(8000n);
    const median = Number(await evaluate(fn("kll_sketch_get_quantile_bigint", sketch, doubleLiteral(0.5))));
    expect(Math.abs(median - 4000) / 8000).toBeLessThan(0.0266);
    expect(await evaluate(fn("kll_sketch_to_string_bigint", sketch))).toMatch(/Max Item {15}: 7999\n### End sketch summary\n$/);
  });
  it("want a constant k in range and the type of their name", async () => {
    await expect(aggregate(of("kll_sketch_agg_bigint", int(3)), upTo(1))).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT",
    });
    await expect(aggregate(of("kll_sketch_agg_bigint"), column("double", 1))).rejects.toMatchObject({
      messageParameters: { requiredType: '("TINYINT" or "INT" or "BIGINT" or "SMALLINT")' },
    });
  });
});

describe("tuple sketches", () => {
  const rows = (...pairs: readonly (readonly [bigint | null, number | null])[]) => rowsOf("a bigint, b double", ...pairs);
  const numbered = (n: number, from = 0) => ({
    columns: "a bigint, b double",
    rows: Array.from({ length: n }, (_, i) => [BigInt(from + i), 1]),
  });
  const sketchOf = (...args: readonly Expression[]) => fn("tuple_sketch_agg_double", a, attribute("b"), ...args);
  const read = (name: string, sketch: Value, ...args: readonly Expression[]) => evaluate(fn(name, bytes(sketch), ...args));

  it("are the bytes that DataSketches writes, each hash before its summary", async () => {
    const three = rows([1n, 5], [2n, 7], [3n, 1], [null, 2], [4n, null]);
    expect(hex(await aggregate(sketchOf(), three))).toBe(
      "02030901000ACC93030000000000000015F97DCBBD86A105000000000000144000BA40B3C1DA06695D000000000000F03F00C397FC1281709D1E0000000000001C4000",
    );
    expect(hex(await aggregate(sketchOf(), rows([1n, 5])))).toBe("01030901000ACC9315F97DCBBD86A105000000000000144000");
    expect(hex(await aggregate(sketchOf(), rows()))).toBe("01030901000ECC93");
  });
  test.each([
    [7000, 12, 7000, 1, 7000],
    [100_000, 12, 97891.78614058554, 0.04377282475820978, 4285],
    [100_000, 4, 126563.09406147913, undefined, 19],
  ])("keep of %i keys about 2^%i, the same ones as Spark's", async (n, lg, estimate, theta, kept) => {
    const sketch = await aggregate(sketchOf(int(lg)), numbered(n));
    expect(await read("tuple_sketch_estimate_double", sketch)).toBe(estimate);
    if (theta !== undefined) expect(await read("tuple_sketch_theta_double", sketch)).toBe(theta);
    expect(await read("tuple_sketch_summary_double", sketch)).toBe(kept);
  });
  it("unite and intersect as sets, and their summaries by the mode", async () => {
    const [left, right] = [await aggregate(sketchOf(), numbered(100_000)), await aggregate(sketchOf(), numbered(100_000, 50_000))];
    const both = [[[left]], [[right]]];
    const united = await aggregateInParts(of("tuple_union_agg_double"), "a binary", both);
    expect(await read("tuple_sketch_estimate_double", united)).toBe(149586.73149344584);
    expect(await read("tuple_sketch_summary_double", united)).toBe(5406);
    const common = await aggregateInParts(of("tuple_intersection_agg_double", stringLiteral("max")), "a binary", both);
    expect(await read("tuple_sketch_estimate_double", common)).toBe(48249.113729035394);
    expect(await read("tuple_sketch_summary_double", common)).toBe(2112);
    expect(hex(await aggregate(of("tuple_intersection_agg_double"), column("binary", null)))).toBe("01030901000ECC93");
  });
  it("take theta sketches for sketches without a summary", async () => {
    const tuple = await aggregate(sketchOf(), rows([1n, 5], [2n, 7], [3n, 1]));
    const theta = await aggregate(of("theta_sketch_agg"), column("bigint", 1n, 2n, 9n));
    const summary = async (name: string, mode: string, by: string, ...more: readonly Expression[]) =>
      read(
        "tuple_sketch_summary_double",
        await evaluate(fn(name, bytes(tuple), bytes(theta), ...more, stringLiteral(mode))),
        stringLiteral(by),
      );
    expect(await summary("tuple_intersection_theta_double", "sum", "sum")).toBe(12);
    expect(await summary("tuple_intersection_theta_double", "alwaysone", "sum")).toBe(2);
    expect(await summary("tuple_union_theta_double", "min", "max", int(12))).toBe(Number.POSITIVE_INFINITY);
    const difference = await evaluate(fn("tuple_difference_theta_double", bytes(tuple), bytes(theta)));
    expect(await read("tuple_sketch_estimate_double", difference)).toBe(1);
  });
  it("refuse other modes, sizes and sketches", async () => {
    await expect(aggregate(sketchOf(int(12), stringLiteral("foo")), rows())).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT",
    });
    await expect(aggregate(sketchOf(int(3)), rows())).rejects.toThrow("THETA_INVALID_LG_NOM_ENTRIES");
    await expect(read("tuple_sketch_estimate_double", await aggregate(of("theta_sketch_agg"), upTo(3)))).rejects.toMatchObject({
      condition: "TUPLE_INVALID_INPUT_SKETCH_BUFFER_FAMILY",
    });
  });
});
