import { describe, expect, test } from "vitest";
import { nullLiteral } from "../../../lib/engine/expressions/build.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { type Case, call, cases, show } from "../../support/call.ts";
import { evaluate } from "../../support/evaluate.ts";

const noInt = nullLiteral(t.integerType);

const answers: readonly Case[] = [
  ["coalesce", [null, 1, null], "1"],
  ["coalesce", [null, null], "NULL"],
  ["nvl", [null, 2], "2"],
  ["ifnull", [1, 2], "1"],
  ["nvl2", [null, 2, 1], "1"],
  ["nvl2", [0, 2, 1], "2"],
  ["if", [true, "a", "b"], "a"],
  ["if", [nullLiteral(t.booleanType), "a", "b"], "b"],
  ["when", [false, 1, true, 2, 3], "2"],
  ["when", [false, 1], "NULL"],
  ["nullif", [2, 2], "NULL"],
  ["nullif", [1, 2], "1"],
  ["nullifzero", [0], "NULL"],
  ["nullifzero", [2], "2"],
  ["nullifzero", ["0"], "NULL"],
  ["zeroifnull", [null], "0"],
  ["zeroifnull", [noInt], "0"],
  ["zeroifnull", [2], "2"],
  ["in", [1, 1, 2], "true"],
  ["in", [1, 2, noInt], "NULL"],
  ["in", [3, 1, 2], "false"],
  ["isnull", [noInt], "true"],
  ["isnotnull", [noInt], "false"],
  ["isnan", [Number.NaN], "true"],
  ["isnan", [nullLiteral(t.doubleType)], "false"],
];

describe("conditions and predicates", () => {
  test.each(cases(answers))("$text is $expected", async ({ expression, expected }) => {
    expect(show(await evaluate(expression))).toBe(expected);
  });

  test("a branch that is not taken does not raise", async () => {
    const raising = call("/", 1, 0);
    expect(await evaluate(call("if", false, raising, 1))).toBe(1);
    expect(await evaluate(call("coalesce", 1, raising))).toBe(1);
    expect(await evaluate(call("nanvl", 1.5, raising))).toBe(1.5);
  });
});
