import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, integerLiteral } from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { Kernel } from "../../../lib/engine/kernel/connection.ts";
import { joinSql } from "../../../lib/engine/kernel/join.ts";
import { columnName } from "../../../lib/engine/kernel/names.ts";
import type { JoinExec, LocalRows } from "../../../lib/engine/planner/plan.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import * as q from "../../support/plans.ts";

const [one, other] = [q.table("t", { k: t.integerType, v: t.integerType }, 1), q.table("u", { k: t.integerType, v: t.integerType }, 11)];
const [k, v, k2, v2] = [one.at("k"), one.at("v"), other.at("k"), other.at("v")];
const rowsOf = (...output: LocalRows["output"]): LocalRows => ({ kind: "localRows", output, arrow: "" });
const [left, right] = [rowsOf(k, v), rowsOf(k2, v2)];

let kernel: Kernel;
beforeAll(async () => {
  kernel = await Kernel.open({ threads: 1, memory: 2 ** 28, spillFolder: "unused" });
});
afterAll(() => kernel.close());

/** The statement of a join by `k` and a condition, and the left rows that it leaves. */
async function joined(type: JoinExec["type"], condition: Expression): Promise<{ sql: string; rows: unknown[][] }> {
  const plan: JoinExec = {
    kind: "join",
    strategy: "shuffledHash",
    type,
    left,
    right,
    keys: [{ left: k, right: k2, nullSafe: false }],
    condition,
  };
  const values = (list: string, ...columns: (typeof k)[]) => `SELECT * FROM (VALUES ${list}) AS x(${columns.map(columnName).join(", ")})`;
  const sql = joinSql(plan, {
    session: q.session,
    functions: new Map(),
    leaf: (leaf) =>
      leaf === left
        ? values("(1, 1), (2, 1), (3, NULL), (4, 1), (NULL, 1)", k, v)
        : values("(1, 1), (2, 1), (2, 2), (3, 1), (4, NULL)", k2, v2),
  });
  return { sql, rows: (await kernel.query(`${sql} ORDER BY ALL`)).map((row) => Object.values(row)) };
}

describe("a semi or anti join on more than equality", () => {
  const differs = call("not", [call("=", [v, v2], t.booleanType, true)], t.booleanType, true);

  test("is the kernel's own where values of the two sides are compared, NOT (a = b) too", async () => {
    const [semi, anti] = [await joined("leftSemi", differs), await joined("leftAnti", differs)];
    expect(semi.rows).toEqual([[2, 1]]);
    expect(anti.rows).toEqual([
      [1, 1],
      [3, null],
      [4, 1],
      [null, 1],
    ]);
    expect([semi, anti].some(({ sql }) => sql.includes("numbered"))).toBe(false);
  });

  test("goes by the numbers of matching rows where the kernel would look at each pair", async () => {
    const either = call("or", [differs, call("isnull", [v2], t.booleanType, false)], t.booleanType, true);
    const [semi, anti] = [await joined("leftSemi", either), await joined("leftAnti", either)];
    expect(semi.rows).toEqual([
      [2, 1],
      [4, 1],
    ]);
    expect(anti.rows).toEqual([
      [1, 1],
      [3, null],
      [null, 1],
    ]);
    expect([semi, anti].every(({ sql }) => sql.includes("numbered"))).toBe(true);
  });
});

test("what an inner join compares besides its keys is computed for the pairs that they find", async () => {
  const sum = call("+", [v2, integerLiteral(1)], t.integerType, true);
  const less = call("<", [v, sum], t.booleanType, true);
  expect((await joined("inner", less)).sql).toContain("IS TRUE");
  expect((await joined("inner", less)).rows).toEqual([
    [1, 1, 1, 1],
    [2, 1, 2, 1],
    [2, 1, 2, 2],
  ]);
  // Columns are there already; of an outer join's condition the kernel would make a slower join.
  expect((await joined("inner", call("<", [v, v2], t.booleanType, true))).sql).not.toContain("IS TRUE");
  expect((await joined("left", less)).sql).not.toContain("IS TRUE");
});
