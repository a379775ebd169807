import { describe, expect, test } from "vitest";
import { call, integerLiteral, nullLiteral } from "../../../lib/engine/expressions/build.ts";
import type { Call, Expression } from "../../../lib/engine/expressions/expression.ts";
import { prettyName } from "../../../lib/engine/expressions/print.ts";
import { oneRange } from "../../../lib/engine/kernel/ranges.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import * as q from "../../support/plans.ts";

const table = q.table("t", { a: t.integerType, b: t.integerType }, 1);
const [a, b] = [table.at("a"), table.at("b")];
const compared = (name: string, column: Expression, value: number | null) =>
  call(name, [column, value === null ? nullLiteral(t.integerType) : integerLiteral(value)], t.booleanType, true);
const range = (low: number | null, high: number, column = a) => q.and(compared(">=", column, low), compared("<=", column, high));
const textOf = (e: Expression) => {
  const found = oneRange(e as Call);
  return found && prettyName(found);
};

describe("an OR of ranges of one column", () => {
  test("is one range where they overlap, in whatever order they stand", () => {
    expect(textOf(q.or(q.or(range(20, 30), range(1, 11)), range(10, 20)))).toBe("((a >= 1) AND (a <= 30))");
    expect(textOf(q.or(range(1, 30), range(5, 6)))).toBe("((a >= 1) AND (a <= 30))");
  });

  test("stays where they leave something out, are of two columns, are empty or compare with NULL", () => {
    for (const other of [range(12, 20), range(5, 20, b), range(20, 5), range(null, 20), compared("=", a, 5)])
      for (const e of [q.or(range(1, 11), other), q.or(other, range(1, 11))]) expect(textOf(e)).toBeUndefined();
  });
});
