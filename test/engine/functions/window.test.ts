import { describe, expect, it } from "vitest";
import { attribute, booleanLiteral, fn, integerLiteral, literal, sortOrder } from "../../../lib/engine/expressions/build.ts";
import type { Expression, WindowCall, WindowFrame } from "../../../lib/engine/expressions/expression.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { Decimal } from "../../../lib/engine/types/values.ts";
import { overWindow, rowsOf } from "../../support/aggregate.ts";

const [id, v] = [attribute("id"), attribute("v")];
const over = (call: Expression, order: Expression | undefined = id, frame?: WindowFrame): WindowCall => ({
  kind: "window",
  function: call,
  partitionBy: [],
  orderBy: order ? [sortOrder(order)] : [],
  ...(frame ? { frame } : {}),
});
const whole: WindowFrame = { unit: "rows", lower: { kind: "unboundedPreceding" }, upper: { kind: "unboundedFollowing" } };
const rows = rowsOf("id int, v int", [1, 10], [2, null], [3, 10], [4, 20]);

describe("ranking", () => {
  it.each([
    [fn("row_number"), [1, 2, 3, 4]],
    [fn("rank"), [2, 1, 2, 4]],
    [fn("dense_rank"), [2, 1, 2, 3]],
    [fn("percent_rank"), [1 / 3, 0, 1 / 3, 1]],
    [fn("cume_dist"), [0.75, 0.25, 0.75, 1]],
  ])("counts peers as Spark does (%#)", async (call, expected) => {
    expect(await overWindow(over(call, call.name === "row_number" ? id : v), rows)).toEqual(expected);
  });

  it("fills the first buckets first", async () => {
    expect(await overWindow(over(fn("ntile", integerLiteral(3))), rows)).toEqual([1, 1, 2, 3]);
    expect(await overWindow(over(fn("ntile")), rows)).toEqual([1, 1, 1, 1]);
  });

  it("needs an order", async () => {
    await expect(overWindow({ ...over(fn("rank")), orderBy: [] }, rows)).rejects.toMatchObject({
      condition: "_LEGACY_ERROR_TEMP_1037",
    });
  });
});

describe("other rows' values", () => {
  it.each([
    [fn("lag", v), [null, 10, null, 10]],
    [fn("lag", v, integerLiteral(2), integerLiteral(0)), [0, 0, 10, null]],
    [fn("lead", v), [null, 10, 20, null]],
    [{ ...fn("lag", v), ignoreNulls: true }, [null, 10, 10, 10]],
    [fn("nth_value", v, integerLiteral(2)), [null, null, null, null]],
    [fn("nth_value", v, integerLiteral(2), booleanLiteral(true)), [10, 10, 10, 10]],
    [fn("first_value", v), [10, 10, 10, 10]],
    [fn("last_value", v), [20, 20, 20, 20]],
    [{ ...fn("first", v), ignoreNulls: true }, [10, 10, 10, 10]],
    [
      fn("collect_list", v),
      [
        [10, 10, 20],
        [10, 10, 20],
        [10, 10, 20],
        [10, 10, 20],
      ],
    ],
  ])("are found as Spark finds them (%#)", async (call, expected) => {
    expect(await overWindow(over(call, id, whole), rows)).toEqual(expected);
  });

  it("have the column's type, the default's too", async () => {
    const decimals = rowsOf("id int, v decimal(10,2)", [1, new Decimal(150n, 2)]);
    expect(await overWindow(over(fn("lag", v, integerLiteral(1), literal(new Decimal(5n, 0), t.decimalType(1, 0)))), decimals)).toEqual([
      new Decimal(500n, 2),
    ]);
  });
});

describe("aggregates over a frame", () => {
  it("run up to the current row by default", async () => {
    expect(await overWindow(over(fn("sum", v)), rows)).toEqual([10n, 10n, 20n, 40n]);
    expect(await overWindow(over(fn("avg", v)), rows)).toEqual([10, 10, 10, 40 / 3]);
    expect(await overWindow(over(fn("last", v, booleanLiteral(true))), rows)).toEqual([10, 10, 10, 20]);
    expect(await overWindow(over(fn("count", integerLiteral(1))), rows)).toEqual([1n, 2n, 3n, 4n]);
    expect(await overWindow(over(fn("max_by", id, v)), rows)).toEqual([1, 1, 1, 4]);
  });

  it("keep to the frame that is given", async () => {
    const near: WindowFrame = { unit: "rows", lower: { kind: "offset", offset: integerLiteral(-1) }, upper: { kind: "currentRow" } };
    expect(await overWindow(over(fn("sum", v), id, near), rows)).toEqual([10n, 10n, 10n, 30n]);
    const decimals = rowsOf("id int, v decimal(5,2)", [1, new Decimal(100n, 2)], [2, new Decimal(200n, 2)]);
    expect((await overWindow(over(fn("avg", v), id, near), decimals)).map(String)).toEqual(["1.000000", "1.500000"]);
  });
});
