import { describe, expect, it, test } from "vitest";
import {
  attribute,
  doubleLiteral,
  fn,
  integerLiteral,
  nullLiteral,
  sortOrder,
  stringLiteral,
} from "../../../lib/engine/expressions/build.ts";
import type { Expression, UnresolvedFunction, WindowCall } from "../../../lib/engine/expressions/expression.ts";
import type { Value } from "../../../lib/engine/types/values.ts";
import { aggregate, overWindow, rowsOf } from "../../support/aggregate.ts";

const a = attribute("a");
const b = attribute("b");
const within = (call: UnresolvedFunction, ...keys: readonly Expression[]): UnresolvedFunction => ({
  ...call,
  withinGroup: keys.map((key) => (key.kind === "sortOrder" ? key : sortOrder(key))),
});
const down = (key: Expression) => sortOrder(key, false);
const numbers = (...values: readonly Value[]) => rowsOf("a int", ...values.map((value) => [value]));
const pairs = rowsOf("a string, b string", ["a", "b"], ["a", "c"], ["b", "c"], ["b", "d"], [null, null]);
const quarter = doubleLiteral(0.25);

describe("WITHIN GROUP", () => {
  const v = numbers(0, 10, 20, 30, 40, 10, 20, 10, 20, 25, 30, 60, null);
  test.each([
    [within(fn("percentile_cont", quarter), a), 10],
    [within(fn("percentile_cont", quarter), down(a)), 30],
    [within(fn("percentile_disc", quarter), a), 10],
    [within(fn("percentile_disc", quarter), down(a)), 30],
    [within(fn("mode"), a), 10],
    [within(fn("mode"), down(a)), 20],
    [fn("median", a), 20],
    [fn("percentile", a, doubleLiteral(0.5)), 20],
    [fn("percentile", a, doubleLiteral(0.5), integerLiteral(2)), 20],
    [fn("mode", a, fn("not", fn("=", integerLiteral(1), integerLiteral(2)))), 10],
  ])("orders values (%#)", async (call, expected) => {
    expect(await aggregate(call, v)).toBe(expected);
  });
  it("orders texts by other columns, with a delimiter or none", async () => {
    expect(await aggregate(within(fn("listagg", a), a), pairs)).toBe("aabb");
    expect(await aggregate(within(fn("listagg", a, stringLiteral("|")), down(b), a), pairs)).toBe("b|a|b|a");
    expect(await aggregate(within(fn("string_agg", a, nullLiteral()), down(b), down(a)), pairs)).toBe("bbaa");
    expect(await aggregate({ ...within(fn("listagg", a), down(a)), distinct: true }, pairs)).toBe("ba");
  });
  it("weighs values by a frequency", async () => {
    const weighted = rowsOf("a int, b int", [1, 3], [10, 1], [5, null], [7, 0]);
    expect(await aggregate(fn("percentile", a, doubleLiteral(0.5), b), weighted)).toBe(1);
    expect(await aggregate(fn("percentile", a, fn("array", doubleLiteral(0.5), doubleLiteral(1)), b), weighted)).toEqual([1, 10]);
    await expect(aggregate(fn("percentile", a, doubleLiteral(0.5), b), rowsOf("a int, b int", [1, -3]))).rejects.toMatchObject({
      condition: "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION",
      messageParameters: { frequencyExpression: '"b"', negativeValue: "-3L" },
    });
  });
  it("is refused where a function has none, and wanted where it has", async () => {
    const rejected = (call: UnresolvedFunction, error: object) => expect(aggregate(call, v)).rejects.toMatchObject(error);
    const sub = (name: string) => `INVALID_WITHIN_GROUP_EXPRESSION.${name}`;
    await rejected(within(fn("sum", a), a), {
      condition: "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
      messageParameters: { prettyName: "`sum`", syntax: "WITHIN GROUP (ORDER BY ...)" },
    });
    await rejected(fn("percentile_cont", quarter), { condition: sub("WITHIN_GROUP_MISSING") });
    await rejected({ ...within(fn("percentile_cont", quarter), a), distinct: true }, { condition: sub("DISTINCT_UNSUPPORTED") });
    await rejected(within(fn("percentile_cont", quarter), a, a), {
      condition: sub("WRONG_NUM_ORDERINGS"),
      messageParameters: { funcName: "`percentile_cont`", expectedNum: "1", actualNum: "2" },
    });
    await rejected(within(fn("mode", a), a), { messageParameters: { funcName: "`mode`", expectedNum: "0", actualNum: "1" } });
    await rejected(within(fn("percentile_cont", a, quarter), a), {
      condition: "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
      messageParameters: { functionName: "`percentile_cont`", expectedNum: "1", actualNum: "2" },
    });
    await rejected(fn("percentile", a, doubleLiteral(1.5)), {
      condition: "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
      messageParameters: { exprName: "percentage", valueRange: "[0.0, 1.0]", currentValue: "1.5D" },
    });
    await expect(aggregate({ ...within(fn("listagg", a), b), distinct: true }, pairs)).rejects.toMatchObject({
      condition: sub("MISMATCH_WITH_DISTINCT_INPUT"),
      messageParameters: { funcName: "`listagg`", funcArg: '"a"', orderingExpr: '"b"' },
    });
  });
  it("stands before OVER a whole partition only", async () => {
    const over = (call: Expression, ...orderBy: readonly Expression[]): WindowCall => ({
      kind: "window",
      function: call,
      partitionBy: [],
      orderBy: orderBy.map((key) => sortOrder(key)),
    });
    expect(await overWindow(over(within(fn("percentile_cont", quarter), a)), numbers(0, 10))).toEqual([2.5, 2.5]);
    expect(await overWindow(over(within(fn("listagg", a), down(b))), rowsOf("a string, b int", ["x", 1], ["y", 2]))).toEqual(["yx", "yx"]);
    await expect(overWindow(over(within(fn("percentile_cont", quarter), a), a), numbers(0, 10))).rejects.toMatchObject({
      condition: "INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC",
      messageParameters: { aggFunc: '"percentile_cont(a, 0.25)"' },
    });
    await expect(overWindow(over(within(fn("listagg", a), a), a), rowsOf("a string"))).rejects.toMatchObject({
      messageParameters: { aggFunc: '"listagg(a, NULL, a ASC NULLS FIRST)"' },
    });
  });
});
