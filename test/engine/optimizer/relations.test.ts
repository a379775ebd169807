import { describe, expect, test } from "vitest";
import * as b from "../../../lib/engine/expressions/build.ts";
import type { LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import { treeString } from "../../../lib/engine/logical/tree-string.ts";
import { collapseProject } from "../../../lib/engine/optimizer/collapse-project.ts";
import { collapseRepartition } from "../../../lib/engine/optimizer/collapse-repartition.ts";
import { collapseWindow } from "../../../lib/engine/optimizer/collapse-window.ts";
import { columnPruning } from "../../../lib/engine/optimizer/column-pruning.ts";
import { combineLimits } from "../../../lib/engine/optimizer/combine-limits.ts";
import { combineUnions } from "../../../lib/engine/optimizer/combine-unions.ts";
import { eliminateDistinct } from "../../../lib/engine/optimizer/eliminate-distinct.ts";
import { eliminateLimits } from "../../../lib/engine/optimizer/eliminate-limits.ts";
import { eliminateSorts } from "../../../lib/engine/optimizer/eliminate-sorts.ts";
import { eliminateSubqueryAliases } from "../../../lib/engine/optimizer/eliminate-subquery-aliases.ts";
import { limitPushDown } from "../../../lib/engine/optimizer/limit-push-down.ts";
import { excludedRules, optimize } from "../../../lib/engine/optimizer/optimize.ts";
import { propagateEmptyRelation } from "../../../lib/engine/optimizer/propagate-empty-relation.ts";
import { removeNoopOperators } from "../../../lib/engine/optimizer/remove-noop-operators.ts";
import { removeRedundantAggregates } from "../../../lib/engine/optimizer/remove-redundant-aggregates.ts";
import { reorderJoin } from "../../../lib/engine/optimizer/reorder-join.ts";
import { replaceDeduplicateWithAggregate } from "../../../lib/engine/optimizer/replace-deduplicate.ts";
import { transposeWindow } from "../../../lib/engine/optimizer/transpose-window.ts";
import { v2ScanRelationPushDown } from "../../../lib/engine/optimizer/v2-scan-relation-push-down.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { applied } from "../../support/optimizer.ts";
import * as q from "../../support/plans.ts";

const t1 = q.table("t", { a: t.longType, b: t.longType, s: t.stringType }, 1);
const t2 = q.table("u", { c: t.longType, d: t.longType }, 11);
const [a, bb, s, c, d] = [t1.at("a"), t1.at("b"), t1.at("s"), t2.at("c"), t2.at("d")];
const [overA, overB] = [q.gt(a, q.long(1)), q.gt(bb, q.long(2))];
const fails = q.gt(q.divide(a, bb), b.doubleLiteral(1));
const sumB = q.as(q.sum(bb), 20, "total");
const onKeys = q.eq(a, c);
const repartition = (child: LogicalPlan, scheme: "roundRobin" | "coalesce", partitions: number): LogicalPlan => ({
  kind: "repartition",
  scheme,
  expressions: [],
  partitions,
  child,
});
const output = (...names: string[]) => names.map((name, i) => b.newAttribute(name, t.longType, true, 50 + i));
const unionOf = (...children: LogicalPlan[]): LogicalPlan => ({ kind: "union", children, output: output("x", "y") });
const two = (plan: LogicalPlan, first: typeof a, second: typeof a) => q.project(plan, first, second);

describe("ColumnPruning", () => {
  test("reads and carries only what is asked for", () => {
    expect(applied(columnPruning, q.project(q.join(q.filter(t1.plan, overB), t2.plan, "inner", onKeys), s))).toMatchInlineSnapshot(`
      "Project [s#3]
      +- Join Inner, (a#1L = c#11L)
         :- Project [a#1L, s#3]
         :  +- Filter (b#2L > 2)
         :     +- Relation [a#1L,b#2L,s#3] parquet
         +- Relation [c#11L] parquet"
    `);
  });
  test("reads the narrowest column to count rows", () => {
    expect(applied(columnPruning, q.aggregate(t1.plan, [], q.as(q.countAll, 30, "count")))).toMatchInlineSnapshot(`
      "Aggregate [], [count(1) AS count#30L]
      +- Relation [a#1L] parquet"
    `);
  });
  test("drops aggregates and windows that nobody reads", () => {
    expect(applied(columnPruning, q.project(q.aggregate(t1.plan, [a], a, sumB), a))).toMatchInlineSnapshot(`
      "Project [a#1L]
      +- Aggregate [a#1L], [a#1L]
         +- Relation [a#1L] parquet"
    `);
    expect(applied(columnPruning, q.project(q.window(t1.plan, q.rowNumber([a], bb), 30, "n"), s))).toMatchInlineSnapshot(`
      "Project [s#3]
      +- Relation [s#3] parquet"
    `);
  });
  test("narrows each part of a union alike", () => {
    expect(
      applied(columnPruning, q.project(unionOf(two(t1.plan, a, bb), two(t2.plan, c, d)), output("x", "y")[1]!)),
    ).toMatchInlineSnapshot(`
      "Project [y#51L]
      +- Union false, false
         :- Project [b#2L]
         :  +- Relation [b#2L] parquet
         +- Project [d#12L]
            +- Relation [d#12L] parquet"
    `);
  });
  test("leaves all columns to set operations", () => {
    const plan = q.project({ kind: "setOperation", operation: "except", all: false, left: two(t1.plan, a, bb), right: t2.plan }, a);
    expect(applied(columnPruning, plan)).toMatchInlineSnapshot(`
      "Project [a#1L]
      +- Except false
         :- Project [a#1L, b#2L]
         :  +- Relation [a#1L,b#2L] parquet
         +- Relation [c#11L,d#12L] parquet"
    `);
  });
});

describe("CollapseProject", () => {
  const x = b.newAttribute("x", t.longType, true, 30);
  const inner = (e: Parameters<typeof q.as>[0]) => q.project(t1.plan, q.as(e, 30, "x"), bb);
  test("puts one projection into the other and keeps ids and names", () => {
    expect(applied(collapseProject, q.project(inner(q.plus(a, q.long(1))), x, q.as(bb, 31, "y")))).toMatchInlineSnapshot(`
      "Project [(a#1L + 1) AS x#30L, b#2L AS y#31L]
      +- Relation [a#1L,b#2L,s#3] parquet"
    `);
  });
  test("does not compute twice what costs something", () => {
    const plan = q.project(inner(q.plus(a, q.long(1))), q.as(q.plus(x, x), 31, "y"));
    expect(applied(collapseProject, plan)).toBe(treeString(plan));
  });
  test("does not move a volatile expression, and does not evaluate for each element what stood outside a lambda", () => {
    const volatile = q.project(inner(q.random), q.as(q.plus(x, x), 31, "y"));
    expect(applied(collapseProject, volatile)).toBe(treeString(volatile));
    const variable = b.lambdaVariable("e", 40);
    const each = b.call("transform", [bb, b.lambda([variable], q.plus(variable, x))], t.arrayType(t.longType), true);
    const lambda = q.project(inner(q.plus(a, q.long(1))), q.as(each, 31, "y"));
    expect(applied(collapseProject, lambda)).toBe(treeString(lambda));
  });
  test("renames an aggregate's columns in place", () => {
    const total = b.newAttribute("total", t.longType, true, 20);
    expect(applied(collapseProject, q.project(q.aggregate(t1.plan, [a], a, sumB), q.as(total, 31, "sum"), a))).toMatchInlineSnapshot(`
      "Aggregate [a#1L], [sum(b#2L) AS sum#31L, a#1L]
      +- Relation [a#1L,b#2L,s#3] parquet"
    `);
  });
});

describe("relations and limits", () => {
  test("RemoveNoopOperators drops a projection of the same columns, not one in another order", () => {
    expect(applied(removeNoopOperators, q.project(t2.plan, c, d))).toMatchInlineSnapshot(`"Relation [c#11L,d#12L] parquet"`);
    expect(applied(removeNoopOperators, q.project(t2.plan, d, c))).toContain("Project");
  });
  test("EliminateSubqueryAliases drops names", () => {
    expect(applied(eliminateSubqueryAliases, { kind: "subqueryAlias", alias: "x", child: t2.plan })).toMatchInlineSnapshot(
      `"Relation [c#11L,d#12L] parquet"`,
    );
  });
  test("CombineLimits takes the smaller", () => {
    expect(applied(combineLimits, q.limit(q.limit(t2.plan, 3), 5))).toMatchInlineSnapshot(`
      "GlobalLimit 3
      +- LocalLimit 3
         +- Relation [c#11L,d#12L] parquet"
    `);
  });
  test("EliminateLimits knows how many rows there are at most", () => {
    expect(applied(eliminateLimits, q.limit(q.aggregate(t1.plan, [], sumB), 1))).toMatchInlineSnapshot(`
      "Aggregate [], [sum(b#2L) AS total#20L]
      +- Relation [a#1L,b#2L,s#3] parquet"
    `);
    expect(applied(eliminateLimits, q.limit(q.rows(4, a), 5))).toMatchInlineSnapshot(`"LocalRelation [a#1L]"`);
    expect(applied(eliminateLimits, q.limit(t1.plan, 0))).toMatchInlineSnapshot(`"LocalRelation <empty>, [a#1L, b#2L, s#3]"`);
  });
  test("LimitPushDown limits the side of an outer join that shows whole", () => {
    expect(applied(limitPushDown, q.limit(q.join(t1.plan, t2.plan, "left", onKeys), 5))).toMatchInlineSnapshot(`
      "GlobalLimit 5
      +- LocalLimit 5
         +- Join LeftOuter, (a#1L = c#11L)
            :- GlobalLimit 5
            :  +- LocalLimit 5
            :     +- Relation [a#1L,b#2L,s#3] parquet
            +- Relation [c#11L,d#12L] parquet"
    `);
    const inner = q.limit(q.join(t1.plan, t2.plan, "inner", onKeys), 5);
    expect(applied(limitPushDown, inner)).toBe(treeString(inner));
  });
  test("CombineUnions flattens", () => {
    expect(applied(combineUnions, unionOf(unionOf(two(t1.plan, a, bb), t2.plan), t2.plan))).toMatchInlineSnapshot(`
      "Union false, false
      :- Project [a#1L, b#2L]
      :  +- Relation [a#1L,b#2L,s#3] parquet
      :- Relation [c#11L,d#12L] parquet
      +- Relation [c#11L,d#12L] parquet"
    `);
  });
  test("CollapseRepartition keeps the upper one, but a coalesce only where it has fewer partitions", () => {
    expect(applied(collapseRepartition, repartition(repartition(t2.plan, "roundRobin", 3), "roundRobin", 5))).toMatchInlineSnapshot(`
      "Repartition 5, true
      +- Relation [c#11L,d#12L] parquet"
    `);
    expect(applied(collapseRepartition, repartition(repartition(t2.plan, "roundRobin", 3), "coalesce", 5))).toMatchInlineSnapshot(`
      "Repartition 3, true
      +- Relation [c#11L,d#12L] parquet"
    `);
    expect(applied(collapseRepartition, repartition(repartition(t2.plan, "roundRobin", 9), "coalesce", 5))).toMatchInlineSnapshot(`
      "Repartition 5, false
      +- Repartition 9, true
         +- Relation [c#11L,d#12L] parquet"
    `);
  });
  test.each(["inner", "left", "right", "full", "leftSemi", "leftAnti"] as const)(
    "PropagateEmptyRelation: a %s join with nothing",
    (type) => {
      const none = q.rows(0, c, d);
      expect(applied(propagateEmptyRelation, q.join(t1.plan, none, type, onKeys))).toMatchSnapshot();
    },
  );
  test("PropagateEmptyRelation keeps the row of an aggregate of all rows", () => {
    const global = q.aggregate(q.rows(0, a), [], q.as(q.countAll, 30, "count"));
    expect(applied(propagateEmptyRelation, global)).toBe(treeString(global));
    expect(applied(propagateEmptyRelation, q.sort(q.aggregate(q.rows(0, a), [a], a), a))).toMatchInlineSnapshot(
      `"LocalRelation <empty>, [a#1L]"`,
    );
  });
});

describe("sorts, groups and windows", () => {
  test("EliminateSorts drops sorts that nobody sees", () => {
    expect(applied(eliminateSorts, q.sort(q.project(q.sort(t1.plan, bb), a), a))).toMatchInlineSnapshot(`
      "Sort [a#1L ASC NULLS FIRST], true
      +- Project [a#1L]
         +- Relation [a#1L,b#2L,s#3] parquet"
    `);
    expect(applied(eliminateSorts, q.aggregate(q.sort(t1.plan, bb), [a], a, sumB))).toMatchInlineSnapshot(`
      "Aggregate [a#1L], [a#1L, sum(b#2L) AS total#20L]
      +- Relation [a#1L,b#2L,s#3] parquet"
    `);
    expect(applied(eliminateSorts, q.sort(t2.plan, q.long(1), c))).toMatchInlineSnapshot(`
      "Sort [c#11L ASC NULLS FIRST], true
      +- Relation [c#11L,d#12L] parquet"
    `);
  });
  test("EliminateSorts keeps the sort that a limit or an ordered aggregate needs", () => {
    const limited = q.sort(q.limit(q.sort(t1.plan, bb), 3), a);
    expect(applied(eliminateSorts, limited)).toBe(treeString(limited));
    const first = q.aggregate(q.sort(t1.plan, bb), [a], q.as({ ...q.sum(bb), name: "first" }, 30, "f"));
    expect(applied(eliminateSorts, first)).toBe(treeString(first));
  });
  test("EliminateDistinct: the greatest distinct value is the greatest", () => {
    const max = { ...q.sum(bb), name: "max", distinct: true };
    expect(
      applied(eliminateDistinct, q.aggregate(t1.plan, [], q.as(max, 30, "m"), q.as({ ...q.sum(bb), distinct: true }, 31, "s"))),
    ).toMatchInlineSnapshot(`
      "Aggregate [], [max(b#2L) AS m#30L, sum(distinct b#2L) AS s#31L]
      +- Relation [a#1L,b#2L,s#3] parquet"
    `);
  });
  test("ReplaceDeduplicateWithAggregate groups by the columns and keeps the ids of the others", () => {
    expect(applied(replaceDeduplicateWithAggregate, { kind: "deduplicate", child: t2.plan })).toMatchInlineSnapshot(`
      "Aggregate [c#11L, d#12L], [c#11L, d#12L]
      +- Relation [c#11L,d#12L] parquet"
    `);
    expect(applied(replaceDeduplicateWithAggregate, { kind: "deduplicate", columns: ["C"], child: t2.plan })).toMatchInlineSnapshot(`
      "Aggregate [c#11L], [c#11L, first(d#12L, false) AS d#12L]
      +- Relation [c#11L,d#12L] parquet"
    `);
  });
  test("RemoveRedundantAggregates: groups are distinct already", () => {
    const grouped = q.aggregate(t1.plan, [a], a, sumB);
    const total = b.newAttribute("total", t.longType, true, 20);
    expect(applied(removeRedundantAggregates, q.aggregate(grouped, [a, total], a, total))).toMatchInlineSnapshot(`
      "Project [a#1L, total#20L]
      +- Aggregate [a#1L], [a#1L, sum(b#2L) AS total#20L]
         +- Relation [a#1L,b#2L,s#3] parquet"
    `);
    const fewer = q.aggregate(grouped, [total], total);
    expect(applied(removeRedundantAggregates, fewer)).toBe(treeString(fewer));
  });
  test("CollapseWindow joins windows of one partitioning and order", () => {
    const lower = q.window(t1.plan, q.rowNumber([a], bb), 30, "n");
    expect(applied(collapseWindow, q.window(lower, q.rowNumber([a], bb), 31, "m"))).toMatchInlineSnapshot(`
      "Window [row_number() windowspecdefinition(a#1L, b#2L ASC NULLS FIRST) AS n#30, row_number() windowspecdefinition(a#1L, b#2L ASC NULLS FIRST) AS m#31], [a#1L], [b#2L ASC NULLS FIRST]
      +- Relation [a#1L,b#2L,s#3] parquet"
    `);
    const other = q.window(lower, q.rowNumber([bb], a), 31, "m");
    expect(applied(collapseWindow, other)).toBe(treeString(other));
  });
});

describe("TransposeWindow", () => {
  const lower = q.window(t1.plan, q.rowNumber([a, bb], s), 30, "n");
  test("puts the window with fewer partition columns below", () => {
    expect(applied(transposeWindow, q.window(lower, q.rowNumber([bb], a), 31, "m"))).toMatchInlineSnapshot(`
      "Project [a#1L, b#2L, s#3, n#30, m#31]
      +- Window [row_number() windowspecdefinition(a#1L, b#2L, s#3 ASC NULLS FIRST) AS n#30], [a#1L, b#2L], [s#3 ASC NULLS FIRST]
         +- Window [row_number() windowspecdefinition(b#2L, a#1L ASC NULLS FIRST) AS m#31], [b#2L], [a#1L ASC NULLS FIRST]
            +- Relation [a#1L,b#2L,s#3] parquet"
    `);
  });
  test("leaves a window that reads the other's column, or has other partition columns", () => {
    const n = b.newAttribute("n", t.integerType, true, 30);
    const reading = q.window(lower, q.rowNumber([a], n), 31, "m");
    expect(applied(transposeWindow, reading)).toBe(treeString(reading));
    const other = q.window(lower, q.rowNumber([s], a), 31, "m");
    expect(applied(transposeWindow, other)).toBe(treeString(other));
  });
});

describe("scans and join order", () => {
  test("V2ScanRelationPushDown tells the scan, and the filter stays", () => {
    expect(
      applied(v2ScanRelationPushDown, q.filter(t1.plan, q.and(overA, fails, q.gt(q.user("f", true, a), q.long(1))))),
    ).toMatchInlineSnapshot(`
      "Filter (((a#1L > 1) AND ((a#1L / b#2L) > 1.0)) AND (f(a#1L) > 1))
      +- Relation [a#1L,b#2L,s#3] parquet, PushedFilters: [(a#1L > 1)]"
    `);
  });
  test("CostBasedJoinReorder joins small relations first and gives the columns back in their order", () => {
    const sized = (name: string, columns: Record<string, t.DataType>, id: number, rows: number) => {
      const chunk = { start: 0, end: 1, nulls: 0, min: "1", max: String(rows) };
      const bounds = Object.fromEntries(Object.keys(columns).map((column) => [column, chunk]));
      const rowGroups = [{ firstRow: 0, rows, start: 0, end: 1, columns: bounds }];
      return q.table(name, columns, id, { files: [{ key: name, size: rows * 100, partitionValues: {}, rows, rowGroups }] });
    };
    const facts = sized("facts", { k1: t.longType, k2: t.longType }, 60, 1_000_000);
    const wide = sized("wide", { w: t.longType }, 70, 500_000);
    const tiny = sized("tiny", { z: t.longType, w2: t.longType }, 80, 10);
    const first = q.join(facts.plan, wide.plan, "inner", q.eq(facts.at("k1"), wide.at("w")));
    const plan = q.join(first, tiny.plan, "inner", q.eq(wide.at("w"), tiny.at("w2")));
    expect(applied(reorderJoin, plan)).toMatchInlineSnapshot(`
      "Project [k1#60L, k2#61L, w#70L, z#80L, w2#81L]
      +- Join Inner, (k1#60L = w#70L)
         :- Join Inner, (w#70L = w2#81L)
         :  :- Relation [w#70L] parquet
         :  +- Relation [z#80L,w2#81L] parquet
         +- Relation [k1#60L,k2#61L] parquet"
    `);
    const hinted: LogicalPlan = { ...plan, rightHint: "broadcast" };
    expect(applied(reorderJoin, hinted)).toBe(treeString(hinted));
  });
});

describe("excluded rules", () => {
  test("are named as Spark names them, with or without its package", () => {
    expect(excludedRules(" org.apache.spark.sql.catalyst.optimizer.ColumnPruning, PruneFilters,")).toEqual(
      new Set(["ColumnPruning", "PruneFilters"]),
    );
    expect(excludedRules(undefined)).toEqual(new Set());
  });
  test("do not run", () => {
    const plan = q.filter(q.project(t1.plan, a), overA);
    const all = optimize(plan, { session: q.session });
    const without = optimize(plan, { session: q.session, disabled: new Set(["ColumnPruning"]) });
    expect(treeString(all)).toContain("Relation [a#1L] parquet");
    expect(treeString(without)).toContain("Relation [a#1L,b#2L,s#3] parquet");
  });
});
