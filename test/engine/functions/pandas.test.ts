import { describe, expect, it } from "vitest";
import { attribute, booleanLiteral, doubleLiteral, fn, integerLiteral } from "../../../lib/engine/expressions/build.ts";
import type { UnresolvedFunction } from "../../../lib/engine/expressions/expression.ts";
import type { Value } from "../../../lib/engine/types/values.ts";
import { aggregate, aggregateInParts, rowsOf } from "../../support/aggregate.ts";

const a = attribute("a");
const b = attribute("b");
const column = (type: string, ...values: readonly Value[]) => rowsOf(`a ${type}`, ...values.map((value) => [value]));
const one = integerLiteral(1);
const yes = booleanLiteral(true);
const no = booleanLiteral(false);

describe("statistics in pandas' fashion", () => {
  const values = [1, 2, 4, 8, 9] as const;
  // What pandas 2.3.3 says of these values.
  it.each([
    [fn("pandas_var", a, one), 12.7],
    [fn("pandas_var", a, integerLiteral(0)), 10.16],
    [fn("pandas_stddev", a, one), Math.sqrt(12.7)],
    [fn("pandas_skew", a), 0.27176875823526],
    [fn("pandas_kurt", a), -2.68026536053072],
  ] satisfies [UnresolvedFunction, number][])("are pandas' (%#), in parts too", async (call, value) => {
    expect(await aggregate(call, column("double", ...values, null))).toBeCloseTo(value, 9);
    const parts = [[[1], [2]], [], [[4], [8], [9], [null]]];
    expect(await aggregateInParts(call, "a double", parts)).toBeCloseTo(value, 9);
  });

  it("have no value for too few values, and none of nothing", async () => {
    expect(await aggregate(fn("pandas_var", a, one), column("double", 3))).toBeNull();
    expect(await aggregate(fn("pandas_skew", a), column("double", 1, 2))).toBeNull();
    expect(await aggregate(fn("pandas_kurt", a), column("double", 1, 2, 3))).toBeNull();
    expect(await aggregate(fn("pandas_skew", a), column("double", 2, 2, 2, 2))).toBe(0);
    expect(await aggregate(fn("pandas_kurt", a), column("double", 2, 2, 2, 2))).toBe(0);
  });

  it("divide a covariance by what ddof leaves", async () => {
    const rows = rowsOf("a double, b double", [1, 2], [2, 4], [4, 9], [null, 1]);
    expect(await aggregate(fn("pandas_covar", a, b, one), rows)).toBeCloseTo(5.5, 12);
    expect(await aggregate(fn("pandas_covar", a, b, integerLiteral(0)), rows)).toBeCloseTo(11 / 3, 12);
  });

  it("multiply integers exactly, and take nothing for 1", async () => {
    const large = 3_000_000_019n;
    expect(await aggregate(fn("pandas_product", a, yes), column("bigint", large, 2_000_000_011n, null))).toBe(large * 2_000_000_011n);
    expect(await aggregate(fn("pandas_product", a, no), column("bigint", 2n, null))).toBeNull();
    expect(await aggregate(fn("pandas_product", a, yes), column("double", null))).toBe(1);
  });

  it("find all most frequent values, NULL too where it counts", async () => {
    const rows = column("string", "x", "y", "x", "y", null, null, "z");
    expect(await aggregate(fn("pandas_mode", a, yes), rows)).toEqual(["x", "y"]);
    expect(await aggregate(fn("pandas_mode", a, no), rows)).toEqual(["x", "y", null]);
    expect(await aggregate(fn("pandas_mode", a, yes), column("string", null))).toEqual([]);
  });

  it("keep the greatest or least values in order", async () => {
    const rows = column("int", 3, 1, null, 5, 4);
    expect(await aggregate(fn("collect_top_k", a, integerLiteral(2), no), rows)).toEqual([5, 4]);
    expect(await aggregate(fn("collect_top_k", a, integerLiteral(2), yes), rows)).toEqual([1, 3]);
  });

  it("weigh a mean exponentially, and refuse a weight that is none", async () => {
    const ewm = fn("ewm", a, doubleLiteral(0.5), yes);
    expect(await aggregate(ewm, column("double", 1, 2, null))).toBeCloseTo((1 * 0.5 + 2) / 1.5, 12);
    await expect(aggregate(fn("ewm", a, doubleLiteral(1.5), yes), column("double", 1))).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
    });
  });
});

it("shapes of values around a large mean keep their digits", async () => {
  const values = [100_000.1, 100_000.2, 100_000.4];
  expect(await aggregate(fn("kurtosis", a), column("double", ...values))).toBeCloseTo(-1.5, 6);
  expect(await aggregate(fn("skewness", a), column("double", ...values))).toBeCloseTo(0.3818017742, 5);
  const many = Array.from({ length: 1000 }, (_, i) => 1e6 + (i % 10));
  expect(await aggregate(fn("kurtosis", a), column("double", ...many))).toBeCloseTo(-1.2242424, 5);
});
