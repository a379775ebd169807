import { describe, expect, test } from "vitest";
import * as b from "../../../lib/engine/expressions/build.ts";
import type { LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import { treeString } from "../../../lib/engine/logical/tree-string.ts";
import { combineFilters } from "../../../lib/engine/optimizer/combine-filters.ts";
import { eliminateOuterJoin } from "../../../lib/engine/optimizer/eliminate-outer-join.ts";
import { inferFiltersFromConstraints } from "../../../lib/engine/optimizer/infer-filters-from-constraints.ts";
import { pruneFilters } from "../../../lib/engine/optimizer/prune-filters.ts";
import { pushDownPredicates } from "../../../lib/engine/optimizer/push-down-predicates.ts";
import { pushPredicateThroughJoin } from "../../../lib/engine/optimizer/push-predicate-through-join.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { applied, context } from "../../support/optimizer.ts";
import * as q from "../../support/plans.ts";

const t1 = q.table("t", { a: t.longType, b: t.longType, s: t.stringType }, 1);
const t2 = q.table("u", { c: t.longType, d: t.longType }, 11);
const [a, bb, s, c, d] = [t1.at("a"), t1.at("b"), t1.at("s"), t2.at("c"), t2.at("d")];
const [overA, overB, overC] = [q.gt(a, q.long(1)), q.gt(bb, q.long(2)), q.gt(c, q.long(3))];
const fails = q.gt(q.divide(a, bb), b.doubleLiteral(1));
const sumB = q.as(q.sum(bb), 20, "total");
const onKeys = q.eq(a, c);
const output = (...names: string[]) => names.map((name, i) => b.newAttribute(name, t.longType, true, 50 + i));
const unionOf = (...children: LogicalPlan[]): LogicalPlan => ({ kind: "union", children, output: output("x", "y") });
const two = (plan: LogicalPlan, first: typeof a, second: typeof a) => q.project(plan, first, second);

describe("PushDownPredicates", () => {
  test("moves a predicate below a projection, in terms of its input", () => {
    const plan = q.filter(
      q.project(t1.plan, q.as(q.plus(a, bb), 30, "sum"), s),
      q.gt(b.newAttribute("sum", t.longType, true, 30), q.long(1)),
    );
    expect(applied(pushDownPredicates, plan)).toMatchInlineSnapshot(`
      "Project [(a#1L + b#2L) AS sum#30L, s#3]
      +- Filter ((a#1L + b#2L) > 1)
         +- Relation [a#1L,b#2L,s#3] parquet"
    `);
  });
  test("keeps it above a projection that calls a user's function for it, or that is not deterministic", () => {
    const made = b.newAttribute("f", t.doubleType, true, 30);
    const plan = (deterministic: boolean) =>
      q.filter(q.project(t1.plan, q.as(q.user("f", deterministic, a), 30, "f"), a), q.and(overA, q.gt(made, q.long(1))));
    expect(applied(pushDownPredicates, plan(true))).toMatchInlineSnapshot(`
      "Filter (f#30 > 1)
      +- Project [f(a#1L) AS f#30, a#1L]
         +- Filter (a#1L > 1)
            +- Relation [a#1L,b#2L,s#3] parquet"
    `);
    expect(applied(pushDownPredicates, plan(false))).toMatchInlineSnapshot(`
      "Filter ((a#1L > 1) AND (f#30 > 1))
      +- Project [f(a#1L) AS f#30, a#1L]
         +- Relation [a#1L,b#2L,s#3] parquet"
    `);
  });
  test("moves only predicates of grouping columns below an aggregate", () => {
    const total = b.newAttribute("total", t.longType, true, 20);
    expect(
      applied(pushDownPredicates, q.filter(q.aggregate(t1.plan, [a], a, sumB), q.and(overA, q.gt(total, q.long(9))))),
    ).toMatchInlineSnapshot(`
      "Filter (total#20L > 9)
      +- Aggregate [a#1L], [a#1L, sum(b#2L) AS total#20L]
         +- Filter (a#1L > 1)
            +- Relation [a#1L,b#2L,s#3] parquet"
    `);
  });
  test("keeps a predicate above an aggregate of all rows, which has a row for none", () => {
    const plan = q.filter(q.aggregate(t1.plan, [], sumB), q.no);
    expect(pushDownPredicates.apply(plan, { ...context, statistics: () => ({ rowCount: 0, sizeInBytes: 0, columns: new Map() }) })).toBe(
      plan,
    );
  });
  test("moves predicates of partition columns below a window, and no others", () => {
    const plan = q.filter(q.window(t1.plan, q.rowNumber([a], bb), 30, "n"), q.and(overA, overB));
    expect(applied(pushDownPredicates, plan)).toMatchInlineSnapshot(`
      "Filter (b#2L > 2)
      +- Window [row_number() windowspecdefinition(a#1L, b#2L ASC NULLS FIRST) AS n#30], [a#1L], [b#2L ASC NULLS FIRST]
         +- Filter (a#1L > 1)
            +- Relation [a#1L,b#2L,s#3] parquet"
    `);
  });
  test("moves into every part of a union, by position", () => {
    const [x] = output("x");
    expect(
      applied(pushDownPredicates, q.filter(unionOf(two(t1.plan, a, bb), two(t2.plan, c, d)), q.gt(x!, q.long(1)))),
    ).toMatchInlineSnapshot(`
      "Union false, false
      :- Project [a#1L, b#2L]
      :  +- Filter (a#1L > 1)
      :     +- Relation [a#1L,b#2L,s#3] parquet
      +- Project [c#11L, d#12L]
         +- Filter (c#11L > 1)
            +- Relation [c#11L,d#12L] parquet"
    `);
  });
  test("does not pass a limit", () => {
    const plan = q.filter(q.limit(t1.plan, 5), overA);
    expect(applied(pushDownPredicates, plan)).toBe(treeString(plan));
  });
  test("does not move what can raise past a predicate that stays", () => {
    const plan = q.filter(q.window(t1.plan, q.rowNumber([a, bb], s), 30, "n"), q.and(q.gt(s, q.text("x")), fails));
    expect(applied(pushDownPredicates, plan)).toBe(treeString(plan));
  });
});

describe("PushPredicateThroughJoin", () => {
  test.each(["inner", "left", "right", "full", "leftSemi", "leftAnti"] as const)(
    "sends a filter and a condition where a %s join lets them",
    (type) => {
      const condition = q.and(onKeys, overB, q.gt(d, q.long(4)));
      const above = type === "leftSemi" || type === "leftAnti" ? overA : q.and(overA, overC);
      expect(applied(pushPredicateThroughJoin, q.filter(q.join(t1.plan, t2.plan, type, condition), above))).toMatchSnapshot();
    },
  );
  test("makes a cross join with an equality an inner one", () => {
    expect(applied(pushPredicateThroughJoin, q.filter(q.join(t1.plan, t2.plan, "cross"), onKeys))).toMatchInlineSnapshot(`
      "Join Inner, (a#1L = c#11L)
      :- Relation [a#1L,b#2L,s#3] parquet
      +- Relation [c#11L,d#12L] parquet"
    `);
  });
  test("leaves what can raise above the join, which may have fewer rows", () => {
    const plan = q.filter(q.join(t1.plan, t2.plan, "inner", onKeys), fails);
    expect(applied(pushPredicateThroughJoin, plan)).toBe(treeString(plan));
  });
});

describe("EliminateOuterJoin", () => {
  test.each([
    ["left", overC, "Inner"],
    ["left", q.isNull(c), "LeftOuter"],
    ["left", q.or(overC, q.isNull(c)), "LeftOuter"],
    ["left", q.isNotNull(q.plus(c, d)), "Inner"],
    ["right", overA, "Inner"],
    ["full", overA, "LeftOuter"],
    ["full", overC, "RightOuter"],
    ["full", q.eq(bb, d), "Inner"],
  ] as const)("a %s join below such a filter becomes, case %#", (type, condition, became) => {
    expect(applied(eliminateOuterJoin, q.filter(q.join(t1.plan, t2.plan, type, onKeys), condition))).toContain(`Join ${became},`);
  });
});

describe("InferFiltersFromConstraints", () => {
  test("adds what cannot be NULL to a filter", () => {
    expect(applied(inferFiltersFromConstraints, q.filter(t1.plan, q.or(q.and(overA, overB), q.eq(a, q.long(7)))))).toMatchInlineSnapshot(`
      "Filter (isnotnull(a#1L) AND (((a#1L > 1) AND (b#2L > 2)) OR (a#1L = 7)))
      +- Relation [a#1L,b#2L,s#3] parquet"
    `);
  });
  test("filters both sides of an inner join by what holds for the other key", () => {
    expect(applied(inferFiltersFromConstraints, q.join(q.filter(t1.plan, overA), t2.plan, "inner", onKeys))).toMatchInlineSnapshot(`
      "Join Inner, (a#1L = c#11L)
      :- Filter (isnotnull(a#1L) AND (a#1L > 1))
      :  +- Relation [a#1L,b#2L,s#3] parquet
      +- Filter (isnotnull(c#11L) AND (c#11L > 1))
         +- Relation [c#11L,d#12L] parquet"
    `);
  });
  test("filters only the side that is padded of an outer join", () => {
    expect(applied(inferFiltersFromConstraints, q.join(q.filter(t1.plan, overA), t2.plan, "left", onKeys))).toMatchInlineSnapshot(`
      "Join LeftOuter, (a#1L = c#11L)
      :- Filter (isnotnull(a#1L) AND (a#1L > 1))
      :  +- Relation [a#1L,b#2L,s#3] parquet
      +- Filter (isnotnull(c#11L) AND (c#11L > 1))
         +- Relation [c#11L,d#12L] parquet"
    `);
  });
});

describe("PruneFilters", () => {
  test("drops what holds already", () => {
    expect(applied(pruneFilters, q.filter(q.project(q.filter(t1.plan, overA), a, bb), q.and(overA, overB)))).toMatchInlineSnapshot(`
      "Filter (b#2L > 2)
      +- Project [a#1L, b#2L]
         +- Filter (a#1L > 1)
            +- Relation [a#1L,b#2L,s#3] parquet"
    `);
  });
  test("drops a filter that always holds, and all rows where it never does", () => {
    expect(applied(pruneFilters, q.filter(t1.plan, q.yes))).toMatchInlineSnapshot(`"Relation [a#1L,b#2L,s#3] parquet"`);
    expect(applied(pruneFilters, q.filter(t1.plan, q.unknown))).toMatchInlineSnapshot(`"LocalRelation <empty>, [a#1L, b#2L, s#3]"`);
  });
});

describe("CombineFilters", () => {
  test("keeps the lower predicate first", () => {
    expect(applied(combineFilters, q.filter(q.filter(t1.plan, overA), q.and(overB, overA)))).toMatchInlineSnapshot(`
      "Filter ((a#1L > 1) AND (b#2L > 2))
      +- Relation [a#1L,b#2L,s#3] parquet"
    `);
  });
});
