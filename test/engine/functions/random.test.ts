import { describe, expect, it, test } from "vitest";
import { literal, longLiteral } from "../../../lib/engine/expressions/build.ts";
import { drawCopies, poisson, Well19937 } from "../../../lib/engine/functions/random-copies.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { Decimal } from "../../../lib/engine/types/values.ts";
import { call, cases, show } from "../../support/call.ts";
import { evaluate, evaluateTyped } from "../../support/evaluate.ts";

const float = (value: number) => literal(value, t.floatType);
const decimal = (text: string, precision: number, scale: number) =>
  literal(new Decimal(Decimal.parse(text).unscaled, scale), t.decimalType(precision, scale));

describe("a seed draws Spark's own sequence", () => {
  test.each(
    cases([
      ["rand", [0], "0.7604953758285915"],
      ["rand", [null], "0.7604953758285915"],
      ["randn", [longLiteral(0)], "1.6034991609278433"],
      ["uniform", [0, 10, 0], "7"],
      ["uniform", [10, 20, 0], "17"],
      ["uniform", [longLiteral(-20), longLiteral(-10), -10], "-17"],
      ["uniform", [10.5, 20.5, 0], "18.104953758285916"],
      ["uniform", [null, 1, 0], "NULL"],
      ["uniform", [0, 1, null], "0"],
      ["randstr", [10, 0], "ceV0PXaR2I"],
      ["randstr", [1, -1], "S"],
      ["randstr", [null, 0], ""],
      ["randstr", ["5", 0], "ceV0P"],
      ["shuffle", [[1, 20, 3, 5], 0], "[5,1,20,3]"],
      ["uuid", [0], "269567e9-5d09-4af5-b20f-16851fc4a81a"],
    ]),
  )("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });
  it("wants an integer, and no cast to one", async () => {
    await expect(evaluate(call("randstr", 10, 1.5))).rejects.toMatchObject({
      condition: "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
      messageParameters: { paramIndex: "second", requiredType: '("INT" or "BIGINT")' },
    });
    await expect(evaluate(call("rand", "1"))).rejects.toMatchObject({ messageParameters: { sqlExpr: '"rand(1)"', inputType: '"STRING"' } });
  });
  it("of the bounds' type", async () => {
    expect(await evaluateTyped(call("uniform", float(10), float(20), 0))).toEqual({ value: Math.fround(17.604954), type: t.floatType });
    const wide = await evaluateTyped(call("uniform", decimal("10.000", 10, 3), decimal("20.0000", 11, 4), 0));
    expect([String(wide.value), wide.type]).toEqual(["17.6050", t.decimalType(11, 4)]);
    expect((await evaluateTyped(call("uniform", 0, longLiteral(10), 0))).type).toEqual(t.longType);
  });
});

test("a sample with replacement takes rows as often as Commons Math's Poisson distribution says", () => {
  const source = Well19937.ofSeed(-7n);
  expect(Array.from({ length: 12 }, () => poisson(source, 3.7))).toEqual([3, 2, 3, 5, 5, 4, 3, 4, 2, 8, 1, 2]);
  const taken = Array.from({ length: 10 }, (_, i) => drawCopies(BigInt(i + 1), 3n, 0n, 0.5));
  expect(taken.reduce((sum, n) => sum + n)).toBe(2);
});
