import { describe, expect, test } from "vitest";
import type { JoinType, LogicalPlan, Scan } from "../../../lib/engine/logical/plan.ts";
import { planPhysical } from "../../../lib/engine/planner/plan-physical.ts";
import { withoutNeedlessTests } from "../../../lib/engine/stages/needless-not-null.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import * as q from "../../support/plans.ts";

const columns = { a: t.longType, b: t.longType };
const [one, other] = [q.table("t", columns, 1), q.table("u", columns, 11)];
const [a, b, c] = [one.at("a"), one.at("b"), other.at("a")];

/** How many tests for NULL are left of those of the plan. */
function tests(plan: LogicalPlan): number {
  const { plan: physical } = planPhysical(plan, {
    session: q.session,
    shufflePartitions: 1,
    parallelism: 1,
    broadcastThreshold: 0,
    sizeOf: () => 1,
    splits: () => [[]],
  });
  return (
    JSON.stringify(withoutNeedlessTests(physical, q.session), (_, v) => (typeof v === "bigint" ? String(v) : v)).match(/"isnotnull"/g) ?? []
  ).length;
}
const tested = (scan: Scan, ...keys: (typeof a)[]) => q.filter(scan, q.and(...keys.map(q.isNotNull)));

describe("a test for NULL in a stage's statement", () => {
  test("is left out below a join that drops the NULLs of its keys, and stays on the side that an outer join keeps", () => {
    const joined = (type: JoinType) => tests(q.join(tested(one.plan, a), tested(other.plan, c), type, q.eq(a, c)));
    expect({ inner: joined("inner"), leftSemi: joined("leftSemi") }).toEqual({ inner: 0, leftSemi: 0 });
    expect({ left: joined("left"), right: joined("right"), leftAnti: joined("leftAnti"), full: joined("full") }).toEqual({
      left: 1,
      right: 1,
      leftAnti: 1,
      full: 2,
    });
  });
  test("is left out beside a comparison of the column", () => {
    expect(tests(q.filter(one.plan, q.and(q.isNotNull(a), q.gt(a, q.long(1)))))).toBe(0);
    expect(tests(q.filter(one.plan, q.and(q.isNotNull(a), q.gt(b, q.long(1)))))).toBe(1);
  });
  test("is left out of columns of which every row group says that it has none", () => {
    const groups = (...nulls: (number | undefined)[]) => [
      {
        key: "part-0.parquet",
        size: 100,
        partitionValues: {},
        rowGroups: nulls.map((count, i) => ({
          firstRow: i * 10,
          rows: 10,
          start: 0,
          end: 10,
          columns: { a: { start: 0, end: 10, ...(count === undefined ? {} : { nulls: count }) } },
        })),
      },
    ];
    const of = (...nulls: (number | undefined)[]) => tests(tested(q.table("t", columns, 1, { files: groups(...nulls) }).plan, a));
    expect([of(0, 0), of(0, 1), of(0, undefined)]).toEqual([0, 1, 1]);
  });
  test("stays where a row with a NULL would reach what can raise", () => {
    const divided = q.gt(q.divide(b, a), q.long(1));
    expect(tests(q.join(q.project(tested(one.plan, a), a, q.as(q.divide(b, b), 40, "x")), other.plan, "inner", q.eq(a, c)))).toBe(1);
    expect(tests(q.join(q.filter(one.plan, q.and(q.isNotNull(a), divided)), other.plan, "inner", q.eq(b, c)))).toBeLessThanOrEqual(1);
  });
});
