import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, integerLiteral, longLiteral, namedAs, newAttribute } from "../../../lib/engine/expressions/build.ts";
import type { Expression } from "../../../lib/engine/expressions/expression.ts";
import { Kernel } from "../../../lib/engine/kernel/connection.ts";
import { fragmentSql } from "../../../lib/engine/kernel/fragment.ts";
import type { PhysicalPlan, RangeExec } from "../../../lib/engine/planner/plan.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import * as q from "../../support/plans.ts";

const id = newAttribute("id", t.longType, false, 1);
const rows = { kind: "range", output: [id] } as unknown as RangeExec;
const plus = (a: Expression, b: Expression) => call("+", [a, b], t.longType, false);
const chain = (length: number, next: (e: Expression, i: number) => Expression): Expression => {
  let e: Expression = id;
  for (let i = 0; i < length; i++) e = next(e, i);
  return e;
};
const one = longLiteral(1);
const project = (...expressions: Expression[]): PhysicalPlan => ({
  kind: "project",
  expressions: expressions.map((e, i) => namedAs(e, 10 + i, `x${i}`)),
  child: rows,
});

let kernel: Kernel;
beforeAll(async () => {
  kernel = await Kernel.open({ threads: 1, memory: 2 ** 28, spillFolder: "unused" });
});
afterAll(() => kernel.close());

async function ran(plan: PhysicalPlan): Promise<{ sql: string; rows: unknown[][] }> {
  const sql = fragmentSql(plan, { session: q.session, functions: new Map(), leaf: () => `SELECT range AS "id#1" FROM range(3)` });
  return { sql, rows: (await kernel.query(`${sql} ORDER BY ALL`)).map((row) => Object.values(row)) };
}

describe("a very deep expression", () => {
  test("is computed in parts, which no column of the result is", async () => {
    const deep = chain(300, (e) => plus(e, one));
    const { sql, rows } = await ran(project(deep, plus(deep, deep), id));
    expect(rows).toEqual([
      ["300", "600", "0"],
      ["301", "602", "1"],
      ["302", "604", "2"],
    ]);
    expect(sql.split("FROM").length).toBeGreaterThan(300 / 16);
  });

  test("filters as it does in one", async () => {
    const condition = call("=", [chain(100, (e) => plus(e, one)), longLiteral(101)], t.booleanType, false);
    expect((await ran({ kind: "filter", condition, child: rows })).rows).toEqual([["1"]]);
  });

  test("stays whole where a part may not be evaluated for all rows", async () => {
    const chosen = chain(40, (e, i) =>
      call("if", [call("=", [id, longLiteral(i)], t.booleanType, false), one, plus(e, one)], t.longType, false),
    );
    const { sql, rows } = await ran(project(chosen));
    expect(rows).toEqual([["38"], ["39"], ["40"]]);
    expect(sql.split("FROM").length).toBe(3);
  });

  test("of few levels is one expression", async () => {
    expect(
      (await ran(project(chain(10, (e) => plus(e, call("negative", [integerLiteral(1)], t.longType, false)))))).sql.split("FROM").length,
    ).toBe(3);
  });
});
