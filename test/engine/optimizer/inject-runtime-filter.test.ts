import { describe, expect, test } from "vitest";
import type { JoinType, LogicalPlan } from "../../../lib/engine/logical/plan.ts";
import { injectRuntimeFilter } from "../../../lib/engine/optimizer/inject-runtime-filter.ts";
import * as t from "../../../lib/engine/types/data-type.ts";
import { applied, context } from "../../support/optimizer.ts";
import * as q from "../../support/plans.ts";

const fileOf = (rows: number) => [{ key: "part-0.parquet", size: 1_000_000, partitionValues: {}, rows }];
const items = q.table("items", { item: t.longType, amount: t.longType }, 1, { files: fileOf(1_000_000) });
const parts = q.table("parts", { part: t.longType, brand: t.longType }, 11, { files: fileOf(10_000) });
const orders = q.table("orders", { wanted: t.longType, day: t.longType }, 21, { files: fileOf(500_000) });
const [item, amount, part, brand, wanted] = [
  items.at("item"),
  items.at("amount"),
  parts.at("part"),
  parts.at("brand"),
  orders.at("wanted"),
];
const total = q.as(q.sum(amount), 30, "total");
const totals = q.aggregate(items.plan, [item], item, total);
const fewParts = q.filter(parts.plan, q.eq(brand, q.long(7)));
const after = (plan: LogicalPlan) => applied(injectRuntimeFilter, plan).replace(/#9\d+/g, "#");
const filters = (plan: LogicalPlan) => after(plan).includes("Join LeftSemi");

describe("a runtime filter", () => {
  test("keeps rows from an aggregate whose groups a join will not meet", () => {
    expect(
      applied(injectRuntimeFilter, q.join(fewParts, totals, "inner", q.eq(part, item))).replace(/part#(?!11)\d+/g, "part#copy"),
    ).toMatch(/Aggregate \[item#1L\].*\n\s+\+- Join LeftSemi, \(item#1L = part#copyL\)/);
  });
  test("comes from the relation that a column is equated with further down", () => {
    const chosen = q.join(orders.plan, fewParts, "leftSemi", q.eq(wanted, part));
    expect(filters(q.join(chosen, totals, "inner", q.eq(wanted, item)))).toBe(true);
  });
  test("is put only where rows without a partner are dropped", () => {
    const given = (type: JoinType) => filters(q.join(fewParts, totals, type, q.eq(part, item)));
    expect((["inner", "left", "leftSemi", "leftAnti"] as const).map(given)).toEqual([true, true, true, true]);
    expect((["right", "full"] as const).map(given)).toEqual([false, false]);
    const kept = (type: JoinType) => filters(q.join(totals, fewParts, type, q.eq(part, item)));
    expect((["left", "leftAnti", "full"] as const).map(kept)).toEqual([false, false, false]);
  });
  test("needs a filter to come from, a key that is grouped by, and many rows against few", () => {
    expect(filters(q.join(parts.plan, totals, "inner", q.eq(part, item)))).toBe(false);
    expect(filters(q.join(fewParts, totals, "inner", q.eq(part, { ...amount, id: 30 })))).toBe(false);
    const few = q.aggregate(
      q.table("items", { item: t.longType, amount: t.longType }, 1, { files: fileOf(100) }).plan,
      [item],
      item,
      total,
    );
    expect(filters(q.join(fewParts, few, "inner", q.eq(part, item)))).toBe(false);
  });
  test("is put once", () => {
    const once = injectRuntimeFilter.apply(q.join(fewParts, totals, "inner", q.eq(part, item)), context);
    expect(applied(injectRuntimeFilter, once).match(/LeftSemi/g)).toHaveLength(1);
  });
});
